from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdministrationConfig(AppConfig):
    name = "portal.pages.administration"
    label = "administration"
    verbose_name = _("administration")

    def ready(self) -> None:
        from portal.pages.administration import notifications  # noqa: PLC0415 (models come first)

        notifications.declare()
