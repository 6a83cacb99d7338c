"""Pages that render ``docs/``, and the section of docs that each page of the admin links to."""

from __future__ import annotations

import re
from functools import cache
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from fullstory_dest.admin.pages import admin_page

INDEX: Final = "README"

#: Sections by prefixes of URL names. The longest matching prefix applies.
SECTIONS: Final = {
    "": INDEX,
    "index": "admin#home",
    "search": "admin#home",
    "fullstory_dest_catalog": "admin#set-up-a-source",
    "fullstory_dest_setup": "admin#set-up-a-source",
    "fullstory_dest_source": "admin#source-overview",
    "fullstory_dest_source_changelist": "admin#home",
    "fullstory_dest_source_change": "admin#source-settings",
    "fullstory_dest_source_rotate": "admin#source-settings",
    "fullstory_dest_source_archive": "admin#source-settings",
    "fullstory_dest_source_mappings": "admin#edit-a-mapping",
    "fullstory_dest_source_test": "admin#test-an-event",
    "fullstory_dest_source_publish": "admin#publish",
    "fullstory_dest_source_promote": "admin#environments",
    "fullstory_dest_source_preview": "preview",
    "fullstory_dest_source_releases": "admin#releases",
    "fullstory_dest_source_compare": "admin#releases",
    "fullstory_dest_source_install": "install",
    "fullstory_dest_destination": "admin#destinations",
    "fullstory_dest_mapping": "admin#edit-a-mapping",
    "fullstory_dest_release": "admin#releases",
    "fullstory_dest_deployment": "admin#releases",
    "fullstory_dest_environment": "admin#environments",
    "fullstory_dest_source_reviews": "admin#reviews",
    "fullstory_dest_review": "admin#reviews",
    "fullstory_dest_testcase": "admin#test-an-event",
    "fullstory_dest_classicdestination": "admin#migrate-a-classic-destination",
    "fullstory_dest_migration": "admin#migrate-a-classic-destination",
    "auth_user": "admin#users-and-roles",
    "roles": "admin#users-and-roles",
    "tokens": "admin#api-tokens",
    "revoke_token": "admin#api-tokens",
    "account": "admin#your-account",
    "mfa": "admin#two-factor-login-and-passkeys",
}


def docs_page(request: HttpRequest, name: str = INDEX) -> HttpResponse:
    """Show a page of the documentation. Raises Http404."""
    title, body = _render(name)
    way = [] if name == INDEX else [{"title": _("Docs"), "link": docs_url(INDEX)}]
    return admin_page(request, "fullstory_dest/docs.html", title, way=way, body=body)


def docs_url(section: str) -> str:
    """The URL of a page, or of a section of it: ``install#content-security-policy``."""
    name, _hash, anchor = section.partition("#")
    url = reverse("admin:docs") if name == INDEX else reverse("admin:docs", args=[name])
    return f"{url}#{anchor}" if anchor else url


def section_for(url_name: str) -> str:
    """The section that explains the page with this URL name."""
    return SECTIONS[max((name for name in SECTIONS if url_name.startswith(name)), key=len)]


@cache
def _render(name: str) -> tuple[str, SafeString]:
    """The title and the HTML of a page. Cached: the files are part of the release."""
    path = settings.DOCS_DIR / f"{name}.md"
    if not path.is_file():
        raise Http404
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    heading, title, _close, *tokens = markdown.parse(path.read_text("utf-8"))
    for token, following in zip(tokens, [*tokens[1:], heading], strict=True):
        if token.type == "heading_open":
            token.attrSet("id", anchor(following.content))
        elif token.type == "table_open":
            token.attrSet("tabindex", "0")  # It scrolls on narrow screens.
        for child in token.children or []:
            _resolve(child, PurePosixPath(name).parent)
    html = markdown.renderer.render(tokens, markdown.options, {})
    return title.content, mark_safe(html)  # noqa: S308 - rendered from our own files, and without HTML in them


def anchor(heading: str) -> str:
    """The anchor of a heading, as on GitHub."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _resolve(token: Token, folder: PurePosixPath) -> None:
    """Replace the path of an image or page with its URL."""
    if token.type == "image":
        token.attrSet("src", static("docs/" + PurePosixPath(str(token.attrGet("src"))).name))
    elif token.type == "link_open":
        target, _hash, section = str(token.attrGet("href")).partition("#")
        if target.endswith(".md") and "://" not in target:
            page = normpath(folder / target).removesuffix(".md")
            token.attrSet("href", docs_url(f"{page}#{section}" if section else page))
