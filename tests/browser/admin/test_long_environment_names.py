"""Pages with environment names of 95 characters without spaces, on a phone and on a wide screen."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.admin.conftest import check_width
from tests.browser.live_server import LiveServer

#: Three environments that differ, with deployments, reviews, schedules and preview links. Prints pages' URLs.
MAKE_SOURCE = """
import json
from datetime import timedelta
from django.contrib.auth.models import User
from django.utils import timezone
from fullstory_dest.models import Environment, Mapping
from fullstory_dest.services.environments.create_environment import create_environment
from fullstory_dest.services.previews.preview_link import create_preview_link
from fullstory_dest.services.publishing.deploy import fingerprint
from fullstory_dest.services.publishing.promote import promote
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.reviews import decline, request_review
from fullstory_dest.services.publishing.schedule_deployment import schedule_deployment
from fullstory_dest.services.spec import drafts_in, release_in
from tests.admin.pages import url
from tests.factories import a_set_up_source

source = a_set_up_source(name="Long names")
production = source.production
production.name, production.required_approvals = "P" * 95, 1
production.save()
for letter in "ST":
    create_environment(Environment(source=source, name=letter * 95))
first, second, third = source.environments.order_by("position")
user = User.objects.create_superuser("author of long names")
release = publish(first, by=user).deployment.release
promote(release, second, by=user)
Mapping.objects.filter(destination__source=source, action="viewedPageV2").update(name="Second")
later = publish(first, by=user).deployment.release
second.settings = {"debug": True}
second.save()
review = request_review(third, by=user, release=release, note="n" * 200)
decline(request_review(third, by=user), by=user, reason="r" * 200)
create_preview_link(first, by=user, page_url="https://shop.example/" + "p" * 200)
first, second = Environment.objects.get(pk=first.pk), Environment.objects.get(pk=second.pk)
at = timezone.now() + timedelta(days=1)
schedule_deployment(first, at=at, by=user, reviewed=fingerprint(drafts_in(first)))
schedule_deployment(second, at=at, by=user, reviewed=fingerprint(release_in(later, second)), release=later)
old = first.deployments.earliest("id")
tabs = ("overview", "releases", "reviews", "install", "change", "publish", "preview", "rotate")
pages = [
    "/admin/",
    url("source", "changelist"),
    *(url("source", tab, source.pk) for tab in tabs),
    url("source", "compare", source.pk) + f"?from=d{old.pk}&to=draft",
    *(url("source", "promote", source.pk, each.slug) for each in (second, third)),
    url("deployment", "roll_back", old.pk),
    url("review", "change", review.pk),
    url("release", "changelist"),
    url("release", "change", later.pk),
    *(url("environment", page, first.pk) for page in ("change", "history", "delete")),
    url("environment", "add") + f"?source={source.pk}",
]
print(json.dumps(pages))
"""


@pytest.fixture(scope="module")
def pages(server: LiveServer) -> list[str]:
    """The URLs of pages that name environments."""
    found: list[str] = json.loads(server.manage("shell", "-c", MAKE_SOURCE).splitlines()[-1])
    return found


@pytest.mark.parametrize("width", [375, 1280])
def test_it_fits_long_environment_names(
    admin_page: Callable[..., Page], pages: list[str], width: int
) -> None:
    page = admin_page("owner", width=width)
    for url in pages:
        response = page.goto(url)
        assert response is not None
        assert response.status == 200, url
        check_width(page)
