"""A form sent twice at the same moment takes effect once, without a server error."""

import json
from collections import Counter

import pytest

from fullstory_dest.models import ClassicDestination, Source
from fullstory_dest.services.publishing.publish import publish
from tests.admin.pages import text, url
from tests.concurrency import at_once
from tests.factories import ORG, a_destination, a_set_up_source, a_source

pytestmark = pytest.mark.django_db(transaction=True)


def all_at_once(clients, path, form):
    """The number of users per status, when all send the same form at the same moment."""
    answers = at_once(*((lambda client=client: client.post(path, form)) for client in clients))
    return Counter(getattr(answer, "status_code", answer) for answer in answers)


def test_it_creates_presets_once_when_sent_twice(people):
    destination = a_destination()
    page = url("setup", "mappings", destination.source_id, destination.pk)
    chosen = {"preset": ["identifyUserV2", "trackEventV2"]}
    assert all_at_once(people, page, chosen) == {302: 4}
    assert destination.mappings.count() == 2


@pytest.mark.parametrize(
    ("page", "form"),
    [("setup_source", {"name": "Shop", "source": "new"}), ("source_add", {"name": "Shop", "slug": ""})],
)
def test_it_gives_concurrent_sources_of_one_name_distinct_slugs(people, page, form):
    model, _, action = page.partition("_")
    path = url(model, action)
    answers = at_once(
        *(
            (lambda client=client, key=key: client.post(path, {**form, "write_key": f"key-{key}"}))
            for key, client in enumerate(people)
        )
    )
    assert [answer.status_code for answer in answers] == [302] * 4
    assert set(Source.objects.values_list("slug", flat=True)) == {"shop", "shop-2", "shop-3", "shop-4"}


def test_it_creates_all_of_four_concurrent_mappings(people):
    """Over REST, where each new mapping comes last."""
    destination = a_destination()
    body = json.dumps({"destination": destination.pk, "name": "New", "action": "trackEventV2"})
    answers = at_once(
        *(
            (lambda client=client: client.post("/api/v1/mappings/", body, content_type="application/json"))
            for client in people
        )
    )
    assert [answer.status_code for answer in answers] == [201] * 4
    assert sorted(answer.json()["position"] for answer in answers) == [0, 1, 2, 3]


def test_it_refuses_a_duplicate_typed_slug(people):
    assert all_at_once(
        people[:2], url("source", "add"), {"name": "Shop", "slug": "mine", "write_key": "k"}
    ) in (
        {302: 1, 200: 1},
        {302: 1, 409: 1},
    )
    assert Source.objects.count() == 1


def test_it_migrates_once_when_sent_twice(people):
    classic = ClassicDestination(source=a_source(), settings={"org": ORG})
    classic.save()
    page = url("classicdestination", "migrate_classic", classic.pk)
    assert 'name="migrations" value="0"' in text(people[0].get(page))
    assert all_at_once(people, page, {"migrations": "0"}) == {302: 4}
    assert (classic.source.destinations.count(), classic.migrations.count()) == (1, 1)
    # A user who has seen the first one can create another.
    people[0].post(page, {"migrations": "1"})
    assert classic.migrations.count() == 2


def test_it_rolls_back_once_when_sent_twice(people):
    source = a_set_up_source()
    first = publish(source.production).deployment
    mapping = source.destinations.get().mappings.first()
    mapping.name = "Changed"
    mapping.save()
    second = publish(source.production).deployment
    page = url("deployment", "roll_back", first.pk)
    assert f'name="live" value="{second.pk}"' in text(people[0].get(page))
    assert all_at_once(people, page, {"live": second.pk}) == {302: 4}
    deployments = source.production.deployments
    assert deployments.count() == 3
    # Its content is already live, whatever the page showed. Without that, the page shows it first.
    assert people[0].post(page).status_code == 200
    assert people[0].post(page, {"live": deployments.latest("pk").pk}).status_code == 302
    assert deployments.count() == 3


def test_it_rotates_a_write_key_once_when_sent_twice(people):
    source = a_set_up_source()
    page = url("source", "rotate", source.pk)
    assert f'name="write_key" value="{source.write_key}"' in text(people[0].get(page))
    assert all_at_once(people, page, {"grace_days": "3", "write_key": source.write_key}) == {302: 4}
    assert source.production.retired_keys.count() == 1
