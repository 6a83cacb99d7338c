"""Only reviewed drafts are published, and editors can't disable a live source."""

from unittest.mock import patch

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from fullstory_dest.admin.sources import publish as publish_page
from fullstory_dest.models import Mapping
from fullstory_dest.services.drafts.restore_drafts import restore_drafts
from fullstory_dest.services.previews.test_cases import save_test_case
from fullstory_dest.services.publishing.publish import OutdatedReviewError, fingerprint, publish
from fullstory_dest.services.spec import source_spec
from tests.admin.pages import reviewed, url
from tests.factories import a_set_up_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_role():
    def signed_in(role):
        user = User.objects.create_user(role, is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(user)
        return client

    return signed_in


def change_a_draft(source):
    mapping = Mapping.objects.filter(destination__source=source).first()
    mapping.name = "UNSEEN"
    mapping.save()


def test_it_refuses_drafts_that_change_during_the_publish(as_role):
    client, source = as_role("publisher"), a_set_up_source()
    published = publish_page.publish_with_test_cases

    def meanwhile(*arguments, **sent):
        change_a_draft(source)
        return published(*arguments, **sent)

    with patch.object(publish_page, "publish_with_test_cases", meanwhile):
        response = client.post(
            url("source", "publish", source.pk), {"note": "x", **reviewed(source)}, follow=True
        )
    assert not source.releases.exists()
    assert any("Review them again" in str(message) for message in response.context["messages"])


def test_it_refuses_outdated_reviews_in_services():
    source = a_set_up_source()
    release = publish(source, reviewed=fingerprint(source_spec(source))).release
    reviewed = fingerprint(source_spec(source))
    change_a_draft(source)
    with pytest.raises(OutdatedReviewError):
        publish(source, reviewed=reviewed)
    with pytest.raises(OutdatedReviewError):
        restore_drafts(release, reviewed=reviewed)
    assert Mapping.objects.filter(name="UNSEEN").exists()
    assert source.releases.count() == 1


def test_it_refuses_failing_test_cases_in_setup(as_role):
    client, source = as_role("owner"), a_set_up_source()
    save_test_case(source, name="An order", event={"type": "track", "event": "A"}, calls=[])
    destination = source.destinations.get()
    address = f"/admin/fullstory_dest/source/setup/{source.pk}/{destination.pk}/publish/"
    response = client.post(address, {"reviewed": fingerprint(source_spec(source))})
    assert "Fix the failing test cases" in response.content.decode()
    assert not source.releases.exists()


def test_it_never_lets_an_editor_disable_or_delete_a_source(as_role):
    client, source = as_role("editor"), a_set_up_source()
    publish(source)
    assert client.post(url("source", "switch", source.pk), {"enabled": ""}).status_code == 403
    assert client.post(url("source", "delete", source.pk), {"post": "yes"}).status_code == 403
    client.post(url("source", "changelist"), {"action": "disable_selected", "_selected_action": [source.pk]})
    client.post(url("source", "change", source.pk), {"name": source.name, "slug": source.slug})
    source.refresh_from_db()
    assert source.enabled


def test_it_lets_a_publisher_disable_a_source(as_role):
    client, source = as_role("publisher"), a_set_up_source()
    client.post(url("source", "switch", source.pk), {"enabled": ""})
    source.refresh_from_db()
    assert not source.enabled


def test_it_ignores_a_very_long_number(as_role):
    client, source = as_role("owner"), a_set_up_source()
    destination = source.destinations.get()
    sent = {"destination": destination.pk, "order": ["1"], "move": "up:" + "1" * 5000}
    assert client.post(url("source", "mappings", source.pk), sent).status_code == 302


def test_it_requires_a_code_to_remove_a_second_factor(as_role):
    client = as_role("owner")
    key = client.session["_auth_user_id"]
    response = client.post(f"/admin/auth/user/{key}/two-factor/")
    assert response.status_code == 302
    assert "two-factor" in response.url
