"""The settings that browsers receive. @fullstory/browser 2.1 is the reference for regions."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from fullstory_dest.compiler.browser_settings import browser_settings, org_region, with_region
from tests.requirements import needs

ORACLE = Path(__file__).parent.parent / "oracle"


def options_of(settings):
    return browser_settings(settings)["env"]


def test_it_fills_in_defaults():
    assert browser_settings({"orgId": "o-1ABCD-na1"}) == {
        "orgId": "o-1ABCD-na1",
        "namespace": "FS",
        "src": "https://edge.fullstory.com/s/fs.js?org=o-1ABCD-na1",
        "env": {
            "orgId": "o-1ABCD-na1",
            "host": "fullstory.com",
            "script": "edge.fullstory.com/s/fs.js",
        },
        "globals": {
            "org": "o-1ABCD-na1",
            "host": "fullstory.com",
            "script": "edge.fullstory.com/s/fs.js",
            "namespace": "FS",
        },
    }


def test_it_loads_the_debug_script_unless_a_script_is_set():
    debug = {"orgId": "o-1", "debug": True}
    assert options_of(debug)["script"] == "edge.fullstory.com/s/fs-debug.js"
    assert options_of({**debug, "script": "x.com/fs.js"})["script"] == "x.com/fs.js"


def test_it_loads_from_the_region_of_the_organization():
    assert options_of({"orgId": "o-7Y9H-eu1", "appHost": "app.fullstory.com"}) == {
        "orgId": "o-7Y9H-eu1",
        "host": "eu1.fullstory.com",
        "script": "edge.eu1.fullstory.com/s/fs.js",
        "appHost": "app.eu1.fullstory.com",
    }


def test_it_keeps_hosts_that_are_not_fullstorys():
    own = {"host": "relay.example.com", "script": "http://x.com/fs.js"}
    assert options_of({"orgId": "o-7Y9H-eu1", **own}) == {"orgId": "o-7Y9H-eu1", **own}


def test_it_names_options_as_fullstory_does():
    settings = {
        "orgId": "o-1",
        "assetMapId": "1",
        "cookieDomain": "e.test",
        "recordOnlyThisIFrame": True,
        "recordCrossDomainIFrames": True,
        "startCaptureManually": True,
    }
    found = browser_settings(settings)
    options = {
        "assetMapId": "1",
        "cookieDomain": "e.test",
        "isOuterScript": True,
        "runInIframe": True,
        "captureOnStartup": False,
    }
    assert found["env"].items() >= options.items()
    assert (
        found["globals"].items()
        >= {
            "asset_map_id": "1",
            "cookie_domain": "e.test",
            "is_outer_script": True,
            "run_in_iframe": True,
            "capture_on_startup": False,
        }.items()
    )
    assert not settings.keys() & found.keys() - {"orgId"}


def test_it_computes_regions_like_the_fullstory_package():
    """Runs two functions of the package, which it does not export, beside ours."""
    package = ORACLE / "node_modules/@fullstory/browser/dist/index.js"
    needs(shutil.which("node"), "Node")
    needs(package.exists(), "the npm packages in tests/oracle")
    source = package.read_text()
    functions = re.search(r"var FS_DOMAIN = .*?(?=// Module-level state)", source, re.DOTALL)
    assert functions
    organizations = ["o-7Y9H-eu1", "o-1ABCD-na1", "ABC12", "o-1-ap1", "legacy-id-here", "u-1-eu1", "o-1"]
    addresses = [
        "fullstory.com",
        "edge.fullstory.com/s/fs.js",
        "edge.na1.fullstory.com/s/fs.js",
        "eu1.fullstory.com",
        "www.fullstory.com/a?b=c",
        "cdn.acme.com/fullstory.com/x",
        "notfullstory.com",
    ]
    script = f"""{functions[0]}
        const cases = {json.dumps([[org, address] for org in organizations for address in addresses])};
        console.log(JSON.stringify(cases.map(([org, address]) => regionalize(address, orgLocale(org)))))"""
    theirs = json.loads(subprocess.run(["node", "-e", script], capture_output=True, check=True).stdout)
    ours = [with_region(address, org_region(org)) for org in organizations for address in addresses]
    assert ours == theirs


@pytest.mark.parametrize(
    ("org", "region"), [("o-1-na1", ""), ("o-1-eu1", "eu1"), ("ABC", ""), ("abc-d-e", "")]
)
def test_it_reads_the_region_from_the_organization(org, region):
    assert org_region(org) == region
