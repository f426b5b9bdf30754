"""The portal for gunicorn, whose processes each count tries for themselves: to be found out."""

import os

from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
settings.CACHES = settings.CACHES | {"default": settings.CACHES["pages"]}

from portal.wsgi import application  # noqa: E402, F401 (the settings come first)
