"""Times in words."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from fullstory_dest.models import Deployment, Release, Source
from fullstory_dest.services.publishing.publish import publish
from tests.admin.pages import text, url
from tests.factories import a_set_up_source


def test_it_shows_times_of_less_than_a_minute_in_words(owner):
    source = a_set_up_source()
    publish(source.production)
    pages = [url("source", "changelist"), url("source", "releases", source.pk)]
    listed, tab = (text(owner.get(page)) for page in pages)
    assert "#1, just now" in listed
    assert "live for less than a minute so far" in tab
    Deployment.objects.update(created_at=timezone.now() - timedelta(hours=2))
    listed, tab = (text(owner.get(page)) for page in pages)
    assert "#1, 2\xa0hours ago" in listed
    assert "live for 2\xa0hours so far" in tab


@pytest.mark.parametrize("page", ["changelist", "change", "history"])
def test_it_shows_times_in_one_format(owner, page):
    source = a_set_up_source()
    release = publish(source.production).deployment.release
    at = datetime(2026, 12, 3, 0, 0, tzinfo=UTC)
    Release.objects.update(created_at=at)
    Deployment.objects.update(created_at=at)
    Source.history.update(history_date=at)
    model, row = ("source", source) if page == "history" else ("release", release)
    address = url(model, page) if page == "changelist" else url(model, page, row.pk)
    shown = text(owner.get(address))
    assert f'<time datetime="{at.isoformat()}" data-local-time>Dec 3, 2026, 12:00 AM UTC</time>' in shown
    assert "a.m." not in shown
    assert "local-time.js" in shown
