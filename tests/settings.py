"""The project's settings for tests: a temporary data folder, and the database in DATABASE_URL."""

import atexit
import os
import shutil
import tempfile

os.environ["DEVELOPMENT"] = "1"
# Playwright runs an event loop in this thread. Django refuses to use the database in one.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="fullstory-dest-tests-")
atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
os.environ.setdefault("PUBLIC_URL", "http://127.0.0.1:8000")

from project.settings import *
from project.settings import DATA_DIR, DATABASES

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # In a file, as in production, so that threads use SQLite's real locks.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
LOGGING["root"]["level"] = "WARNING"
# No background thread writes during tests. Tests of it write explicitly.
SCRIPT_REQUEST_SECONDS = 0
# Each test client would index all static files again. Browser tests request them from a real server.
WHITENOISE_USE_FINDERS = False
