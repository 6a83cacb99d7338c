"""The page of a review: what it shows, and what each button does for each role."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from fullstory_dest.models import Deployment, Mapping, Review
from fullstory_dest.services.previews.test_cases import save_test_case
from fullstory_dest.services.publishing.deploy import fingerprint
from fullstory_dest.services.publishing.proposals import proposed_spec
from fullstory_dest.services.publishing.reviews import approve, request_review
from tests.admin.pages import text, url
from tests.admin.reviews.conftest import a_user

pytestmark = pytest.mark.django_db


def page_of(review: Review) -> str:
    return url("review", "change", review.pk)


def reviewed(review: Review) -> str:
    return fingerprint(proposed_spec(Review.objects.get(pk=review.pk)))


def press(client: Client, review: Review, button: str, **typed: str):
    sent = {button: "1", "reviewed": reviewed(review), **typed}
    return client.post(page_of(review), sent, follow=True)


def state(review: Review) -> str:
    return str(Review.objects.get(pk=review.pk).state)


def test_it_shows_what_is_proposed_in_words(log_in, review):
    page = text(log_in("pat", "publisher").get(page_of(review)))
    assert "Publish of the drafts to Production" in page
    assert "Please look" in page
    assert "ed requested it" in page
    assert "1 of 1 required approvals is missing." in page
    assert "Changes to Production since release #2" in page
    assert "Third" in page


def test_it_approves_and_deploys_as_a_publisher(log_in, review):
    pat = log_in("pat", "publisher")
    assert 'name="deploy"' not in text(pat.get(page_of(review)))
    page = text(press(pat, review, "approve"))
    assert "All required approvals are there." in page
    assert 'name="approve"' not in page
    assert "Release #3 is live in Production." in text(press(pat, review, "deploy"))
    assert state(review) == "deployed"
    shown = text(pat.get(page_of(review)))
    assert "pat deployed it" in shown
    assert "Release #3" in shown


def test_it_declines_only_with_a_reason(log_in, review):
    pat = log_in("pat", "publisher")
    page = text(press(pat, review, "decline"))
    assert "The reason is missing or invalid." in page
    assert state(review) == "open"
    assert "Not now" in text(press(pat, review, "decline", reason="Not now"))
    assert state(review) == "declined"


def test_it_withdraws_for_its_author_alone(log_in, review):
    pat = log_in("pat", "publisher")
    assert "Only the author can withdraw a review." in text(press(pat, review, "withdraw"))
    assert state(review) == "open"
    assert 'name="withdraw"' not in text(pat.get(page_of(review)))
    assert "Review withdrawn." in text(press(log_in("ed", "editor"), review, "withdraw"))
    assert state(review) == "withdrawn"


@pytest.mark.parametrize("button", ["approve", "decline", "deploy", "override"])
@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_it_refuses_buttons_without_permission_to_publish(log_in, review, role, button):
    client = log_in("una", role)
    page = text(client.get(page_of(review)))
    assert f'name="{button}"' not in page
    assert press(client, review, button, reason="Because").status_code == 403
    assert state(review) == "open"


def test_it_requires_permission_to_view_reviews(sign_in, review):
    client = sign_in("sam", "view_source", "view_destination", "view_mapping")
    assert client.get(page_of(review)).status_code == 403
    assert client.get(url("source", "reviews", review.environment.source_id)).status_code == 403


@pytest.mark.parametrize("button", ["approve", "decline", "deploy", "override"])
def test_it_reports_an_outdated_page(log_in, review, button):
    before = reviewed(review)
    Mapping.objects.filter(action="viewedPageV2").update(name="Fourth")
    owner = log_in("olive", "owner")
    page = text(press(owner, review, button, reviewed=before, reason="Because"))
    assert "The changes are no longer those that you saw." in page
    assert state(review) == "open"
    assert not review.approvals.exists()
    assert Deployment.objects.count() == 2


def test_it_says_that_approvals_are_void_after_a_change(log_in, review):
    pat = log_in("pat", "publisher")
    press(pat, review, "approve")
    Mapping.objects.filter(action="viewedPageV2").update(name="Fourth")
    page = text(pat.get(page_of(review)))
    assert "The drafts or settings have changed since this review was requested" in page
    assert "Void: something else was approved" in page
    assert 'name="deploy"' not in page
    assert "requires 1 more approval" in text(press(pat, review, "deploy"))
    press(pat, review, "approve")
    assert 'name="deploy"' in text(pat.get(page_of(review)))


def test_it_says_why_an_approval_does_not_count(log_in, review):
    pat = a_user("pat", "publisher")
    approve(review, by=pat, reviewed=reviewed(review))
    pat.groups.set([Group.objects.get(name="editor")])
    page = text(log_in("pia", "publisher").get(page_of(review)))
    assert "Void: no longer has permission to publish" in page


def test_it_refuses_approval_of_own_changes(log_in, production):
    pat = log_in("pat", "publisher")
    review = request_review(production, by=a_user("pat", "publisher"))
    page = text(pat.get(page_of(review)))
    assert "another publisher must approve it" in page
    assert 'name="approve"' not in page
    assert "You can&#x27;t approve your own changes." in text(press(pat, review, "approve"))


def test_it_deploys_without_approvals_for_owners_alone(log_in, review):
    pat = log_in("pat", "publisher")
    assert "Deploy without approvals" not in text(pat.get(page_of(review)))
    refused = text(press(pat, review, "override", reason="Now"))
    assert "You don&#x27;t have permission to deploy without approvals." in refused
    olive = log_in("olive", "owner")
    assert "The reason is missing or invalid." in text(press(olive, review, "override"))
    assert Deployment.objects.count() == 2
    page = text(press(olive, review, "override", reason="The site is down"))
    assert "Release #3 is live in Production." in page
    assert "Deployed without the required approvals:</b> The site is down" in page
    assert "The site is down" in text(olive.get(page_of(review)))


def test_it_accepts_failing_test_cases_only_if_told(log_in, review):
    save_test_case(review.environment.source, name="Silent", event={"type": "track", "event": "X"}, calls=[])
    pat = log_in("pat", "publisher")
    press(pat, review, "approve")
    assert "Deploy even though 1 test case fails" in text(pat.get(page_of(review)))
    assert "Fix the failing test cases" in text(press(pat, review, "deploy"))
    assert state(review) == "open"
    press(pat, review, "deploy", ignore_test_case_failures="on")
    assert state(review) == "deployed"


def test_it_shows_problems_instead_of_deploying(log_in, review):
    Mapping.objects.filter(action="viewedPageV2").update(trigger="type = ")
    pat = log_in("pat", "publisher")
    press(pat, review, "approve")
    page = text(pat.get(page_of(review)))
    assert "This can't be deployed until these problems are fixed." in page
    assert 'name="deploy"' not in page
    assert "Nothing was deployed because of the problems" in text(press(pat, review, "deploy"))
    assert state(review) == "open"


def test_it_reports_a_rollback_that_is_already_live(log_in, production):
    review = request_review(production, by=a_user("ed", "editor"), restored=production.live)
    pat = log_in("pat", "publisher")
    press(pat, review, "approve")
    assert "The same is already live." in text(press(pat, review, "deploy"))


@pytest.mark.parametrize("button", ["approve", "decline", "withdraw", "deploy"])
def test_it_reports_a_closed_review(log_in, review, button):
    publisher = a_user("pat", "publisher")
    Review.objects.filter(pk=review.pk).update(created_by=publisher)
    pat = log_in("pat", "publisher")
    press(pat, review, "withdraw")
    assert "This review is closed." in text(press(pat, review, button, reason="Because"))
    assert state(review) == "withdrawn"


def test_it_ignores_a_post_without_a_button(log_in, review):
    assert log_in("pat", "publisher").post(page_of(review), {}).status_code == 200
    assert log_in("una", "viewer").post(page_of(review), {}).status_code == 403


def test_it_takes_few_queries_with_many_approvals(log_in, review, django_assert_max_num_queries):
    for number in range(8):
        approve(review, by=a_user(f"pat{number}", "publisher"), reviewed=reviewed(review))
    client = log_in("olive", "owner")
    client.get(page_of(review))
    with django_assert_max_num_queries(15):
        client.get(page_of(review))
    with django_assert_max_num_queries(15):
        client.get(url("source", "reviews", review.environment.source_id))
