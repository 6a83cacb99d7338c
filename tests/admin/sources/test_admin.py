"""The form of a source, and who can use it."""

import pytest
from django.db import IntegrityError

from fullstory_dest.models import Source
from fullstory_dest.services.publishing.publish import publish
from tests.admin.pages import errors, text, url, version_of
from tests.factories import a_set_up_source, a_source

pytestmark = pytest.mark.django_db


def test_it_connects_a_source_with_only_a_name(owner):
    response = owner.post(url("source", "add"), {"name": "Shop", "write_key": "a-key"}, follow=True)
    source = Source.objects.get()
    assert (source.slug, source.write_key, source.enabled) == ("shop", "a-key", True)
    assert response.redirect_chain[-1][0] == url("source", "overview", source.pk)
    assert "Next, add a destination" in text(response)


def test_it_enables_and_disables_privacy_signals(owner):
    source = a_source()
    page = url("source", "change", source.pk)
    sent = {"name": source.name, "slug": source.slug, "write_key": source.write_key, "enabled": "on"}
    assert owner.post(page, {**sent, "honor_gpc": "on", "_version": version_of(source)}).status_code == 302
    source.refresh_from_db()
    assert (source.honor_gpc, source.honor_dnt) == (True, False)
    assert owner.post(page, {**sent, "honor_dnt": "on", "_version": version_of(source)}).status_code == 302
    source.refresh_from_db()
    assert (source.honor_gpc, source.honor_dnt) == (False, True)


def test_it_reports_a_taken_write_key_at_its_input(owner):
    a_source(write_key="taken")
    response = owner.post(url("source", "add"), {"name": "Other", "write_key": "taken"})
    assert list(errors(response)) == ["write_key"]
    assert 'value="Other"' in text(response)


def test_it_reports_an_edit_conflict_and_keeps_the_input(owner, editor):
    source = a_source()
    page = url("source", "change", source.pk)
    version = owner.get(page).context["adminform"].form.version
    sent = {"slug": source.slug, "write_key": source.write_key, "enabled": "on", "_version": version}
    assert owner.post(page, {**sent, "name": "Olga's"}).status_code == 302

    response = editor.post(page, {**sent, "name": "Eddy's"})
    assert "olga saved changes" in errors(response)["__all__"][0]
    assert "Eddy&#x27;s" in text(response)
    source.refresh_from_db()
    assert source.name == "Olga's"

    # Saving again with the new version overwrites theirs.
    version = response.context["adminform"].form.version
    assert editor.post(page, {**sent, "name": "Eddy's", "_version": version}).status_code == 302
    source.refresh_from_db()
    assert source.name == "Eddy's"


def test_it_lets_an_editor_edit_but_not_publish(editor):
    source = a_set_up_source()
    page = text(editor.get(url("source", "change", source.pk)))
    assert "Review changes" in page
    assert "Review and publish" not in page
    assert "Ask a publisher to rotate the write key" in page
    assert editor.post(url("source", "publish", source.pk), {}).status_code == 403


def test_it_refuses_a_user_without_permissions(sign_in):
    source = a_set_up_source()
    stranger = sign_in("sam")
    for address in (
        url("source"),
        url("source", "change", source.pk),
        url("source", "publish", source.pk),
        url("mapping", "add"),
    ):
        assert stranger.get(address).status_code == 403


@pytest.mark.parametrize("key", ["0", "999"])
def test_it_answers_404_for_an_unknown_source(owner, key):
    assert owner.get(url("source", "publish", key)).status_code == 404


def test_it_retries_after_a_lost_race(owner, monkeypatch):
    """Another user takes the write key between the check and the save."""
    saved = Source.save

    def raced(self, *args, **kwargs):
        monkeypatch.setattr(Source, "save", saved)
        raise IntegrityError("UNIQUE constraint failed: fullstory_dest_source.write_key")

    monkeypatch.setattr(Source, "save", raced)
    # Their row is saved after the first attempt is rolled back, so the second attempt sees it.
    assert owner.post(url("source", "add"), {"name": "Shop", "write_key": "mine"}).status_code == 302
    assert Source.objects.get().write_key == "mine"


def test_it_never_lets_an_editor_disable_or_delete_a_source(as_role):
    client, source = as_role("editor"), a_set_up_source()
    publish(source.production)
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
