"""Global Privacy Control and Do Not Track: a source that honors a signal leaves nothing behind."""

import pytest

from tests.browser.conftest import in_both_browsers
from tests.browser.consent.shop import DNT, GPC, GRANT, PATH, Shop, track, tracked
from tests.browser.visitor import Visitor

pytestmark = in_both_browsers


@pytest.mark.parametrize(
    ("write_key", "signal"),
    [
        ("honors-gpc", GPC),
        ("honors-dnt", DNT % 1),
        ("honors-dnt", DNT % "yes"),
        ("honors-dnt", "window.doNotTrack = '1'"),
    ],
)
def test_it_leaves_nothing_behind_with_an_honored_signal(
    shop: Shop, visitor: Visitor, write_key: str, signal: str
) -> None:
    visitor.context.add_init_script(signal)
    shop.open(write_key, before="analytics.push(['identify', 'u1', {plan: 'pro'}]);")
    shop.run(track("A") + GRANT + "analytics.reset(); analytics.page('Home')")
    assert not shop.loaded
    assert shop.page.evaluate("[document.cookie, localStorage.length]") == ["", 0]
    assert visitor.paths() == [PATH, f"/analytics.js/v1/{write_key}/analytics.min.js"]


@pytest.mark.parametrize(
    ("write_key", "signal"),
    [
        ("honors-gpc", DNT % 1),
        ("honors-gpc", GPC.replace("true", "undefined")),
        ("honors-dnt", GPC),
        ("honors-dnt", DNT % 0),
        ("honors-dnt", DNT % "unspecified"),
    ],
)
def test_it_ignores_other_signals(shop: Shop, visitor: Visitor, write_key: str, signal: str) -> None:
    visitor.context.add_init_script(signal)
    shop.open(write_key)
    shop.run(track("A"))
    assert shop.said() == tracked("A")
