"""Script requests are counted in memory, and no request writes them."""

import threading
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fullstory_dest.delivery import script_requests
from fullstory_dest.delivery.script_requests import ScriptRequestCounter, origin_of
from fullstory_dest.models import ScriptRequestCount
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.sources import script_requests as service
from fullstory_dest.services.sources.rotate_key import rotate_key
from fullstory_dest.services.sources.script_requests import (
    RequestCount,
    save_script_requests,
    summarize_script_requests,
)
from tests.factories import a_set_up_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def noting(settings, monkeypatch):
    """Counting is on, and no thread writes: the test does."""
    settings.SCRIPT_REQUEST_SECONDS = 60
    noting = ScriptRequestCounter()
    noting._thread = threading.current_thread()
    monkeypatch.setattr(script_requests, "_script_requests", noting)
    return noting


@pytest.fixture
def source():
    source = a_set_up_source(write_key="KEY")
    publish(source.production)
    return source


def ask(path="/analytics.js/v1/KEY/analytics.min.js", referer="https://shop.example/cart?x=1", method="get"):
    return getattr(Client(), method)(path, headers={"referer": referer})


def test_it_counts_requests_by_origin_and_writes_in_batches(noting, source, django_assert_max_num_queries):
    paths = ["/analytics.js/v1/KEY/analytics.min.js", "/v1/projects/KEY/settings"]
    with CaptureQueriesContext(connection) as asked:
        ask(paths[0])
        ask(paths[0])
        ask(paths[1], referer="")
    assert not [query["sql"] for query in asked if "sighting" in query["sql"].lower()]
    assert not ScriptRequestCount.objects.exists()
    with django_assert_max_num_queries(8):
        noting.write()
    told = summarize_script_requests(source)
    assert told["today"] == 3
    assert {row["origin"]: row["count"] for row in told["origins"]} == {"https://shop.example": 2, "": 1}
    assert datetime.now(UTC) - told["last_at"] < timedelta(minutes=1)
    assert "cart" not in str(list(ScriptRequestCount.objects.values()))


def test_it_counts_requests_for_the_previous_write_key(source):
    rotate_key(source.production)
    source.refresh_from_db()
    save_script_requests({("KEY", "https://old.example"): RequestCount(1, time.time())})
    save_script_requests({(source.write_key, "https://new.example"): RequestCount(1, time.time())})
    assert {row["origin"] for row in summarize_script_requests(source)["origins"]} == {
        "https://old.example",
        "https://new.example",
    }


def test_it_adds_up_the_counts_of_several_workers(source):
    for _worker in range(3):
        save_script_requests({("KEY", "https://shop.example"): RequestCount(2, time.time())})
    assert summarize_script_requests(source)["today"] == 6
    later = summarize_script_requests(source)["last_at"]
    save_script_requests({("KEY", "https://shop.example"): RequestCount(1, time.time() - 1000)})
    assert summarize_script_requests(source)["last_at"] == later, "an older one does not put the clock back"


def test_it_counts_only_gets_of_existing_scripts(noting, source):
    assert ask("/analytics.js/v1/NOKEY/analytics.min.js").status_code == 404
    ask(method="head")
    ask(method="options")
    ask("/v1/sources/KEY/config")
    assert not noting._counts
    save_script_requests({("NOKEY", ""): RequestCount(1, time.time())})
    assert not ScriptRequestCount.objects.exists()


@pytest.mark.parametrize(
    ("referer", "origin"),
    [
        ("https://shop.example/a?b#c", "https://shop.example"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("https://SHOP.example", "https://shop.example"),
        ("https://user:password@shop.example/", ""),
        ("javascript:alert(1)", ""),
        ("https://<script>", ""),
        ("https://" + "a" * 5000, ""),
        ("", ""),
    ],
)
def test_it_keeps_only_the_origin_of_a_referer(referer, origin):
    assert origin_of(referer) == origin


def test_it_limits_the_origins_that_it_stores(noting, source, monkeypatch):
    monkeypatch.setattr(script_requests, "MAXIMUM_PENDING", 100)
    monkeypatch.setattr(service, "MAXIMUM_ORIGINS", 10)
    for number in range(300):
        script_requests.count_request("KEY", f"https://{number}.example/")
    assert len(noting._counts) == 101
    noting.write()
    assert ScriptRequestCount.objects.count() == 11
    assert summarize_script_requests(source)["today"] == 300


def test_it_keeps_5000_origins_between_two_writes(noting, source):
    for number in range(5_001):
        script_requests.count_request("KEY", f"https://{number}.example/")
    assert len([origin for _, origin in noting._counts if origin]) == 5_000
    assert noting._counts["KEY", ""].count == 1


def test_it_keeps_counts_while_the_database_is_down(noting, source, monkeypatch):
    def away(noted):
        raise OperationalError("away")

    ask()
    with monkeypatch.context() as patched:
        patched.setattr(script_requests, "save_script_requests", away)
        with pytest.raises(OperationalError):
            noting.write()
    assert ask().status_code == 200
    noting.write()
    assert summarize_script_requests(source)["today"] == 2


def test_it_counts_nothing_when_turned_off(noting, source, settings):
    settings.SCRIPT_REQUEST_SECONDS = 0
    ask()
    assert not noting._counts


def test_it_keeps_counts_for_30_days(source):
    now = datetime.now(UTC)
    for days in (30, 31, 40):
        day = (now - timedelta(days=days)).date()
        ScriptRequestCount.objects.create(source=source, day=day, origin="", count=days, last_at=now)
    save_script_requests({("KEY", ""): RequestCount(1, time.time())})
    assert sorted(ScriptRequestCount.objects.values_list("count", flat=True)) == [1, 30]


def test_it_keeps_50_origins_for_each_source_and_day(source):
    counts = {("KEY", f"https://{number}.example"): RequestCount(1, time.time()) for number in range(51)}
    save_script_requests(counts)
    assert ScriptRequestCount.objects.exclude(origin="").count() == 50
    assert ScriptRequestCount.objects.get(origin="").count == 1


@pytest.mark.django_db(transaction=True)
def test_it_writes_soon_after_the_first_request(settings, monkeypatch):
    settings.SCRIPT_REQUEST_SECONDS = 0.05
    monkeypatch.setattr(script_requests, "FIRST_WRITE_SECONDS", 0.01)
    publish(a_set_up_source(write_key="KEY").production)
    noting = ScriptRequestCounter()
    monkeypatch.setattr(script_requests, "_script_requests", noting)
    ask()
    deadline = time.monotonic() + 10
    while not ScriptRequestCount.objects.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert ScriptRequestCount.objects.get().count == 1
    connection.close()


def test_it_waits_between_writes(settings, monkeypatch):
    settings.SCRIPT_REQUEST_SECONDS = 60
    slept: list[float] = []

    def sleep(seconds):
        slept.append(seconds)
        if len(slept) == 4:
            raise SystemExit

    monkeypatch.setattr(script_requests, "time", SimpleNamespace(sleep=sleep, time=time.time))
    monkeypatch.setattr(script_requests, "connection", SimpleNamespace(close=lambda: None))
    monkeypatch.setattr(script_requests, "close_old_connections", lambda: None)
    counter = ScriptRequestCounter()
    monkeypatch.setattr(counter, "write", lambda: counter._counts.update({("KEY", ""): RequestCount(1, 1.0)}))
    counter._awake.set()
    with pytest.raises(SystemExit):
        counter._write_forever()
    assert slept == [0.5, 60, 0.5, 60]
