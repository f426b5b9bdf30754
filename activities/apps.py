from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "activities"
    verbose_name = _("activities")

    def ready(self) -> None:
        from activities import (  # noqa: PLC0415 (models are loaded first)
            accompanying,
            answering,
            confirming,
            guest_letters,
            moved,
            notifications,
            offering,
            other_places,
            referring,
        )

        notifications.declare()
        moved.declare()
        offering.declare()
        other_places.declare()
        accompanying.declare()
        confirming.declare()
        guest_letters.declare()
        referring.declare()
        answering.declare()
