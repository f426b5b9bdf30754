from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemindersConfig(AppConfig):
    name = "portal.reminders"
    label = "reminders"
    verbose_name = _("reminders")

    def ready(self) -> None:
        from celery.signals import beat_init  # noqa: PLC0415

        from portal import celery  # noqa: PLC0415
        from portal.reminders.operations import heartbeats  # noqa: PLC0415 (models are loaded first)

        celery.when_swallowed.append(heartbeats.nudge_swallowed)
        beat_init.connect(heartbeats.count_from_now)
