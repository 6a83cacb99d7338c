"""Recent changes across sources."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser

from fullstory_dest.models import Destination, Environment, Mapping, Source
from fullstory_dest.services.activity.recent import recent_activity
from fullstory_dest.services.drafts.reorder_mappings import reorder_mappings
from fullstory_dest.services.drafts.toggle import toggle
from fullstory_dest.services.environments.delete_environment import delete_environment
from fullstory_dest.services.environments.reorder_environments import reorder_environments
from fullstory_dest.services.publishing.approvals import Override
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.reviews import (
    approve,
    decline,
    deploy_review,
    request_review,
    withdraw,
)
from fullstory_dest.services.publishing.roll_back import roll_back
from fullstory_dest.services.sources.archive import archive, restore
from fullstory_dest.services.sources.rotate_key import rotate_key
from tests.factories import a_mapping, a_set_up_source, a_source, a_staging_environment

pytestmark = pytest.mark.django_db


@pytest.fixture
def olive():
    return get_user_model().objects.create_superuser("olive")


def latest(user):
    return recent_activity(user, limit=1)[0]


def save(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def test_it_reports_changes_to_sources(olive):
    source = a_source(name="Shop")
    done = [
        ("added", lambda: None),
        ("changed", lambda: save(source, name="Store")),
        ("disabled", lambda: save(source, enabled=False)),
        ("enabled", lambda: save(source, enabled=True)),
        ("archived", lambda: archive(source)),
        ("restored", lambda: restore(source)),
    ]
    for verb, act in done:
        act()
        item = latest(olive)
        assert (item.verb, item.kind, item.id, item.exists) == (verb, "source", source.pk, True)
    assert item.name == "Store"


def test_it_reports_changes_to_environments(olive):
    environment = a_staging_environment(a_source(name="Shop"))
    found = [(item.verb, item.name) for item in recent_activity(olive, limit=3)]
    assert found == [("added", "Staging"), ("added", "Shop")]
    environment = rotate_key(environment)
    item = latest(olive)
    assert (item.verb, item.kind, item.id) == ("rotated_key", "environment", environment.pk)
    assert item.source == environment.source
    environment.delete()
    assert (latest(olive).verb, latest(olive).exists) == ("deleted", False)


def test_it_reports_deployments(olive):
    source = a_set_up_source()
    first = publish(source.production, by=olive).deployment
    assert (latest(olive).verb, latest(olive).by, latest(olive).source) == ("published", olive, source)
    Mapping.objects.first().delete()
    publish(source.production)
    roll_back(first)
    assert (latest(olive).verb, latest(olive).name) == ("rolled_back", "#1")


def test_it_names_changed_fields_and_where_they_are(olive):
    mapping = a_mapping()
    save(mapping, name="Other", trigger='type = "page"')
    item = latest(olive)
    assert (item.verb, item.fields, item.channel) == ("changed", ("name", "trigger"), "command")
    assert (item.destination, item.source) == (mapping.destination, mapping.destination.source)


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (
            Source,
            {
                "name": "Store",
                "slug": "store",
                "honor_gpc": True,
                "honor_dnt": True,
            },
        ),
        (
            Environment,
            {
                "name": "Live",
                "slug": "live",
                "write_key": "another",
                "api_host": "events.example.com",
                "settings": {"debug": True},
                "required_approvals": 1,
            },
        ),
        (
            Destination,
            {
                "name": "Other",
                "settings": {"orgId": "o-2-na1"},
                "consent_categories": ["marketing"],
            },
        ),
        (
            Mapping,
            {
                "name": "Other",
                "action": "viewedPageV2",
                "trigger": 'type = "page"',
                "fields": {"properties": {"a": 1}},
            },
        ),
    ],
)
def test_it_reports_each_changed_field(olive, model, values):
    a_mapping()
    row = model.objects.get()
    save(row, **values)
    assert set(latest(olive).fields) == set(values)


def test_it_reports_toggled_reordered_and_deleted_mappings(olive):
    first = a_mapping(enabled=True)
    second = a_mapping(first.destination, name="Second")
    toggle(Mapping, [first.pk], enabled=False)
    assert latest(olive).verb == "disabled"
    reorder_mappings(first.destination, [second.pk, first.pk])
    assert {item.verb for item in recent_activity(olive, limit=2)} == {"reordered"}
    key = second.pk
    second.delete()
    item = latest(olive)
    assert (item.verb, item.id, item.name, item.exists) == ("deleted", key, "Second", False)


def test_it_leaves_out_saves_that_change_nothing(olive):
    mapping = a_mapping()
    mapping.save()
    assert latest(olive).verb == "added"


def test_it_survives_the_deletion_of_a_destination(olive):
    a_mapping()
    Destination.objects.all().delete()
    mapping = next(item for item in recent_activity(olive, limit=10) if item.kind == "mapping")
    assert (mapping.source, mapping.destination, mapping.exists) == (None, None, False)


def test_it_shows_only_rows_that_the_user_can_view():
    a_set_up_source()
    assert recent_activity(AnonymousUser(), limit=10) == []
    assert recent_activity(get_user_model().objects.create_user("nobody"), limit=10) == []


def test_it_runs_one_query_per_model(olive, django_assert_num_queries):
    for number in range(3):
        publish(a_set_up_source(name=str(number)).production)
    with django_assert_num_queries(5):
        named = [str(item.source) for item in recent_activity(olive, limit=5)]
    assert len(named) == 5


def test_it_names_the_environment_of_a_deployment(olive):
    source = a_set_up_source()
    publish(source.production, by=olive)
    assert not latest(olive).several_environments
    publish(a_staging_environment(source), by=olive)
    item = latest(olive)
    assert (item.environment.name, item.several_environments) == ("Staging", True)


def test_it_reports_reviews(olive):
    source = a_set_up_source(name="Shop")
    olga = get_user_model().objects.create_superuser("olga")
    save(source.production, required_approvals=1)
    review = request_review(source.production, by=olive)
    item = latest(olive)
    assert (item.verb, item.kind, item.id, item.by) == ("requested", "review", review.pk, olive)
    assert (item.name, item.source) == (f"Shop, Production #{review.pk}", source)
    approve(review, by=olga, reviewed=review.fingerprint)
    assert (latest(olive).verb, latest(olive).by) == ("approved", olga)
    deploy_review(review, by=olive, reviewed=review.fingerprint)
    found = {(item.kind, item.verb, item.reason) for item in recent_activity(olive, limit=2)}
    assert found == {("deployment", "published", ""), ("review", "deployed", "")}
    withdraw(request_review(source.production, by=olive), by=olive)
    assert latest(olive).verb == "withdrawn"
    decline(request_review(source.production, by=olive), by=olga, reason="Too late")
    assert (latest(olive).verb, latest(olive).by, latest(olive).reason) == ("declined", olga, "Too late")


def test_it_reports_the_reason_to_deploy_without_approvals(olive):
    source = a_set_up_source()
    save(source.production, required_approvals=1)
    review = request_review(source.production, by=olive)
    override = Override(olive, "Checkout is broken")
    deploy_review(review, by=olive, reviewed=review.fingerprint, override=override)
    found = {(item.kind, item.verb, item.reason) for item in recent_activity(olive, limit=2)}
    assert found == {
        ("deployment", "published", "Checkout is broken"),
        ("review", "overridden", "Checkout is broken"),
    }


def test_it_reports_a_move_of_environments_but_not_its_causes(olive):
    source = a_source(name="Shop")
    staging = a_staging_environment(source)
    verbs = [item.verb for item in recent_activity(olive, limit=9)]
    assert verbs == ["added", "added"]
    reorder_environments(source, [source.production.pk, staging.pk])
    assert latest(olive).verb == "reordered"
    delete_environment(staging)
    assert latest(olive).verb == "deleted"
