"""What a page's Content-Security-Policy must allow."""

import pytest

from fullstory_dest.compiler.browser_settings import browser_settings
from fullstory_dest.compiler.csp import csp_directives, csp_header, origin, script_origins

US = browser_settings({"orgId": "o-1ABCD-na1"})
EU = browser_settings({"orgId": "o-1ABCD-eu1"})
RELAY = browser_settings(
    {"orgId": "o-1ABCD-na1", "host": "fs.shop.test:8443/a", "script": "fs.shop.test:8443/s/fs.js"}
)
OWN_SCRIPT = browser_settings({"orgId": "o-1ABCD-na1", "script": "http://cdn.shop.test/fs.js?v=1"})


@pytest.mark.parametrize(
    ("destinations", "api_host", "nonce", "header"),
    [
        (
            [US],
            "",
            True,
            "script-src 'nonce-RANDOM' https://rs.fullstory.com; "
            "connect-src https://edge.fullstory.com https://rs.fullstory.com; img-src https://rs.fullstory.com",
        ),
        (
            [US],
            "",
            False,
            "script-src https://dest.test https://edge.fullstory.com https://rs.fullstory.com; "
            "connect-src https://edge.fullstory.com https://rs.fullstory.com; img-src https://rs.fullstory.com",
        ),
        (
            [EU],
            "events.shop.test/v1",
            True,
            "script-src 'nonce-RANDOM' https://rs.eu1.fullstory.com; "
            "connect-src https://edge.eu1.fullstory.com https://rs.eu1.fullstory.com https://events.shop.test; "
            "img-src https://rs.eu1.fullstory.com",
        ),
        (
            [RELAY],
            "",
            False,
            "script-src https://dest.test https://fs.shop.test:8443; "
            "connect-src https://fs.shop.test:8443; img-src https://fs.shop.test:8443",
        ),
        (
            [OWN_SCRIPT, US],
            "",
            False,
            "script-src https://dest.test http://cdn.shop.test https://edge.fullstory.com https://rs.fullstory.com; "
            "connect-src https://edge.fullstory.com https://rs.fullstory.com; img-src https://rs.fullstory.com",
        ),
        ([], "", True, "script-src 'nonce-RANDOM'"),
        ([], "", False, "script-src https://dest.test"),
    ],
)
def test_the_directives_follow_the_settings(destinations, api_host, nonce, header):
    assert csp_header(csp_directives("https://dest.test/base", api_host, destinations, nonce=nonce)) == header


def test_another_host_that_only_looks_like_fullstorys_is_itself():
    settings = browser_settings({"orgId": "o-1", "host": "notfullstory.com"})
    assert csp_directives("https://dest.test", "", [settings], nonce=True)["img-src"] == [
        "https://notfullstory.com"
    ]


@pytest.mark.parametrize(
    "hostile",
    ["x.test; script-src *", "x.test *", "x.test, default-src *", "x.test'self'", "x.test\n*", 'x.test"><b>'],
)
def test_nothing_in_an_address_ends_a_source_or_a_directive(hostile):
    assert not set(origin(hostile)) & set(" ;,'\"<>\n*")


def test_all_scripts_have_origins_that_a_policy_for_trusted_types_can_name():
    assert script_origins("http://127.0.0.1:8000", [US]) == [
        "http://127.0.0.1:8000",
        "https://edge.fullstory.com",
        "https://rs.fullstory.com",
    ]
