from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParticipantsConfig(AppConfig):
    name = "participants"
    verbose_name = _("participants")

    def ready(self) -> None:
        from participants import (  # noqa: PLC0415 (models are loaded first)
            answering,
            awaiting,
            handing_over,
            mornings,
            notifications,
            out_of_touch,
            running_out,
        )
        from participants.services.taking_over import take_over  # noqa: PLC0415
        from portal.reminders import kinds  # noqa: PLC0415

        notifications.declare()
        answering.declare()
        awaiting.declare()
        handing_over.declare()
        mornings.declare()
        out_of_touch.declare()
        running_out.declare()
        kinds.registry.take_over.append(take_over)
