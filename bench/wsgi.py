"""The portal for gunicorn, with a floor under each page."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

settings.MIDDLEWARE = [*settings.MIDDLEWARE, "bench.floor.recording"]
templates: dict[str, Any] = settings.TEMPLATES[0]
templates["DIRS"] = [*templates["DIRS"], Path(__file__).parent / "templates"]
application = get_wsgi_application()
