"""``/api/v1/environments/``"""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from fullstory_dest.models import Environment, Mapping, TestCase
from fullstory_dest.services.environments.create_environment import create_environment
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.publish_due import publish_due
from tests.api.conftest import client_of, someone
from tests.factories import ORG, a_destination, a_set_up_source, a_source, a_staging_environment

ENVIRONMENTS = "/api/v1/environments/"


@pytest.fixture
def source(db):
    """A source with Staging, where its drafts are published, before Production."""
    source = a_set_up_source()
    publish(create_environment(Environment(source=source, name="Staging")))
    return source


@pytest.fixture
def production(source):
    return source.environments.get(slug="production")


@pytest.fixture
def staging(source):
    return source.environments.get(slug="staging")


def test_it_lists_the_environments_of_a_source(owner, source, staging):
    a_source(name="Other")
    found = owner.get(ENVIRONMENTS, {"source": source.pk}).json()["results"]
    by_slug = {each["slug"]: each for each in found}
    assert {slug: each["position"] for slug, each in by_slug.items()} == {"staging": 0, "production": 1}
    assert by_slug["staging"]["live"] == staging.live_id
    assert (by_slug["staging"]["live_release"], by_slug["production"]["live_release"]) == (1, None)


def test_it_creates_an_environment_before_production(owner):
    source = a_set_up_source()
    response = owner.post(
        ENVIRONMENTS, {"source": source.pk, "name": "QA", "settings": {"orgId": "o-QA-na1", "debug": False}}
    )
    assert response.status_code == 201, response.content
    found = response.json()
    assert (found["slug"], found["position"], found["required_approvals"]) == ("qa", 0, 0)
    assert found["settings"] == {"orgId": "o-QA-na1", "debug": False}
    assert len(found["write_key"]) == 32


@pytest.mark.parametrize(
    ("settings", "pointer"),
    [
        ({"orgId": "not an org"}, "/settings/orgId"),
        ({"host": "https://x"}, "/settings/host"),
        ({"debug": "yes"}, "/settings/debug"),
        ({"tidyPropertyNames": True}, "/settings/tidyPropertyNames"),
        ([], "/settings"),
        (None, "/settings"),
    ],
)
def test_it_locates_wrong_overrides(owner, refused, settings, pointer):
    body = {"source": a_source().pk, "name": "QA", "settings": settings}
    refused(owner.post(ENVIRONMENTS, body), 400, pointer)
    assert Environment.objects.count() == 1


def test_it_refuses_one_namespace_for_several_destinations(owner, refused, source, staging):
    a_destination(source, name="Second", settings={"orgId": ORG, "namespace": "FS2"})
    body = {"settings": {"namespace": "FS"}}
    refused(owner.patch(f"{ENVIRONMENTS}{staging.pk}/", body), 400, "/settings/namespace")
    refused(owner.post(ENVIRONMENTS, {"source": source.pk, "name": "QA", **body}), 400, "/settings/namespace")


def test_it_never_uses_a_changed_write_key_again(owner, refused):
    path, first, second = ENVIRONMENTS, a_source(), a_source(name="Other")
    made = owner.post(path, {"source": first.pk, "name": "QA", "write_key": "case-key"}).json()
    assert owner.patch(f"{path}{made['id']}/", {"write_key": "other-key"}).status_code == 200
    body = {"source": second.pk, "name": "QA", "write_key": "case-key"}
    refused(owner.post(path, body), 400, "/write_key")


@pytest.mark.parametrize("name", ["staging", " STAGING ", "Sta\u202eging", "a\nb", "\u2066x", "x\x9f"])
def test_it_refuses_names_that_look_alike(owner, refused, source, staging, production, name):
    body = {"source": source.pk, "name": name, "slug": "other"}
    refused(owner.post(ENVIRONMENTS, body), 400, "/name")
    refused(owner.patch(f"{ENVIRONMENTS}{production.pk}/", {"name": name}), 400, "/name")
    assert owner.patch(f"{ENVIRONMENTS}{staging.pk}/", {"name": "STAGING"}).status_code == 200


def test_it_moves_an_environment(owner, source, staging):
    assert owner.patch(f"{ENVIRONMENTS}{staging.pk}/", {"position": 1}).json()["position"] == 1
    assert list(source.environments.values_list("slug", flat=True)) == ["production", "staging"]


def test_it_promotes_a_release_with_the_environments_own_values(owner, production, staging):
    response = owner.post(f"{ENVIRONMENTS}{production.pk}/promote/", {"release": 1, "note": "Tested"})
    assert response.status_code == 201, response.content
    found = response.json()
    assert (found["kind"], found["release"], found["note"]) == ("promote", 1, "Tested")
    assert found["environment_spec"]["write_key"] == production.write_key
    assert owner.post(f"{ENVIRONMENTS}{production.pk}/promote/", {"release": 1}).status_code == 200


@pytest.mark.parametrize("release", [2, 0, "x", None])
def test_it_refuses_to_promote_an_unknown_release(owner, refused, production, release):
    refused(owner.post(f"{ENVIRONMENTS}{production.pk}/promote/", {"release": release}), 400, "/release")


def test_it_refuses_to_promote_over_another_deployment(owner, refused, production, staging):
    body = {"release": 1, "live": staging.live_id}
    refused(owner.post(f"{ENVIRONMENTS}{production.pk}/promote/", body), 409)
    assert owner.post(f"{ENVIRONMENTS}{production.pk}/promote/", {**body, "live": 0}).status_code == 201


def test_it_refuses_a_deployment_of_another_environment(owner, refused, production, staging):
    body = {"deployment": staging.live_id}
    refused(owner.post(f"{ENVIRONMENTS}{production.pk}/rollback/", body), 400, "/deployment")


def test_it_redeploys_only_what_is_live(owner, refused, production, staging):
    Mapping.objects.update(enabled=False)
    assert owner.post(f"{ENVIRONMENTS}{staging.pk}/redeploy/", {}).status_code == 200
    problem = refused(owner.post(f"{ENVIRONMENTS}{production.pk}/redeploy/", {}), 409)
    assert problem["type"].endswith(":cannot-redeploy")


def test_it_deletes_a_live_environment_by_its_name(owner, refused, source, staging):
    path = f"{ENVIRONMENTS}{staging.pk}/"
    refused(owner.delete(path), 409)
    refused(owner.delete(f"{path}?name=staging"), 409)
    assert owner.delete(f"{path}?name=Staging").status_code == 204
    refused(owner.delete(f"{ENVIRONMENTS}{source.environments.get().pk}/?name=Production"), 409)


def test_it_requires_permission_to_lower_the_approvals(refused, staging):
    ann = client_of(someone("ann", "view_environment", "change_environment", "delete_environment"))
    Environment.objects.filter(pk=staging.pk).update(required_approvals=2)
    path = f"{ENVIRONMENTS}{staging.pk}/"
    assert ann.patch(path, {"name": "Stage", "required_approvals": 2}).status_code == 200
    refused(ann.patch(path, {"required_approvals": 0}), 403)
    refused(ann.delete(f"{path}?name=Stage"), 403)
    assert Environment.objects.get(pk=staging.pk).required_approvals == 2


@pytest.mark.parametrize("way", ["publish", "promote", "rollback", "redeploy"])
def test_it_schedules_each_way_to_deploy(owner, source, production, staging, way):
    first = staging.live_id
    Mapping.objects.update(enabled=False)
    publish(staging)
    requests = {
        "publish": (f"/api/v1/sources/{source.pk}/publish/", {"environment": "production"}),
        "promote": (f"{ENVIRONMENTS}{production.pk}/promote/", {"release": 1}),
        "rollback": (f"{ENVIRONMENTS}{staging.pk}/rollback/", {"deployment": first}),
        "redeploy": (f"{ENVIRONMENTS}{staging.pk}/redeploy/", {}),
    }
    path, body = requests[way]
    due = timezone.now() + timedelta(hours=1)
    response = owner.post(path, {**body, "at": due.isoformat(), "note": "Later"})
    assert response.status_code == 202, response.content
    found = response.json()
    assert (found["kind"], found["state"], found["note"]) == (way, "waiting", "Later")
    (done,) = publish_due(due)
    assert done.state == "done", done.outcome
    assert done.deployment.kind == ("publish" if way == "redeploy" else way)
    assert owner.get("/api/v1/scheduled-deployments/").json()["results"][0]["state"] == "done"


@pytest.fixture
def later():
    return (timezone.now() + timedelta(hours=1)).isoformat()


def test_it_schedules_no_redeployment_of_nothing(owner, refused, production, later):
    problem = refused(owner.post(f"{ENVIRONMENTS}{production.pk}/redeploy/", {"at": later}), 409)
    assert problem["type"].endswith(":cannot-redeploy")


def test_it_schedules_no_rollback_to_what_is_live(owner, refused, staging, later):
    path = f"{ENVIRONMENTS}{staging.pk}/rollback/"
    problem = refused(owner.post(path, {"deployment": staging.live_id, "at": later}), 409)
    assert problem["type"].endswith(":cannot-roll-back")


@pytest.mark.parametrize("way", ["promote", "rollback"])
def test_it_schedules_nothing_if_another_deployment_is_live(owner, refused, staging, later, way):
    first = staging.live_id
    Mapping.objects.update(enabled=False)
    now = publish(staging).deployment.pk
    path = f"{ENVIRONMENTS}{staging.pk}/{way}/"
    body = {"at": later, **({"release": 1} if way == "promote" else {"deployment": first})}
    for live in (first, 9999):
        problem = refused(owner.post(path, {**body, "live": live}), 409)
        assert problem["type"].endswith(":conflict")
    assert owner.post(path, {**body, "live": now}).status_code == 202


@pytest.mark.parametrize("flag", [{}, {"ignore_test_case_failures": True}])
def test_it_schedules_nothing_that_cannot_be_compiled(owner, refused, source, production, later, flag):
    Mapping.objects.filter(action="trackEventV2").update(trigger="type =")
    body = {"at": later, **flag}
    pointer = "/destinations/0/mappings/1/trigger"
    problem = refused(owner.post(f"/api/v1/sources/{source.pk}/publish/", body), 409, pointer)
    assert problem["type"].endswith(":cannot-compile")
    # A release was compiled before.
    path = f"{ENVIRONMENTS}{production.pk}/promote/"
    assert owner.post(path, {**body, "release": 1}).status_code == 202


def test_it_schedules_failing_test_cases_only_if_told(owner, refused, source, later):
    event = {"type": "track", "event": "Bought"}
    TestCase(source=source, name="Bought", event=event, expected=[]).save()
    path = f"/api/v1/sources/{source.pk}/publish/"
    problem = refused(owner.post(path, {"at": later}), 409, "")
    assert problem["type"].endswith(":test-cases-fail")
    assert owner.post(path, {"at": later, "ignore_test_case_failures": True}).status_code == 202


def test_it_refuses_a_time_without_a_zone(owner, refused, source):
    path = f"/api/v1/sources/{source.pk}/publish/"
    soon = timezone.now() + timedelta(days=1)
    refused(owner.post(path, {"at": soon.replace(tzinfo=None).isoformat()}), 400, "/at")
    due = owner.post(path, {"at": soon.strftime("%Y-%m-%dT%H:%M:%S-05:00")}).json()["due_at"]
    assert datetime.fromisoformat(due) == soon.replace(microsecond=0) + timedelta(hours=5)


def test_it_cancels_a_scheduled_deployment(owner, refused, source):
    at = (timezone.now() + timedelta(hours=1)).isoformat()
    made = owner.post(f"/api/v1/sources/{source.pk}/publish/", {"at": at}).json()
    refused(owner.post(f"/api/v1/sources/{source.pk}/publish/", {"at": at}), 409)
    path = f"/api/v1/scheduled-deployments/{made['id']}/cancel/"
    assert owner.post(path).json()["state"] == "canceled"
    refused(owner.post(path), 409)


def test_it_refuses_a_time_in_the_past(owner, refused, source):
    refused(owner.post(f"/api/v1/sources/{source.pk}/publish/", {"at": "2020-01-01T00:00:00Z"}), 409)


def test_it_creates_and_revokes_a_preview_link(owner, refused, staging, client):
    body = {"page_url": "https://shop.example/cart", "release": 1, "minutes": 5}
    made = owner.post(f"{ENVIRONMENTS}{staging.pk}/preview-link/", body).json()
    assert (made["release"], made["sends_calls"], made["created_by"]) == (1, False, "olive")
    token = made["url"].removeprefix("https://shop.example/cart#fs_debug=1&fs_preview=")
    assert b"offerPreview" not in (live := client.get(f"/v1/preview/{token}.js").content)
    assert staging.source.name.encode() in live
    assert owner.post(f"/api/v1/preview-links/{made['id']}/revoke/").json()["revoked_at"]
    assert b"revoked" in client.get(f"/v1/preview/{token}.js").content
    path = f"{ENVIRONMENTS}{staging.pk}/preview-link/"
    for wrong in ("javascript:alert(1)", "http://[::1]:99999/"):
        refused(owner.post(path, {"page_url": wrong}), 400, "/page_url")
    refused(owner.post(path, {**body, "minutes": 10_081}), 400, "/minutes")
    refused(owner.post(path, {**body, "release": 9}), 400, "/release")


def test_it_refuses_to_delete_a_source_that_requires_approvals(owner, refused, source):
    source.environments.filter(slug="production").update(required_approvals=1)
    permissions = ("publish_source", "view_source", "view_destination", "view_mapping", "delete_source")
    pat = client_of(someone("pat", *permissions))
    refused(pat.delete(f"/api/v1/sources/{source.pk}/"), 403)
    assert owner.delete(f"/api/v1/sources/{source.pk}/").status_code == 204


def test_it_refuses_to_schedule_an_override(owner, refused, source):
    body = {"at": "2030-01-01T00:00:00Z", "override_reason": "Night"}
    refused(owner.post(f"/api/v1/sources/{source.pk}/publish/", body), 400, "/override_reason")


def test_it_publishes_to_the_environment_of_the_query(owner, source, production):
    response = owner.post(f"/api/v1/sources/{source.pk}/publish/?environment=production", {})
    assert response.json()["environment"] == production.pk


def test_it_limits_what_viewers_do_with_preview_links(owner, refused, client, staging):
    path = f"{ENVIRONMENTS}{staging.pk}/preview-link/"
    user = someone("vic", "view_source", "view_destination", "view_mapping")
    vic, body = client_of(user), {"page_url": "https://shop.example/"}
    refused(vic.post(path, {**body, "sends_calls": True}), 403)
    own, other = vic.post(path, body).json(), owner.post(path, body).json()
    refused(vic.post(f"/api/v1/preview-links/{other['id']}/revoke/"), 403)
    user.user_permissions.clear()
    token = own["url"].partition("fs_preview=")[2]
    assert b"no longer see what it shows" in client.get(f"/v1/preview/{token}.js").content


@pytest.mark.parametrize("key", ["slug", "pk", "text"])
def test_it_takes_an_environment_by_slug_or_id(owner, key):
    source = a_set_up_source()
    staging = a_staging_environment(source)
    name = {"slug": "staging", "pk": staging.pk, "text": str(staging.pk)}[key]
    body = {"environment": name, "source": source.pk}
    review = owner.post("/api/v1/reviews/", body)
    assert (review.status_code, review.json()["environment"]) == (201, staging.pk)
    path = f"/api/v1/sources/{source.pk}"
    published = owner.post(f"{path}/publish/", {"environment": name})
    assert (published.status_code, published.json()["environment"]) == (201, staging.pk)
    assert owner.get(f"{path}/diff/", {"environment": name}).json()["release"] == 1
    events = {"events": [{"type": "page"}], "environment": name}
    assert owner.post(f"{path}/preview/", events).status_code == 200


def test_it_refuses_unknown_environments(owner):
    source = a_set_up_source()
    other = a_set_up_source(name="Other")
    for name in ("unknown", other.production.pk, str(other.production.pk), True, [], "a b", 2**70):
        body = {"environment": name, "source": source.pk}
        response = owner.post("/api/v1/reviews/", body)
        assert (response.status_code, "environment" in response.content.decode()) == (400, True), name
        response = owner.post(f"/api/v1/sources/{source.pk}/publish/", {"environment": name})
        assert response.status_code == 400, name
    response = owner.post("/api/v1/reviews/", {"environment": "production"})
    assert response.status_code == 400
    assert "required together with the slug" in response.content.decode()
    assert owner.post("/api/v1/reviews/", {"environment": source.production.pk}).status_code == 201
