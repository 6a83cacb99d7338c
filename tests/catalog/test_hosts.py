"""Hosts and script URLs, compared with the URL parser of browsers."""

import json
import re
import shutil
import subprocess
from itertools import product

from fullstory_dest.catalog import hosts
from tests.requirements import needs

HOSTS = [
    "a.example",
    "a.example:8443",
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "1.2.3.4.",
    "a..example",
    "ü.example",
    "a:0",
]
SEGMENTS = [
    "",
    ".",
    "..",
    "%2e",
    "%2E.",
    ".%2e",
    "...",
    "x.",
    ".x",
    "%20",
    ";..",
    "a b",
    "ü",
    "a\\..",
    "a\t",
    "|",
    "^",
]
QUERIES = ["", "?", "?a=/../b", "?a/./?..", "?'", "?ü"]

PARSE = """
const parse = (url) => { try { return new URL(url).href } catch { return null } };
console.log(JSON.stringify(JSON.parse(require('fs').readFileSync(0)).map((host) => parse('https://' + host))));
"""


def parsed(urls: list[str]) -> list[str | None]:
    """What browsers request for each URL; None if it's invalid."""
    node = shutil.which("node")
    needs(node, "Node, to compare with its URL parser")
    done = subprocess.run(
        [str(node), "-e", PARSE], input=json.dumps(urls), capture_output=True, text=True, check=True
    )
    found: list[str | None] = json.loads(done.stdout)
    return found


def test_it_accepts_only_hosts_that_browsers_keep() -> None:
    paths = [f"{host}/{first}/{second}" for host, first, second in product(HOSTS, SEGMENTS, SEGMENTS)]
    accepted = [path for path in paths if re.fullmatch(hosts.HOST, path)]
    assert parsed(accepted) == ["https://" + path for path in accepted]
    assert {"a.example:8443/.../x.", "127.0.0.1/%20/;.."} <= set(accepted)


def test_it_accepts_only_scripts_that_browsers_keep() -> None:
    urls = [f"{host}/{segment}{query}" for host, segment, query in product(HOSTS, SEGMENTS, QUERIES)]
    accepted = [url for url in urls if re.fullmatch(hosts.SCRIPT, url)]
    assert parsed(accepted) == ["https://" + url for url in accepted]
    assert {"a.example/x.?a=/../b", "127.0.0.1/...?"} <= set(accepted)
