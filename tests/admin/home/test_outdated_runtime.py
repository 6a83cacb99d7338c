"""The notice on the home page that sources run an older runtime."""

from fullstory_dest.models import Environment
from fullstory_dest.services.publishing.publish import publish
from tests.admin.pages import text
from tests.factories import a_set_up_source


def test_it_counts_sources_for_publishers(owner, viewer):
    for name in ("Shop", "Blog"):
        publish(a_set_up_source(name=name).production)
    assert "older runtime" not in text(owner.get("/admin/"))
    Environment.objects.filter(source__name="Shop").update(live_build="older")
    notice = "1 source runs an older runtime. Run <code>manage.py redeploy --all</code>."
    assert notice in text(owner.get("/admin/"))
    assert "older runtime" not in text(viewer.get("/admin/"))
    assert "older runtime" not in text(owner.get("/admin/", {"q": "shop"}))
    Environment.objects.update(live_build="older")
    assert "2 sources run an older runtime." in text(owner.get("/admin/"))
