from typing import Any

import pytest
from django.core.exceptions import ValidationError

from fullstory_dest.models import Environment, RetiredWriteKey, Source
from fullstory_dest.services.environments.create_environment import (
    MAXIMUM_ENVIRONMENTS,
    create_environment,
)
from fullstory_dest.services.environments.delete_environment import (
    DeleteEnvironmentError,
    UnconfirmedDeletionError,
    delete_environment,
)
from fullstory_dest.services.environments.reorder_environments import reorder_environments
from fullstory_dest.services.publishing.publish import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def source() -> Source:
    return Source.objects.create(name="Shop")


def add(source: Source, name: str, **values: Any) -> Environment:
    index = values.pop("index", None)
    return create_environment(Environment(source=source, name=name, **values), index=index)


def names(source: Source) -> list[str]:
    return list(source.environments.order_by("position").values_list("name", flat=True))


def test_it_adds_environment_before_production(source: Source) -> None:
    add(source, "Staging")
    add(source, "Test")
    assert names(source) == ["Staging", "Test", "Production"]
    assert Source.objects.get().production.name == "Production"


def test_it_adds_environment_at_an_index(source: Source) -> None:
    add(source, "Staging")
    add(source, "Development", index=0)
    add(source, "Canary", index=9)
    assert names(source) == ["Development", "Staging", "Production", "Canary"]


def test_it_limits_number_of_environments(source: Source) -> None:
    for number in range(MAXIMUM_ENVIRONMENTS - 1):
        add(source, f"E{number}")
    with pytest.raises(ValidationError, match="at most"):
        add(source, "One more")


def test_it_rejects_invalid_environment_without_moving_others(source: Source) -> None:
    with pytest.raises(ValidationError):
        add(source, "Staging", settings={"orgId": "not an org"})
    assert list(source.environments.values_list("name", "position")) == [("Production", 0)]


def test_it_reorders_environments(source: Source) -> None:
    staging, test = add(source, "Staging"), add(source, "Test")
    reorder_environments(source, [test.pk])
    assert names(source) == ["Test", "Staging", "Production"]
    history = Environment.history.filter(id=staging.pk).order_by("history_id")
    assert [record.position for record in history] == [0, 1]


def test_it_deletes_environment_and_keeps_its_key(source: Source) -> None:
    staging = add(source, "Staging")
    delete_environment(staging)
    assert list(source.environments.values_list("name", "position")) == [("Production", 0)]
    assert RetiredWriteKey.objects.get().write_key == staging.write_key
    with pytest.raises(ValidationError, match="used before"):
        add(source, "Again", write_key=staging.write_key)


def test_it_keeps_the_only_environment(source: Source) -> None:
    with pytest.raises(DeleteEnvironmentError, match="at least one"):
        delete_environment(source.production)


def test_it_requires_name_to_delete_live_environment(source: Source) -> None:
    staging = add(source, "Staging")
    publish(staging)
    with pytest.raises(UnconfirmedDeletionError, match="Staging"):
        delete_environment(staging)
    delete_environment(staging, confirmed_name="Staging")
    assert names(source) == ["Production"]
