"""The settings of ``make run``, for browser tests."""

from project.settings import *

# Otherwise, each page requests all of its static files again, which takes a third of its time.
WHITENOISE_MAX_AGE = 3600
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
