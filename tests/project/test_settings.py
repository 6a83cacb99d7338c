"""Settings refuse an incomplete configuration, and are secure by default."""

import json
import os
import stat
import subprocess
import sys

import pytest
from django.http.request import split_domain_port, validate_host

PRODUCTION = {"SECRET_KEY": "x" * 60, "PUBLIC_URL": "https://fs.example.com"}
NAMES = [
    "DEBUG",
    "DEMO",
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SECURE_HSTS_SECONDS",
    "SECURE_PROXY_SSL_HEADER",
    "SECURE_SSL_HOST",
    "FORCE_SCRIPT_NAME",
    "SOCIALACCOUNT_PROVIDERS",
    "SPECTACULAR_SETTINGS",
    "DATABASES",
]


def load(folder, **environment):
    """The settings in a new process with only these environment variables."""
    script = f"""
import json
from project import settings
print(json.dumps({{name: getattr(settings, name) for name in {NAMES!r}}}, default=str))
"""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", script],
        env={**kept, "DATA_DIR": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_is_safe_in_production_by_default(tmp_path):
    settings = json.loads(load(tmp_path, **PRODUCTION).stdout)
    assert settings["DEBUG"] is False
    assert settings["DEMO"] is False
    assert settings["ALLOWED_HOSTS"] == ["fs.example.com"]
    assert settings["CSRF_TRUSTED_ORIGINS"] == ["https://fs.example.com"]
    assert settings["SESSION_COOKIE_SECURE"] is True
    assert settings["CSRF_COOKIE_SECURE"] is True
    assert settings["SECURE_HSTS_SECONDS"] == 31_536_000
    assert settings["SECURE_PROXY_SSL_HEADER"] is None


def test_it_derives_hosts_from_the_public_url(tmp_path):
    address = "https://fs.example.com:8443/fsd"
    settings = json.loads(load(tmp_path, **{**PRODUCTION, "PUBLIC_URL": f"{address}/"}).stdout)
    assert settings["SECURE_SSL_HOST"] == "fs.example.com:8443"
    assert settings["FORCE_SCRIPT_NAME"] == "/fsd"
    assert settings["SPECTACULAR_SETTINGS"]["SERVERS"] == [{"url": address}]
    plain = json.loads(load(tmp_path, **PRODUCTION).stdout)
    assert plain["FORCE_SCRIPT_NAME"] is None


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://FS.Example.com:443/", "https://fs.example.com"),
        ("HTTP://fs.example.com:80", "http://fs.example.com"),
        ("http://fs.example.com:443", "http://fs.example.com:443"),
        ("https://fs.example.com:4430", "https://fs.example.com:4430"),
        ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
    ],
)
def test_it_trusts_the_origin_that_browsers_send(tmp_path, given, origin):
    settings = json.loads(load(tmp_path, **{**PRODUCTION, "PUBLIC_URL": given}).stdout)
    assert settings["CSRF_TRUSTED_ORIGINS"] == [origin]
    assert settings["SPECTACULAR_SETTINGS"]["SERVERS"] == [{"url": origin}]
    assert validate_host(split_domain_port(origin.partition("://")[2])[0], settings["ALLOWED_HOSTS"])


def test_it_keeps_the_case_of_the_public_path(tmp_path):
    settings = json.loads(load(tmp_path, **{**PRODUCTION, "PUBLIC_URL": "https://X.example/Fsd/"}).stdout)
    assert settings["FORCE_SCRIPT_NAME"] == "/Fsd"


def test_it_requires_a_secret_key_and_a_public_url_in_production(tmp_path):
    for missing in PRODUCTION:
        result = load(tmp_path, **{name: value for name, value in PRODUCTION.items() if name != missing})
        assert result.returncode != 0
        assert missing in result.stderr


def test_it_creates_a_private_secret_key_once_in_development(tmp_path):
    for _ in range(2):
        assert load(tmp_path, DEVELOPMENT="1").returncode == 0
        key = (tmp_path / "secret_key").read_text()
    assert len(key) > 50
    assert (tmp_path / "secret_key").read_text() == key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_it_uses_sqlite_unless_a_database_url_is_set(tmp_path):
    sqlite = json.loads(load(tmp_path, **PRODUCTION).stdout)["DATABASES"]["default"]
    assert sqlite["NAME"] == str(tmp_path / "db.sqlite3")
    assert "journal_mode=WAL" in sqlite["OPTIONS"]["init_command"]
    url = "postgresql://user:secret@db.example.com:5433/fullstory"
    postgresql = json.loads(load(tmp_path, **PRODUCTION, DATABASE_URL=url).stdout)["DATABASES"]["default"]
    assert (postgresql["HOST"], postgresql["PORT"]) == ("db.example.com", 5433)
    assert postgresql["OPTIONS"]["pool"]["max_size"] == 8


def test_it_takes_options_from_the_database_url(tmp_path):
    for url, wanted in {
        "postgresql://user@db.example.com/fs?sslmode=require": {
            "sslmode": "require",
            "pool": {"min_size": 1, "max_size": 8},
        },
        "postgresql://user@db.example.com/fs?pool=false": {"pool": False},
    }.items():
        settings = json.loads(load(tmp_path, **PRODUCTION, DATABASE_URL=url).stdout)
        assert settings["DATABASES"]["default"]["OPTIONS"] == wanted


OIDC = {"OIDC_SERVER_URL": "https://id.example.com", "OIDC_CLIENT_ID": "c", "OIDC_CLIENT_SECRET": "s"}


def test_it_enables_single_sign_on_if_a_provider_is_set(tmp_path):
    assert json.loads(load(tmp_path, **PRODUCTION).stdout)["SOCIALACCOUNT_PROVIDERS"] == {}
    settings = json.loads(load(tmp_path, **PRODUCTION, **OIDC, OIDC_NAME="Acme ID").stdout)
    [app] = settings["SOCIALACCOUNT_PROVIDERS"]["openid_connect"]["APPS"]
    assert app == {
        "provider_id": "oidc",
        "name": "Acme ID",
        "client_id": "c",
        "secret": "s",
        "settings": {"server_url": "https://id.example.com"},
    }


@pytest.mark.parametrize("missing", ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"])
def test_it_refuses_to_start_with_half_a_provider(tmp_path, missing):
    found = load(tmp_path, **PRODUCTION, **{name: OIDC[name] for name in OIDC if name != missing})
    assert found.returncode
    assert missing in found.stderr
