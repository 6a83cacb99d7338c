"""Values that the models refuse in validation and in the database."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from fullstory_dest.catalog import MAXIMUM_MAPPINGS
from fullstory_dest.models import (
    ApiToken,
    ClassicDestination,
    Deployment,
    Destination,
    Environment,
    Mapping,
    Release,
    Source,
    TestCase,
)
from fullstory_dest.services.publishing.publish import publish
from tests.factories import ORG, a_destination, a_mapping, a_set_up_source, a_source

pytestmark = pytest.mark.django_db


def refused(save):
    """The messages of the ValidationError that saving raises, by field."""
    with pytest.raises(ValidationError) as error:
        save()
    return error.value.message_dict


def refused_by_the_database(change):
    with pytest.raises(IntegrityError), transaction.atomic():
        change()


# Sources


@pytest.mark.parametrize("model", [Source, Destination, Mapping, TestCase, Environment, ApiToken])
@pytest.mark.parametrize("character", ["\0", "\n", "\x1b", "\x7f", "\x85", "\u2028", "\u202e", "\u2069"])
def test_it_refuses_invisible_characters_in_names(model, character):
    with pytest.raises(ValidationError, match=f"U.{ord(character):04X}"):
        model._meta.get_field("name").clean(f"Shop{character}", None)
    assert model._meta.get_field("name").clean("Shöp متجر 👩‍💻", None)


def test_it_generates_a_write_key_and_a_slug_for_a_source():
    one, other = a_source(name="Shop Ünited"), a_source(name="Shop Ünited")
    assert len(one.write_key) == 32
    assert one.write_key != other.write_key
    assert (one.slug, other.slug) == ("shop-united", "shop-united-2")


def test_it_refuses_a_duplicate_write_key():
    a_source(write_key="same")
    assert "write_key" in refused(lambda: a_source(write_key="same"))
    source = a_source(name="Other")
    refused_by_the_database(
        lambda: Environment.objects.bulk_create(
            [Environment(source=source, slug="staging", write_key="same")]
        )
    )


@pytest.mark.parametrize("write_key", ["", "a b", "a/b", "ключ", "a\n"])
def test_it_refuses_a_write_key_that_does_not_fit_in_a_url(write_key):
    assert "write_key" in refused(lambda: a_source(write_key=write_key))


def test_it_refuses_to_change_a_published_write_key():
    source = a_set_up_source()
    source.write_key = "before-publishing"
    source.save()
    publish(source.production)
    source.write_key = "after"
    assert "write_key" in refused(source.save)


@pytest.mark.parametrize(
    "host",
    ["https://api.segment.io", "api.segment.io/v1?x", "a b", "x/<y>", "a:99999", "a..b", "u@a", "x/../v1"],
)
def test_it_refuses_an_api_host_that_changes_the_url(host):
    assert "api_host" in refused(lambda: a_source(api_host=host))


def test_it_disables_signals_by_default_and_records_changes():
    source = a_source()
    assert (source.honor_gpc, source.honor_dnt) == (False, False)
    source.honor_gpc = True
    source.save()
    assert [(row.honor_gpc, row.honor_dnt) for row in source.history.all()] == [(True, False), (False, False)]


# Destinations


def test_it_checks_settings_against_the_catalog():
    assert refused(lambda: a_destination(settings={"orgid": "o-1"})) == {
        "settings": ["/orgid: unknown setting 'orgid'; did you mean 'orgId'?", "/orgId: FS Org is required"]
    }


def test_it_stores_only_settings_that_differ_from_the_default():
    destination = a_destination(settings={"debug": False, "host": "fullstory.com", "orgId": ORG})
    assert destination.settings == {"orgId": ORG}


def test_it_records_consent_categories_in_order():
    destination = a_destination(consent_categories=["C0002", "Functional cookies"])
    destination.refresh_from_db()
    assert destination.consent_categories == ["C0002", "Functional cookies"]
    assert destination.history.get().consent_categories == ["C0002", "Functional cookies"]


@pytest.mark.parametrize(
    ("categories", "message"),
    [
        ("C0002", "expected a list, found a string"),
        ([2], "/0: expected a string, found a number"),
        ([" "], "/0: categories can't be blank"),
        (["C0001", " C0002"], "/1: ' C0002' has commas, line breaks, or spaces at its ends"),
        (["C0001,C0002"], "/0: 'C0001,C0002' has commas, line breaks, or spaces at its ends"),
        (["a\nb"], "/0: 'a\\nb' has commas, line breaks, or spaces at its ends"),
        (["C0001", "C0001"], "/1: duplicate category 'C0001'"),
        (["x" * 101], "/0: expected at most 100 characters, found 101"),
        ([str(number) for number in range(21)], "expected at most 20 categories, found 21"),
        (["a\x00"], "/0: the character U+0000 isn't allowed"),
    ],
)
def test_it_refuses_invalid_consent_categories(categories, message):
    assert refused(lambda: a_destination(consent_categories=categories)) == {"consent_categories": [message]}


def test_it_allows_one_enabled_destination_per_namespace():
    source = a_source()
    a_destination(source)
    assert "has the namespace FS" in refused(lambda: a_destination(source))["settings"][0]
    other = a_destination(source, enabled=False)
    a_destination(source, settings={"orgId": ORG, "namespace": "FS2"})
    a_destination()  # of another source
    refused_by_the_database(lambda: Destination.objects.filter(pk=other.pk).update(enabled=True))


def test_it_enforces_an_explicit_namespace_in_the_database():
    source = a_source()
    a_destination(source, settings={"orgId": ORG, "namespace": "FS2"})
    same = Destination(source=source, settings={"orgId": ORG, "namespace": "FS2"})
    refused_by_the_database(lambda: Destination.objects.bulk_create([same]))


# Mappings


def test_it_adds_a_new_mapping_disabled_and_last():
    destination = a_destination()
    a_mapping(destination, position=4)
    mapping = Mapping(destination=destination, name="x", action="trackEvent", trigger='type = "track"')
    mapping.fields = {"name": "x"}
    mapping.save()
    assert (mapping.enabled, mapping.position) == (False, 5)


def test_it_refuses_a_broken_trigger_with_a_caret():
    [message] = refused(lambda: a_mapping(trigger='type = "track" andd event = "x"'))["trigger"]
    assert "^" in message


def test_it_locates_a_broken_directive():
    fields = {"name": {"@path": 5}, "properties": {"a": {"@nope": 1}}}
    messages = refused(lambda: a_mapping(fields=fields))["fields"]
    assert [message.split(":")[0] for message in messages] == [
        "/name/@path",
        "/properties/a/@nope",
    ] or messages


def test_it_refuses_an_action_that_is_not_in_the_catalog():
    assert "action" in refused(lambda: a_mapping(action="trackEvents"))
    mapping = a_mapping()
    refused_by_the_database(lambda: Mapping.objects.filter(pk=mapping.pk).update(action="trackEvents"))


def test_it_limits_a_destination_to_fifty_mappings():
    destination = a_destination()
    for position in range(MAXIMUM_MAPPINGS):
        a_mapping(destination, name=f"Mapping {position}")
    assert "at most 50 mappings" in str(refused(lambda: a_mapping(destination)))
    assert "has this position" in str(refused(lambda: a_mapping(destination, position=7)))
    assert "at most 50 mappings" in str(refused(lambda: a_mapping(destination, position=50)))
    one_more = Mapping(destination=destination, name="x", action="trackEvent", position=50)
    refused_by_the_database(lambda: Mapping.objects.bulk_create([one_more]))


def test_it_fills_a_gap_when_the_last_position_is_taken():
    destination = a_destination()
    a_mapping(destination, position=0)
    a_mapping(destination, position=MAXIMUM_MAPPINGS - 1)
    assert a_mapping(destination).position == 1


def test_it_enforces_unique_positions_in_the_database():
    destination = a_destination()
    a_mapping(destination)
    second = a_mapping(destination)
    refused_by_the_database(lambda: Mapping.objects.filter(pk=second.pk).update(position=0))
    refused_by_the_database(lambda: Mapping.objects.filter(pk=second.pk).update(position=F("position") + 49))


def test_it_refuses_a_negative_position():
    assert "position" in refused(lambda: a_mapping(position=-1))


# Releases


def test_it_enforces_unique_release_numbers_within_a_source():
    release = publish(a_set_up_source().production).deployment.release
    copy = Release.objects.get(pk=release.pk)
    copy.pk = None
    refused_by_the_database(lambda: Release.objects.bulk_create([copy]))


def test_it_refuses_changes_to_what_was_deployed():
    deployment = publish(a_set_up_source().production).deployment
    for row in (deployment, deployment.release, deployment.snippet):
        with pytest.raises(TypeError, match="immutable"):
            row.save()


def test_it_deletes_everything_below_a_source():
    source = a_set_up_source()
    publish(source.production)
    source.delete()
    for model in (Environment, Deployment, Release, Mapping):
        assert not model.objects.exists()


# History


def test_it_records_every_change():
    mapping = a_mapping()
    mapping.name = "Renamed"
    mapping.save()
    assert [row.name for row in mapping.history.all()] == ["Renamed", "Track"]


# Classic destinations


@pytest.mark.parametrize("text", ["\ud800", "a\x00"])
def test_it_refuses_classic_settings_that_cannot_be_stored(text):
    classic = ClassicDestination(source=a_source(), settings={"org": text})
    assert "isn't allowed" in refused(classic.save)["settings"][0]


def test_it_refuses_classic_settings_of_the_wrong_type():
    classic = ClassicDestination(source=a_source(), settings={"org": 5, "debug": "true", "other": 1})
    assert refused(classic.save) == {
        "settings": ["/org: expected a string, found a number", "/debug: expected a boolean, found a string"]
    }
