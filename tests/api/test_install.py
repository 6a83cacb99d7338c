"""``/api/v1/sources/{id}/install/``"""

from fullstory_dest.services.publishing.publish import publish
from tests.factories import a_set_up_source


def test_it_returns_code_for_every_way_to_install(viewer, settings):
    source = a_set_up_source(write_key="the-key")
    deployment = publish(source.production).deployment
    ways = {way["key"]: way for way in viewer.get(f"/api/v1/sources/{source.pk}/install/").json()["methods"]}
    assert ways["tag"].keys() == {"key", "title", "use_case", "codes", "notes"}
    assert 'push(["page"]);' in ways["tag"]["codes"][0]["code"]
    assert ways["tag"]["codes"][1]["code"] == (
        f'<script async src="{settings.PUBLIC_URL}/analytics.js/v1/the-key/analytics.min.js"></script>'
    )
    assert deployment.digest in ways["pinned"]["codes"][0]["code"]


def test_it_has_no_pinned_tag_before_the_first_release(viewer):
    source = a_set_up_source()
    ways = viewer.get(f"/api/v1/sources/{source.pk}/install/").json()["methods"]
    assert [way["key"] for way in ways if not way["codes"]] == ["pinned"]


def test_it_requires_permission_to_view(nobody, anonymous, viewer, refused):
    address = f"/api/v1/sources/{a_set_up_source().pk}/install/"
    refused(nobody.get(address), 403)
    refused(anonymous.get(address), 401)
    assert viewer.get("/api/v1/sources/0/install/").status_code == 404
