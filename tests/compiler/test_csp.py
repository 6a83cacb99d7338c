"""The Content-Security-Policy that a page needs."""

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
def test_it_follows_the_settings(destinations, api_host, nonce, header):
    assert csp_header(csp_directives("https://dest.test/base", api_host, destinations, nonce=nonce)) == header


def test_it_distinguishes_hosts_that_only_resemble_fullstorys():
    settings = browser_settings({"orgId": "o-1", "host": "notfullstory.com"})
    assert csp_directives("https://dest.test", "", [settings], nonce=True)["img-src"] == [
        "https://notfullstory.com"
    ]


@pytest.mark.parametrize(
    "hostile",
    ["x.test; script-src *", "x.test *", "x.test, default-src *", "x.test'self'", "x.test\n*", 'x.test"><b>'],
)
def test_it_keeps_hostile_urls_inside_one_directive(hostile):
    assert not set(origin(hostile)) & set(" ;,'\"<>\n*")


def test_it_lists_the_origins_of_all_scripts():
    assert script_origins("http://127.0.0.1:8000", [US]) == [
        "http://127.0.0.1:8000",
        "https://edge.fullstory.com",
        "https://rs.fullstory.com",
    ]
