"""The setup to resume."""

from fullstory_dest.models import Destination, Source
from tests.admin.pages import text
from tests.admin.setup.wizard import step, walk_to_mappings
from tests.factories import a_source


def test_it_resumes_a_setup_only_after_something_was_saved(owner):
    source = a_source(name="Looked at")
    owner.get(step("settings", source.pk))
    owner.post(step("source"), {"source": source.pk})
    assert "Resume setup" not in text(owner.get("/admin/"))
    owner.post(step("settings", source.pk), {"name": "FullStory", "setting_orgId": "o-1"})
    assert "Resume setup" in text(owner.get("/admin/"))


def test_it_keeps_the_saved_setup_when_another_is_opened(owner):
    made = walk_to_mappings(owner)
    other = a_source(name="Other")
    owner.get(step("settings", other.pk))
    response = owner.get("/admin/")
    assert response.context["resumed"] == made.source


def test_it_offers_to_resume_on_home_until_dismissed(owner):
    made = walk_to_mappings(owner)
    context = owner.get("/admin/").context
    assert context["resumed"] == made.source
    assert context["resume_url"] == step("mappings", made.source_id, made.pk)
    owner.post(step("leave"))
    assert owner.get("/admin/").context["resumed"] is None
    assert Destination.objects.exists()


def test_it_offers_no_resume_for_a_deleted_source(owner):
    walk_to_mappings(owner)
    Source.objects.all().delete()
    assert owner.get("/admin/").context["resumed"] is None
    assert owner.get("/admin/").status_code == 200
