"""The page that loads a release into the drafts."""

from fullstory_dest.models import Mapping, Release
from fullstory_dest.services.publishing.publish import publish
from tests.admin.pages import text, url
from tests.factories import a_set_up_source


def test_it_restores_drafts_after_a_review(owner, editor, viewer):
    source = a_set_up_source()
    release = publish(source.production).deployment.release
    Mapping.objects.filter(action="trackEventV2").update(trigger='event = "Sold"')
    page = url("release", "load_into_drafts", release.pk)
    assert viewer.get(page).status_code == 403
    looked = editor.get(page)
    assert [change.where[-1] for change in looked.context["changes"]] == ["Trigger"]
    Mapping.objects.filter(action="viewedPageV2").update(name="Changed later")
    stale = editor.post(page, {"reviewed": looked.context["reviewed"]})
    assert "changed after you opened" in text(stale)
    assert editor.post(page, {}).status_code == 200
    done = editor.post(page, {"reviewed": stale.context["reviewed"]})
    assert done.url == url("source", "publish", source.pk)
    mapping = Mapping.objects.get(action="trackEventV2")
    assert mapping.trigger == 'type = "track"'
    assert mapping.history.first().history_user.username == "eddy"
    assert Release.objects.count() == 1
    assert owner.get(url("release", "load_into_drafts", 999_999)).status_code == 404
