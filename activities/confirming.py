"""Are the hours right? One letter a week with one link, which opens that question alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.db.models import DateField, F, Func, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Activity
from portal.models import Membership
from portal.permissions import Role
from portal.reminders import kinds, times
from portal.reminders.kinds import Due, Message, Recipient, ReminderKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

HOLDS = timedelta(days=10)  # a link; the next one comes after seven
SIGNER = TimestampSigner(salt="activities.confirming")
ASKED = timedelta(hours=9)  # on Monday
ANSWERED = timedelta(days=5)  # what has not been sent by Saturday waits for the next letter


class Monday(Func):
    """The Monday of this week in Sweden, by the only clock that decides what is due."""

    template = "date_trunc('week', now() AT TIME ZONE 'Europe/Stockholm')::date"
    output_field = DateField()


@dataclass(frozen=True, slots=True)
class Question(Due):
    """When the question is put, and about what."""

    activity: int = 0
    name: str = ""


def link(activity_id: int) -> str:
    """Return the whole address of the question about one activity; it holds for ten days."""
    page = reverse("activities:hours_confirm_link", args=[SIGNER.sign(str(activity_id))])
    return f"{settings.PORTAL_URL}{page}"


def activity_of(key: str) -> Activity | None:
    """Return the activity that a link asks about, or None if it is too old or not ours."""
    try:
        pk = int(SIGNER.unsign(key, max_age=HOLDS))
    except (BadSignature, ValueError):
        return None
    return Activity.objects.select_related("place").filter(pk=pk).first()


def unconfirmed() -> list[tuple[int, str, date]]:
    """Return what has hours that nobody has confirmed this week, and which Monday it is."""
    asked = Activity.objects.annotate(monday=Monday()).filter(
        Q(verified_on=None) | Q(verified_on__lt=F("monday")),
        Q(ended_on=None) | Q(ended_on__gte=F("monday")),
        opening_rules__isnull=False,
    )
    return list(asked.distinct().order_by("pk").values_list("pk", "name", "monday"))


def _due(activity_ids: Collection[int]) -> dict[int, Due]:
    return {
        pk: Question(
            times.midnight(monday) + ASKED,
            times.midnight(monday) + ASKED + ANSWERED,
            activity=pk,
            name=name,
        )
        for pk, name, monday in unconfirmed()
        if pk in activity_ids
    }


def _recipients(activity_ids: Collection[int]) -> dict[int, list[Recipient]]:
    leads = Membership.objects.current().filter(
        role=Role.ACTIVITY_LEADER, unit__activities__in=activity_ids
    )
    found: dict[int, list[Recipient]] = {}
    for pk, user in leads.values_list("unit__activities", "user_id"):
        found.setdefault(pk, []).append(kinds.staff(user))
    return found


def _text(due: Due, _recipient: Recipient) -> Message:
    about = due if isinstance(due, Question) else Question(due.at, due.not_after)
    text = _(
        "Hi! Are the hours of %(name)s right this week? Answer by one tap, without signing in:"
        " %(link)s"
    )
    said = {"name": about.name, "link": link(about.activity)}
    return Message(_("Are the hours right?"), text % said)


def _soon(_today: date) -> Iterable[int]:
    return [pk for pk, _name, _monday in unconfirmed()]


HOURS_CONFIRM = ReminderKind(
    code="hours_confirm",
    name=gettext_lazy("Are the hours right?"),
    due=_due,
    recipients=_recipients,
    text=_text,
    soon=_soon,
)


def declare() -> None:
    """Make the kind known; from `AppConfig.ready()`."""
    kinds.register(HOURS_CONFIRM)
