"""Empty lists explain their purpose and offer an action."""

import pytest
from django.urls import reverse
from django.utils import timezone

from fullstory_dest.models import Source
from tests.admin.pages import text, url
from tests.factories import a_source

pytestmark = pytest.mark.django_db

SAID = {
    "source": ("No sources yet", "admin:fullstory_dest_catalog"),
    "destination": ("No destinations yet", "admin:fullstory_dest_catalog"),
    "mapping": ("No mappings yet", "admin:fullstory_dest_catalog"),
    "release": ("No releases yet", "admin:fullstory_dest_source_changelist"),
    "classicdestination": ("No classic destinations", "admin:fullstory_dest_classicdestination_add"),
    "migration": ("No migrations yet", "admin:fullstory_dest_classicdestination_changelist"),
}


@pytest.mark.parametrize("model", SAID)
def test_it_explains_an_empty_list_and_offers_an_action(owner, model):
    heading, page = SAID[model]
    said = text(owner.get(url(model)))
    assert heading in said
    assert f'href="{reverse(page)}"' in said.split(heading)[1]
    assert "Reset filters" not in said
    assert "No results" not in said


@pytest.mark.parametrize("query", ["?q=nowhere", "?archived=yes"])
def test_it_offers_to_show_all_if_nothing_matches(owner, query):
    a_source(name="Shop")
    said = text(owner.get(url("source") + query))
    assert "No results" in said
    assert "Show all" in said
    assert "No sources yet" not in said


def test_it_reports_that_all_sources_are_archived(owner):
    a_source(name="Shop")
    Source.objects.update(archived_at=timezone.now())
    said = text(owner.get(url("source")))
    assert "All archived" in said
    assert "?archived=yes" in said


def test_it_offers_no_action_without_permission(viewer):
    said = text(viewer.get(url("source")))
    assert "No sources yet" in said
    assert "Connect source" not in said


def test_it_offers_no_filters_for_users_not_found(owner):
    assert "No results" in text(owner.get("/admin/auth/user/?q=nowhere"))
