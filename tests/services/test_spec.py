"""The spec of a source's drafts."""

import pytest

from fullstory_dest.models import Source
from fullstory_dest.services.spec import drafts_in, source_spec
from tests.factories import ORG, a_destination, a_mapping, a_source

pytestmark = pytest.mark.django_db


def test_it_reads_drafts_in_the_order_in_which_they_run(django_assert_num_queries):
    source = a_source(name="Shop", slug="shop", write_key="key", api_host="events.example.com")
    first, second = a_destination(source, name="A"), a_destination(source, name="B", enabled=False)
    later = a_mapping(second, name="Later", position=1)
    sooner = a_mapping(second, name="Sooner", position=0, enabled=False)
    with django_assert_num_queries(2):
        spec = source_spec(Source(pk=source.pk, name="Shop", slug="shop"))
    assert source_spec(source) == spec
    assert drafts_in(source.production) == {**spec, "write_key": "key", "api_host": "events.example.com"}
    assert spec == {
        "name": "Shop",
        "slug": "shop",
        "destinations": [
            {"id": first.pk, "name": "A", "enabled": True, "settings": {"orgId": ORG}, "mappings": []},
            {
                "id": second.pk,
                "name": "B",
                "enabled": False,
                "settings": {"orgId": ORG},
                "mappings": [
                    {
                        "id": mapping.pk,
                        "name": mapping.name,
                        "enabled": mapping.enabled,
                        "action": "trackEventV2",
                        "trigger": 'type = "track"',
                        "fields": {"name": {"@path": "$.event"}},
                    }
                    for mapping in (sooner, later)
                ],
            },
        ],
    }


def test_it_includes_privacy_settings_that_are_on():
    source = a_source(honor_gpc=True)
    a_destination(source, consent_categories=["marketing"])
    spec = source_spec(source)
    assert spec["destinations"][0]["consent_categories"] == ["marketing"]
    assert spec["honor_gpc"] is True
    assert "honor_dnt" not in spec
    assert source_spec(a_source(honor_dnt=True))["honor_dnt"] is True
