"""``GET /api/v1/sources/{id}/spec/``"""

from fullstory_dest.services.spec import source_spec
from tests.factories import a_set_up_source


def test_it_returns_the_drafts_as_publishing_would_save_them(owner):
    source = a_set_up_source()
    response = owner.get(f"/api/v1/sources/{source.pk}/spec/")
    assert response.status_code == 200
    assert response.json() == source_spec(source)


def test_it_includes_consent_and_signals_only_if_set(owner):
    source = a_set_up_source()
    address = f"/api/v1/sources/{source.pk}/spec/"
    before = owner.get(address).json()
    assert not {"honor_gpc", "honor_dnt"} & before.keys()
    assert "consent_categories" not in before["destinations"][0]
    source.honor_dnt = True
    source.save()
    source.destinations.update(consent_categories=["C0002"])
    after = owner.get(address).json()
    assert after["honor_dnt"] is True
    assert after["destinations"][0]["consent_categories"] == ["C0002"]
