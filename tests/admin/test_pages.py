"""Every list and page opens with few queries, and escapes typed text."""

import pytest
from django.contrib.auth.models import User

from fullstory_dest.models import ClassicDestination, Release, Source
from fullstory_dest.services.classic.migrate_classic import migrate
from fullstory_dest.services.publishing.publish import publish
from tests.admin.pages import text, url
from tests.factories import a_destination, a_mapping, a_set_up_source, a_source

pytestmark = pytest.mark.django_db

LISTS = ["source", "destination", "mapping", "release", "classicdestination", "migration"]
NASTY = "<script>alert(1)</script>"


def a_team_s_work(count: int) -> None:
    """Sources in every state, with everything below them."""
    for number in range(count):
        source = a_set_up_source(name=f"Shop {number}", enabled=number % 4 != 3)
        if number % 2:
            publish(source.production, note=f"Note {number}")
        classic = ClassicDestination(source=source, settings={"org": "ABC12"})
        classic.save()
        migrate(classic)


@pytest.mark.parametrize("model", LISTS)
def test_it_lists_any_number_of_rows_with_10_queries(owner, model, django_assert_max_num_queries):
    a_team_s_work(8)
    with django_assert_max_num_queries(10):
        response = owner.get(url(model))
    assert response.status_code == 200
    assert len(response.context["cl"].result_list) >= 4


@pytest.mark.parametrize("model", LISTS)
def test_it_searches_and_filters_a_list(owner, model):
    a_team_s_work(2)
    source = Source.objects.first()
    assert owner.get(url(model), {"q": "Shop 1"}).status_code == 200
    if model not in ("source", "migration"):
        lookup = "destination__source__id__exact" if model == "mapping" else "source__id__exact"
        response = owner.get(url(model), {lookup: source.pk})
        assert response.status_code == 200


@pytest.mark.parametrize("model", LISTS)
@pytest.mark.parametrize("person", ["owner", "viewer"])
def test_it_opens_every_row_with_a_bounded_number_of_queries(
    request, person, model, django_assert_max_num_queries
):
    a_team_s_work(2)
    client = request.getfixturevalue(person)
    row = client.get(url(model)).context["cl"].result_list[0]
    with django_assert_max_num_queries(20):
        response = client.get(url(model, "change", row.pk))
    assert response.status_code == 200


def test_it_opens_50_mappings_with_no_more_queries(owner, django_assert_max_num_queries):
    destination = a_destination()
    for _ in range(50):
        a_mapping(destination)
    with django_assert_max_num_queries(20):
        assert owner.get(url("destination", "change", destination.pk)).status_code == 200
    with django_assert_max_num_queries(10):
        assert owner.get(url("source", "publish", destination.source_id)).status_code == 200


@pytest.mark.parametrize("model", ["source", "destination", "mapping", "classicdestination"])
def test_it_opens_the_page_to_add_a_row(owner, model):
    assert owner.get(url(model, "add")).status_code == 200


@pytest.mark.parametrize("address", ["/admin/auth/user/", "/admin/roles/", "/admin/tokens/"])
def test_it_opens_pages_of_users_roles_and_tokens(owner, address):
    assert owner.get(address).status_code == 200


def test_it_opens_the_pages_to_add_and_change_a_user(owner):
    assert owner.get("/admin/auth/user/add/").status_code == 200
    assert owner.get(f"/admin/auth/user/{User.objects.get().pk}/change/").status_code == 200


@pytest.mark.parametrize("model", ["release", "migration"])
def test_it_refuses_changes_to_immutable_rows(owner, model):
    a_team_s_work(2)
    row = owner.get(url(model)).context["cl"].result_list[0]
    assert owner.get(url(model, "add")).status_code == 403
    assert owner.post(url(model, "change", row.pk), {"note": "other"}).status_code == 403
    assert owner.get(url(model, "delete", row.pk)).status_code == 403


def test_it_has_no_pages_for_documents(owner):
    assert owner.get("/admin/fullstory_dest/document/").status_code == 404


def test_it_names_rows_that_are_deleted_with_a_source(owner):
    source = a_set_up_source(write_key="the-key")
    publish(source.production)
    page = text(owner.get(url("source", "delete", source.pk)))
    assert "the-key" in page
    assert "1 release<" in page
    assert owner.post(url("source", "delete", source.pk), {"post": "yes"}).status_code == 302
    assert not Source.objects.exists()
    assert not Release.objects.exists()


def test_it_shows_the_state_of_each_source(owner):
    a_source(name="Empty")
    a_source(name="Off", enabled=False)
    live = a_set_up_source(name="Live")
    publish(live.production, by=User.objects.get(username="olga"))
    changed = a_set_up_source(name="Changed")
    publish(changed.production)
    a_mapping(changed.destinations.get(), name="More")
    rows = {row.name: row.state for row in owner.get(url("source")).context["cl"].result_list}
    assert {name: state.label for name, state in rows.items()} == {
        "Empty": "Never published",
        "Off": "Disabled",
        "Live": "Published #1",
        "Changed": "Unpublished changes",
    }
    assert (rows["Changed"].destinations, rows["Changed"].mappings) == (1, 4)
    assert "by olga" in text(owner.get(url("source")))


def test_it_escapes_names_on_every_page(owner):
    source = a_set_up_source(name=NASTY)
    destination = source.destinations.get()
    destination.name = NASTY
    destination.save()
    mapping = a_mapping(destination, name=NASTY, trigger=f'type = "{NASTY}"', fields={"name": NASTY})
    release = publish(source.production, note=NASTY).deployment.release
    mapping.name = f"{NASTY}2"
    mapping.save()
    classic = ClassicDestination(source=source, settings={"org": NASTY})
    classic.save()
    addresses = [
        "/admin/",
        *(url(model) for model in LISTS),
        url("source", "change", source.pk),
        url("source", "publish", source.pk),
        url("source", "delete", source.pk),
        url("destination", "change", destination.pk),
        url("mapping", "change", mapping.pk),
        url("mapping", "history", mapping.pk),
        url("release", "change", release.pk),
        url("classicdestination", "change", classic.pk),
        url("classicdestination", "migrate_classic", classic.pk),
    ]
    for address in addresses:
        response = owner.get(address)
        assert response.status_code == 200, address
        assert NASTY not in text(response), address


def test_it_has_no_inline_event_handlers(owner):
    source = a_set_up_source()
    for address in (
        "/admin/",
        url("source", "change", source.pk),
        url("mapping", "change", source.destinations.get().mappings.first().pk),
        url("source", "publish", source.pk),
    ):
        page = text(owner.get(address))
        assert " onclick=" not in page
        assert "javascript:" not in page
