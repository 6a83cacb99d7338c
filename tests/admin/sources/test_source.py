"""Connecting a source, publishing it and installing it."""

import pytest
from django.db import IntegrityError
from django.utils.html import escape

from fullstory_dest.models import Mapping, Release, Source
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.sources.install import install_instructions
from tests.admin.pages import errors, reviewed, text, url, version_of
from tests.factories import a_set_up_source, a_source


def messages(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


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


def test_it_shows_every_way_to_install_escaped(owner):
    source = a_source(write_key="the-key")
    page = text(owner.get(url("source", "install", source.pk)))
    for way in install_instructions(source, None)["methods"]:
        assert escape(way["title"]) in page
        for code in way["codes"]:
            assert f">{escape(code['code'])}</pre>" in page
    assert page.count('name="install"') == page.count('<details id="install-') == 6
    assert "No releases yet" in page


def test_it_reports_an_edit_conflict_and_keeps_what_was_typed(owner, editor):
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


def test_it_shows_changes_and_publishes_them(owner):
    source = a_set_up_source()
    page = url("source", "publish", source.pk)
    first = owner.get(page)
    assert first.context["changes"][0].where == ["FullStory"]
    assert "FS Org: o-1ABCD-na1" in first.context["changes"][0].after
    sent = {"note": "Hello", "reviewed": first.context["form"]["reviewed"].value()}
    response = owner.post(page, sent, follow=True)
    assert "Published as release #1." in messages(response)
    release = Release.objects.get()
    assert (release.number, release.note, release.created_by.username) == (1, "Hello", "olga")

    mapping = Mapping.objects.get(action="trackEventV2")
    mapping.trigger = 'type = "track" and event = "Bought"'
    mapping.save()
    (change,) = owner.get(page).context["changes"]
    assert change.where == ["FullStory", "Track Custom Event V2", "Trigger"]
    assert (change.before, change.after) == ('type = "track"', mapping.trigger)


def test_it_reports_that_drafts_are_already_live(owner):
    source = a_set_up_source()
    publish(source)
    page = url("source", "publish", source.pk)
    assert "No changes since release #1" in text(owner.get(page))
    assert "No changes to publish. Release #1 is already live." in messages(
        owner.post(page, reviewed(source), follow=True)
    )
    assert Release.objects.count() == 1


def test_it_refuses_drafts_that_changed_after_the_review(owner):
    source = a_set_up_source()
    page = url("source", "publish", source.pk)
    seen = owner.get(page).context["form"]["reviewed"].value()
    Mapping.objects.filter(action="trackEventV2").update(name="Sneaked in")
    for sent in ({"reviewed": seen}, {"reviewed": ""}, {}):
        response = owner.post(page, {"note": "My note", **sent})
        assert "The drafts changed after you opened this page" in text(response)
        assert "My note" in text(response)
        assert not Release.objects.exists()


def test_it_locates_compile_errors(owner):
    source = a_set_up_source()
    mapping = Mapping.objects.get(action="trackEventV2")
    Mapping.objects.filter(pk=mapping.pk).update(trigger="type = ")
    page = url("source", "publish", source.pk)
    response = owner.get(page)
    (problem,) = response.context["problems"]
    assert problem.url == url("mapping", "change", mapping.pk)
    assert "^" in problem.excerpt
    assert "Fix these problems before you publish" in text(response)
    assert "Nothing was published" in text(owner.post(page, {"note": "x", **reviewed(source)}))
    assert not Release.objects.exists()


def test_it_refuses_a_note_that_is_too_long(owner):
    source = a_set_up_source()
    response = owner.post(url("source", "publish", source.pk), {"note": "x" * 2001, **reviewed(source)})
    assert response.context["form"].errors["note"]
    assert not Release.objects.exists()


def test_it_warns_of_a_publish_without_anything_enabled(owner):
    source = a_source(enabled=False)
    page = text(owner.get(url("source", "publish", source.pk)))
    assert "This source is disabled" in page
    assert "No destination is enabled" in page


def test_it_shows_changes_to_a_viewer_who_cannot_publish(viewer):
    source = a_set_up_source()
    page = url("source", "publish", source.pk)
    shown = text(viewer.get(page))
    assert "You don't have permission to publish" in shown
    assert "Changes of" in shown
    assert f"Publish {source}" not in shown
    assert viewer.post(page, {"note": ""}).status_code == 403
    assert not Release.objects.exists()


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


def test_it_rolls_back_after_a_review(owner):
    source = a_set_up_source()
    first = publish(source).release
    Mapping.objects.filter(action="trackEventV2").delete()
    publish(source)
    page = url("release", "roll_back_to", first.pk)
    assert "Roll back to this release" in text(owner.get(url("release", "change", first.pk)))
    (change,) = owner.get(page).context["changes"]
    assert (change.kind, change.where[-1]) == ("added", "Track Custom Event V2")
    assert "Review the changes" in text(owner.post(page, {"note": "Oops"}, follow=True)), (
        "what was live was not seen"
    )
    assert source.releases.count() == 2
    response = owner.post(page, {"note": "Oops", "live": "2"}, follow=True)
    live = source.releases.first()
    assert (live.number, live.rolled_back_to, live.note) == (3, 1, "Oops")
    assert live.digest == first.digest
    assert "Your drafts are unchanged." in text(response)
    assert "data-live-check" in text(response), "what browsers get is looked at"


def test_it_refuses_a_rollback_to_the_live_release(owner):
    release = publish(a_set_up_source()).release
    assert "Roll back to this release" not in text(owner.get(url("release", "change", release.pk)))
    page = url("release", "roll_back_to", release.pk)
    assert "This release is already live" in text(owner.get(page))
    assert "is already live" in text(owner.post(page, {}, follow=True))
    assert Release.objects.count() == 1


def test_it_requires_permission_to_publish_for_a_rollback(editor):
    release = publish(a_set_up_source()).release
    assert editor.post(url("release", "roll_back_to", release.pk), {}).status_code == 403


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
