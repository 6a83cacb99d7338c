"""Environments: the first one of a source, write keys that are never reused, and overrides of settings."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from fullstory_dest.models import Environment, RetiredWriteKey, Source
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.sources.rotate_key import rotate_key
from tests.factories import a_destination, a_set_up_source, a_source, a_staging_environment, live

pytestmark = pytest.mark.django_db


def refused(save):
    """The messages of the ValidationError that saving raises, by field."""
    with pytest.raises(ValidationError) as error:
        save()
    return error.value.message_dict


def test_it_creates_production_with_a_source():
    source = a_source(write_key="key", api_host="events.example.com/")
    environment = Environment.objects.get()
    assert (environment.source, environment.name, environment.slug) == (source, "Production", "production")
    assert (environment.write_key, environment.api_host) == ("key", "events.example.com")
    assert (environment.position, environment.settings, environment.required_approvals) == (0, {}, 0)
    assert environment.live is None
    found = Source.objects.get()
    assert found.production == found.first_environment == environment


def test_it_saves_nothing_of_a_source_without_its_environment():
    a_source(write_key="same")
    assert "write_key" in refused(lambda: a_source(name="Other", write_key="same"))
    assert Source.objects.count() == Environment.objects.count() == 1


def test_it_orders_environments_by_position():
    source = a_source(write_key="key")
    staging = a_staging_environment(source)
    assert (source.first_environment, source.production.name) == (staging, "Production")
    assert source.write_key == "key"


def test_it_gives_environments_of_a_source_distinct_slugs():
    source = a_source()
    assert a_staging_environment(source).slug == "staging"
    assert "__all__" in refused(lambda: a_staging_environment(source, name="Staging!"))
    a_staging_environment(a_source(name="Other"))


@pytest.mark.parametrize("name", ["STAGING", "staging", "Prüfung", "PRÜFUNG"])
def test_it_gives_environments_of_a_source_distinct_names(name):
    source = a_source()
    staging = a_staging_environment(source, name="Staging" if name.isascii() else "prüfung")
    message = {"name": ["This source has another environment with this name."]}
    assert refused(lambda: a_staging_environment(source, name=name, slug="other")) == message
    assert refused(lambda: a_staging_environment(source, name="production", slug="other")) == message
    staging.name = staging.name.upper()
    staging.save()
    a_staging_environment(a_source(name="Other"), name=name)


def test_it_has_distinct_names_in_the_database():
    source = a_source()
    a_staging_environment(source)
    with pytest.raises(IntegrityError), transaction.atomic():
        source.environments.filter(name="Staging").update(name="PRODUCTION")


def test_it_saves_production_with_the_source():
    source = a_source(write_key="before")
    source.write_key, source.api_host = "after", "events.example.com"
    source.save()
    environment = Environment.objects.get()
    assert (environment.write_key, environment.api_host) == ("after", "events.example.com")
    assert [row.write_key for row in environment.history.all()] == ["after", "before"]


def test_it_saves_a_source_without_writing_its_environment():
    source = a_source(write_key="first")
    rotated = rotate_key(Environment.objects.get())
    source.name = "Renamed"
    source.save()
    assert Environment.objects.get().write_key == rotated.write_key
    source.refresh_from_db()
    assert source.write_key == rotated.write_key


@pytest.mark.parametrize("change", ["source", "environment"])
def test_it_keeps_what_is_live_if_it_was_read_before(change):
    source = a_set_up_source()
    read = Environment.objects.get()
    deployment = publish(source.production).deployment
    if change == "source":
        source.api_host = "events.example.com"
        source.save()
    else:
        read.api_host = "events.example.com"
        read.save()
    assert (live(source), source.api_host) == (deployment, "events.example.com")
    assert source.production.live_build == deployment.build


# Write keys


def delete_environment(source):
    source.environments.get(name="Staging").delete()


def delete_source(source):
    source.delete()


def delete_sources(source):
    Source.objects.filter(pk=source.pk).delete()


def rotate(source):
    rotate_key(source.environments.get(name="Staging"), grace_days=0)


def change(source):
    environment = source.environments.get(name="Staging")
    environment.write_key = "changed"
    environment.save()


@pytest.mark.parametrize("end", [delete_environment, delete_source, delete_sources, rotate, change])
def test_it_never_uses_a_write_key_again(end):
    source = a_source()
    a_staging_environment(source, write_key="taken")
    end(source)
    message = {"write_key": ["This write key was used before. Choose a new one."]}
    assert refused(lambda: a_source(name="New", write_key="taken")) == message
    other = a_source(name="Other")
    assert refused(lambda: a_staging_environment(other, write_key="taken")) == message
    other.write_key = "taken"
    assert refused(other.save) == message


def test_it_retires_a_key_only_if_the_change_is_saved():
    source = a_source(write_key="first")
    source.write_key, source.api_host = "second", "https://invalid"
    assert "api_host" in refused(source.save)
    a_source(name="Other", write_key="second")
    source.refresh_from_db()
    assert source.write_key == "first"
    assert not RetiredWriteKey.objects.exists()


def test_it_keeps_previous_keys_of_a_deleted_source():
    source = a_source(write_key="first")
    second = rotate_key(source.production).write_key
    source.delete()
    for key in ("first", second):
        assert "write_key" in refused(lambda key=key: a_source(write_key=key))


# Overrides


@pytest.mark.parametrize(
    ("settings", "messages"),
    [
        ([], ["expected an object, found an array"]),
        ("orgId", ["expected an object, found a string"]),
        ({"orgid": "o-1"}, ["/orgid: unknown setting 'orgid'; did you mean 'orgId'?"]),
        ({"tidyPropertyNames": True}, ["/tidyPropertyNames: unknown setting 'tidyPropertyNames'"]),
        ({"orgId": "a b"}, ["/orgId: expected letters, digits and dashes, such as o-1ABCD-na1"]),
        (
            {"orgId": 5, "debug": "yes"},
            ["/orgId: expected a string, found a number", "/debug: expected true"],
        ),
        ({"host": "https://relay.example.com"}, ["/host: expected a host name without https://"]),
        ({"appHost": {}}, ["/appHost: expected a string, found an object"]),
        ({"script": "javascript:alert(1)"}, ["/script: expected a URL such as cdn.example.com/fs.js"]),
        ({"namespace": "document"}, ["/namespace: expected a JavaScript name that pages don't use yet"]),
        ({"orgId": "x" * 501}, ["/orgId: expected at most 500 characters, found 501"]),
        ({"orgId": "a\x00"}, ["/orgId: expected letters"]),
    ],
)
def test_it_refuses_invalid_overrides(settings, messages):
    found = refused(lambda: a_staging_environment(a_source(), settings=settings))["settings"]
    assert len(found) == len(messages)
    for message, start in zip(found, messages, strict=True):
        assert message.startswith(start)


def test_it_stores_overrides_without_blank_ones():
    values = {"debug": False, "orgId": "o-2-na1", "host": "", "script": None, "namespace": "FS"}
    environment = a_staging_environment(a_source(), settings=values)
    # They differ from a destination's setting even if they equal the default.
    assert environment.settings == {"orgId": "o-2-na1", "debug": False, "namespace": "FS"}


def test_it_refuses_one_namespace_for_several_destinations():
    source = a_set_up_source()
    environment = a_staging_environment(source, settings={"namespace": "FS"})
    a_destination(source, name="Second", settings={"orgId": "o-2-na1", "namespace": "FS2"})
    for namespace in ("FS2", "FS3"):
        environment.settings = {"namespace": namespace}
        assert list(refused(environment.save)) == ["settings"]
    assert list(refused(lambda: a_staging_environment(source, name="QA", settings={"namespace": "FS"})))
    # What was saved before can be changed in other ways.
    rotate_key(Environment.objects.get(name="Staging"))
    source.destinations.filter(name="Second").update(enabled=False)
    environment.refresh_from_db()
    environment.settings = {"namespace": "FS2"}
    environment.save()


@pytest.mark.parametrize("number", [-1, 11])
def test_it_refuses_a_number_of_approvals_out_of_range(number):
    found = refused(lambda: a_staging_environment(a_source(), required_approvals=number))
    assert list(found) == ["required_approvals"]
