"""Preview links: their tokens, URLs and lifetimes, and what their scripts are made from."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import ValidationError
from django.utils import timezone

from fullstory_dest.models import Environment, Mapping, PreviewLink, Source
from fullstory_dest.services.previews import preview_script as module
from fullstory_dest.services.previews.preview_link import (
    PreviewLinkError,
    PreviewLinkPermissionError,
    create_preview_link,
    find_preview_link,
    preview_token,
    preview_url,
    revoke_preview_link,
)
from fullstory_dest.services.previews.preview_script import preview_script
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.sources.archive import archive
from fullstory_dest.services.sources.rotate_key import rotate_key
from tests.factories import a_mapping, a_set_up_source, a_source, an_owner

pytestmark = pytest.mark.django_db

PAGE = "https://shop.example/"


@pytest.fixture
def link():
    return create_preview_link(a_set_up_source(write_key="KEY").production, by=an_owner(), page_url=PAGE)


def a_member(role):
    user = User.objects.create_user(role, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def deactivate(user):
    user.is_active = False
    user.save()


def delete(user):
    user.delete()


def script_of(link):
    return preview_script(preview_token(link)).decode()


def test_it_finds_a_link_by_its_token(link, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert find_preview_link(preview_token(link)) == link
    assert link.expires_at - link.created_at < timedelta(hours=1, seconds=1)


@pytest.mark.parametrize("forge", [str.upper, lambda token: token[:-1], lambda token: "9" + token])
def test_it_rejects_a_forged_token_without_a_query(link, forge, django_assert_num_queries):
    with django_assert_num_queries(0), pytest.raises(PreviewLinkError, match="invalid"):
        find_preview_link(forge(preview_token(link)))


def test_it_rejects_a_token_of_another_secret_key(link, settings):
    token = preview_token(link)
    settings.SECRET_KEY = "another"
    with pytest.raises(PreviewLinkError, match="invalid"):
        find_preview_link(token)


def test_it_ends_expired_and_revoked_links(link):
    assert list(PreviewLink.objects.active()) == [link]
    revoke_preview_link(link)
    assert not PreviewLink.objects.active()
    with pytest.raises(PreviewLinkError, match="revoked"):
        find_preview_link(preview_token(link))
    PreviewLink.objects.update(revoked_at=None, expires_at=timezone.now())
    assert not PreviewLink.objects.active()
    with pytest.raises(PreviewLinkError, match="expired"):
        find_preview_link(preview_token(link))


def test_it_ends_links_of_archived_and_deleted_sources(link):
    token = preview_token(link)
    archive(link.environment.source)
    with pytest.raises(PreviewLinkError, match="archived"):
        find_preview_link(token)
    link.environment.source.delete()
    with pytest.raises(PreviewLinkError, match="deleted"):
        find_preview_link(token)


@pytest.mark.parametrize("ways", [[deactivate], [delete], [deactivate, delete]])
def test_it_ends_links_with_their_user(link, ways):
    for end in ways:
        end(link.created_by)
    assert not PreviewLink.objects.active()
    with pytest.raises(PreviewLinkError, match="the user who created it"):
        find_preview_link(preview_token(link))


def test_it_ends_links_of_users_who_can_see_less():
    user = a_member("viewer")
    drafts = create_preview_link(a_set_up_source().production, by=user, page_url=PAGE)
    release = publish(drafts.environment).deployment.release
    link = create_preview_link(drafts.environment, by=user, page_url=PAGE, release=release)
    Group.objects.get(name="viewer").permissions.remove(Permission.objects.get(codename="view_release"))
    assert find_preview_link(preview_token(drafts)) == drafts
    with pytest.raises(PreviewLinkError, match="can no longer see"):
        find_preview_link(preview_token(link))
    user = User.objects.get(pk=user.pk)
    with pytest.raises(PreviewLinkPermissionError):
        create_preview_link(drafts.environment, by=user, page_url=PAGE, release=release)


def test_it_stops_sending_calls_with_the_permission():
    user = a_member("editor")
    link = create_preview_link(a_set_up_source().production, by=user, page_url=PAGE, sends_calls=True)
    assert "sends:true" in script_of(link)
    user.groups.set([Group.objects.get(name="viewer")])
    assert "sends:false" in script_of(link)
    assert "unsent:true" in script_of(link)


@pytest.mark.parametrize("days", [-1, 0, 7.01])
def test_it_rejects_lifetimes_beyond_seven_days(days):
    with pytest.raises(ValueError, match="7 days"):
        create_preview_link(
            a_source().production, by=an_owner(), page_url=PAGE, lifetime=timedelta(days=days)
        )


@pytest.mark.parametrize(
    "page",
    [
        *("javascript:alert(1)", "ftp://shop.example/", "shop", ""),
        *("http://[::1]:99999/", "http://[::1]:0/", "http://shop.example:65536/"),
    ],
)
def test_it_rejects_pages_that_are_not_on_the_web(page):
    with pytest.raises(ValidationError):
        create_preview_link(a_source().production, by=an_owner(), page_url=page)


def test_it_rejects_a_release_of_another_source():
    release = publish(a_set_up_source().production).deployment.release
    with pytest.raises(ValueError, match="another source"):
        create_preview_link(a_source(name="Other").production, by=an_owner(), page_url=PAGE, release=release)


@pytest.mark.parametrize(
    ("page", "url"),
    [
        (PAGE, "https://shop.example/#fs_debug=1&fs_preview=TOKEN"),
        ("https://shop.example/a?b=1", "https://shop.example/a?b=1#fs_debug=1&fs_preview=TOKEN"),
        ("https://shop.example/#/cart", "https://shop.example/?fs_debug=1&fs_preview=TOKEN#/cart"),
        ("https://shop.example/?b=1#/cart", "https://shop.example/?b=1&fs_debug=1&fs_preview=TOKEN#/cart"),
    ],
)
def test_it_adds_the_token_to_the_page(link, page, url):
    link.page_url = page
    assert preview_url(link).replace(preview_token(link), "TOKEN") == url


def test_it_compiles_the_current_drafts(link):
    assert "fullstoryPreview" in script_of(link)
    mapping = Mapping.objects.first()
    mapping.name = "Changed just now"
    mapping.save()
    assert "Changed just now" in script_of(link)
    assert script_of(link).isascii()


def test_it_compiles_the_same_drafts_once(link, monkeypatch):
    built = []
    build = module.build_preview_script
    monkeypatch.setattr(
        module, "build_preview_script", lambda *args, **kwargs: built.append(1) or build(*args, **kwargs)
    )
    module._built.clear()
    assert script_of(link) == script_of(link)
    other = create_preview_link(link.environment, by=an_owner(), page_url=PAGE)
    assert script_of(other) == script_of(link)
    assert built == [1]


def test_it_previews_a_release_instead_of_the_drafts(link):
    release = publish(link.environment).deployment.release
    Mapping.objects.update(name="Only in the drafts")
    link.release = release
    link.save()
    assert "Only in the drafts" not in script_of(link)
    assert "release:1" in script_of(link)


def test_it_names_the_release_and_previous_keys(link):
    assert "live:null" in script_of(link)
    publish(link.environment)
    rotate_key(link.environment)
    new = Source.objects.get().write_key
    assert "live:1" in script_of(link)
    assert f'keys:["{new}","KEY"]' in script_of(link)


def test_it_sends_calls_only_from_enabled_sources(link):
    assert "sends:false" in script_of(link)
    assert "unsent:true" in script_of(link)
    link.sends_calls = True
    link.save()
    assert "sends:true" in script_of(link)
    assert "unsent:true" not in script_of(link)
    Source.objects.update(enabled=False)
    assert "sends:false" in script_of(link)
    assert "unsent:true" in script_of(link)


def test_it_posts_no_events_of_previews_that_send_nothing(link):
    Environment.objects.update(api_host="api.example.com/v1")
    assert "api.example.com" not in script_of(link)
    PreviewLink.objects.update(sends_calls=True)
    assert "api.example.com" in script_of(link)


def test_it_lists_the_problems_of_drafts(link):
    mapping = a_mapping(link.environment.source.destinations.get())
    Mapping.objects.filter(pk=mapping.pk).update(trigger="type =", name="</script>")
    script = script_of(link)
    assert script.startswith('fullstoryPreview={details:["')
    assert 'problem:"the drafts have problems"' in script
    assert "</script>" not in script
    assert len(script) < 500
