"""The project's settings, for tests: a throw-away data folder, and whatever database DATABASE_URL names."""

import atexit
import os
import shutil
import tempfile

os.environ["DEVELOPMENT"] = "1"
# Playwright runs an event loop in the tests' thread, in which Django would refuse them their database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="fullstory-dest-tests-")
atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
os.environ.setdefault("PUBLIC_URL", "http://127.0.0.1:8000")

from project.settings import *
from project.settings import DATA_DIR, DATABASES

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # In a file, as in production: threads then meet SQLite's real locks.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
LOGGING["root"]["level"] = "WARNING"
# No test is to meet a thread that writes when it likes: those about it write themselves.
SCRIPT_REQUEST_SECONDS = 0
