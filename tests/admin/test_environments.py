"""Environments in the admin: their pages, promoting, and what sources with one of them show."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fullstory_dest.models import Environment, Mapping, Source
from fullstory_dest.services.publishing.promote import promote
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.reviews import request_review
from tests.admin.pages import errors, text, url, version_of
from tests.factories import ORG, a_destination, a_set_up_source, a_staging_environment

pytestmark = pytest.mark.django_db


def words(response: Any) -> str:
    """The visible text of a page."""
    return re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", text(response), flags=re.S)


def form(environment: Environment, **changes: Any) -> dict[str, Any]:
    """The form of an environment's page with these inputs changed."""
    values = {
        "name": environment.name,
        "slug": environment.slug,
        "api_host": environment.api_host,
        "required_approvals": environment.required_approvals,
        "_version": version_of(environment),
    }
    values |= {f"setting_{key}": str(value) for key, value in environment.settings.items()}
    return {**values, **changes}


def staged() -> tuple[Source, Environment]:
    source = a_set_up_source()
    return source, a_staging_environment(source)


def add_url(source: Source) -> str:
    return f"{url('environment', 'add')}?source={source.pk}"


@pytest.mark.parametrize(
    "tab", ["overview", "destinations", "mappings", "test", "releases", "install", "publish", "rotate"]
)
def test_it_hides_the_word_without_a_second_environment(owner, tab):
    source = a_set_up_source()
    publish(source.production)
    assert "environment" not in words(owner.get(url("source", tab, source.pk))).lower()


def test_it_links_to_add_an_environment_only_for_publishers(as_role):
    source = a_set_up_source()
    page = url("source", "change", source.pk)
    assert add_url(source) in text(as_role("publisher").get(page))
    assert "environment" not in words(as_role("editor").get(page)).lower()


def test_it_adds_an_environment_before_production(as_role):
    source = a_set_up_source()
    sent = {
        "name": "Staging",
        "required_approvals": "0",
        "write_key": "stage-key",
        "setting_orgId": "o-STAGE-na1",
        "setting_debug": "True",
    }
    response = as_role("publisher").post(add_url(source), sent, follow=True)
    assert "Environment “Staging” added" in text(response)
    staging = source.environments.get(slug="staging")
    assert (staging.position, staging.write_key) == (0, "stage-key")
    assert staging.settings == {"orgId": "o-STAGE-na1", "debug": True}


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        ({"setting_orgId": "not an org"}, "setting_orgId"),
        ({"setting_host": "https://example.com"}, "setting_host"),
        ({"setting_debug": "maybe"}, "setting_debug"),
        ({"setting_namespace": "window"}, "setting_namespace"),
        ({"api_host": "https://example.com"}, "api_host"),
        ({"name": "Production"}, "name"),
        ({"name": "PRODUCTION", "slug": "other"}, "name"),
        ({"name": "QA\u202e"}, "name"),
        ({"name": "Production!"}, "slug"),
        ({"required_approvals": "-1"}, "required_approvals"),
        ({"write_key": "a b"}, "write_key"),
    ],
)
def test_it_refuses_bad_values_at_their_inputs(owner, sent, place):
    source = a_set_up_source()
    values = {"name": "Staging", "required_approvals": "0", "write_key": "stage-key", **sent}
    assert list(errors(owner.post(add_url(source), values))) == [place]
    assert source.environments.count() == 1


def test_it_refuses_one_namespace_for_several_destinations(owner):
    source, staging = staged()
    a_destination(source, name="Second", settings={"orgId": ORG, "namespace": "FS2"})
    page = url("environment", "change", staging.pk)
    for namespace in ("FS", "FS2", "FS3"):
        refused = owner.post(page, form(staging, setting_namespace=namespace))
        assert list(errors(refused)) == ["setting_namespace"]
    values = {"name": "QA", "required_approvals": "0", "write_key": "qa-key", "setting_namespace": "FS"}
    assert list(errors(owner.post(add_url(source), values))) == ["setting_namespace"]


def test_it_changes_overrides_and_clears_them(owner):
    _source, staging = staged()
    page = url("environment", "change", staging.pk)
    owner.post(page, form(staging, setting_debug="False", setting_host="relay.example.com"))
    staging.refresh_from_db()
    assert staging.settings == {"debug": False, "host": "relay.example.com"}
    assert 'value="relay.example.com"' in text(owner.get(page))
    owner.post(page, form(staging, setting_debug="", setting_host=""))
    staging.refresh_from_db()
    assert staging.settings == {}


def test_it_lets_only_owners_change_required_approvals(as_role):
    _source, staging = staged()
    page = url("environment", "change", staging.pk)
    as_role("publisher").post(page, form(staging, required_approvals="2"))
    staging.refresh_from_db()
    assert staging.required_approvals == 0
    as_role("owner").post(page, form(staging, required_approvals="2"))
    staging.refresh_from_db()
    assert staging.required_approvals == 2


def test_it_requires_permission_on_every_page(viewer, editor, as_role):
    source, staging = staged()
    publish(staging)
    for page in (add_url(source), url("environment", "delete", staging.pk)):
        assert as_role("editor" if page == add_url(source) else "viewer").get(page).status_code == 403
    assert viewer.post(url("source", "move_environment", source.pk), {"move": "x"}).status_code == 403
    promote = url("source", "promote", source.pk, "production")
    assert viewer.get(promote).status_code == 200
    assert viewer.post(promote, {}).status_code == 403
    assert "FullStory settings" in text(viewer.get(url("environment", "change", staging.pk)))


def test_it_asks_for_the_name_of_a_live_environment(as_role):
    source, staging = staged()
    publish(staging)
    publisher, page = as_role("publisher"), url("environment", "delete", staging.pk)
    assert "Release #1 is live here" in text(publisher.get(page))
    assert "Enter the name" in text(publisher.post(page, {"name": "staging"}))
    assert source.environments.count() == 2
    assert "deleted" in text(publisher.post(page, {"name": "Staging"}, follow=True))
    assert source.environments.count() == 1
    only = source.environments.get()
    for method in (publisher.get, publisher.post):
        response = method(url("environment", "delete", only.pk), follow=True)
        assert "A source needs at least one environment, so this one can" in text(response)
    assert as_role("editor").get(url("environment", "delete", only.pk)).status_code == 403
    assert source.environments.count() == 1


def test_it_lets_only_owners_delete_where_approvals_are_required(as_role):
    source, staging = staged()
    Environment.objects.filter(pk=staging.pk).update(required_approvals=1)
    page = url("environment", "delete", staging.pk)
    assert as_role("publisher").post(page, {}).status_code == 403
    assert as_role("owner").post(page, {}).status_code == 302
    assert source.environments.count() == 1


def test_it_moves_an_environment(owner):
    source, staging = staged()
    owner.post(url("source", "move_environment", source.pk), {"move": f"down:{staging.pk}"})
    ordered = source.environments.order_by("position").values_list("name", flat=True)
    assert list(ordered) == ["Production", "Staging"]
    for wrong in ("", "down:", "down:x", f"sideways:{staging.pk}", "up:" + "9" * 30):
        page = url("source", "move_environment", source.pk)
        assert owner.post(page, {"move": wrong}).status_code == 302


def test_it_rotates_the_key_of_one_environment(owner):
    source, staging = staged()
    before = staging.write_key, source.production.write_key
    page = f"{url('source', 'rotate', source.pk)}?environment=staging"
    response = owner.post(page, {"grace_days": "7", "write_key": before[0]})
    assert response.url.startswith(url("environment", "change", staging.pk))
    staging.refresh_from_db()
    source.refresh_from_db()
    assert (staging.write_key == before[0], source.production.write_key == before[1]) == (False, True)


def test_it_publishes_to_the_chosen_environment(owner):
    source, _staging = staged()
    page = url("source", "publish", source.pk)
    for query, name in (("", "Staging"), ("?environment=production", "Production")):
        seen = owner.get(page + query).context["form"].initial["reviewed"]
        response = owner.post(page + query, {"reviewed": seen}, follow=True)
        assert f"Published release #1 to {name}" in text(response)
    assert owner.get(page + "?environment=unknown").status_code == 404


def test_it_promotes_what_was_reviewed(owner):
    source, staging = staged()
    first = publish(staging).deployment
    Mapping.objects.filter(action="trackEventV2").update(name="Later")
    page = url("source", "promote", source.pk, "production")
    shown = owner.get(page)
    sent = {
        "release": first.release_id,
        "live": "0",
        "reviewed": shown.context["form"].initial["reviewed"],
        "note": "Ship it",
    }
    assert "changed after you opened" in text(owner.post(page, {**sent, "live": "1"}, follow=True))
    assert "changed after you opened" in text(owner.post(page, {**sent, "reviewed": "x"}, follow=True))
    assert "Review it again" in text(owner.post(page, {**sent, "release": "0"}, follow=True))
    assert "Promoted release #1 to Production" in text(owner.post(page, sent, follow=True))
    live = Environment.objects.get(source=source, slug="production").live
    assert (live.release, live.kind, live.note) == (first.release, "promote", "Ship it")


def test_it_refuses_to_promote_without_approvals(owner):
    source, staging = staged()
    release = publish(staging).deployment.release
    Environment.objects.filter(slug="production").update(required_approvals=1)
    page = url("source", "promote", source.pk, "production")
    seen = owner.get(page).context["form"].initial["reviewed"]
    sent = {"release": release.pk, "live": "0", "reviewed": seen}
    assert "requires 1 more approval" in text(owner.post(page, sent))
    assert Environment.objects.get(slug="production").live is None
    assert owner.get(url("source", "promote", source.pk, "staging")).status_code == 404


def test_it_shows_drift_on_the_overview(owner):
    source, staging = staged()
    overview = url("source", "overview", source.pk)
    publish(staging)
    assert "Not in Production yet" in words(owner.get(overview))
    publish(source.production)
    assert "Same release as Production" in words(owner.get(overview))
    for number in range(2):
        Mapping.objects.filter(action="trackEventV2").update(name=f"Name {number}")
        publish(staging)
    Environment.objects.filter(slug="production").update(settings={"debug": True})
    shown = words(owner.get(overview))
    assert "2 releases ahead of Production" in shown
    assert shown.count("Settings changed since this was deployed") == 1
    assert "Promote to Production" in shown


def test_it_warns_before_replacing_a_newer_release(owner):
    source, staging = staged()
    publish(staging)
    Mapping.objects.filter(action="viewedPageV2").update(name="Hotfix")
    publish(source.production)
    assert "Promoting replaces the newer #2." in words(owner.get(url("source", "overview", source.pk)))
    page = url("source", "promote", source.pk, "production")
    newer = "Production has a newer release, #2. Promoting #1 replaces it."
    assert newer in words(owner.get(page))
    review = request_review(source.production, by=User.objects.get(), release=source.releases.get(number=1))
    assert newer in words(owner.get(url("review", "change", review.pk)))
    promote(source.releases.get(number=2), staging)
    assert "newer" not in words(owner.get(page))


def test_it_shows_what_is_live_in_each_environment(owner):
    source, staging = staged()
    publish(source.production)
    pages = ("/admin/", url("source", "changelist"), url("source", "mappings", source.pk))
    for page in pages:
        shown = " ".join(words(owner.get(page)).split())
        assert "Published" in shown
        assert "Unpublished changes. " not in shown
        assert "Staging not published Production #1" in shown, page
        assert "Never published" not in shown.replace("Never published Disabled", ""), page
    Mapping.objects.filter(action="viewedPageV2").update(name="Second")
    publish(staging)
    for page in pages:
        shown = " ".join(words(owner.get(page)).split())
        assert "Staging #2 Production #1, 1 behind" in shown, page
        assert "Published #2" not in shown
    production = source.environments.get(slug="production")
    production.settings = {"debug": True}
    production.save()
    assert "1 behind, settings changed" in text(owner.get("/admin/"))


def test_it_counts_the_environments_that_a_list_hides(owner):
    source, _staging = staged()
    a_staging_environment(source, name="Test 0")
    for page in ("/admin/", url("source", "changelist")):
        assert "Production not published" in " ".join(words(owner.get(page)).split()), page
    for number in (1, 2):
        a_staging_environment(source, name=f"Test {number}")
    for page in ("/admin/", url("source", "changelist")):
        shown = " ".join(words(owner.get(page)).split())
        assert "Test 1 not published +2 more" in shown, page
        assert "Production" not in shown, page


def test_it_shows_one_environment_as_before(owner):
    source = a_set_up_source()
    publish(source.production)
    for page in ("/admin/", url("source", "changelist"), url("source", "mappings", source.pk)):
        shown = text(owner.get(page))
        assert "Published #1" in shown
        assert "Live releases" not in shown


def test_it_starts_no_setup_over_where_production_is_live(owner):
    source = a_set_up_source()
    publish(source.production)
    a_staging_environment(source)
    assert "Set up your first website" not in text(owner.get("/admin/"))
    assert source.stored_status.code == "live"


def test_it_names_the_first_release_of_an_environment(owner):
    source, _staging = staged()
    page = url("source", "publish", source.pk)
    assert "Contents of the first release" in words(owner.get(page))
    publish(source.production)
    shown = words(owner.get(page))
    assert "First release in Staging" in shown
    assert "These drafts are the same as release #1, which is live in Production." in shown
    assert "Staging has no release yet" in words(owner.get(url("source", "mappings", source.pk)))


def test_it_installs_the_chosen_environment(owner):
    source, staging = staged()
    page = url("source", "install", source.pk)
    assert source.production.write_key in text(owner.get(page))
    assert staging.write_key in text(owner.get(page + "?environment=staging"))


def test_it_hides_environments_in_the_activity_of_others(owner):
    source = a_set_up_source(name="Alone")
    owner.post(
        url("source", "rotate", source.pk), {"grace_days": "7", "write_key": source.production.write_key}
    )
    home = words(owner.get("/admin/"))
    assert "rotated the write key of the source" in home
    assert "environment" not in home.lower()
    other, _staging = staged()
    publish(other.first_environment)
    assert "added the environment" in words(owner.get("/admin/"))


@pytest.mark.parametrize(
    "page", ["overview", "releases", "install", "change", "publish", "promote", "environment", "delete"]
)
def test_it_takes_few_queries_with_many_environments(owner, page):
    source, staging = staged()
    others = [a_staging_environment(source, name=f"Test {number}") for number in range(5)]
    for environment in (*others, staging):
        publish(environment)
    addresses = {
        "promote": url("source", "promote", source.pk, "production"),
        "environment": url("environment", "change", staging.pk),
        "delete": url("environment", "delete", staging.pk),
    }
    with CaptureQueriesContext(connection) as queries:
        response = owner.get(addresses.get(page) or url("source", page, source.pk))
    assert response.status_code == 200
    reads = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    assert len(reads) <= 10, "\n".join(reads)


def test_it_limits_the_environments_of_a_listed_release(owner):
    source, staging = staged()
    others = [a_staging_environment(source, name=f"Test {number}") for number in range(3)]
    for environment in (staging, *others):
        publish(environment)
    shown = " ".join(words(owner.get(url("release"))).split())
    assert "Live Staging Test 0 Test 1 Test 2" in shown
    publish(source.environments.get(slug="production"))
    assert "Live Staging Test 0 Test 1 +2 more" in " ".join(words(owner.get(url("release"))).split())


@pytest.mark.parametrize(
    ("way", "act"), [("publish", "publish"), ("promote", "promote"), ("roll_back", "roll back")]
)
def test_it_names_the_way_to_deploy_now(owner, way, act):
    source, staging = staged()
    first = publish(staging).deployment
    Mapping.objects.filter(action="viewedPageV2").update(name="Second")
    live = publish(staging).deployment
    page = {
        "publish": url("source", "publish", source.pk),
        "promote": url("source", "promote", source.pk, "production"),
        "roll_back": url("deployment", "roll_back", first.pk),
    }[way]
    shown = owner.get(page).context
    posted = {"later": "1", "at": "2020-01-01T10:00", "reviewed": shown["form"]["reviewed"].value()}
    response = owner.post(page, {**posted, **shown.get("seen", {})})
    assert f"Choose a later one, or {act} now." in text(response), live


def test_it_says_that_a_rollback_changes_nothing(owner):
    source = a_set_up_source()
    first = publish(source.production).deployment
    mapping = Mapping.objects.filter(action="viewedPageV2")
    name = mapping.get().name
    for each in ("Second", name):
        mapping.update(name=each)
        publish(source.production)
    page = text(owner.get(url("deployment", "roll_back", first.pk)))
    assert "No differences. Rolling back would change nothing for visitors." in page
