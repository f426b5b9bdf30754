"""The portal for gunicorn, with the two pages of tests/pool/pages.py beside its own."""

import os

from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
settings.ROOT_URLCONF = "tests.pool.pages"

from portal.wsgi import application  # noqa: E402, F401 (the settings come first)
