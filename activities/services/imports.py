"""Import activities and hours from a file: all of it or nothing, and never twice the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities import laying_out
from activities.laying_out import instant
from activities.models import (
    Activity,
    Contract,
    Level,
    OpeningException,
    OpeningRule,
    Place,
    Tempo,
)
from activities.services import hours, opening, slugs
from activities.services.activity_file import Wrong
from portal import audit
from portal.models import AuditAct, Organisation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime, time

    from activities.services.activity_file import Hours, Row
    from portal.actor import Actor

ENROLLED = (Contract.SCHEDULE, Contract.MEMBER)
# What a file may say of an activity that is there already; an empty cell says nothing.
SAID = ("summary", "what_we_do", "contract", "tempo", "cost", "level")


class Fate(models.TextChoices):
    """What becomes of a row."""

    NEW = "NEW", gettext_lazy("new")
    CHANGED = "CHANGED", gettext_lazy("changed")
    KNOWN = "KNOWN", gettext_lazy("here already")
    WRONG = "WRONG", gettext_lazy("wrong")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row of the report."""

    number: int
    name: str
    fate: Fate
    why: str = ""


@dataclass(slots=True)
class Report:
    """What became of each row, and whether anything was written."""

    rows: list[Outcome] = field(default_factory=list)
    written: bool = False

    def count(self, fate: Fate) -> int:
        return Counter(one.fate for one in self.rows)[fate]


def import_activities(
    rows: Iterable[Row], *, by: Actor, today: date, now: datetime, partial: bool
) -> Report:
    """Write what the rows say; with a wrong one nothing, unless the good ones were asked for.

    A file is no confirmation: what is new says that nobody has confirmed it yet.
    """
    report = Report()
    touched: set[int] = set()
    with transaction.atomic():
        for row in rows:
            outcome, pk = _imported(row, today=today)
            report.rows.append(outcome)
            if outcome.fate in {Fate.NEW, Fate.CHANGED}:
                touched.add(pk)
        wrong = report.count(Fate.WRONG)
        if (wrong and not partial) or not touched:
            transaction.set_rollback(True)
            return report
        hours.lay_out(today=today, now=now, only=touched)
        for pk in sorted(touched):
            audit.record(AuditAct.CHANGE, "opening hours", by=by, subject_id=pk)
    report.written = True
    return report


def _imported(row: Row, *, today: date) -> tuple[Outcome, int]:
    if row.wrong:
        return Outcome(row.number, row.name, Fate.WRONG, row.wrong), 0
    try:
        with transaction.atomic():
            fate, pk = _write(row, today=today)
    except Wrong as why:
        return Outcome(row.number, row.name, Fate.WRONG, str(why)), 0
    return Outcome(row.number, row.name, fate), pk


def _write(row: Row, *, today: date) -> tuple[Fate, int]:
    unit = _unit(row.unit)
    activity = (
        Activity.objects.with_hours().filter(organiser=unit, name=row.name).order_by("pk").first()
    )
    is_new = activity is None
    activity = activity or _made(row, unit)
    changed = not is_new and _said_otherwise(activity, row)
    if row.hours:
        changed |= _rule(activity, row.hours, today=today)
    for on, clocks in row.days.items():
        changed |= on >= today and _day(activity, on, clocks, is_alone=row.hours is None)
    fate = Fate.NEW if is_new else Fate.CHANGED if changed else Fate.KNOWN
    return fate, activity.pk


def _unit(name: str) -> Organisation:
    found = list(Organisation.objects.filter(name=name, closed_at=None, parent__isnull=False)[:2])
    if len(found) != 1:
        message = (
            _("there is no unit called %(name)s")
            if not found
            else _("there are several units called %(name)s")
        )
        raise Wrong(message % {"name": name or "?"})
    return found[0]


def _made(row: Row, unit: Organisation) -> Activity:
    if not row.place or not row.summary:
        raise Wrong(_("a new activity needs a place and a sentence about it"))
    place, _is_new = Place.objects.get_or_create(
        name=row.place[:100], defaults={"address": row.address[:200]}
    )
    seats = row.seats if row.contract != Contract.SCHEDULE else None
    return Activity.objects.create(
        slug=slugs.free(Activity, row.name, otherwise="aktivitet"),
        name=row.name,
        place=place,
        organiser=unit,
        owner_id=unit.owner_id or unit.pk,
        contract=row.contract or Contract.DAY_BY_DAY,
        tempo=row.tempo or Tempo.STEADY,
        level=row.level or (Level.SCHEDULED if row.contract in ENROLLED else Level.OPEN),
        summary=row.summary[:200],
        what_we_do=row.what_we_do or row.summary,
        cost=row.cost or 0,
        sign_up=bool(seats),
        seats=seats or None,
    )


def _said_otherwise(activity: Activity, row: Row) -> bool:
    said = {name: getattr(row, name) for name in SAID if getattr(row, name) not in ("", None)}
    other = [name for name, value in said.items() if getattr(activity, name) != value]
    is_kept = activity.verified_on or activity.version > 1
    if is_kept or not other:  # what somebody keeps true here is not a file's to change
        return False
    for name in other:
        setattr(activity, name, said[name])
    activity.save(update_fields=other)
    return True


def _rule(activity: Activity, said: Hours, *, today: date) -> bool:
    rule = OpeningRule(
        activity=activity,
        recurrence=said.recurrence,
        opens=said.opens,
        closes=said.closes,
        valid_from=said.first,
        on_public_holidays=said.on_public_holidays,
    )
    there = list(activity.opening_rules.all())
    if opening.is_there(rule, there):
        return False
    try:
        opening.check(rule, there, today=today)
    except opening.NeverOpen:
        raise Wrong(_("It would never be open like that. Choose other days.")) from None
    except opening.Contradiction as found:
        told = {"days": found.rule.words}
        raise Wrong(_("it is open at that time already: %(days)s") % told) from None
    rule.save()
    return True


def _day(activity: Activity, on: date, clocks: tuple[time, time] | None, *, is_alone: bool) -> bool:
    """Keep a day; one that stands alone in the file must not take the place of a rule's."""
    opens, closes = clocks or (None, None)
    if opens and activity.sessions.filter(starts_at=instant(on, opens)).exists():
        return False
    if is_alone and laying_out.spans(activity.opening_rules.all(), [], first=on, last=on):
        raise Wrong(_("that day has other hours already"))
    kept, is_new = OpeningException.objects.get_or_create(
        activity=activity, on=on, defaults={"opens": opens, "closes": closes}
    )
    if (kept.opens, kept.closes) != (opens, closes):
        raise Wrong(_("that day has other hours already"))
    return is_new
