"""Requests of reviews and overrides on the Publish, Promote and Roll back pages, and where reviews are listed."""

import re

import pytest
from django.utils import timezone

from fullstory_dest.models import Deployment, Environment, Mapping, Release, Review, Source
from fullstory_dest.services.publishing.approvals import reviews_awaiting
from fullstory_dest.services.publishing.deploy import fingerprint
from fullstory_dest.services.publishing.proposals import proposed_spec
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.reviews import approve, request_review
from fullstory_dest.services.spec import drafts_in, live_spec, release_in
from tests.admin.pages import text, url
from tests.admin.reviews.conftest import a_user
from tests.factories import a_set_up_source, a_staging_environment

pytestmark = pytest.mark.django_db

WAYS = ["publish", "promote", "roll_back"]


@pytest.fixture
def pages(production) -> dict[str, tuple[str, dict[str, str]]]:
    """The page of each way to deploy to production, and the hidden inputs of its form."""
    staging = a_staging_environment(production.source)
    first = production.deployments.earliest("pk")
    Mapping.objects.filter(action="viewedPageV2").update(name="Staged")
    release = publish(staging).deployment.release
    Mapping.objects.filter(action="viewedPageV2").update(name="Draft")
    production.refresh_from_db()
    source, live = production.source_id, str(production.live_id)
    return {
        "publish": (
            f"{url('source', 'publish', source)}?environment=production",
            {"reviewed": fingerprint(drafts_in(Environment.objects.get(pk=production.pk)))},
        ),
        "promote": (
            url("source", "promote", source, "production"),
            {
                "reviewed": fingerprint(release_in(release, production)),
                "release": str(release.pk),
                "live": live,
            },
        ),
        "roll_back": (
            url("deployment", "roll_back", first.pk),
            {"reviewed": fingerprint(live_spec(first)), "live": live},
        ),
    }


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("role", ["editor", "publisher", "owner"])
def test_it_requests_a_review(log_in, pages, way, role):
    page, hidden = pages[way]
    client = log_in("una", role)
    shown = text(client.get(page))
    assert "Production requires 1 approval." in shown
    assert "Request review" in shown
    assert 'name="later"' not in shown
    assert ("Deploy without approvals" in shown) is (role == "owner")
    response = client.post(page, {**hidden, "request": "1", "note": "Please"}, follow=True)
    assert "Review requested." in text(response)
    review = Review.objects.get()
    assert response.redirect_chain[-1][0] == url("review", "change", review.pk)
    assert (review.kind, review.note) == ({"roll_back": "rollback"}.get(way, way), "Please")
    shown = text(client.get(page))
    assert "Open review" in shown
    assert "Request review" not in shown


@pytest.mark.parametrize("way", WAYS)
def test_it_requests_a_review_without_required_approvals(log_in, pages, way, production):
    Environment.objects.update(required_approvals=0)
    page, hidden = pages[way]
    editor, publisher = log_in("ed", "editor"), log_in("pat", "publisher")
    assert "Request review" not in text(publisher.get(page))
    shown = text(editor.get(page))
    assert "Request a review, and a publisher can deploy exactly these changes." in shown
    assert 'name="later"' not in shown
    editor.post(page, {**hidden, "request": "1"})
    review = Review.objects.get()
    shown = text(editor.get(page))
    assert "Open review" in shown
    assert 'fsd-primary"' not in shown, "no button to deploy"
    publisher.post(url("review", "change", review.pk), {"deploy": "1", "reviewed": review.fingerprint})
    production.refresh_from_db()
    assert production.live == Review.objects.get().deployment
    tab = url("source", "reviews", production.source_id)
    assert "Request one on the Publish page." in text(editor.get(tab))
    assert "Editors can request one on the Publish page." in text(publisher.get(tab))


@pytest.mark.parametrize("way", WAYS)
def test_it_refuses_viewers(log_in, pages, way):
    page, hidden = pages[way]
    client = log_in("vera", "viewer")
    assert client.post(page, {**hidden, "request": "1"}).status_code == 403
    if way != "roll_back":
        assert "Request review" not in text(client.get(page))
    assert not Review.objects.exists()


@pytest.mark.parametrize("way", WAYS)
def test_it_refuses_to_deploy_without_approvals(log_in, pages, way):
    page, hidden = pages[way]
    before = Deployment.objects.count()
    for role in ("publisher", "owner"):
        assert "requires 1 more approval" in text(log_in(role, role).post(page, hidden))
    refused = text(
        log_in("publisher", "publisher").post(page, {**hidden, "override": "1", "override_reason": "x"})
    )
    assert "have permission to deploy without approvals" in refused
    assert log_in("editor", "editor").post(page, hidden).status_code == 403
    assert Deployment.objects.count() == before


@pytest.mark.parametrize("way", WAYS)
def test_it_overrides_with_a_reason(log_in, pages, way):
    page, hidden = pages[way]
    owner = log_in("olive", "owner")
    refused = text(owner.post(page, {**hidden, "override": "1", "override_reason": " "}))
    assert "The reason is missing or invalid." in refused
    response = owner.post(page, {**hidden, "override": "1", "override_reason": "Outage"}, follow=True)
    assert "Deployed without the required approvals:</b> Outage" in text(response)
    assert Deployment.objects.latest("pk").override_reason == "Outage"


@pytest.mark.parametrize("way", WAYS)
def test_it_deploys_on_the_page_once_approved(log_in, pages, way, production):
    page, hidden = pages[way]
    log_in("ed", "editor").post(page, {**hidden, "request": "1"})
    review = Review.objects.get()
    review = Review.objects.select_related("environment__source").get(pk=review.pk)
    approve(review, by=a_user("pia", "publisher"), reviewed=fingerprint(proposed_spec(review)))
    pat = log_in("pat", "publisher")
    shown = text(pat.get(page))
    assert "requires 1 approval" not in shown
    assert 'name="later"' in shown
    pat.post(page, hidden)
    review.refresh_from_db()
    assert (review.state, review.closed_by) == ("deployed", a_user("pat", "publisher"))
    production.refresh_from_db()
    assert production.live == review.deployment


def test_it_refuses_an_outdated_request(log_in, pages):
    page, hidden = pages["publish"]
    Mapping.objects.filter(action="viewedPageV2").update(name="Later")
    response = log_in("ed", "editor").post(page, {**hidden, "request": "1"})
    assert "The drafts changed after you opened this page." in text(response)
    page, hidden = pages["promote"]
    Environment.objects.filter(slug="production").update(settings={"debug": True})
    response = log_in("ed", "editor").post(page, {**hidden, "request": "1"}, follow=True)
    assert "Production changed after you opened this page." in text(response)
    assert not Review.objects.exists()


@pytest.mark.parametrize("way", WAYS)
def test_it_takes_few_queries(log_in, pages, way, django_assert_max_num_queries):
    page, hidden = pages[way]
    client = log_in("olive", "owner")
    client.post(page, {**hidden, "request": "1"})
    with django_assert_max_num_queries(15):
        client.get(page)


def test_it_lists_reviews_on_a_tab_of_the_source(log_in, production, review):
    pat, source = log_in("pat", "publisher"), production.source_id
    page = text(pat.get(url("source", "reviews", source)))
    assert "Production requires 1 approval of each deployment." in page
    assert "Publish of the drafts to Production" in page
    assert url("source", "reviews", source) in text(pat.get(url("source", "overview", source)))
    pat.post(
        url("review", "change", review.pk), {"decline": "1", "reason": "No", "reviewed": review.fingerprint}
    )
    page = text(pat.get(url("source", "reviews", source)))
    assert "No open reviews." in page
    assert re.search(r"pat declined it just now\.\s+No\s+</span>", page)
    assert "Closed reviews" in page


def test_it_pages_closed_reviews(log_in, production):
    Review.objects.bulk_create(
        Review(
            environment=production,
            state=Review.State.DECLINED,
            reason=f"Reason {number}",
            closed_at=timezone.now(),
        )
        for number in range(51)
    )
    pat, page = log_in("pat", "publisher"), url("source", "reviews", production.source_id)
    shown = text(pat.get(page))
    assert "Show older reviews" in shown
    assert not re.search(r"Reason 0\b", shown)
    older = Review.objects.order_by("pk")[1].pk
    assert re.search(r"Reason 0\b", text(pat.get(page, {"before": older})))


def test_it_hides_reviews_without_required_approvals(owner):
    source = a_set_up_source()
    publish(source.production)
    Mapping.objects.filter(action="viewedPageV2").update(name="Changed")
    for page in ("overview", "releases", "publish"):
        shown = text(owner.get(url("source", page, source.pk)))
        assert "fullstory_dest/review/" not in shown
        assert "approval" not in shown
        assert "Request review" not in shown
        assert url("source", "reviews", source.pk) not in shown
    assert ">Reviews<" not in text(owner.get("/admin/"))


def test_it_shows_waiting_reviews_at_home(log_in, review):
    for name, role, shown in (
        ("ed", "editor", True),
        ("pat", "publisher", True),
        ("una", "editor", False),
        ("vera", "viewer", False),
    ):
        page = log_in(name, role).get("/admin/")
        assert [each.pk for each in page.context["reviews"]] == ([review.pk] if shown else []), name


def test_it_leaves_out_reviews_that_a_user_cannot_approve(production, review):
    pat, pia = a_user("pat", "publisher"), a_user("pia", "publisher")
    assert list(reviews_awaiting(pat)) == [review]
    mapping = Mapping.objects.first()
    mapping._history_user = pat
    mapping.name = "Edited by Pat"
    mapping.save()
    assert list(reviews_awaiting(pat)) == [], "made some of the changes"
    review = Review.objects.get(pk=review.pk)
    approve(review, by=pia, reviewed=fingerprint(proposed_spec(review)))
    assert list(reviews_awaiting(pia)) == [], "approved it"
    mapping._history_user = None
    mapping.name = "Edited by a command"
    mapping.save()
    assert list(reviews_awaiting(pia)) == [review], "the approval is void"


def test_it_lists_reviews_of_releases_of_others(production):
    pat = a_user("pat", "publisher")
    staging = a_staging_environment(production.source)
    release = publish(staging).deployment.release
    Release.objects.filter(pk=release.pk).update(created_by=pat)
    request_review(
        Environment.objects.get(slug="production"),
        by=a_user("ed", "editor"),
        release=Release.objects.get(pk=release.pk),
    )
    assert list(reviews_awaiting(pat)) == []
    assert reviews_awaiting(a_user("pia", "publisher")).count() == 1
    assert Source.objects.count() == 1
