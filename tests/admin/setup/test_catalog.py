"""The catalog of destinations."""

from django.urls import reverse

from fullstory_dest.catalog import ACTIONS, BENEFITS, SETTINGS
from tests.admin.pages import text


def test_it_describes_the_catalog_entry(owner):
    assert "FullStory Device Mode (Actions)" in text(owner.get(reverse("admin:fullstory_dest_catalog")))
    page = text(owner.get(reverse("admin:fullstory_dest_catalog_entry")))
    for said in (*BENEFITS, *(action.title for action in ACTIONS), *(setting.label for setting in SETTINGS)):
        assert said in page
