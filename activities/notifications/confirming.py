"""Is what stands here right? One letter a week to who runs it, with one link for all of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.db.models import DateField, Exists, Func, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities import keeping
from activities.laying_out import DAY, midnight
from activities.models import Activity, HoursRemark, Session, Sheet, Support
from portal.models import Organisation
from portal.reminders import kinds, times
from portal.reminders.kinds import Due, Message, Recipient, ReminderKind
from portal.reminders.models import RecipientKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from django.db.models import QuerySet

HOLDS = timedelta(days=10)  # a link; the next one comes after seven
SIGNER = TimestampSigner(salt="activities.confirming")
ASKED = time(9)  # on Monday, or on the first day when people work
ANSWERED = timedelta(days=5)  # what has not been sent by Saturday waits for the next letter
AHEAD = 14 * DAY


class Monday(Func):
    """The Monday of this week in Sweden, by the only clock that decides what is due."""

    template = "date_trunc('week', now() AT TIME ZONE 'Europe/Stockholm')::date"
    output_field = DateField()


@dataclass(frozen=True, slots=True)
class Question(Due):
    """When the question is put, and about whose sheets."""

    unit: int = 0


def link(unit_id: int) -> str:
    """Return the whole address of the question about one unit's sheets; it holds for ten days."""
    page = reverse("activities:sheets_confirm_link", args=[SIGNER.sign(str(unit_id))])
    return f"{settings.PORTAL_URL}{page}"


def unit_of(key: str) -> Organisation | None:
    """Return the unit that a link asks about, or None if it is too old or not ours."""
    try:
        pk = int(SIGNER.unsign(key, max_age=HOLDS))
    except (BadSignature, ValueError):
        return None
    return Organisation.objects.open().select_related("owner").filter(pk=pk).first()


def sheets_of(unit: Organisation, today: date) -> list[Activity | Support | Sheet]:
    """Return what a unit answers for: what it runs with its hours, and what it says of itself.

    What its association says of itself too: any unit of it can tell whether that is right.
    """
    ahead = Session.objects.between(midnight(today), midnight(today + AHEAD))
    activities = _with_hours(today).filter(organiser=unit).select_related("place")
    activities = activities.prefetch_related(
        "opening_rules", Prefetch("sessions", ahead.order_by("starts_at", "pk"), to_attr="coming")
    )
    above = [unit.owner_id] if unit.owner and unit.owner.kind in keeping.OWN else []
    own = Q(organisation__in=[unit.pk, *above])
    said = _running(today).filter(own).select_related("organisation")
    sheets = Sheet.objects.filter(own).select_related("organisation")
    return [*_with_remarks(activities), *_with_remarks(said), *_with_remarks(sheets)]


def name_of(sheet: Activity | Support | Sheet) -> str:
    """Return what a form calls a sheet, such as `support-12`."""
    return f"{sheet._meta.model_name}-{sheet.pk}"


def _with_hours(today: date) -> QuerySet[Activity]:
    running = Activity.objects.running(today).filter(opening_rules__isnull=False)
    return running.distinct().order_by("name", "pk")


def _running(today: date) -> QuerySet[Support]:
    still = Q(ended_on=None) | Q(ended_on__gte=today)
    return Support.objects.filter(still).order_by("name", "pk")


def _with_remarks[SheetT: (Activity, Support, Sheet)](some: QuerySet[SheetT]) -> QuerySet[SheetT]:
    """Say of each whether somebody has written what is wrong, and nobody has seen to it."""
    name = {Activity: "activity", Support: "support", Sheet: "sheet"}[some.model]
    open_ones = HoursRemark.objects.filter(handled_at=None, **{name: OuterRef("pk")})
    return some.annotate(is_doubted=Exists(open_ones))


def unconfirmed() -> list[tuple[int, date]]:
    """Return who answers for what nobody has confirmed this week, and which Monday it is."""
    today = timezone.localdate()
    waits = Q(verified_on=None) | Q(verified_on__lt=Monday())
    run = _with_hours(today).filter(waits).order_by().values("organiser")
    said = [
        some.filter(waits).order_by().values("organisation")
        for some in (_running(today), Sheet.objects.all())
    ]
    own = Q(pk__in=run) | Q(pk__in=said[0]) | Q(pk__in=said[1])
    above = Q(owner__in=said[0]) | Q(owner__in=said[1])
    asked = Organisation.objects.open().filter(own | above & Q(owner__kind__in=keeping.OWN))
    return list(asked.order_by("pk").values_list("pk", Monday()))


def _due(unit_ids: Collection[int]) -> dict[int, Due]:
    found: dict[int, Due] = {}
    for pk, monday in unconfirmed():
        if pk in unit_ids:
            at = times.instant(times.working_day_from(monday), ASKED)
            found[pk] = Question(at, times.instant(monday + ANSWERED, ASKED), unit=pk)
    return found


def _recipients(unit_ids: Collection[int]) -> dict[int, list[Recipient]]:
    found: dict[int, list[Recipient]] = {}
    for unit, user in keeping.leads().filter(unit__in=unit_ids).values_list("unit_id", "user_id"):
        found.setdefault(unit, []).append(kinds.staff(user))
    return found


def _text(due: Due, _recipient: Recipient) -> Message:
    about = due if isinstance(due, Question) else Question(due.at, due.not_after)
    text = _(
        "Hi! Is what stands about what you run right this week? Answer by one tap, without signing"
        " in: %(link)s"
    )
    return Message(_("Is it right?"), text % {"link": link(about.unit)})


def _soon(_today: date) -> Iterable[int]:
    return [pk for pk, _monday in unconfirmed()]


SHEETS_CONFIRM = ReminderKind(
    code="sheets_confirm",
    name=gettext_lazy("Is it right?"),
    to=(RecipientKind.STAFF,),
    when=gettext_lazy("on Mondays at 9.00, or the next working day"),
    email_only=True,
    due=_due,
    recipients=_recipients,
    text=_text,
    soon=_soon,
)


def declare() -> None:
    """Make the kind known; from `AppConfig.ready()`."""
    kinds.register(SHEETS_CONFIRM)
