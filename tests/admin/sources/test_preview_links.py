"""The page with a source's preview links."""

from datetime import UTC, datetime, timedelta

import pytest

from fullstory_dest.models import PreviewLink, ScriptRequestCount
from fullstory_dest.services.previews.preview_link import (
    create_preview_link,
    preview_url,
    revoke_preview_link,
)
from fullstory_dest.services.publishing.publish import publish
from tests.admin.pages import text, url
from tests.factories import a_set_up_source, a_source, a_staging_environment, an_owner

pytestmark = pytest.mark.django_db

POSTED = {"page_url": "shop.example/cart", "hours": "8", "sends_calls": "on"}


@pytest.fixture
def source():
    return a_set_up_source()


def page_of(source):
    return url("source", "preview", source.pk)


def test_it_creates_a_link_and_shows_it(as_role, source):
    editor = as_role("editor")
    response = editor.post(page_of(source), POSTED, follow=True)
    link = PreviewLink.objects.get()
    assert (link.environment.source, link.release, link.page_url) == (
        source,
        None,
        "https://shop.example/cart",
    )
    assert (link.sends_calls, link.created_by.username) == (True, "editor")
    assert timedelta(hours=7.9) < link.expires_at - link.created_at < timedelta(hours=8.1)
    assert preview_url(link).replace("&", "&amp;") in response.content.decode()
    assert response.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_it_sends_no_calls_of_viewers_and_keeps_links_of_others(as_role, owner, source):
    viewer = as_role("viewer")
    assert "sends_calls" not in text(viewer.get(page_of(source)))
    viewer.post(page_of(source), POSTED)
    own = PreviewLink.objects.get()
    assert own.sends_calls is False
    owner.post(page_of(source), POSTED)
    other = PreviewLink.objects.exclude(pk=own.pk).get()
    assert viewer.post(page_of(source), {"revoke": other.pk}).status_code == 403
    assert viewer.post(page_of(source), {"revoke": own.pk}).status_code == 302
    assert list(PreviewLink.objects.active()) == [other]


def test_it_says_that_previews_need_a_release(owner, source):
    assert "This source has no release yet" in text(owner.get(page_of(source)))
    publish(source.production)
    assert "no release yet" not in text(owner.get(page_of(source)))
    a_staging_environment(source)
    assert "Staging has no release yet" in text(owner.get(page_of(source)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"page_url": "javascript:alert(1)"},
        {"page_url": "http://[::1]:99999/"},
        {"page_url": ""},
        {"hours": "9999"},
    ],
)
def test_it_rejects_invalid_input(owner, source, wrong):
    assert owner.post(page_of(source), POSTED | wrong).status_code == 200
    assert not PreviewLink.objects.exists()


def test_it_previews_a_release(owner, source):
    release = publish(source.production).deployment.release
    path = f"{page_of(source)}?release={release.pk}"
    assert path in owner.get(url("release", "change", release.pk)).content.decode()
    assert "Preview release #1 on your site" in text(owner.get(path))
    owner.post(path, POSTED)
    assert PreviewLink.objects.get().release == release


@pytest.mark.parametrize("release", ["0", "x", ""])
def test_it_answers_404_for_an_unknown_release(owner, source, release):
    other = publish(a_set_up_source(name="Other").production).deployment.release
    for key in (release, other.pk):
        assert owner.post(f"{page_of(source)}?release={key}", POSTED).status_code == 404
    assert not PreviewLink.objects.exists()


def test_it_revokes_a_link_of_this_source_only(owner, source):
    link = create_preview_link(source.production, by=an_owner(), page_url="https://shop.example/")
    other = create_preview_link(
        a_source(name="Other").production, by=an_owner(), page_url="https://other.example/"
    )
    assert owner.post(page_of(source), {"revoke": other.pk}).status_code == 404
    assert "Preview link revoked." in text(owner.post(page_of(source), {"revoke": link.pk}, follow=True))
    assert list(PreviewLink.objects.active()) == [other]
    assert "shop.example" not in owner.get(page_of(source)).content.decode().partition("New link")[0]


def test_it_lists_links_newest_first(owner, source, django_assert_max_num_queries):
    for number in range(7):
        create_preview_link(source.production, by=an_owner(), page_url=f"https://shop.example/{number}")
    with django_assert_max_num_queries(15):
        response = owner.get(page_of(source))
    shown = response.context["links"]
    assert [each["link"].page_url[-1] for each in shown] == list("6543210")


def test_it_has_a_qr_code_of_each_active_link(owner, viewer, source):
    link = create_preview_link(source.production, by=an_owner(), page_url="https://shop.example/")
    code = url("source", "qr_code", source.pk, link.pk)
    assert code in text(owner.get(page_of(source)))
    response = viewer.get(code)
    assert (response.status_code, response["Content-Type"]) == (200, "image/svg+xml")
    assert "no-store" in response["Cache-Control"]
    other = a_source(name="Other")
    assert owner.get(url("source", "qr_code", other.pk, link.pk)).status_code == 404
    revoke_preview_link(link, by=None)
    assert owner.get(code).status_code == 404


def test_it_suggests_the_last_page_or_the_last_site(owner, source):
    def suggested():
        return owner.get(page_of(source)).context["form"].initial["page_url"]

    assert suggested() == ""
    now = datetime.now(UTC)
    ScriptRequestCount.objects.create(
        source=source, day=now.date(), origin="https://shop.example", count=1, last_at=now
    )
    assert suggested() == "https://shop.example/"
    create_preview_link(source.production, by=an_owner(), page_url="https://shop.example/cart")
    assert suggested() == "https://shop.example/cart"


def test_it_requires_permission_to_view_drafts(sign_in, source):
    client = sign_in("paul", "view_source", "view_destination")
    assert client.get(page_of(source)).status_code == 403
    assert client.get(f"{page_of(source)}1/qr-code/").status_code == 403
    assert client.post(page_of(source), POSTED).status_code == 403
    drafts = sign_in("dora", "view_source", "view_destination", "view_mapping")
    assert drafts.get(page_of(source)).status_code == 200
    release = publish(source.production).deployment.release
    assert drafts.get(f"{page_of(source)}?release={release.pk}").status_code == 403


def test_it_links_to_previews_where_drafts_are_edited(owner, source):
    mapping = source.destinations.get().mappings.first()
    for path in (url("source", "overview", source.pk), url("mapping", "change", mapping.pk)):
        assert page_of(source) in owner.get(path).content.decode()


def test_it_escapes_names_and_pages(owner):
    source = a_set_up_source(name="<b>Shop</b>")
    create_preview_link(source.production, by=an_owner(), page_url="https://shop.example/?q='\"&x=1")
    html = owner.get(page_of(source)).content.decode()
    assert "<b>Shop" not in html
    assert "q='\"" not in html
