from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EmployersConfig(AppConfig):
    name = "employers"
    verbose_name = _("employers")

    def ready(self) -> None:
        from employers import notifications  # noqa: PLC0415 (models are loaded first)

        notifications.declare()
