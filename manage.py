#!/usr/bin/env python
"""Run a command; `portal/settings.py` says which commands act as the owner of the tables."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

# These change files of the repository and no data, so they need no environment.
FILE_COMMANDS = {"makemigrations", "messages", "vendor"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if sys.argv[1:2] and sys.argv[1] in FILE_COMMANDS:
        os.environ.setdefault("DEBUG", "on")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
