"""Lists with nothing in them say what would stand there, and what to do for that."""

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
def test_an_empty_list_says_what_would_stand_there_and_what_to_do(owner, model):
    heading, page = SAID[model]
    said = text(owner.get(url(model)))
    assert heading in said
    assert f'href="{reverse(page)}"' in said.split(heading)[1]
    assert "Reset filters" not in said
    assert "No results" not in said


@pytest.mark.parametrize("query", ["?q=nowhere", "?archived=yes"])
def test_a_list_that_nothing_matches_offers_all_again(owner, query):
    a_source(name="Shop")
    said = text(owner.get(url("source") + query))
    assert "No results" in said
    assert "Show all" in said
    assert "No sources yet" not in said


def test_where_everything_is_archived_it_is_said(owner):
    a_source(name="Shop")
    Source.objects.update(archived_at=timezone.now())
    said = text(owner.get(url("source")))
    assert "All archived" in said
    assert "?archived=yes" in said


def test_nobody_is_led_to_what_they_may_not_do(viewer):
    said = text(viewer.get(url("source")))
    assert "No sources yet" in said
    assert "Connect source" not in said


def test_people_who_are_not_found_are_not_offered_filters(owner):
    assert "No results" in text(owner.get("/admin/auth/user/?q=nowhere"))
