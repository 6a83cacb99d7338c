"""Attempts to deploy something that isn't approved. None succeeds."""

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.utils import timezone

from fullstory_dest.models import Approval, Destination, Environment, Mapping, Review, ScheduledDeployment
from fullstory_dest.services.drafts.restore_drafts import restore_drafts
from fullstory_dest.services.publishing.approvals import (
    ApprovalRequiredError,
    Override,
    approvers,
    authors,
    reviews_awaiting,
)
from fullstory_dest.services.publishing.deploy import OutdatedReviewError, fingerprint
from fullstory_dest.services.publishing.diff import diff
from fullstory_dest.services.publishing.promote import promote
from fullstory_dest.services.publishing.proposals import proposed_spec
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.publish_due import publish_due
from fullstory_dest.services.publishing.publish_with_test_cases import publish_with_test_cases
from fullstory_dest.services.publishing.redeploy import redeploy
from fullstory_dest.services.publishing.reviews import (
    ReviewError,
    approve,
    compared_specs,
    decline,
    deploy_review,
    request_review,
    reviewed_fingerprint,
    withdraw,
)
from fullstory_dest.services.publishing.roll_back import roll_back
from fullstory_dest.services.publishing.schedule_deployment import schedule_deployment
from fullstory_dest.services.sources.rotate_key import rotate_key
from fullstory_dest.services.spec import drafts_in, live_spec
from tests.concurrency import at_once
from tests.factories import ORG, a_destination, a_mapping, a_set_up_source, a_staging_environment

pytestmark = pytest.mark.django_db


def a_user(name: str, role: str) -> User:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def production() -> Environment:
    """Production with two deployments, of which the first is rolled back to. It requires two approvals since then."""
    source = a_set_up_source()
    publish(source.production, note="First")
    Mapping.objects.filter(action="viewedPageV2").update(enabled=False)
    publish(source.production, note="Second")
    Mapping.objects.filter(action="viewedPageV2").update(name="Third")
    Environment.objects.update(required_approvals=2)
    return Environment.objects.select_related("source", "live__release").get()


@pytest.fixture
def people() -> dict[str, User]:
    roles = {
        "ed": "editor",
        "pat": "publisher",
        "pia": "publisher",
        "pim": "publisher",
        "olive": "owner",
    }
    return {name: a_user(name, role) for name, role in roles.items()}


@pytest.fixture
def review(production, people) -> Review:
    return request_review(production, by=people["ed"], note="Please")


@pytest.fixture(autouse=True)
def _nothing_goes_live(request, production):
    """What is live stays live, unless the test says otherwise."""
    before = production.live_id
    yield
    if "deploys" not in request.keywords:
        assert Environment.objects.get(pk=production.pk).live_id == before


def approved(review: Review, *users: User) -> str:
    reviewed = fingerprint(proposed_spec(review))
    for user in users:
        approve(review, by=user, reviewed=reviewed)
    return reviewed


def earlier(environment: Environment):
    return environment.deployments.earliest("pk")


def test_it_refuses_to_publish(production):
    with pytest.raises(ApprovalRequiredError, match="2 more approvals"):
        publish(production)
    assert production.source.releases.count() == 2


def test_it_refuses_to_publish_despite_failing_test_cases(production, people):
    with pytest.raises(ApprovalRequiredError):
        publish_with_test_cases(production, by=people["olive"], ignore_test_case_failures=True)


def test_it_refuses_to_roll_back(production, people):
    with pytest.raises(ApprovalRequiredError):
        roll_back(earlier(production), by=people["pat"])


def test_it_refuses_to_promote(production, people):
    staging = a_staging_environment(production.source)
    release = publish(staging).deployment.release
    with pytest.raises(ApprovalRequiredError):
        promote(release, production, by=people["pat"])


@pytest.mark.parametrize("command", ["publish", "promote --release 1", "rollback"])
def test_it_refuses_commands(production, command):
    name, *arguments = command.split()
    with pytest.raises(CommandError, match="2 more approvals"):
        call_command(name, production.source.slug, *arguments)


def test_it_refuses_the_override_of_a_command_without_permission(production, people):
    with pytest.raises(CommandError, match="don't have permission"):
        call_command("publish", production.source.slug, "--override", "Now", "--user", "pat")
    with pytest.raises(CommandError, match="requires --user"):
        call_command("publish", production.source.slug, "--override", "Now")


def test_it_refuses_a_scheduled_publish(production, people):
    reviewed = fingerprint(drafts_in(production))
    at = timezone.now() + timezone.timedelta(minutes=5)
    schedule_deployment(production, at=at, by=people["pat"], reviewed=reviewed)
    (done,) = publish_due(at)
    assert done.state == ScheduledDeployment.State.FAILED
    assert "2 more approvals" in done.outcome


def test_it_refuses_one_approval_of_two(review, people):
    reviewed = approved(review, people["pat"])
    with pytest.raises(ApprovalRequiredError, match="1 more approval"):
        deploy_review(review, by=people["pat"], reviewed=reviewed)


def test_it_counts_two_approvals_of_one_person_once(production, review, people):
    reviewed = approved(review, people["pat"], people["pat"])
    approved(request_review(production, by=people["ed"]), people["pat"])
    with pytest.raises(ApprovalRequiredError, match="1 more approval"):
        deploy_review(review, by=people["pat"], reviewed=reviewed)


def test_it_refuses_authors_who_approve_each_others_reviews(production, people):
    by_pat = request_review(production, by=people["pat"])
    by_pia = request_review(production, by=people["pia"])
    approved(by_pat, people["pia"])
    reviewed = approved(by_pia, people["pat"])
    with pytest.raises(ApprovalRequiredError, match="1 more approval"):
        deploy_review(by_pat, by=people["pat"], reviewed=reviewed)


def test_it_refuses_the_approval_of_the_author(production, people):
    review = request_review(production, by=people["pat"])
    with pytest.raises(ReviewError, match="your own"):
        approved(review, people["pat"])


def test_it_refuses_the_approval_of_an_editor_of_the_drafts(production, people):
    mapping = Mapping.objects.first()
    mapping._history_user = people["pat"]
    mapping.name = "By Pat"
    mapping.save()
    review = request_review(production, by=people["ed"])
    with pytest.raises(ReviewError, match="your own"):
        approved(review, people["pat"])


@pytest.mark.deploys
def test_it_refuses_the_approval_of_an_editor_of_an_older_release(production, people):
    staging = a_staging_environment(production.source)
    for name in ("pat", "ed"):
        mapping = Mapping.objects.first()
        mapping.name, mapping._history_user = f"By {name}", people[name]
        mapping.save()
        publish(staging, by=people["pia"])
    third, fourth = production.source.releases.order_by("number")[2:]
    promote(fourth, production, by=people["olive"], override=Override(people["olive"], "Now"))
    review = request_review(production, by=people["ed"], release=third)
    with pytest.raises(ReviewError, match="your own"):
        approved(review, people["pat"])
    assert people["pim"].pk not in authors(review)


def test_it_discounts_an_approver_who_edits_and_undoes_the_edit(review, people):
    reviewed = approved(review, people["pat"], people["pia"])
    mapping = Mapping.objects.first()
    for name in ("By Pat", mapping.name):
        mapping.name, mapping._history_user = name, people["pat"]
        mapping.save()
    with pytest.raises(ApprovalRequiredError, match="1 more approval"):
        deploy_review(review, by=people["pim"], reviewed=reviewed)


def test_it_refuses_the_approval_of_who_set_the_overrides(production, people):
    """A promotion of an older release has today's overrides."""
    production.settings, production._history_user = {"orgId": "o-PAT-na1"}, people["pat"]
    production.save()
    review = request_review(production, by=people["ed"], release=production.source.releases.first())
    with pytest.raises(ReviewError, match="your own"):
        approved(review, people["pat"])


def test_it_refuses_the_approval_of_an_editor_of_a_deleted_destination(production, people):
    staging = a_staging_environment(production.source)
    destination = a_destination(production.source, settings={"orgId": ORG, "namespace": "Other"})
    mapping = a_mapping(destination)
    mapping.name, mapping._history_user = "By Pat", people["pat"]
    mapping.save()
    release = publish(staging, by=people["pia"]).deployment.release
    review = request_review(production, by=people["ed"], release=release)
    destination.delete()
    with pytest.raises(ReviewError, match="your own"):
        approved(review, people["pat"])


def test_it_counts_approvers_who_change_nothing_that_is_deployed(production, review, people):
    production.required_approvals, production._history_user = 1, people["pat"]
    production.save()
    production.source.enabled, production.source._history_user = False, people["pia"]
    production.source.save()
    rotate_key(production)
    Environment.history.filter(history_id=Environment.history.latest().history_id).update(
        history_user=people["pim"]
    )
    assert authors(review) == {people["ed"].pk}
    assert set(reviews_awaiting(people["pat"])) == {review}


@pytest.mark.deploys
def test_it_keeps_approvals_and_changes_of_a_closed_review(production, review, people):
    changes = diff(*compared_specs(review))
    reviewed = approved(review, people["pat"], people["pia"])
    deploy_review(review, by=people["pim"], reviewed=reviewed)
    Mapping.objects.update(name="Later")
    review = Review.objects.select_related("environment__source", "deployment__release").get()
    assert diff(*compared_specs(review)) == changes != []
    assert approvers(review, reviewed_fingerprint(review)) == [people["pat"], people["pia"]]


def test_it_counts_approvers_who_add_another_environment(production, review, people):
    """Which moves this one."""
    a_staging_environment(production.source)
    moved = Environment.history.filter(id=production.pk).latest()
    moved.history_user = people["pat"]
    moved.save()
    assert people["pat"].pk not in authors(review)


def test_it_voids_approvals_when_the_drafts_change(production, review, people):
    reviewed = approved(review, people["pat"], people["pia"])
    Mapping.objects.filter(action="trackEventV2").update(trigger='type = "page"')
    with pytest.raises(OutdatedReviewError):
        deploy_review(review, by=people["pat"], reviewed=reviewed)
    now = fingerprint(proposed_spec(review))
    with pytest.raises(ApprovalRequiredError, match="2 more approvals"):
        deploy_review(review, by=people["pat"], reviewed=now)
    with pytest.raises(ApprovalRequiredError):
        publish(production)


def test_it_voids_approvals_when_overrides_change(production, review, people):
    approved(review, people["pat"], people["pia"])
    production.settings = {"orgId": "o-EVIL-na1"}
    production.save()
    with pytest.raises(ApprovalRequiredError):
        publish(production)


def test_it_discounts_a_deactivated_approver(review, people):
    reviewed = approved(review, people["pat"], people["pia"])
    User.objects.filter(username="pia").update(is_active=False)
    with pytest.raises(ApprovalRequiredError, match="1 more approval"):
        deploy_review(review, by=people["pat"], reviewed=reviewed)


def test_it_discounts_an_approver_who_may_no_longer_publish(review, people):
    reviewed = approved(review, people["pat"], people["pia"])
    people["pia"].groups.clear()
    with pytest.raises(ApprovalRequiredError, match="1 more approval"):
        deploy_review(review, by=people["pat"], reviewed=reviewed)


def test_it_discounts_approvals_of_closed_reviews(production, review, people):
    approved(review, people["pat"], people["pia"])
    decline(review, by=people["pat"], reason="No")
    with pytest.raises(ApprovalRequiredError):
        publish(production)
    again = request_review(production, by=people["ed"])
    approved(again, people["pat"], people["pia"])
    withdraw(again, by=people["ed"])
    with pytest.raises(ApprovalRequiredError):
        publish(production)


def test_it_discounts_approvals_for_another_environment(production, people):
    staging = a_staging_environment(production.source, required_approvals=2)
    approved(request_review(staging, by=people["ed"]), people["pat"], people["pia"])
    with pytest.raises(ApprovalRequiredError):
        publish(production)


def test_it_repeats_only_what_is_live_when_redeploying(production, people):
    Destination.objects.update(settings={"orgId": "o-EVIL-na1"})
    production.settings = {"orgId": "o-EVIL-na1"}
    production.save()
    assert redeploy(production).created is False


def test_it_refuses_drafts_that_were_restored(production, people):
    restore_drafts(production.source.releases.get(number=1))
    with pytest.raises(ApprovalRequiredError):
        publish(production)


def test_it_refuses_an_override_without_a_reason(production, people):
    with pytest.raises(ApprovalRequiredError, match="requires a reason"):
        publish(production, override=Override(people["olive"], " "))


def test_it_refuses_the_override_of_a_publisher(production, people):
    with pytest.raises(ApprovalRequiredError, match="don't have permission"):
        roll_back(earlier(production), override=Override(people["pat"], "Now"))


def test_it_refuses_to_approve_something_else_than_was_seen(review, people):
    reviewed = fingerprint(proposed_spec(review))
    Mapping.objects.filter(action="trackEventV2").update(name="Changed")
    with pytest.raises(OutdatedReviewError):
        approve(review, by=people["pat"], reviewed=reviewed)
    assert not Approval.objects.exists()


@pytest.mark.deploys
def test_it_deploys_what_two_others_approved(production, review, people):
    reviewed = approved(review, people["pat"], people["pia"])
    result = deploy_review(review, by=people["pat"], reviewed=reviewed)
    assert fingerprint(live_spec(result.deployment)) == reviewed
    review.refresh_from_db()
    assert (review.state, review.deployment, review.closed_by) == (
        "deployed",
        result.deployment,
        people["pat"],
    )
    assert Environment.objects.get(pk=production.pk).live == result.deployment
    with pytest.raises(ReviewError, match="closed"):
        deploy_review(review, by=people["pat"], reviewed=reviewed)


@pytest.mark.deploys
def test_it_publishes_what_was_approved_at_a_scheduled_time(production, review, people):
    reviewed = approved(review, people["pat"], people["pia"])
    at = timezone.now() + timezone.timedelta(minutes=5)
    schedule_deployment(production, at=at, by=people["pat"], reviewed=reviewed)
    (done,) = publish_due(at)
    assert done.state == ScheduledDeployment.State.DONE


@pytest.mark.deploys
def test_it_rolls_back_with_approvals(production, people):
    review = request_review(production, by=people["ed"], restored=earlier(production))
    reviewed = approved(review, people["pat"], people["pia"])
    result = deploy_review(review, by=people["pia"], reviewed=reviewed)
    assert (result.deployment.kind, result.deployment.restored) == ("rollback", earlier(production))


@pytest.mark.deploys
def test_it_promotes_with_approvals(production, people):
    release = production.source.releases.get(number=1)
    review = request_review(production, by=people["ed"], release=release)
    reviewed = approved(review, people["pat"], people["pia"])
    result = deploy_review(review, by=people["pat"], reviewed=reviewed)
    assert (result.deployment.kind, result.deployment.release) == ("promote", release)


@pytest.mark.deploys
def test_it_records_the_reason_of_an_override(production, people):
    result = publish(production, by=people["olive"], override=Override(people["olive"], " Outage "))
    assert result.deployment.override_reason == "Outage"


@pytest.mark.deploys
@pytest.mark.django_db(transaction=True)
def test_it_deploys_only_what_was_approved_during_an_edit(review, people):
    reviewed = approved(review, people["pat"], people["pia"])
    mapping = Mapping.objects.get(action="trackEventV2")

    def edit() -> None:
        Mapping.objects.filter(pk=mapping.pk).update(name="Unapproved")

    result, _edited = at_once(lambda: deploy_review(review, by=people["pat"], reviewed=reviewed), edit)
    live = Environment.objects.select_related("live__release").get(pk=review.environment_id).live
    if isinstance(result, Exception):
        assert isinstance(result, OutdatedReviewError)
        assert live == review.environment.live
    else:
        assert fingerprint(live_spec(live)) == reviewed
