from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "activities"
    verbose_name = _("activities")

    def ready(self) -> None:
        from activities import notifications  # noqa: PLC0415 (models are loaded first)
        from activities.services import answering  # noqa: PLC0415

        notifications.declare()
        answering.declare()
