"""The sidebar."""

import re

from tests.admin.pages import text


def links(client) -> list[str]:
    """The URLs that the sidebar of the home page links to."""
    page = text(client.get("/admin/"))
    return re.findall(
        r'href="(/admin/[^"?#]*)"', page[page.index('id="nav-sidebar') :].partition("</nav>")[0]
    )


def test_it_links_only_to_pages_that_a_user_can_open(owner, sign_in):
    all_links, few_links = links(owner), links(sign_in("nobody"))
    assert "/admin/fullstory_dest/source/" in all_links
    assert "/admin/fullstory_dest/source/" not in few_links
    assert "/admin/account/" in few_links
    assert {owner.get(link, follow=True).status_code for link in all_links} == {200}
