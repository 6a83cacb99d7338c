"""``GET /api/v1/sources/{id}/spec/``"""

from fullstory_dest.services.spec import source_spec
from tests.factories import a_set_up_source


def test_it_gives_the_drafts_as_they_would_be_published(owner):
    source = a_set_up_source()
    response = owner.get(f"/api/v1/sources/{source.pk}/spec/")
    assert response.status_code == 200
    assert response.json() == source_spec(source)
