"""``POST /api/v1/environments/{id}/rollback/``"""

import pytest

from fullstory_dest.models import Mapping
from fullstory_dest.services.publishing.publish import publish
from tests.factories import a_set_up_source


@pytest.fixture
def deployments(db):
    """Two deployments of a source."""
    source = a_set_up_source()
    first = publish(source.production).deployment
    Mapping.objects.update(enabled=False)
    return first, publish(source.production).deployment


@pytest.fixture
def path(deployments):
    return f"/api/v1/environments/{deployments[0].environment_id}/rollback/"


def test_it_restores_the_documents_of_a_deployment(owner, path, deployments):
    first, _second = deployments
    response = owner.post(path, {"deployment": first.pk, "note": "Too many events"})
    assert response.status_code == 201
    found = response.json()
    assert (found["kind"], found["restored"], found["created_by"]) == ("rollback", first.pk, "olive")
    assert (found["release"], found["digest"], found["note"]) == (1, first.digest, "Too many events")
    assert first.release.source.releases.count() == 2


def test_it_refuses_a_rollback_to_the_live_deployment(owner, refused, path, deployments):
    problem = refused(owner.post(path, {"deployment": deployments[1].pk}), 409)
    assert problem["detail"] == "release 2 is already live"


@pytest.mark.parametrize("deployment", [None, 0, 999, -1, 10**30, "draft", [], 1.5, True])
def test_it_refuses_an_unknown_deployment(owner, refused, path, deployment):
    refused(owner.post(path, {"deployment": deployment}), 400, "/deployment")


def test_it_requires_a_deployment(owner, refused, path):
    refused(owner.post(path), 400, "/deployment")


def test_it_rolls_back_if_the_expected_deployment_is_live(owner, path, deployments):
    first, second = deployments
    assert owner.post(path, {"deployment": first.pk, "live": second.pk}).status_code == 201


def test_it_refuses_a_rollback_if_another_one_went_live(owner, refused, path, deployments):
    first, second = deployments
    Mapping.objects.update(name="Changed")
    third = publish(first.environment).deployment
    problem = refused(owner.post(path, {"deployment": first.pk, "live": second.pk}), 409)
    assert problem["type"].endswith(":conflict")
    assert problem["detail"].startswith(
        f"Deployment {third.pk} is live now instead of deployment {second.pk}."
    )
    assert first.environment.deployments.count() == 3


@pytest.mark.parametrize("live", [None, 0, -1, "x", [], 10**30])
def test_it_refuses_an_invalid_live_deployment(owner, path, deployments, live):
    answer = owner.post(path, {"deployment": deployments[0].pk, "live": live})
    assert answer.status_code == (409 if live == 10**30 else 400)
    assert deployments[0].environment.deployments.count() == 2
