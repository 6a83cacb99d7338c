"""Names that the namespace setting refuses, compared with the globals of browsers."""

from typing import Any

from fullstory_dest.catalog.taken_names import TAKEN_NAMES

NAMES = """(() => {
  const names = new Set();
  for (let place = window; place; place = Object.getPrototypeOf(place))
    for (const name of Object.getOwnPropertyNames(place)) names.add(name);
  return [...names].filter((name) => /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name) && !name.startsWith('__playwright'));
})()"""


def test_it_refuses_every_global_of_chromium(chromium: Any) -> None:
    page = chromium.new_page()
    page.route(
        "**", lambda route: route.fulfill(content_type="text/html", body="<!doctype html><title>x</title>")
    )
    page.goto("https://shop.example/")
    found = set(page.evaluate(NAMES))
    page.close()
    assert found - TAKEN_NAMES == set()


def test_it_refuses_every_global_of_firefox(firefox: Any) -> None:
    with firefox.new_context(lambda _url: ("text/html", "<!doctype html><title>x</title>")) as context:
        page = context.new_page()
        page.goto("https://shop.example/")
        assert set(page.evaluate(NAMES)) - TAKEN_NAMES == set()
