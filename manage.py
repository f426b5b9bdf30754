#!/usr/bin/env python
"""Run a command; `portal/settings.py` says which commands act as the owner of the tables."""

import os
import sys

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line, get_commands

# These change files of the repository and no data, so they need no environment.
FILE_COMMANDS = {"makemigrations", "messages", "vendor"}


def acts_as_the_application(command: str) -> bool:
    """Answer whether it is a command of ours that works on people's rows as `portal_app`."""
    app = str(get_commands().get(command, "django"))
    others = FILE_COMMANDS | settings.OWNER_COMMANDS
    return not app.startswith(("django", "allauth")) and command not in others


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if sys.argv[1:2] and sys.argv[1] in FILE_COMMANDS:
        os.environ.setdefault("DEBUG", "on")
    try:
        django.setup()  # the apps bring commands
        if acts_as_the_application("".join(sys.argv[1:2])):
            from portal import belt  # noqa: PLC0415 (the settings come first)

            belt.refuse_to_start()
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
