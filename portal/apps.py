from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

import portal.celery  # noqa: F401 (@shared_task finds its app in every process)
from portal import logs


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("portal")

    def ready(self) -> None:
        logs.configure()
