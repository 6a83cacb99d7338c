"""Times in words."""

from datetime import timedelta

from django.utils import timezone

from fullstory_dest.models import Deployment
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
