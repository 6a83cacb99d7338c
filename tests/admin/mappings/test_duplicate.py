"""The page that duplicates a mapping."""

import pytest

from fullstory_dest.models import Mapping
from tests.admin.pages import text, url
from tests.factories import a_mapping

pytestmark = pytest.mark.django_db


def test_it_duplicates_a_mapping(as_role):
    mapping = a_mapping()
    editor = as_role("editor")
    address = url("mapping", "duplicate_mapping", mapping.pk)
    assert "Duplicate mapping" in text(editor.get(address))
    response = editor.post(address, {"destination": mapping.destination_id})
    copy = Mapping.objects.exclude(pk=mapping.pk).get()
    assert response["Location"] == url("mapping", "change", copy.pk)
    assert (copy.name, copy.enabled, copy.trigger, copy.fields) == (
        "Track (copy)",
        False,
        mapping.trigger,
        mapping.fields,
    )
    assert as_role("viewer").post(address, {"destination": mapping.destination_id}).status_code == 403


@pytest.mark.parametrize("key", ["abc", "9" * 30, ""])
def test_it_refuses_an_invalid_destination_for_a_duplicate(owner, key):
    mapping = a_mapping()
    response = owner.post(url("mapping", "duplicate_mapping", mapping.pk), {"destination": key})
    assert response.status_code == 200
    assert Mapping.objects.count() == 1
