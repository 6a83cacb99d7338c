"""Focus, caret, clicks and text survive when the mapping editor redraws itself."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.admin.mapping_pages import stored

ADD_KEY = "Properties: add key"


def begin_object(page: Page, mapping: str) -> Locator:
    """Add an object with a key that has no name yet, and focus the key."""
    page.goto(mapping)
    page.get_by_label("Properties: kind of value").select_option("Object")
    page.get_by_role("button", name=ADD_KEY).click()
    key = page.get_by_label("Properties: key 1")
    expect(key).to_be_focused()
    return key


def remember(page: Page) -> None:
    page.evaluate("window.focused = document.activeElement")


def is_still_focused(page: Page) -> bool:
    """Whether the same element has the focus. A replaced one would have lost its typed text and undo history."""
    return page.evaluate("window.focused === document.activeElement")


@pytest.mark.parametrize("way", ["click", "Tab"])
def test_it_keeps_a_change_made_after_the_name_of_a_key(admin_page, server, mapping, way):
    page = admin_page("editor")
    begin_object(page, mapping)
    page.keyboard.type("currency")
    if way == "click":
        page.get_by_label("Properties, item 1: value").or_(
            page.get_by_label("Properties, currency: value")
        ).click()
    else:
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
    page.keyboard.press("End")
    page.keyboard.type("properties.currency")
    expect(page.get_by_label("Properties, currency: value")).to_have_value("$.properties.currency")
    # The first click elsewhere on the page counts, too.
    page.get_by_role("button", name=ADD_KEY).click()
    page.keyboard.type("plan")
    page.get_by_role("button", name="Not: Condition 1").click()
    expect(page.get_by_role("button", name="Not: Condition 1")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Remove: Properties, plan").click()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/source/*/mappings/")
    assert stored(server, mapping)["fields"]["properties"] == {"currency": {"@path": "$.properties.currency"}}


def test_it_keeps_the_caret_and_undo_history_in_a_key(admin_page, mapping):
    page = admin_page("editor")
    key = begin_object(page, mapping)
    page.keyboard.type("curency")
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    page.keyboard.type("r_")
    expect(key).to_have_value("curr_ency")
    page.keyboard.press("Control+Z")
    page.keyboard.press("Control+Z")
    expect(key).to_have_value("curency")
    expect(key).to_be_focused()


def test_it_keeps_an_object_whose_key_is_a_directive(admin_page, mapping):
    page = admin_page("editor")
    key = begin_object(page, mapping)
    page.keyboard.type("@path and more")
    expect(key).to_have_value("@path and more")
    expect(key).to_be_focused()


def test_it_keeps_a_conditional_whose_branch_is_its_condition(admin_page, mapping):
    page = admin_page("editor")
    page.goto(mapping)
    page.get_by_label("Name: kind of value").select_option("Conditional")
    page.get_by_label("Name, else: kind of value").select_option("Text")
    then = page.get_by_label("Name, then: kind of value")
    then.focus()
    then.select_option("Event variable")
    expect(then).to_be_focused()
    page.get_by_label("Name, then: value").fill("$.event")
    page.get_by_label("Name, condition").select_option("is not blank")
    page.get_by_label("Name, condition").select_option("exists")
    expect(page.get_by_label("Name, then: value")).to_have_value("$.event")


def test_it_keeps_the_focus_while_rows_change(admin_page, mapping):
    page = admin_page("editor")
    page.goto(mapping)

    def keeps(control: Locator, *keys: str) -> None:
        control.focus()
        remember(page)
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_timeout(400)  # The server has answered, and the mistakes are marked.
        assert is_still_focused(page), control

    keeps(page.get_by_label("Condition 1: field", exact=True), "p", "r")
    expect(page.get_by_label("Condition 1: field", exact=True)).to_have_value("properties")
    keeps(page.get_by_label("Condition 1: name", exact=True), "a", ".", "b", ".")
    keeps(page.get_by_label("Condition 1: type of value", exact=True), "n", "u")
    expect(page.get_by_label("Condition 1: type of value", exact=True)).to_have_value("number")
    keeps(page.get_by_label("Condition 1: value", exact=True), "x")
    keeps(page.get_by_label("Condition 1: operator", exact=True), "i", "s", " ", "o", "n", "e")
    keeps(page.get_by_label("Whole trigger: all or any"), "ArrowDown")
    keeps(page.get_by_role("button", name="Not: Whole trigger"), "Space")
    page.get_by_label("Properties: kind of value").select_option("List")
    page.get_by_role("button", name="Properties: add item").click()
    expect(page.get_by_label("Properties, item 2: kind of value")).to_be_focused()
    page.get_by_label("Properties, item 2: value").fill("$.second")
    keeps(page.get_by_role("button", name="Move up: Properties, item 2"), "Enter")
    expect(page.get_by_label("Properties, item 1: value")).to_have_value("$.second")
    # Pressing it again neither moves nor removes anything.
    keeps(page.get_by_role("button", name="Move up: Properties, item 1"), "Enter")
    expect(page.get_by_label("Properties, item 2: value")).to_have_value("$.properties")


def test_it_keeps_text_that_is_not_a_number_yet(admin_page, mapping):
    page = admin_page("editor")
    page.goto(mapping)
    page.get_by_label("Condition 1: field", exact=True).select_option("Property")
    page.get_by_label("Condition 1: name", exact=True).fill("price")
    page.get_by_label("Condition 1: operator", exact=True).select_option("is one of")
    page.get_by_role("button", name="Condition 1: add value").click()
    page.get_by_label("Condition 1: type of value", exact=True).nth(1).select_option("number")
    second = page.get_by_label("Condition 1: value", exact=True).nth(1)
    second.fill("1e")
    expect(second).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Condition 1: value", exact=True).first).not_to_have_attribute(
        "aria-invalid", "true"
    )
    page.get_by_role("button", name="Condition 1: remove value 1").click()
    expect(page.get_by_label("Condition 1: value", exact=True)).to_have_value("1e")


def test_it_marks_only_the_input_that_is_wrong(admin_page, mapping, looks_well):
    page = admin_page("editor")
    key = begin_object(page, mapping)

    def wrong() -> list[str]:
        return page.evaluate(
            "[...document.querySelectorAll('[aria-invalid=true]')].filter((each) => each.checkVisibility())"
            ".map((each) => each.ariaLabel)"
        )

    # Nothing is wrong before the user leaves the input.
    expect(key).to_have_accessible_description("Name this key or remove it.")
    assert wrong() == []
    page.keyboard.press("Tab")
    assert wrong() == ["Properties: key 1"]
    key.fill("a b")
    expect(key).to_have_attribute("aria-invalid", "true")
    expect(key).to_have_accessible_description(re.compile('FullStory rejects the property name "a b"'))
    assert wrong() == ["Properties: key 1"]
    looks_well(page)
    key.fill("currency")
    page.get_by_label("Properties, currency: value").fill("$.a")
    page.get_by_role("button", name=ADD_KEY).click()
    page.keyboard.type("currency")
    expect(page.get_by_label("Properties: key 2")).to_have_accessible_description(
        "Another key has this name."
    )
    assert wrong() == ["Properties: key 2"]
    page.get_by_role("button", name="Remove: Properties, currency").last.click()

    page.get_by_label("Name: kind of value").select_option("Replace text")
    pattern = page.get_by_label("Name, replace", exact=True)
    pattern.fill("more than ten letters")
    expect(pattern).to_have_attribute("aria-invalid", "true")
    assert wrong() == ["Name, replace"]
    pattern.fill("a")
    expect(pattern).not_to_have_attribute("aria-invalid", "true")

    page.get_by_label("Condition 1: field", exact=True).select_option("Property")
    name = page.get_by_label("Condition 1: name", exact=True)
    name.focus()
    page.get_by_label("Condition 1: value", exact=True).focus()
    expect(name).to_have_attribute("aria-invalid", "true")
    assert wrong() == ["Condition 1: name"]


def test_it_warns_of_a_value_that_is_the_whole_event(admin_page, server, mapping, looks_well):
    page = admin_page("editor")
    key = begin_object(page, mapping)
    key.fill("currency")
    value = page.get_by_label("Properties, currency: value")
    expect(value).to_have_accessible_description("This is the whole event; use a field, such as $.userId")
    expect(value).not_to_have_attribute("aria-invalid", "true")
    looks_well(page)
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/source/*/mappings/")
    expect(page.get_by_text("“Properties › currency › @path”: this is the whole event")).to_be_visible()  # noqa: RUF001
    assert stored(server, mapping)["fields"]["properties"] == {"currency": {"@path": "$."}}


def test_it_fills_in_an_action_until_something_is_typed(admin_page, server, mapping):
    page = admin_page("editor")
    page.goto("/admin/fullstory_dest/mapping/add/?destination=1")
    steps = page.locator("[data-step] h2").all_inner_texts()
    assert ["action" in steps[0], "trigger" in steps[1]] == [True, True]
    action = page.get_by_role("combobox", name="Action")
    name = page.get_by_role("textbox", name="Name*", exact=True)
    value = page.get_by_label("Condition 1: value", exact=True)
    action.focus()
    for title, kind in (("Identify User V2", "identify"), ("Track Event V2", "track")):
        action.select_option(title)
        expect(value).to_have_value(kind)
        expect(action).to_be_focused()
    expect(name).to_have_value("Track Custom Event V2")
    expect(page.get_by_label("Name: value")).to_have_value("$.event")
    expect(page.locator("[aria-invalid=true]")).to_have_count(0)
    value.fill("page")
    action.select_option("Viewed Page V2")
    expect(value).to_have_value("page")
    expect(name).to_have_value("Viewed Page V2")
    expect(page.get_by_label("Page Name: kind of value")).to_have_value("coalesce")
    name.fill("Pages")
    action.select_option("Track Event V2")
    expect(name).to_have_value("Pages")
    expect(value).to_have_value("page")


@pytest.mark.parametrize("kind", ["mapping", "destination", "source"])
def test_it_shows_no_error_on_a_new_form(admin_page, kind):
    page = admin_page("owner")
    page.goto(f"/admin/fullstory_dest/{kind}/add/")
    errors = page.locator("[aria-invalid=true], .errorlist, .fsd-problem, .fsd-slot:not(:empty)")
    page.wait_for_load_state("networkidle")
    expect(errors).to_have_count(0)
    if kind != "mapping":
        return
    page.get_by_role("button", name="Text", exact=True).click()
    page.get_by_role("button", name="JSON", exact=True).click()
    with page.expect_response("**/mapping/check/"):
        page.get_by_label("Trigger", exact=True).dispatch_event("input")
    expect(errors).to_have_count(0)
    trigger = page.get_by_label("Trigger", exact=True)
    trigger.focus()
    page.keyboard.press("Tab")
    expect(page.get_by_text("A trigger is required")).to_be_visible()
