from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParticipantsConfig(AppConfig):
    name = "participants"
    verbose_name = _("participants")

    def ready(self) -> None:
        from participants import notifications  # noqa: PLC0415 (models are loaded first)
        from participants.services import answering  # noqa: PLC0415
        from participants.services.taking_over import take_over  # noqa: PLC0415
        from portal.reminders import kinds  # noqa: PLC0415

        notifications.declare()
        answering.declare()
        kinds.registry.take_over.append(take_over)
