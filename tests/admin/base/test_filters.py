"""Any values in the URL of a list, and in its bulk actions."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client

from fullstory_dest.admin.base import filters
from fullstory_dest.models import Release, Source
from fullstory_dest.services.publishing.publish import publish
from tests.admin.pages import text, url
from tests.factories import a_destination, a_mapping, a_set_up_source, a_source

pytestmark = pytest.mark.django_db
LISTS = ("source", "destination", "mapping", "release", "testcase", "classicdestination", "migration")
NINES = "9" * 30
HOSTILE_LOOKUPS = [
    ("name__contains", "\0"),
    ("name", "\0"),
    ("name__in", "\0"),
    ("name__regex", "((("),
    ("action__exact", "\0"),
    ("fields__a", "\0"),
    ("settings__has_key", "\0"),
    ("settings__contains", "x"),
    ("created_at__year", "99999999999"),
    ("created_at__year", "-5"),
    ("created_at__gte", "0001-01-01 00:00+14:00"),
    ("created_at__gte", "\0"),
    ("created_at__lt", "9999-12-31 23:59-14:00"),
    ("id__in", NINES),
    ("source__id__exact", NINES),
    ("source__id__exact", "\0"),
    ("source__id__exact", "abc"),
    ("destination__source__id__exact", NINES),
    ("enabled__exact", "\0"),
    ("enabled__exact", "maybe"),
    ("archived", "\0"),
    ("nothing", "\0"),
]


@pytest.fixture
def superuser() -> Client:
    """A superuser whose client returns a 500 instead of raising the error."""
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_user("sue", is_staff=True, is_superuser=True))
    return client


def test_it_refuses_regular_expressions_in_filters(viewer):
    a_source(name="a" * 27 + "!")
    response = viewer.get(url("source"), {"name__regex": "^(a+)+$"})
    assert (response.status_code, response["Location"]) == (302, url("source") + "?e=1")


@pytest.mark.parametrize("model", LISTS)
def test_it_survives_any_value_in_the_url_of_a_list(superuser, model):
    publish(a_set_up_source().production)
    for lookup, value in HOSTILE_LOOKUPS:
        response = superuser.get(url(model), {lookup: value}, follow=True)
        assert response.status_code == 200, (lookup, value)


@pytest.mark.parametrize(
    ("lookup", "value"),
    [("username__regex", "((("), ("name__contains", "\0"), ("groups__id__exact", NINES), ("id__in", NINES)],
)
def test_it_survives_any_value_in_the_url_of_the_user_list(superuser, lookup, value):
    response = superuser.get("/admin/auth/user/", {lookup: value}, follow=True)
    assert response.status_code == 200


def test_it_narrows_a_list(superuser):
    source = a_set_up_source()
    publish(source.production)
    other = a_set_up_source(name="Other")
    mapping = source.destinations.get().mappings.first()

    def count(model: str, **asked: object) -> int:
        address = model if model.startswith("/") else url(model)
        response = superuser.get(address, asked)
        assert response.status_code == 200
        return int(response.context["cl"].result_count)

    assert count("source", enabled__exact="1", archived="all") == 2
    assert count("source", enabled__exact="0") == 0
    assert count("destination", source__id__exact=other.pk) == 1
    assert count("mapping", destination__source__id__exact=source.pk, action__exact=mapping.action) >= 1
    # The filter form sends these if nothing is selected.
    assert count("destination", source__id__exact="") == 2
    made = Release.objects.get().created_at
    assert (
        count("release", created_at__gte=made.replace(hour=0), created_at__lt="2999-01-01 00:00:00+00:00")
        == 1
    )
    viewers = Group.objects.get(name="viewer")
    User.objects.create_user("vic").groups.add(viewers)
    assert count("/admin/auth/user/", role="viewer") == 1
    assert count("/admin/auth/user/", role="none") == 0
    assert count("/admin/auth/user/", role="\0") == 2
    assert (count("/admin/auth/user/", log_in="yes"), count("/admin/auth/user/", log_in="no")) == (1, 1)


def test_it_finds_words_in_different_tables(superuser):
    a_set_up_source(name="Shop")
    mapping = a_mapping(a_destination(a_source(name="Blog")), name="Signed up")

    def found(term: str) -> list[str]:
        return [row.name for row in superuser.get(url("mapping"), {"q": term}).context["cl"].result_list]

    assert found("blog signed") == found('"signed up" blog') == [mapping.name]
    assert found("shop signed") == []
    assert len(found("=")) == 4, "not a word, but in every trigger"


def test_it_says_that_it_lists_some_of_many_matches(superuser, monkeypatch):
    monkeypatch.setattr(filters, "MAXIMUM_ROWS", 2)
    for number in range(4):
        a_destination(a_source(name=f"Shop {number}"))
    response = superuser.get(url("destination"), {"q": "shop"})
    assert response.context["cl"].result_count == 3
    assert "More than 2 match. Only some are listed." in text(response)
    response = superuser.get(url("destination"), {"q": "shop 1"})
    assert response.context["cl"].result_count == 1
    assert "Only some" not in text(response)


@pytest.mark.parametrize("count", [0, 1, 6, 7])
def test_it_splits_a_list_into_pages(count):
    for number in range(count):
        a_source(name=f"Shop {number % 3}")
    rows = Source.objects.order_by("-name", "id")
    pages = filters.LatePaginator(rows, 2)
    assert [list(page) for page in pages] == [
        list(rows[start : start + 2]) for start in range(0, max(count, 1), 2)
    ]


@pytest.mark.parametrize(
    ("address", "model", "field"),
    [
        ("/admin/autocomplete/", "destination", "source"),
        ("/admin/fullstory_dest/destination/choices/", "mapping", "destination"),
    ],
)
def test_it_finds_no_choices_for_text_that_cannot_be_stored(superuser, address, model, field):
    a_set_up_source()
    asked = {"app_label": "fullstory_dest", "model_name": model, "field_name": field, "term": "\0"}
    response = superuser.get(address, asked)
    assert (response.status_code, response.json()["results"]) == (200, [])
    assert superuser.get(address, {**asked, "term": "Shop"}).json()["results"]


@pytest.mark.parametrize("key", ["abc", "\0", NINES, "-1"])
@pytest.mark.parametrize("action", ["enable_selected", "delete_selected"])
@pytest.mark.parametrize("address", [*map(url, LISTS), "/admin/auth/user/"])
def test_it_skips_invalid_rows_in_a_bulk_action(superuser, address, action, key):
    asked = {"action": action, "_selected_action": key, "post": "yes"}
    assert superuser.post(address, asked, follow=True).status_code == 200


@pytest.mark.parametrize("action", ["disable_selected", "delete_selected"])
def test_it_refuses_a_bulk_action_beyond_the_limit(superuser, monkeypatch, action):
    monkeypatch.setattr(filters, "MAXIMUM_ROWS", 2)
    keys = [a_source(name=f"Shop {number}").pk for number in range(3)]
    for chosen in ({"_selected_action": keys}, {"_selected_action": keys[:1], "select_across": "1"}):
        response = superuser.post(url("source"), {"action": action, "index": "0", **chosen}, follow=True)
        assert "Select at most 2 at once. No changes were made." in text(response)
    assert Source.objects.filter(enabled=True).count() == 3
    asked = {"action": action, "index": "0", "_selected_action": keys[:2], "post": "yes"}
    superuser.post(url("source"), asked)
    assert Source.objects.filter(enabled=True).count() == 1


def test_it_deletes_fewer_rows_at_a_time_if_many_rows_depend(superuser, monkeypatch):
    monkeypatch.setattr(admin.site._registry[Source], "most_deleted", 2)
    keys = [a_source(name=f"Shop {number}").pk for number in range(3)]
    for chosen in ({"_selected_action": keys}, {"_selected_action": keys[:1], "select_across": "1"}):
        asked = {"action": "delete_selected", "index": "0", "post": "yes", **chosen}
        response = superuser.post(url("source"), asked, follow=True)
        assert "Select at most 2 to delete at once. Nothing was deleted." in text(response)
    assert Source.objects.count() == 3
    superuser.post(url("source"), {"action": "disable_selected", "index": "0", "_selected_action": keys})
    assert not Source.objects.filter(enabled=True).exists(), "all are switched at once"


@pytest.mark.parametrize(
    "model", ["source", "destination", "mapping", "release", "classicdestination", "migration"]
)
def test_it_finds_nothing_for_very_long_terms(superuser, model):
    a_set_up_source()
    response = superuser.get(url(model), {"q": "x" * 20_000})
    assert (response.status_code, response.context["cl"].result_count) == (200, 0)
    asked = {"app_label": "fullstory_dest", "model_name": "mapping", "field_name": "destination"}
    answer = superuser.get(url("destination", "choices"), {**asked, "term": "x" * 20_000})
    assert answer.json()["results"] == []
