"""A review with two people: an editor requests it, and a publisher approves and deploys."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live_server import LiveServer

MAKE = """
from fullstory_dest.models import Environment, Mapping
from fullstory_dest.services.publishing.publish import publish
from tests.factories import a_set_up_source, a_staging_environment
source = a_set_up_source(name="Reviewed shop {number}")
publish(a_staging_environment(source))
publish(source.production)
Mapping.objects.filter(destination__source=source, action="trackEventV2").update(name="Orders")
Environment.objects.filter(source=source, slug="production").update(required_approvals=1)
print(source.pk)
"""


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), pytest.param(375, "dark", marks=pytest.mark.long)]
)
def test_it_reviews_and_deploys_with_two_people(
    server: LiveServer,
    admin_page: Callable[..., Page],
    looks_well: Callable[..., None],
    width: int,
    scheme: str,
) -> None:
    source = server.manage("shell", "-c", MAKE.replace("{number}", str(width))).split()[-1]
    editor = admin_page("editor", width, scheme)
    publisher = admin_page("publisher", width, scheme)

    editor.goto(f"/admin/fullstory_dest/source/{source}/publish/?environment=production")
    expect(editor.get_by_text("Production requires 1 approval.")).to_be_visible()
    looks_well(editor)
    editor.get_by_label("Note").fill("Orders have a clearer name")
    editor.get_by_role("button", name="Request review").click()
    expect(editor.get_by_text("Review requested.")).to_be_visible()
    expect(editor.get_by_role("button", name="Withdraw")).to_be_visible()
    expect(editor.get_by_role("button", name="Approve")).to_have_count(0)
    looks_well(editor)

    publisher.goto("/admin/")
    reviews = publisher.get_by_role("region", name="Reviews")
    expect(reviews).to_contain_text(f"Reviewed shop {width}")
    looks_well(publisher)
    reviews.get_by_role("listitem").filter(has_text=f"Reviewed shop {width}").get_by_role("link").click()
    expect(publisher.get_by_text("Orders have a clearer name")).to_be_visible()

    # Editing the drafts makes the page outdated, and an approval void.
    stale = publisher.get_by_role("button", name="Approve")
    server.manage("shell", "-c", rename(source, "Orders again"))
    stale.click()
    expect(publisher.get_by_text("The changes are no longer those that you saw.")).to_be_visible()
    expect(publisher.get_by_text("The drafts or settings have changed since")).to_be_visible()
    publisher.get_by_role("button", name="Approve").click()
    expect(publisher.get_by_role("button", name="Deploy to Production")).to_be_visible()
    server.manage("shell", "-c", rename(source, "Orders once more"))
    publisher.reload()
    expect(publisher.get_by_text("Void: something else was approved")).to_be_visible()
    expect(publisher.get_by_role("button", name="Deploy to Production")).to_have_count(0)
    looks_well(publisher)

    publisher.get_by_role("button", name="Approve").click()
    publisher.get_by_role("button", name="Deploy to Production").click()
    expect(publisher.get_by_text("is live in Production.")).to_be_visible()
    editor.reload()
    expect(editor.get_by_text(re.compile("publisher deployed it"))).to_be_visible()
    editor.get_by_role("link", name="View all reviews").click()
    expect(editor.get_by_role("region", name="Closed reviews")).to_contain_text("Deployed")
    looks_well(editor)


def test_it_deploys_without_approvals_for_a_reason(
    server: LiveServer, admin_page: Callable[..., Page], looks_well: Callable[..., None]
) -> None:
    source = server.manage("shell", "-c", MAKE.replace("{number}", "down")).split()[-1]
    page = admin_page("owner")
    page.goto(f"/admin/fullstory_dest/source/{source}/promote/production/")
    looks_well(page)
    page.goto(f"/admin/fullstory_dest/source/{source}/publish/?environment=production")
    page.get_by_text("Deploy without approvals").first.click()
    looks_well(page)
    page.get_by_role("button", name="Deploy without approvals").click()
    expect(page.get_by_text("The reason is missing or invalid.")).to_be_visible()
    looks_well(page)
    page.get_by_label("Reason").fill("The shop is down")
    page.get_by_role("button", name="Deploy without approvals").click()
    expect(page.get_by_text("Deployed without the required approvals:")).to_be_visible()
    looks_well(page)


def rename(source: str, name: str) -> str:
    """The command that renames a mapping of a source."""
    found = f"Mapping.objects.filter(destination__source={source}, action='trackEventV2')"
    return f"from fullstory_dest.models import Mapping; {found}.update(name={name!r})"
