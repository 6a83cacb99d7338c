"""The documentation in the admin, and links to it."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from fullstory_dest.admin.docs import SECTIONS, docs_url, section_for
from fullstory_dest.admin.urls import urlpatterns
from tests.admin.pages import text, url
from tests.factories import a_mapping, a_source

pytestmark = pytest.mark.django_db

PAGES = [str(page.relative_to(settings.DOCS_DIR).with_suffix("")) for page in settings.DOCS_DIR.rglob("*.md")]


@pytest.mark.parametrize("page", PAGES)
def test_it_renders_each_page(viewer, page):
    response = viewer.get(docs_url(page))
    assert response.status_code == 200
    body = text(response).split('class="fsd-docs"')[1].split("</article>")[0]
    assert not re.findall(r'(?:href|src)="(?!https?:|/|#)[^"]*"', body)


def test_it_requires_a_login(client):
    assert client.get(reverse("admin:docs"))["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("name", ["nothing", "decisions/nothing"])
def test_it_answers_404_for_missing_pages(viewer, name):
    assert viewer.get(docs_url(name)).status_code == 404


def test_it_links_sections_that_exist(viewer):
    for section in set(SECTIONS.values()):
        page, _, anchor = section.partition("#")
        assert not anchor or f'id="{anchor}"' in text(viewer.get(docs_url(page))), section


def test_it_explains_each_page_of_the_product():
    for pattern in urlpatterns:
        for each in getattr(pattern, "url_patterns", [pattern]):
            name = getattr(each, "name", None)
            if name and name.startswith("fullstory_dest_"):
                assert section_for(name) != SECTIONS[""], name


def test_it_links_from_each_kind_of_page(viewer):
    mapping = a_mapping()
    source = a_source()
    for page, section in {
        reverse("admin:index"): "admin#home",
        reverse("admin:roles"): "admin#users-and-roles",
        reverse("mfa_index"): "admin#two-factor-login-and-passkeys",
        url("mapping"): "admin#edit-a-mapping",
        url("mapping", "change", mapping.pk): "admin#edit-a-mapping",
        url("source", "install", source.pk): "install",
        url("source", "publish", source.pk): "admin#publish",
    }.items():
        assert f'class="fsd-docs-link" href="{docs_url(section)}"' in text(viewer.get(page)), page
