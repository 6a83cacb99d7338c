"""Requests generated from the schema by schemathesis: no 500s, and each answer matches the schema."""

from datetime import timedelta

import pytest
import schemathesis
from django.contrib.auth.models import User
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance

from fullstory_dest.models import ClassicDestination
from fullstory_dest.services.previews.preview_link import create_preview_link
from fullstory_dest.services.previews.test_cases import save_test_case
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.reviews import request_review
from fullstory_dest.services.publishing.schedule_deployment import schedule_deployment
from project.wsgi import application
from tests.factories import ORG, a_set_up_source, an_owner
from tests.parity.comparison import run_seed

schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(public=True))
schema.app = application
OPERATIONS = [found.ok() for found in schema.get_all_operations()]


@pytest.fixture
def _one_connection():
    """Keep the connection that holds the test's transaction open, as Django's client does."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.fixture
def rows(owner, _one_connection):
    """The ID of one row of every resource."""
    source = a_set_up_source()
    destination = source.destinations.get()
    classic = ClassicDestination(source=source, settings={"org": ORG})
    classic.save()
    test_case = save_test_case(source, name="Bought", event={"type": "track", "event": "Bought"})
    deployment = publish(source.production).deployment
    review = request_review(source.production, by=User.objects.get(username="olive"))
    scheduled = schedule_deployment(
        source.production,
        at=timezone.now() + timedelta(hours=1),
        by=User.objects.get(username="olive"),
        reviewed=review.fingerprint,
    )
    return {
        "test-cases": test_case.pk,
        "sources": source.pk,
        "destinations": destination.pk,
        "mappings": destination.mappings.first().pk,
        "environments": source.production.pk,
        "deployments": deployment.pk,
        "releases": deployment.release_id,
        "reviews": review.pk,
        "scheduled-deployments": scheduled.pk,
        "preview-links": create_preview_link(
            source.production, by=an_owner(), page_url="https://shop.example/"
        ).pk,
        "classic-destinations": classic.pk,
    }


def conforms(case, owner, rows):
    if "id" in case.path_parameters:
        case.path_parameters["id"] = rows[case.path.split("/")[3]]
    headers = {"Authorization": owner._credentials["HTTP_AUTHORIZATION"]}
    response = case.call(headers=headers)
    case.validate_response(response, checks=[not_a_server_error, response_schema_conformance])


examples = settings(
    max_examples=settings.default.max_examples // 12, database=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_it_answers_as_the_schema_describes(operation, owner, rows):
    @seed(run_seed())
    @settings(examples, phases=[Phase.generate])
    @given(operation.as_strategy())
    def check(case):
        conforms(case, owner, rows)

    check()


# Schemathesis creates these cases, each of which violates one rule, during collection. It takes 30 s per process.
if settings.get_current_profile_name() == "all":

    @pytest.mark.long
    @schema.parametrize()
    @settings(examples, phases=[Phase.explicit])
    def test_it_answers_violations_as_the_schema_describes(case, owner, rows):
        conforms(case, owner, rows)
