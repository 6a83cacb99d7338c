"""The publish page before anything is expanded, and errors beside their inputs."""

import time

import pytest
from django.urls import reverse

from fullstory_dest.models import Mapping, TestCase
from fullstory_dest.services.previews.test_cases import save_test_case
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.sources.script_requests import RequestCount, save_script_requests
from tests.admin.pages import errors, text, url, version_of
from tests.admin.setup.wizard import step, walk_to_mappings
from tests.factories import a_mapping, a_set_up_source, a_source

BOUGHT = {"type": "track", "event": "Bought"}


def test_it_shows_every_result_without_expanding(owner):
    source = a_set_up_source()
    one = save_test_case(source, name="Silent", event=BOUGHT, calls=[])
    publish(source)
    save_test_case(source, name="Open", event=BOUGHT)
    save_test_case(source, name="Page", event={"type": "page"})
    Mapping.objects.get(action="trackEventV2").delete()
    response = owner.get(url("source", "publish", source.pk))
    verdicts = {run.test_case.name: run.verdict for run in response.context["runs"]}
    assert verdicts == {
        "Silent": "1 call → 0, passed",
        "Open": "1 call → 0, no expected result",
        "Page": "1 call → 1, no expected result",
    }
    shown = text(response)
    for name in ("Silent", "Open"):
        assert verdicts[name] in shown[shown.index(f"<summary>{name}") :].partition("</summary>")[0]
    assert f">{verdicts['Page']}</span>" in shown
    TestCase.objects.filter(pk=one.pk).update(expected=[{"method": "FS", "args": []}])
    shown = text(owner.get(url("source", "publish", source.pk)))
    assert '<span class="fsd-problem">1 call → 0, failed</span>' in shown


def test_it_counts_only_calls_before_the_first_release(owner):
    source = a_set_up_source()
    save_test_case(source, name="Open", event=BOUGHT)
    [run] = owner.get(url("source", "publish", source.pk)).context["runs"]
    assert run.verdict == "1 call, no expected result"


@pytest.mark.parametrize("page", ["publish", "setup"])
def test_it_repeats_the_warnings_of_the_overview(owner, page):
    source = a_set_up_source()
    destination = source.destinations.get()
    a_mapping(destination, name="Again", trigger='type = "track" and event = "Bought"')
    a_mapping(destination, name="Never", trigger='type = "track" and type = "page"')
    address = (
        url("source", "publish", source.pk)
        if page == "publish"
        else step("publish", source.pk, destination.pk)
    )
    shown = text(owner.get(address))
    assert shown.count("can fire together with “Again”") == 1
    assert shown.count("Never fires: its conditions contradict each other") == 1
    if page == "publish":
        assert shown.index("can fire together") > shown.index('id="changes"'), "beside the button"


def test_it_resumes_a_setup_only_after_something_was_saved(owner):
    source = a_source(name="Looked at")
    owner.get(step("settings", source.pk))
    owner.post(step("source"), {"source": source.pk})
    assert "Resume setup" not in text(owner.get("/admin/"))
    owner.post(step("settings", source.pk), {"name": "FullStory", "setting_orgId": "o-1"})
    assert "Resume setup" in text(owner.get("/admin/"))


def test_it_keeps_the_saved_setup_when_another_is_opened(owner):
    made = walk_to_mappings(owner)
    other = a_source(name="Other")
    owner.get(step("settings", other.pk))
    response = owner.get("/admin/")
    assert response.context["resumed"] == made.source


def test_it_offers_no_install_for_a_site_in_use(owner):
    source = a_set_up_source()
    publish(source)
    assert url("source", "install", source.pk) in text(owner.get("/admin/"))
    save_script_requests({(source.write_key, "https://shop.test"): RequestCount(1, time.time())})
    home = text(owner.get("/admin/"))
    assert url("source", "install", source.pk) not in home
    assert "Last request: " in home
    assert "Install on your site" not in text(owner.get(url("source", "overview", source.pk)))


def test_it_reports_a_taken_test_case_name_at_the_name(owner):
    source = a_set_up_source()
    save_test_case(source, name="One", event=BOUGHT)
    other = save_test_case(source, name="Two", event=BOUGHT)
    sent = {"name": "One", "event": '{"type": "track"}', "expectation": "keep", "_version": version_of(other)}
    assert list(errors(owner.post(url("testcase", "change", other.pk), sent))) == ["name"]


@pytest.mark.parametrize(
    ("sent", "problem", "field"),
    [
        ({}, "name-problem", "id_name"),
        ({"source": "999"}, "source-problem", "fsd-choices"),
        ({"source": "1", "name": "Both"}, "name-problem", "id_name"),
    ],
)
def test_it_reports_each_source_error_beside_its_input(owner, sent, problem, field):
    a_source()
    shown = text(owner.post(step("source"), sent))
    assert f'id="{problem}"' in shown
    assert problem in shown[shown.index(field) :][:600]
    assert "fsd-alert" not in shown


def test_it_reports_a_taken_username_at_the_username(owner):
    response = owner.post("/admin/auth/user/add/", {"username": "olga", "role": "viewer"})
    assert list(errors(response)) == ["username"]


def test_it_reports_a_missing_token_name_at_the_name(owner):
    response = owner.post(reverse("admin:tokens"), {"name": " ", "days": "7"})
    assert set(response.context["form"].errors) == {"name", "days"}
