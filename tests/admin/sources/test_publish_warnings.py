"""Warnings before a publish."""

import pytest

from tests.admin.pages import text, url
from tests.admin.setup.wizard import step
from tests.factories import a_mapping, a_set_up_source, a_source


@pytest.mark.parametrize("page", ["publish", "setup"])
def test_it_repeats_the_warnings_of_the_overview(owner, page):
    source = a_set_up_source()
    destination = source.destinations.get()
    a_mapping(destination, name="Again", trigger='type = "track" and event = "Bought"')
    a_mapping(destination, name="Never", trigger='type = "track" and type = "page"')
    address = (
        url("source", "publish", source.pk)
        if page == "publish"
        else step("publish", source.pk, destination.pk)
    )
    shown = text(owner.get(address))
    assert shown.count("can run on the same events as “Again”") == 1
    assert shown.count("Never runs: its conditions contradict each other") == 1
    if page == "publish":
        assert shown.index("can run on the same events") > shown.index('id="changes"'), "beside the button"


def test_it_warns_of_a_publish_without_anything_enabled(owner):
    source = a_source(enabled=False)
    page = text(owner.get(url("source", "publish", source.pk)))
    assert "This source is disabled" in page
    assert "No destination is enabled" in page
