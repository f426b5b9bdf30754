"""The web server's way in; `deploy/gunicorn.conf.py` says how it runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()

from portal import belt  # noqa: E402 (the settings come first)

belt.refuse_to_start()
