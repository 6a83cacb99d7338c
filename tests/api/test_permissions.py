"""The permissions of each operation."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from fullstory_dest.models import (
    ClassicDestination,
    Deployment,
    Destination,
    Environment,
    Mapping,
    PreviewLink,
    Release,
    Review,
    ScheduledDeployment,
    Source,
    TestCase,
)
from fullstory_dest.services.environments.create_environment import create_environment
from fullstory_dest.services.previews.preview_link import create_preview_link
from fullstory_dest.services.publishing.deploy import fingerprint
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.reviews import request_review
from fullstory_dest.services.publishing.schedule_deployment import schedule_deployment
from fullstory_dest.services.spec import drafts_in
from tests.api.conftest import client_of, someone
from tests.factories import ORG, a_set_up_source, an_owner

ROWS = {
    "sources": Source,
    "environments": Environment,
    "destinations": Destination,
    "mappings": Mapping,
    "test-cases": TestCase,
    "classic-destinations": ClassicDestination,
}
READ_ONLY = {"releases": Release, "deployments": Deployment, "reviews": Review}
SCHEDULED = "scheduled-deployments/"
LISTS = [*ROWS, *READ_ONLY]
READ_SOURCE = ("view_source", "view_destination", "view_mapping")
PUBLISH = ("publish_source", *READ_SOURCE)
EVENT = {"type": "track", "event": "Bought"}


def operations_on_rows():
    for resource, model in ROWS.items():
        name = model._meta.model_name
        yield "get", f"{resource}/", (f"view_{name}",), {}
        yield "post", f"{resource}/", (f"add_{name}",), {}
        yield "get", f"{resource}/{{id}}/", (f"view_{name}",), {}
        yield "put", f"{resource}/{{id}}/", (f"change_{name}",), {}
        yield "patch", f"{resource}/{{id}}/", (f"change_{name}",), {}
        # Deleting a source affects browsers immediately.
        yield "delete", f"{resource}/{{id}}/", (f"delete_{name}", *(PUBLISH if model is Source else ())), {}


#: Every operation with its permissions and its request body.
OPERATIONS = [
    *operations_on_rows(),
    ("get", "activity/", ("view_source",), {}),
    ("get", "catalog/", (), {}),
    ("get", "releases/", ("view_release",), {}),
    ("get", "releases/{id}/", ("view_release",), {}),
    ("get", "sources/{id}/diff/", READ_SOURCE, {}),
    ("get", "sources/{id}/install/", READ_SOURCE, {}),
    ("get", "sources/{id}/spec/", READ_SOURCE, {}),
    ("post", "sources/{id}/preview/", READ_SOURCE, {"events": [EVENT]}),
    ("post", "sources/{id}/preview/", READ_SOURCE, {"events": [EVENT], "explain": True}),
    ("post", "sources/{id}/publish/", PUBLISH, {}),
    ("get", "deployments/", ("view_deployment",), {}),
    ("get", "deployments/{id}/", ("view_deployment",), {}),
    ("post", "environments/{id}/promote/", PUBLISH, {"release": 1}),
    ("post", "environments/{id}/rollback/", PUBLISH, {"deployment": "FIRST"}),
    ("post", "environments/{id}/redeploy/", PUBLISH, {}),
    ("post", "environments/{id}/rotate-key/", (*PUBLISH, "change_source"), {}),
    ("post", "environments/{id}/preview-link/", READ_SOURCE, {"page_url": "https://shop.example/"}),
    ("get", "preview-links/", READ_SOURCE, {}),
    ("get", "preview-links/{id}/", READ_SOURCE, {}),
    ("post", "preview-links/{id}/revoke/", READ_SOURCE, {}),
    ("get", SCHEDULED, READ_SOURCE, {}),
    ("get", f"{SCHEDULED}{{id}}/", READ_SOURCE, {}),
    ("post", f"{SCHEDULED}{{id}}/cancel/", PUBLISH, {}),
    ("get", "reviews/", ("view_review",), {}),
    ("get", "reviews/{id}/", ("view_review", *READ_SOURCE), {}),
    ("post", "reviews/", (*READ_SOURCE, "add_review"), {"environment": "STAGING"}),
    ("post", "reviews/{id}/approve/", PUBLISH, {"reviewed": "REVIEWED"}),
    ("post", "reviews/{id}/decline/", PUBLISH, {"reason": "No"}),
    ("post", "reviews/{id}/withdraw/", (*READ_SOURCE, "add_review"), {}),
    ("post", "reviews/{id}/deploy/", PUBLISH, {"reviewed": "REVIEWED"}),
    ("post", "mappings/validate/", READ_SOURCE, {"trigger": 'type = "track"'}),
    ("post", "classic-destinations/{id}/plan/", ("view_classicdestination",), {}),
    (
        "post",
        "classic-destinations/{id}/migrate/",
        ("view_classicdestination", "add_migration", "add_destination", "add_mapping"),
        {},
    ),
]


@pytest.fixture
def source(db):
    """A source with one of everything. Staging has two deployments and a review."""
    source = a_set_up_source()
    staging = create_environment(Environment(source=source, name="Staging"))
    publish(staging)
    Mapping.objects.filter(action="trackEventV2").update(enabled=False)
    publish(staging)
    Mapping.objects.filter(action="viewedPageV2").update(enabled=False)
    request_review(staging, by=someone("rita"))
    create_preview_link(staging, by=an_owner(), page_url="https://shop.example/")
    at, by = timezone.now() + timedelta(hours=1), someone("sid")
    schedule_deployment(staging, at=at, by=by, reviewed=fingerprint(drafts_in(staging)))
    ClassicDestination(source=source, settings={"org": ORG}).save()
    TestCase(source=source, name="Bought", event=EVENT).save()
    return source


def sent_values(body):
    """Return a request's body with the values that only the saved rows have."""
    staging = Environment.objects.filter(slug="staging").first()
    values = {}
    if staging:
        values = {
            "STAGING": staging.pk,
            "FIRST": staging.deployments.earliest("pk").pk,
            "REVIEWED": fingerprint(drafts_in(staging)),
        }
    return {key: values.get(value, value) if isinstance(value, str) else value for key, value in body.items()}


def send(client, method, path, body):
    """Send a request to a path in which ``{id}`` is the latest row of the resource."""
    models = {**ROWS, **READ_ONLY, "scheduled-deployments": ScheduledDeployment, "preview-links": PreviewLink}
    model = models.get(path.partition("/")[0])
    key = model.objects.order_by("-pk").first().pk if model and "{id}" in path else ""
    confirmed = "?name=Staging" if (method, path) == ("delete", "environments/{id}/") else ""
    return getattr(client, method)(f"/api/v1/{path.replace('{id}', str(key))}{confirmed}", sent_values(body))


def test_it_covers_every_operation():
    paths = SchemaGenerator().get_schema(public=True)["paths"]
    described = {
        (method, re.sub(r"{\w+}", "{id}", path).removeprefix("/api/v1/"))
        for path, operations in paths.items()
        for method in operations
    }
    assert described == {(method, path) for method, path, _permissions, _body in OPERATIONS}


@pytest.mark.parametrize(("method", "path", "permissions", "body"), OPERATIONS)
def test_it_requires_exactly_the_permissions_of_each_operation(
    source, refused, method, path, permissions, body
):
    refused(send(client_of(), method, path, body), 401)
    for missing in permissions:
        others = [each for each in permissions if each != missing]
        refused(send(client_of(someone(f"without {missing}", *others)), method, path, body), 403)
        if method == "get":
            assert (
                send(client_of(someone(f"asks without {missing}", *others)), "head", path, body).status_code
                == 403
            )
    ann = someone("ann", *permissions)
    if path.endswith(("withdraw/", "revoke/")):
        Review.objects.update(created_by=ann)
        PreviewLink.objects.update(created_by=ann)
    response = send(client_of(ann), method, path, body)
    # An empty body is refused, but only after the permissions are checked.
    is_incomplete = (method, path) != ("put", "classic-destinations/{id}/") and (
        method == "put" or (method == "post" and path.removesuffix("/") in ROWS)
    )
    assert response.status_code in ((400,) if is_incomplete else (200, 201, 204)), response.content


@pytest.mark.parametrize("resource", LISTS)
def test_it_requires_permission_for_options(source, refused, resource):
    model = {**ROWS, **READ_ONLY}[resource]
    view = f"view_{model._meta.model_name}"
    for path in (f"{resource}/", f"{resource}/{{id}}/"):
        refused(send(client_of(), "options", path, {}), 401)
        refused(send(client_of(someone(f"without {path}")), "options", path, {}), 403)
        assert send(client_of(someone(f"ann {path}", view)), "options", path, {}).status_code == 200


@pytest.mark.parametrize("resource", LISTS)
def test_it_requests_a_token(anonymous, refused, resource, db):
    response = anonymous.get(f"/api/v1/{resource}/")
    refused(response, 401)
    assert response["WWW-Authenticate"] == "Bearer"
    refused(anonymous.post(f"/api/v1/{resource}/", {}), 401)


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer a b", "Bearer wrong", "Bearer \xff\xfe", "Bearer " + "a" * 10_000, "Basic dTpw"],
)
def test_it_refuses_an_invalid_token(anonymous, refused, header, db):
    refused(anonymous.get("/api/v1/sources/", HTTP_AUTHORIZATION=header), 401)


def test_it_refuses_the_token_of_a_deactivated_user(refused, db):
    user = get_user_model().objects.create_superuser("olive")
    client = client_of(user)
    assert client.get("/api/v1/sources/").status_code == 200
    user.is_active = False
    user.save()
    refused(client.get("/api/v1/sources/"), 401)


def test_it_lets_an_editor_change_drafts(editor, source):
    mapping = Mapping.objects.first()
    assert editor.patch(f"/api/v1/mappings/{mapping.pk}/", {"name": "Changed"}).status_code == 200
    assert editor.post("/api/v1/sources/", {"name": "Other"}).status_code == 201


def test_it_accepts_a_session_only_with_a_csrf_token(refused, db):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(get_user_model().objects.create_superuser("olive"))
    assert client.get("/api/v1/sources/").status_code == 200
    refused(client.post("/api/v1/sources/", {"name": "Shop"}), 403)
    assert not Source.objects.exists()


def test_it_requires_permission_to_publish_for_immediate_effects(editor, owner):
    source = a_set_up_source()
    address = f"/api/v1/sources/{source.pk}/"
    assert editor.patch(address, {"name": "Renamed", "enabled": True}).status_code == 200
    assert editor.patch(address, {"enabled": False}).status_code == 403
    assert editor.delete(address).status_code == 403
    source.refresh_from_db()
    assert (source.name, source.enabled) == ("Renamed", True)
    assert owner.patch(address, {"enabled": False}).json()["enabled"] is False
    assert owner.delete(address).status_code == 204


@pytest.mark.parametrize("flag", ["is_active", "is_staff"])
def test_it_refuses_the_token_of_a_user_who_cannot_log_in(viewer, refused, flag):
    assert viewer.get("/api/v1/sources/").status_code == 200
    get_user_model().objects.filter(username="vic").update(**{flag: False})
    refused(viewer.get("/api/v1/sources/"), 401)


@pytest.mark.parametrize("flag", ["is_active", "is_staff"])
def test_it_refuses_the_session_of_a_user_who_cannot_log_in(refused, db, flag):
    client = APIClient()
    olive = get_user_model().objects.create_superuser("olive")
    client.force_login(olive)
    assert client.get("/api/v1/sources/").status_code == 200
    get_user_model().objects.update(**{flag: False})
    refused(client.get("/api/v1/sources/"), 401)
    refused(client.post("/api/v1/sources/", {"name": "Shop"}), 401)
    assert not Source.objects.exists()
