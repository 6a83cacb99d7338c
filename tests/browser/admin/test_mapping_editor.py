"""The mapping editor: fields in a form, mistakes while typing, the test panel, edit conflicts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Request, expect

from tests.browser.admin.mapping_pages import FIELDS, HARD, stored


def test_it_fills_a_blank_mapping_and_checks_another_destination(admin_page, server, mapping, looks_well):
    page = admin_page("editor", 375)
    page.goto(mapping)
    destination = (
        page.get_by_role("link", name="FullStory", exact=True).last.get_attribute("href").split("/")[-3]
    )
    page.goto(f"/admin/fullstory_dest/mapping/add/?destination={destination}")
    expect(page.get_by_text("Choose an action to see its fields.")).to_be_visible()
    expect(page.get_by_label("Condition 1: field", exact=True)).to_have_count(0)
    defaults = page.get_by_role("button", name="Use default trigger and fields")
    expect(defaults).to_be_disabled()
    looks_well(page)
    page.get_by_role("button", name="Add to Whole trigger: Condition", exact=True).click()
    page.get_by_label("Condition 1: value", exact=True).fill("Bought")
    action = page.get_by_role("combobox", name="Action")
    action.select_option("Track Event V2")
    action.select_option("Viewed Page V2")
    # Typed text stays, and blank inputs are filled in.
    expect(page.get_by_label("Condition 1: value", exact=True)).to_have_value("Bought")
    expect(page.get_by_label("Page Name: kind of value")).to_have_value("coalesce")

    def is_for_another(request: Request) -> bool:
        return (
            request.url.endswith("/mapping/check/") and request.post_data_json["destination"] != destination
        )

    with page.expect_request(is_for_another):
        page.get_by_role("combobox", name="Editor's shop").click()
        page.get_by_role("searchbox").last.fill("Demo site")
        page.get_by_role("option", name="Demo site").first.click()

    defaults.click()
    expect(page.get_by_role("textbox", name="Name*", exact=True)).to_have_value("Viewed Page V2")
    expect(page.get_by_label("Condition 1: value", exact=True)).to_have_value("page")
    looks_well(page)


def test_it_reorders_mappings_by_touch(admin_page, touching):
    page = touching(admin_page("editor", 375))
    page.goto("/admin/fullstory_dest/source/1/mappings/")
    page.get_by_role("button", name="Move Track Custom Event V2 up").tap()
    expect(page.get_by_role("status")).to_contain_text("Moved to position 1.")
    page.get_by_role("button", name="Move Track Custom Event V2 down").tap()
    expect(page.get_by_role("status")).to_contain_text("Moved to position 2.")


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), pytest.param(375, "dark", marks=pytest.mark.long)]
)
def test_it_describes_a_mapping_in_words_to_a_viewer(admin_page, server, mapping, looks_well, width, scheme):
    server.manage(
        "shell",
        "-c",
        f"""
from fullstory_dest.models import Mapping
mapping = Mapping.objects.get(pk={mapping.split("/")[-3]})
mapping.trigger, mapping.fields = {HARD[4]!r}, __import__("json").loads({FIELDS!r})
Mapping.objects.filter(pk=mapping.pk).update(trigger=mapping.trigger, fields=mapping.fields)
""",
    )
    page = admin_page("viewer", width, scheme)
    page.goto(mapping)
    trigger = page.get_by_role("region", name="Trigger")
    expect(trigger).to_contain_text('Event type is "a"')
    expect(trigger).to_contain_text('Event name does not match pattern "[a-z]?\\*"')
    expect(page.get_by_role("region", name="Fields")).to_contain_text("First that exists")
    expect(page.get_by_role("textbox", name="Trigger")).to_have_count(0)
    looks_well(page)
    page.get_by_text("As JSON").click()
    looks_well(page)


def test_it_puts_save_first_and_delete_last_on_a_phone(admin_page, mapping):
    page = admin_page("owner", 375)
    page.goto(mapping)
    rows = page.locator("#submit-row :is(button, a)")
    heights = rows.evaluate_all("(each) => each.map((one) => one.getBoundingClientRect().top)")
    assert heights == sorted(heights)
    assert rows.first.inner_text() == "Save"
    assert rows.last.inner_text().startswith("Delete")


def test_it_shows_a_mistake_in_place_while_typing(admin_page, mapping, looks_well):
    page = admin_page("editor")
    page.goto(mapping)
    page.get_by_role("button", name="Add to Whole trigger: Condition as text (FQL)").click()
    raw = page.get_by_label("Condition 2 in FQL")
    heights = (
        "['step-action', 'step-fields'].map((id) => document.getElementById(id).getBoundingClientRect().top)"
    )
    before = page.evaluate(heights)
    raw.press_sequentially("lenght(event) > 5")
    told = "Unknown function lenght; did you mean length?"
    expect(page.get_by_role("group", name="Condition 2").get_by_text(told)).to_be_visible()
    expect(raw).to_have_attribute("aria-invalid", "true")
    expect(raw).to_have_accessible_description(told)
    assert page.evaluate(heights) == before
    looks_well(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Fix the highlighted errors first.")).to_be_visible()
    expect(raw).to_be_focused()
    raw.fill("length(event) > 5")
    expect(page.get_by_text(told)).to_have_count(0)
    expect(page.get_by_text("Different in Segment's client")).to_be_visible()

    before = page.evaluate(heights)
    name = page.get_by_role("group", name="Properties", exact=True)
    name.get_by_label("Properties: kind of value").select_option("Text")
    expect(name.get_by_text("Expected an object or a directive, found a string")).to_be_visible()
    assert page.evaluate(heights) == before

    page.get_by_role("button", name="Text", exact=True).click()
    page.get_by_label("Trigger", exact=True).fill('type == "x"')
    problem = page.get_by_text("== is not an operator; did you mean =?").first
    expect(problem).to_be_visible()
    assert "^" in problem.inner_text()
    page.get_by_role("button", name="Builder").click()
    expect(page.get_by_text("Fix the text before switching to the builder")).to_be_visible()


def test_it_does_not_run_an_unfinished_mapping(admin_page, mapping, looks_well):
    page = admin_page("editor")
    page.goto(mapping)
    verdict = page.locator(".fsd-test [data-verdict]")
    result = page.get_by_role("region", name="Result")
    expect(verdict).to_have_text("Trigger matches")
    value = page.get_by_label("Condition 1: value", exact=True)
    value.fill("")
    expect(verdict).to_have_text("Finish the trigger to run the event.")
    expect(result).to_be_empty()
    page.get_by_role("button", name="Run again").click()
    expect(result).to_be_empty()
    looks_well(page)
    # A test case would expect the result of another trigger.
    page.get_by_text("Save as test case").click()
    page.get_by_label("Test case name").fill("Nothing yet")
    page.get_by_role("button", name="Save test case").click()
    expect(page.locator("[data-save-status]")).to_have_text("Finish the trigger to run the event.")
    value.fill("track")
    expect(verdict).to_have_text("Trigger matches")
    expect(result).to_contain_text('FS("trackEvent"')

    page.get_by_label("Properties: kind of value").select_option("Number")
    page.get_by_label("Properties: value").fill("1,5")
    expect(verdict).to_have_text("Finish the fields to run the event.")
    expect(result).to_be_empty()


def test_it_builds_fields_in_the_form_and_saves_json(admin_page, server, mapping, looks_well):
    page = admin_page("editor")
    page.goto(mapping)
    page.get_by_label("Name: kind of value").select_option("First that exists")
    page.get_by_label("Name, item 1: value").fill("$.properties.title")
    page.get_by_label("Name, item 2: kind of value").select_option("Text with variables (concatenate)")
    page.get_by_label("Name, item 2: value").fill("{{event}}!")
    page.get_by_label("Properties: kind of value").select_option("Object")
    page.get_by_role("button", name="Properties: add key").click()
    expect(page.get_by_label("Properties: key 1")).to_be_focused()
    page.keyboard.type("price")
    page.keyboard.press("Tab")
    page.get_by_label("Properties, price: kind of value").select_option("Number")
    page.get_by_label("Properties, price: value").fill("2.50")
    page.get_by_role("button", name="Properties: add key").click()
    page.keyboard.type("code")
    page.keyboard.press("Tab")
    page.get_by_label("Properties, code: kind of value").select_option("Upper or lower case")
    page.get_by_label("Properties, code, of: value").fill("$.properties.code")
    page.get_by_role("button", name="Move up: Properties, code").click()
    looks_well(page, "editor-fields")
    page.get_by_role("button", name="JSON", exact=True).click()
    looks_well(page)
    page.get_by_role("button", name="Form", exact=True).click()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/source/*/mappings/")
    fields = stored(server, mapping)["fields"]
    title = {"@path": "$.properties.title"}
    assert fields == {
        "name": {"@if": {"exists": title, "then": title, "else": {"@template": "{{event}}!"}}},
        "properties": {
            "code": {"@case": {"operator": "lower", "value": {"@path": "$.properties.code"}}},
            "price": 2.5,
        },
    }


def test_it_shows_a_mistake_by_line_in_json_and_by_input_in_form(admin_page, mapping):
    page = admin_page("editor")
    page.goto(mapping)
    page.get_by_role("button", name="JSON", exact=True).click()
    page.locator(".ace_text-input").focus()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text('{\n  "name": {"@path": 5}\n}')
    told = page.get_by_text("Line 2, “Name")
    expect(told).to_contain_text("@path”: expected a string or a directive, found")
    page.get_by_role("button", name="Form", exact=True).click()
    expect(page.get_by_role("group", name="Name")).to_contain_text("Expected a string or a directive")
    expect(told).to_be_hidden()


def test_it_returns_json_unchanged_from_the_form(admin_page, mapping):
    page = admin_page("editor")
    page.goto(mapping)
    page.get_by_role("button", name="JSON", exact=True).click()
    put = "(text) => document.querySelector('.django-ace-widget').editor.session.setValue(text)"
    page.evaluate(put, FIELDS)
    page.get_by_role("button", name="Form", exact=True).click()
    name = page.get_by_label("Name, item 1: value")
    name.fill("$.b")
    name.fill("$.a")
    page.get_by_role("button", name="JSON", exact=True).click()
    text = page.evaluate("document.querySelector('[name=fields]').value")
    assert re.sub(r"\s", "", text) == re.sub(r"\s", "", FIELDS.replace("\\u2028", "\u2028"))


def test_it_resolves_an_edit_conflict_between_two_users(admin_page, server, mapping, looks_well):
    mine, theirs = admin_page("editor", 375), admin_page("owner")
    for page, name in ((mine, "Mine"), (theirs, "Theirs")):
        page.goto(mapping)
        page.get_by_label("Name", exact=False).first.fill(name)
    theirs.get_by_role("button", name="Save", exact=True).click()
    theirs.wait_for_url("**/source/*/mappings/")
    mine.get_by_role("button", name="Save", exact=True).click()
    versions = mine.get_by_role("region", name="Edit conflict")
    expect(versions.get_by_role("row", name="Name differs")).to_contain_text("Theirs")
    expect(mine.get_by_label("Name", exact=False).first).to_have_value("Mine")
    looks_well(mine, "conflict")
    mine.get_by_label("Name", exact=False).first.press("Enter")
    expect(versions.get_by_role("button", name="Overwrite with mine")).to_be_visible()
    assert stored(server, mapping)["name"] == "Theirs"
    versions.get_by_role("button", name="Overwrite with mine").click()
    mine.wait_for_url("**/source/*/mappings/")
    assert stored(server, mapping)["name"] == "Mine"


def test_it_asks_before_leaving_only_with_unsaved_changes(admin_page, mapping):
    page = admin_page("editor")
    asked: list[str] = []

    def answer(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)

    def leaves(*, after: Any) -> list[str]:
        page.goto(mapping)
        after()
        asked.clear()
        page.goto("/admin/")
        return asked

    assert leaves(after=lambda: page.get_by_label("Condition 1: value", exact=True).click()) == []
    assert leaves(
        after=lambda: page.get_by_label("Condition 1: value", exact=True).press_sequentially("x")
    ) == ["beforeunload"]

    def type_json() -> None:
        page.get_by_role("button", name="JSON", exact=True).click()
        page.get_by_role("textbox", name="Fields").focus()
        page.keyboard.type(" ")

    assert leaves(after=type_json) == ["beforeunload"]

    def change_and_change_back() -> None:
        name = page.get_by_label("Name", exact=False).first
        name.fill("Other")
        name.fill("Orders")

    assert leaves(after=change_and_change_back) == []

    def save() -> None:
        page.get_by_label("Name, item 1: value").or_(page.get_by_label("Name: value")).fill("$.name")
        page.get_by_role("button", name="Save", exact=True).click()
        page.wait_for_url("**/source/*/mappings/")

    assert leaves(after=save) == []


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        *((1280, "light"), (1440, "dark"), (1920, "light")),
        *(
            pytest.param(*each, marks=pytest.mark.long)
            for each in [(1280, "dark"), (1440, "light"), (1920, "dark")]
        ),
    ],
)
def test_it_keeps_the_test_panel_visible_beside_the_form(admin_page, mapping, looks_well, width, scheme):
    page = admin_page("editor", width, scheme)
    page.goto(mapping)
    expect(page.get_by_text("Trigger matches")).to_be_visible()
    form, panel, event, result = (
        page.locator(selector).bounding_box()
        for selector in (".fsd-editor", ".fsd-test", "#test-event", "[data-result]")
    )
    assert form["width"] >= 34 * 16
    assert form["y"] == pytest.approx(panel["y"], abs=1)
    assert form["x"] + form["width"] < panel["x"]
    assert result["y"] > event["y"] + event["height"]
    assert result["width"] == event["width"]
    looks_well(page)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    top, bottom = page.locator(".fsd-test").evaluate(
        "(panel) => [panel.getBoundingClientRect().top, panel.getBoundingClientRect().bottom]"
    )
    assert top >= 0
    assert bottom <= page.locator("#submit-row").bounding_box()["y"]


def test_it_shows_no_mistake_on_a_new_mapping(admin_page):
    page = admin_page("editor")
    page.goto("/admin/fullstory_dest/mapping/add/")
    expect(page.get_by_role("region", name="Result")).to_contain_text("Choose an action first.")
    expect(page.locator(".fsd-test .fsd-problem")).to_have_count(0)


def test_it_shows_a_working_test_panel_without_javascript(admin_page, mapping):
    page = admin_page("editor")
    context = page.context.browser.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state()
    )
    plain = context.new_page()
    plain.goto(page.url.partition("/admin/")[0] + mapping)
    expect(plain.get_by_role("heading", name="Test", exact=True)).to_be_visible()
    expect(plain.get_by_role("button", name="Run again")).to_be_hidden()
    expect(plain.get_by_label("Event", exact=True)).to_be_hidden()
    # Playwright finds no text in a <noscript>, but knows whether it is visible.
    told = plain.locator(".fsd-test noscript")
    expect(told).to_be_visible()
    assert "Live testing requires JavaScript." in told.inner_text()
    plain.get_by_role("link", name="Test source").click()

    plain.wait_for_url("**/test/")

    # Without JavaScript, a form runs it.
    plain.goto(page.url.partition("/admin/")[0] + "/admin/fullstory_dest/source/1/test/")
    plain.get_by_role("link", name="page", exact=True).click()
    expect(plain.locator("#plain-event")).to_have_value(re.compile('"type": "page"'))
    plain.locator("#plain-event").fill('{"type": "track", "event": "Bought"')
    plain.get_by_role("button", name="Run event").click()
    assert "line 1" in plain.locator(".fsd-test noscript").inner_text()
    plain.locator("#plain-event").fill('{"type": "track", "event": "Bought"}')
    plain.get_by_role("button", name="Run event").click()
    assert '"name": "Bought"' in plain.locator(".fsd-test noscript").inner_text()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_looks_well_in_both_themes(admin_page, mapping, looks_well, scheme):
    page = admin_page("editor", 375, scheme)
    page.goto(mapping)
    looks_well(page)
    viewer = admin_page("viewer", 1280, scheme)
    viewer.goto(mapping)
    looks_well(viewer)
