from typing import Any

from django.apps import AppConfig
from django.db import connection
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

import portal.celery  # noqa: F401 (@shared_task finds its app in every process)
from portal import logs


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("portal")

    def ready(self) -> None:
        from portal.sign_in import codes  # noqa: PLC0415 (models are loaded first)

        logs.configure()
        codes.declare()
        post_migrate.connect(make_log_months, sender=self)


def make_log_months(**_: Any) -> None:
    """Make the partitions of the log after each migrate: an upgrade may be all that runs here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('make_audit_months(date)') IS NOT NULL")
        if cursor.fetchone() == (True,):
            cursor.execute("SELECT make_audit_months((now() + interval '24 months')::date)")
