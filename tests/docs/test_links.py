"""Every link between pages of the documentation works."""

import re
from pathlib import Path

import pytest

from fullstory_dest.admin.docs import anchor
from tests.docs.examples import DOCS

ROOT = DOCS.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]


def anchors(page: Path) -> set[str]:
    return {anchor(heading) for heading in re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_it_links_to_existing_pages_and_sections(page):
    text = re.sub(r"^```.*?^```$|`[^`]+`", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)]*)\)", text):
        if "://" not in target:
            path, _, section = target.partition("#")
            found = (page.parent / path).resolve() if path else page
            assert found.is_file(), target
            assert not section or section in anchors(found), target


def test_it_lists_every_page_in_the_index():
    linked = set(re.findall(r"\]\(([^)#]*)\)", (DOCS / "README.md").read_text("utf-8")))
    assert {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")} - {"README.md"} == linked


def test_it_uses_every_image():
    used = set(re.findall(r"images/([\w-]+\.png)", "".join(page.read_text("utf-8") for page in PAGES)))
    assert used == {image.name for image in (DOCS / "images").iterdir()}
