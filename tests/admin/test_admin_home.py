"""The landing page says what to do next."""

from fullstory_dest.services.publish import publish
from tests.admin.pages import text, url
from tests.factories import a_mapping, a_set_up_source, a_source


def current(response) -> list[str]:
    return [step["key"] for step in response.context["steps"] if step["current"]]


def test_an_empty_installation_begins_with_a_source(owner):
    response = owner.get("/admin/")
    assert current(response) == ["source"]
    assert url("source", "add") in text(response)
    assert url("classicdestination", "add") in text(response)


def test_a_source_without_a_destination_gets_one_next(owner):
    source = a_source()
    response = owner.get("/admin/")
    assert current(response) == ["destination"]
    assert f"{url('destination', 'add')}?source={source.pk}" in text(response)


def test_a_set_up_source_is_published_next(owner):
    source = a_set_up_source()
    response = owner.get("/admin/")
    assert current(response) == ["publish"]
    assert url("source", "publish_source", source.pk) in text(response)


def test_after_the_first_release_there_are_sources_with_their_next_step_and_releases(owner):
    live = a_set_up_source(name="Live")
    publish(live, note="Hello")
    changed = a_set_up_source(name="Changed")
    publish(changed)
    a_mapping(changed.destinations.get(), name="More")
    empty = a_source(name="Empty")
    response = owner.get("/admin/")
    assert response.context["steps"] == []
    assert {state.source.name: state.step for state in response.context["states"]} == {
        "Live": "install",
        "Changed": "publish",
        "Empty": "destination",
    }
    page = text(response)
    assert f"{url('source', 'change', live.pk)}#install" in page
    assert url("source", "publish_source", changed.pk) in page
    assert f"?source={empty.pk}" in page
    assert "Hello" in page


def test_it_takes_few_queries_and_shows_a_dozen_sources(owner, django_assert_max_num_queries):
    for number in range(15):
        publish(a_set_up_source(name=f"Shop {number}"))
    with django_assert_max_num_queries(8):
        response = owner.get("/admin/")
    assert len(response.context["states"]) == 12
    assert "All sources" in text(response)


def test_a_viewer_gets_no_buttons_that_would_refuse_them(viewer):
    a_set_up_source()
    page = text(viewer.get("/admin/"))
    assert url("source", "add") not in page
    assert "Review changes" in page
    assert "/admin/auth/user/" not in page


def test_someone_without_a_role_is_told_so(sign_in):
    a_set_up_source(name="Secret")
    page = text(sign_in("sam").get("/admin/"))
    assert "Ask an owner for a role" in page
    assert "Secret" not in page
