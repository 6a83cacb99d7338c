"""Settings from the environment. Defaults are safe for production, and required settings have none.

`DEVELOPMENT=1`, which `make run` sets, turns on a generated secret key, DEBUG and the demo site.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _
from environs import Env

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()


def _as_browsers_write(url: str) -> str:
    """Return a URL as browsers send it in ``Origin``: in lowercase, and without the default port."""
    parts = urlsplit(url)
    port = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    return parts._replace(netloc=parts.netloc.lower().removesuffix(port)).geturl().rstrip("/")


DEVELOPMENT = env.bool("DEVELOPMENT", False)
#: The folder of the database, the generated secret key and collected static files.
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "var")))
#: The URL of this server for browsers. Published documents contain it, and absolute links start with it.
PUBLIC_URL = _as_browsers_write(env.str("PUBLIC_URL", "http://127.0.0.1:8000" if DEVELOPMENT else ""))

DEBUG = env.bool("DEBUG", DEVELOPMENT)
DEMO = env.bool("DEMO", DEVELOPMENT)


def _development_secret() -> str:
    """Return a secret key, which is created on the first run and stored next to the database."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


if DEVELOPMENT:
    SECRET_KEY = env.str("SECRET_KEY", "") or _development_secret()
else:
    SECRET_KEY = env.str("SECRET_KEY", "")
    if not SECRET_KEY:
        raise ImproperlyConfigured(
            "Set SECRET_KEY to a long random string, or set DEVELOPMENT=1 for development."
        )
    if urlsplit(PUBLIC_URL).scheme not in ("http", "https"):
        raise ImproperlyConfigured(
            "Set PUBLIC_URL to the URL of this server, such as https://fs.example.com."
        )

_public = urlsplit(PUBLIC_URL)
_secure = _public.scheme == "https"

#: Django requires the brackets of an IPv6 address, which ``hostname`` omits.
_host = f"[{_public.hostname}]" if ":" in (_public.hostname or "") else _public.hostname
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", [_host or "localhost"])
if DEVELOPMENT:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
#: If the URL has a path, a proxy removes it from requests, and links get it back.
FORCE_SCRIPT_NAME = _public.path or None
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", False)
SECURE_SSL_HOST = _public.netloc
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31_536_000 if _secure else 0)
BEHIND_PROXY = env.bool("BEHIND_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CSRF_FAILURE_VIEW = "fullstory_dest.admin.errors.csrf_failure"

INSTALLED_APPS = [
    "fullstory_dest",
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.simple_history",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "simple_history",
    "django_ace",
    "django_filters",
    "rest_framework",
    "knox",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "fullstory_dest.admin.accounts.session.SlidingSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "fullstory_dest.admin.errors.ErrorPageMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "fullstory_dest.admin.accounts.second_factor.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "fullstory_dest.admin.accounts.session.SessionExpiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "project.urls"
WSGI_APPLICATION = "project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

#: The longest that a change waits for other changes.
LOCK_TIMEOUT_SECONDS = 20.0
DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    _options: dict[str, Any] = {
        # A transaction that starts with a read would fail instead of wait if another one writes in between.
        "transaction_mode": "IMMEDIATE",
        "timeout": LOCK_TIMEOUT_SECONDS,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    _options = {"pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", 8)}}
# Options of the URL, such as ?sslmode=require, take precedence.
DATABASES["default"]["OPTIONS"] = _options | DATABASES["default"].get("OPTIONS", {})

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

#: Counts rate limits, shared by all workers. ``migrate`` creates the table.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "fullstory_dest_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# django-allauth handles login. Sign-up is closed, and no email is sent.
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
AUTHENTICATION_BACKENDS = ["fullstory_dest.admin.accounts.backends.StaffBackend"]
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)
ACCOUNT_ADAPTER = "fullstory_dest.admin.accounts.adapters.AccountAdapter"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _public.scheme
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {
    "login": "fullstory_dest.admin.accounts.login_forms.LoginForm",
    "change_password": "fullstory_dest.admin.accounts.login_forms.ChangePasswordForm",
}
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]
#: How long wrong passwords and codes count.
LOCKOUT_MINUTES = 15
ACCOUNT_RATE_LIMITS = {
    # Wrong passwords per name and address, and wrong codes per user.
    "login_failed": f"5/{LOCKOUT_MINUTES}m/key",
    # Wrong passwords per address, to limit tries of one password on many names.
    "login_failed_from_address": f"20/{LOCKOUT_MINUTES}m/ip",
    # These pages check passwords and codes, which are limited above.
    "login": None,
    "change_password": None,
    "reauthenticate": None,
}
MFA_ADAPTER = "fullstory_dest.admin.accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "activate_totp": "fullstory_dest.admin.accounts.login_forms.ActivateAppForm",
    "add_webauthn": "fullstory_dest.admin.accounts.login_forms.AddPasskeyForm",
    "authenticate_webauthn": "fullstory_dest.admin.accounts.login_forms.AuthenticatePasskeyForm",
    "login_webauthn": "fullstory_dest.admin.accounts.login_forms.LoginPasskeyForm",
    "reauthenticate_webauthn": "fullstory_dest.admin.accounts.login_forms.ReauthenticatePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "fullstory-dest"
#: Tolerance in steps of 30 seconds, because the clocks of phones differ.
MFA_TOTP_TOLERANCE = 1

#: The provider of single sign-on, if the environment has one.
SOCIALACCOUNT_ADAPTER = "fullstory_dest.admin.accounts.adapters.SingleSignOnAdapter"
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if _server_url := env.str("OIDC_SERVER_URL", ""):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": env.str("OIDC_NAME", "") or _("single sign-on"),
                "client_id": env.str("OIDC_CLIENT_ID"),
                "secret": env.str("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": _server_url},
            }
        ],
    }
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = "project.formats"

STATIC_URL = "static/"
#: The documentation, which the admin shows. Its images are static files.
DOCS_DIR = BASE_DIR / "docs"
STATICFILES_DIRS = [BASE_DIR / "project" / "static", ("docs", DOCS_DIR / "images")]
STATIC_ROOT = None if DEVELOPMENT else DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEVELOPMENT
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEVELOPMENT
WHITENOISE_AUTOREFRESH = False

# Enough for a whole mapping from the editor, and for imported files.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
# Deleting many rows sends up to 1,000 IDs, besides the other inputs.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_100

#: How many documents delivery caches, and for how many seconds.
DELIVERY_CACHE_SIZE = env.int("DELIVERY_CACHE_SIZE", 1_000)
DELIVERY_CACHE_SECONDS = env.float("DELIVERY_CACHE_SECONDS", 0.5)
#: Seconds between writes of script requests, for "Check my site". 0 turns them off.
SCRIPT_REQUEST_SECONDS = env.float("SCRIPT_REQUEST_SECONDS", 60)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "fullstory_dest.api.base.authentication.BearerAuthentication",
        "fullstory_dest.api.base.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["fullstory_dest.api.base.permissions.ModelPermissions"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["fullstory_dest.api.base.parsers.StrictJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "fullstory_dest.api.base.pagination.PublicUrlPagination",
    "DEFAULT_SCHEMA_CLASS": "fullstory_dest.api.base.schema.ProblemAutoSchema",
    "EXCEPTION_HANDLER": "fullstory_dest.api.base.problems.problem_details",
    "PAGE_SIZE": 100,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
# Without knox's migrations, as ApiToken replaces its token table.
MIGRATION_MODULES = {"knox": None}
KNOX_TOKEN_MODEL = "fullstory_dest.ApiToken"  # noqa: S105 - the name of a model
REST_KNOX = {"AUTH_HEADER_PREFIX": "Bearer", "TOKEN_TTL": None}
SPECTACULAR_SETTINGS = {
    "TITLE": "fullstory-dest",
    "DESCRIPTION": "Set up FullStory Device Mode (Actions) for your websites, and publish it.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVERS": [{"url": PUBLIC_URL}],
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "ReviewState": "fullstory_dest.models.review.Review.State",
        "ScheduledDeploymentState": "fullstory_dest.models.scheduled_deployment.ScheduledDeployment.State",
    },
}


UNFOLD = {
    "SITE_TITLE": "fullstory-dest",
    "SITE_HEADER": "fullstory-dest",
    "SITE_SUBHEADER": _("FullStory, self-hosted"),
    "SITE_SYMBOL": "conversion_path",
    # Hides "View site", which would link back here.
    "SITE_URL": None,
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("fullstory_dest/base/icon.svg"),
        }
    ],
    "STYLES": [
        lambda request: static("fullstory_dest/base/admin.css"),
        lambda request: static("fullstory_dest/base/pages.css"),
        lambda request: static("fullstory_dest/mappings/test-panel.css"),
        lambda request: static("fullstory_dest/sources/releases.css"),
        lambda request: static("fullstory_dest/base/lists.css"),
    ],
    "ACCOUNT": {"navigation": "fullstory_dest.admin.navigation.account_menu"},
    "DASHBOARD_CALLBACK": "fullstory_dest.admin.home.views.home",
    "SIDEBAR": {
        "show_search": True,
        "command_search": True,
        "show_all_applications": False,
        "navigation": "fullstory_dest.admin.navigation.sidebar",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
}
