#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    # Only developers write migrations, and no secret or address matters to it. Anything else needs its environment.
    if sys.argv[1:2] == ["makemigrations"]:
        os.environ.setdefault("DEVELOPMENT", "1")
    execute_from_command_line(sys.argv)
