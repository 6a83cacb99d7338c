"""The trigger builder by keyboard, mouse and touch, and back to text without loss."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.admin.mapping_pages import HARD, stored

NORMAL = """async (text) => {
  const ask = (question) => fetch("/admin/fullstory_dest/mapping/trigger/", {
    method: "POST", body: JSON.stringify(question),
    headers: { "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value },
  }).then((answer) => answer.json());
  return (await ask({ tree: (await ask({ text })).tree })).text;
}"""


def choose(page: Page, control: str, option: str) -> None:
    """Choose an option of the focused select with the keyboard."""
    expect(page.get_by_label(control, exact=True)).to_be_focused()
    for _ in range(30):
        if page.evaluate("document.activeElement.selectedOptions[0].text") == option:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{control} has no {option}")


@pytest.mark.parametrize("width", [1280, 375])
def test_it_builds_a_nested_trigger_with_only_the_keyboard(admin_page, server, mapping, looks_well, width):
    page = admin_page("editor", width)
    page.goto(mapping)
    page.get_by_role("button", name="Add to Whole trigger: Group").focus()
    page.keyboard.press("Enter")
    choose(page, "Condition 2.1: field", "Property")
    page.keyboard.press("Tab")
    page.keyboard.type("price")
    page.keyboard.press("Tab")
    choose(page, "Condition 2.1: operator", "is at least")
    page.get_by_label("Condition 2.1: value", exact=True).focus()
    page.keyboard.type("100")
    page.get_by_role("button", name="Add to Whole trigger: Condition", exact=True).focus()
    page.keyboard.press("Space")
    expect(page.get_by_label("Condition 3: field", exact=True)).to_be_focused()
    page.get_by_label("Condition 3: value", exact=True).focus()
    page.keyboard.type("Order Completed")

    handle = page.get_by_label("Move or remove Condition 3", exact=True)
    handle.focus()
    page.keyboard.press("ArrowRight")
    moved = page.get_by_label("Move or remove Condition 2.2", exact=True)
    expect(moved).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="Moved into a group, position 2.2")).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Move up", exact=True).and_(page.locator(":focus"))).to_have_count(
        1
    )
    page.keyboard.press("Enter")
    expect(page.get_by_label("Move or remove Condition 2.1", exact=True)).to_be_focused()
    page.get_by_role("button", name="Not: Condition 2.2").focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("Trigger matches", exact=True)).to_be_visible()
    looks_well(page, "editor")

    page.get_by_role("button", name="Text", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Trigger", exact=True)).to_have_value(
        'type = "track" and (event = "Order Completed" or !(properties.price >= 100))'
    )
    looks_well(page)
    page.get_by_role("button", name="Builder").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Condition 2.2: value", exact=True)).to_have_value("100")
    page.get_by_role("button", name="Save", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/source/*/mappings/")
    assert stored(server, mapping)["trigger"].endswith("!(properties.price >= 100))")


def test_it_reorders_a_trigger_by_touch(server, mapping, admin_page, touching):
    page = touching(admin_page("editor", 375))
    page.goto(mapping)
    page.get_by_role("button", name="Add to Whole trigger: Condition", exact=True).tap()
    page.get_by_label("Condition 2: value", exact=True).fill("Bought")
    page.get_by_label("Move or remove Condition 2", exact=True).tap()
    page.get_by_role("button", name="Move up", exact=True).filter(visible=True).tap()
    expect(page.get_by_label("Condition 1: value", exact=True)).to_have_value("Bought")
    page.get_by_role("button", name="Save", exact=True).tap()
    page.wait_for_url("**/source/*/mappings/")
    assert stored(server, mapping)["trigger"] == 'event = "Bought" and type = "track"'


def test_it_returns_hard_triggers_unchanged_from_the_builder(admin_page, mapping):
    page = admin_page("editor")
    page.goto(mapping)
    for text in HARD:
        page.get_by_role("button", name="Text", exact=True).click()
        page.get_by_label("Trigger", exact=True).fill(text)
        normal = page.evaluate(NORMAL, text)
        page.get_by_role("button", name="Builder").click()
        negation = page.get_by_role("button", name="Not: Whole trigger")
        expect(negation).to_be_visible()
        # Toggling it twice restores it, as the builder writes it.
        pressed = negation.get_attribute("aria-pressed")
        if negation.inner_text() != "Not":
            continue
        negation.click()
        expect(negation).not_to_have_attribute("aria-pressed", pressed)
        negation.click()
        page.get_by_role("button", name="Text", exact=True).click()
        expect(page.get_by_label("Trigger", exact=True)).to_have_value(normal)


def test_it_saves_a_dragged_condition_and_the_last_input(admin_page, server, mapping):
    page = admin_page("editor")
    page.goto(mapping)
    page.get_by_role("button", name="Add to Whole trigger: Condition", exact=True).click()
    page.get_by_label("Condition 2: value", exact=True).fill("Bought")
    page.get_by_label("Move or remove Condition 2", exact=True).drag_to(
        page.get_by_role("group", name="Condition 1", exact=True), target_position={"x": 200, "y": 4}
    )
    value = page.get_by_label("Condition 1: value", exact=True)
    expect(value).to_have_value("Bought")
    value.fill("Sold")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/source/*/mappings/")
    assert stored(server, mapping)["trigger"] == 'event = "Sold" and type = "track"'


def test_it_removes_conditions_and_groups_with_their_buttons(admin_page, mapping):
    page = admin_page("editor")
    page.goto(mapping)
    page.get_by_role("button", name="Add to Whole trigger: Group").click()
    page.get_by_role("button", name="Remove: Group 2").click()
    expect(page.get_by_role("group", name="Group 2")).to_have_count(0)
    expect(page.get_by_role("button", name="Remove: Condition 1", exact=True)).to_be_focused()
    page.get_by_role("button", name="Add to Whole trigger: Condition", exact=True).click()
    page.get_by_role("button", name="Remove: Condition 1", exact=True).click()
    expect(page.get_by_label("Condition 1: field", exact=True)).to_have_value("event")
    expect(page.get_by_role("group", name="Condition 2", exact=True)).to_have_count(0)


def test_it_does_not_save_a_condition_without_a_value(admin_page, server, mapping, looks_well):
    page = admin_page("editor")
    page.goto(mapping)
    page.get_by_role("button", name="Add to Whole trigger: Condition", exact=True).click()
    value = page.get_by_label("Condition 2: value", exact=True)
    expect(page.get_by_role("group", name="Condition 2")).to_contain_text("Enter the event's name")
    expect(value).to_have_accessible_description("Enter the event's name")
    expect(value).not_to_have_attribute("aria-invalid", "true")
    looks_well(page)
    page.get_by_label("Condition 2: operator", exact=True).select_option("contains")
    expect(page.get_by_role("group", name="Condition 2")).to_contain_text("Enter text")
    page.get_by_label("Condition 2: operator", exact=True).select_option("is")
    value.fill("Bought")
    value.fill("")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Fix the highlighted errors first.")).to_be_visible()
    expect(value).to_be_focused()
    assert stored(server, mapping)["trigger"] == 'type = "track"'
    value.fill("Bought")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/source/*/mappings/")
    assert stored(server, mapping)["trigger"] == 'type = "track" and event = "Bought"'


def test_it_keeps_a_moved_row_above_the_save_bar(admin_page, mapping):
    page = admin_page("editor")
    page.set_viewport_size({"width": 1280, "height": 500})
    page.goto(mapping)
    add = page.get_by_role("button", name="Add to Whole trigger: Condition", exact=True)
    for _ in range(6):
        add.click()
    page.get_by_label("Move or remove Condition 1", exact=True).focus()
    for _ in range(6):
        page.keyboard.press("ArrowDown")
        handle = page.locator("[data-handle]:focus").bounding_box()
        assert handle["y"] + handle["height"] <= page.locator("#submit-row").bounding_box()["y"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_keeps_a_deep_trigger_inside_its_boxes_on_a_phone(admin_page, mapping, looks_well, scheme):
    page = admin_page("editor", 375, scheme)
    page.goto(mapping)
    page.get_by_role("button", name="Text", exact=True).click()
    page.get_by_label("Trigger", exact=True).fill(
        'type = "a" or (event = "b" and (event = "c" or (event = "d" and traits.plan in ["pro", "enterprise"])))'
    )
    page.get_by_role("button", name="Builder").click()
    removals = page.get_by_role("button", name=re.compile("remove value"))
    expect(removals).to_have_count(2)
    for remove in removals.all():
        button, group = (
            remove.bounding_box(),
            remove.locator("xpath=ancestor::*[@role='group'][2]").bounding_box(),
        )
        assert button["x"] + button["width"] <= group["x"] + group["width"]
    expect(page.get_by_text("Trigger does not match")).to_be_visible()
    looks_well(page)
