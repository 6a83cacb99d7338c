"""Logging in: throttled, with two factors, and without losing what was typed."""

import re
from binascii import unhexlify
from datetime import timedelta
from html import unescape

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Group, User
from django.test import Client, override_settings
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from fullstory_dest.admin.accounts.two_factor import turn_on
from fullstory_dest.models import Source
from fullstory_dest.services.tokens import make_token
from tests.admin.pages import text, url
from tests.factories import a_source

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"
CODE = "/admin/login/code/"


@pytest.fixture
def nora() -> User:
    user = User.objects.create_user("nora", password="right", is_staff=True)
    user.groups.add(Group.objects.get(name="owner"))
    return user


def log_in(client: Client, password: str = "right", name: str = "nora", **more):
    return client.post(LOGIN, {"username": name, "password": password, **more})


def inside(client: Client) -> bool:
    return client.get("/admin/roles/").status_code == 200


def code_of(device: TOTPDevice, steps: int = 0) -> str:
    return f"{totp(unhexlify(device.key), drift=steps):06d}"


def let_try_again() -> None:
    """As if nobody had typed a wrong code."""
    for model in (TOTPDevice, StaticDevice):
        model.objects.update(throttling_failure_count=0)


def test_a_wrong_password_is_told_in_one_sentence(nora, client):
    page = text(log_in(client, "wrong"))
    assert page.count("errornote") == 1
    assert "Name or password is not right." in page
    assert "staff account" not in page


def test_a_person_who_may_not_log_in_is_told_the_same(nora, client):
    User.objects.update(is_active=False)
    assert "Name or password is not right." in text(log_in(client))
    User.objects.update(is_active=True, is_staff=False)
    assert "Name or password is not right." in text(log_in(client))


def test_no_link_leads_to_a_site_that_is_this_one(nora, client):
    assert "Return to site" not in text(client.get(LOGIN))
    log_in(client)
    assert "View site" not in text(client.get("/admin/roles/"))


def test_five_wrong_passwords_and_one_waits(nora, client):
    for _number in range(5):
        response = log_in(client, "wrong")
    assert response.status_code == 429
    assert "Try again in 15 minutes." in text(response)
    assert int(response["Retry-After"]) <= 900
    assert log_in(client).status_code == 429, "not even the right one"
    assert not inside(client)


def test_who_comes_from_elsewhere_is_not_locked_out(nora, client):
    for _number in range(6):
        log_in(client, "wrong")
    other = Client(REMOTE_ADDR="192.0.2.7")
    assert log_in(other).status_code == 302
    User.objects.create_user("paul", password="right", is_staff=True)
    assert log_in(client, name="paul").status_code == 302, "nor another from there"


@pytest.mark.parametrize(("behind", "locked"), [(True, False), (False, True)])
def test_an_address_is_what_the_proxy_says_only_behind_one(nora, client, behind, locked):
    with override_settings(BEHIND_PROXY=behind):
        for _number in range(6):
            client.post(
                LOGIN,
                {"username": "nora", "password": "wrong"},
                headers={"x-forwarded-for": "9.9.9.9, 1.1.1.1"},
            )
        again = client.post(
            LOGIN, {"username": "nora", "password": "right"}, headers={"x-forwarded-for": "2.2.2.2"}
        )
    assert (again.status_code == 429) is locked


@pytest.mark.parametrize(
    ("one", "other", "locked"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
    ],
)
def test_of_ipv6_the_network_is_one_address(nora, one, other, locked):
    for _number in range(5):
        log_in(Client(REMOTE_ADDR=one), "wrong")
    assert (log_in(Client(REMOTE_ADDR=other)).status_code == 429) is locked


def test_one_password_on_many_names_has_to_wait(nora, client):
    for number in range(20):
        assert log_in(client, "wrong", f"name-{number}").status_code == (429 if number == 19 else 200)
    response = log_in(client)
    assert response.status_code == 429, "nobody from there"
    assert "Try again in 15 minutes." in text(response)
    assert log_in(Client(REMOTE_ADDR="192.0.2.7")).status_code == 302


def test_an_address_may_try_again_once_its_oldest_tries_are_over(nora, client):
    AccessAttempt.objects.create(username="old", ip_address="127.0.0.1", failures_since_start=4)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=12))
    for number in range(16):
        log_in(client, "wrong", f"name-{number}")
    assert "Try again in 3 minutes." in text(log_in(client))
    AccessAttempt.objects.filter(username="old").update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert log_in(client).status_code == 302
    assert AccessAttempt.objects.filter(username="name-3").exists(), "logging in forgives nobody else's tries"


@pytest.mark.parametrize("name", ["", "x" * 300, "nul\x00", "<script>"])
def test_names_that_cannot_be_are_refused(client, name):
    for _number in range(6):
        assert log_in(client, name=name).status_code in (200, 429)


def test_two_factor_login_is_set_up_and_asked_for(nora, client):
    log_in(client)
    page = text(client.get("/admin/two-factor/"))
    assert "<svg" in page
    key = client.session["two_factor_key"]
    assert "not the code" in text(client.post("/admin/two-factor/", {"code": "000000x"}))
    assert not TOTPDevice.objects.exists()
    page = text(client.post("/admin/two-factor/", {"code": f"{totp(unhexlify(key)):06d}"}))
    assert StaticToken.objects.count() == 10
    assert StaticToken.objects.first().token in page
    assert inside(client), "the one that set it up stays in"

    other = Client()
    response = log_in(other, next="/admin/roles/")
    assert "Two-factor log-in" in text(response)
    assert not inside(other)
    assert other.get("/api/v1/sources/").status_code in (401, 403)
    wrong = text(other.post(CODE, {"code": "000000"}))
    assert "not right" in wrong or "wrong codes" in wrong
    let_try_again()
    device = TOTPDevice.objects.get()
    response = other.post(CODE, {"code": code_of(device, 1), "next": "/admin/roles/"})
    assert response["Location"] == "/admin/roles/"
    assert inside(other)
    assert other.get("/api/v1/sources/").status_code == 200


def with_two_factor(user: User) -> TOTPDevice:
    device, _codes = turn_on(user, "ab" * 20, -1)
    return device


def test_a_session_from_before_is_over(nora, client):
    log_in(client)
    with_two_factor(nora)
    assert not inside(client)
    assert client.get("/api/v1/sources/").status_code in (401, 403)


def test_a_backup_code_logs_in_once(nora, client):
    with_two_factor(nora)
    code = StaticToken.objects.first().token
    log_in(client)
    assert client.post(CODE, {"code": code.upper()}).status_code == 302
    assert inside(client)
    other = Client()
    log_in(other)
    other.post(CODE, {"code": code})
    assert not inside(other)


def test_wrong_codes_have_to_wait_and_it_is_told(nora, client):
    device = with_two_factor(nora)
    log_in(client)
    for _number in range(4):
        device.refresh_from_db()
        client.post(CODE, {"code": "1"})
        TOTPDevice.objects.update(throttling_failure_count=5)
    page = text(client.post(CODE, {"code": code_of(device)}))
    assert re.search(r"Try again in \d+ seconds", page)
    assert not inside(client)


def test_a_code_alone_is_nothing(nora, client):
    device = with_two_factor(nora)
    assert client.post(CODE, {"code": code_of(device)})["Location"] == LOGIN
    log_in(client)
    nora.set_password("another")
    nora.save()
    assert client.post(CODE, {"code": code_of(device)})["Location"] == LOGIN


def test_tokens_are_not_asked_for_a_code(nora):
    with_two_factor(nora)
    _row, token = make_token(nora, "script")
    assert Client().get("/api/v1/sources/", headers={"authorization": f"Bearer {token}"}).status_code == 200


def test_turning_off_asks_for_a_code(nora, client):
    device = with_two_factor(nora)
    log_in(client)
    client.post(CODE, {"code": code_of(device)})
    client.post("/admin/two-factor/", {"code": "1", "wanted": "off"})
    assert TOTPDevice.objects.exists()
    let_try_again()
    TOTPDevice.objects.update(last_t=-1)
    client.post("/admin/two-factor/", {"code": code_of(device), "wanted": "off"})
    assert not TOTPDevice.objects.exists()


def carried_in(page: str) -> str:
    return unescape(re.search(r'name="carried" value="([^"]+)"', page)[1])


def log_out_behind_the_back(client: Client) -> None:
    """The session is over, as after two weeks; the browser has its other cookies still."""
    del client.cookies["sessionid"]


def test_what_was_typed_comes_back_after_logging_in(nora, client):
    source = a_source(name="Shop")
    log_in(client)
    log_out_behind_the_back(client)
    address = url("source", "change", source.pk)
    typed = {"name": "Typed <b>", "enabled": "on", "slug": "shop", "write_key": source.write_key}
    page = text(client.post(address, typed))
    assert "nothing of what you typed is lost" in page
    page = text(log_in(client, carried=carried_in(page)))
    assert "Send again" in page
    assert "Typed &lt;b&gt;" in page
    assert Source.objects.get().name == "Shop", "nothing is sent by itself"


def test_what_somebody_else_typed_is_not_shown(nora, client):
    source = a_source()
    log_in(client)
    log_out_behind_the_back(client)
    page = text(client.post(url("source", "change", source.pk), {"name": "Secret plan"}))
    User.objects.create_user("paul", password="right", is_staff=True)
    response = log_in(client, name="paul", carried=carried_in(page))
    assert response.status_code == 302
    assert "Secret plan" not in text(client.get("/admin/"))


@pytest.mark.parametrize("carried", ["", "rubbish", "a:b:c", "x" * 5000])
def test_what_is_not_ours_is_not_carried(nora, client, carried):
    assert log_in(client, carried=carried).status_code == 302


def test_a_stranger_carries_nothing(client):
    response = client.post(url("source", "add"), {"name": "x"})
    assert response.status_code == 302


def test_passwords_are_not_carried(nora, client):
    log_in(client)
    log_out_behind_the_back(client)
    assert client.post("/admin/password_change/", {"old_password": "right"}).status_code == 302


def test_a_script_is_told(nora, client):
    log_in(client)
    log_out_behind_the_back(client)
    headers = {"sec-fetch-mode": "cors"}
    response = client.post(url("mapping", "try"), {}, headers=headers)
    assert response.status_code == 401
    assert response.json()["login"] == LOGIN


@pytest.mark.parametrize("header", ["X-Requested-With", "HX-Request"])
def test_a_script_is_told_where_browsers_do_not_say_what_asks(nora, client, header):
    for ask in (client.get, client.post):
        response = ask(url("source", "changelist"), headers={header: "fetch"})
        assert (response.status_code, response.json()["login"]) == (401, LOGIN)


def test_a_script_with_an_old_token_is_told(nora):
    client = Client(enforce_csrf_checks=True)
    client.force_login(nora)
    headers = {"X-Requested-With": "fetch", "Origin": "http://testserver"}
    response = client.post(url("mapping", "check"), "{}", "application/json", headers=headers)
    assert response.status_code == 403
    assert "Load it again" in response.json()["detail"]


def test_a_page_from_before_logging_in_anew_can_be_sent_again(nora):
    client = Client(enforce_csrf_checks=True)
    page = text(client.get(LOGIN))
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    log_in(client, csrfmiddlewaretoken=token)
    source = a_source()
    typed = {"name": "Typed", "csrfmiddlewaretoken": token}
    address = url("source", "change", source.pk)
    ours = {"origin": "http://testserver"}
    assert "Send again" in text(client.post(address, typed, headers=ours))
    for foreign in ({"origin": "https://evil.example"}, {}):
        response = client.post(address, typed, headers=foreign)
        assert response.status_code == 403
        assert "Send again" not in text(response)


def test_going_on_leads_nowhere_else(nora, client):
    assert log_in(client, next="https://evil.example/")["Location"] == "/admin/"


def test_a_two_step_login_carries_what_was_typed(nora, client):
    device = with_two_factor(nora)
    source = a_source()
    log_in(client)
    client.post(CODE, {"code": code_of(device)})
    log_out_behind_the_back(client)
    page = text(client.post(url("source", "change", source.pk), {"name": "Typed"}))
    page = text(log_in(client, carried=carried_in(page)))
    TOTPDevice.objects.update(last_t=-1)
    page = text(client.post(CODE, {"code": code_of(device), "carried": carried_in(page)}))
    assert "Send again" in page
