"""Change when an activity is open: its rules, its other days, its room."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from activities import laying_out
from activities.models import Activity, HoursRemark, OpeningException, PlaceClosing, Room
from activities.services import hours
from portal import audit
from portal.models import AuditAct

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from activities.models import OpeningRule, Place
    from portal.actor import Actor

FORESEEN = timedelta(days=400)  # how far ahead two rules are held against each other


class NeverOpen(Exception):
    """The rule gives no day at all."""


class DayTaken(Exception):
    """One of the days has other hours already."""


class Contradiction(Exception):
    """Another rule of the activity is open at the same time."""

    def __init__(self, rule: OpeningRule, day: date) -> None:
        super().__init__(rule, day)
        self.rule, self.day = rule, day


def check(rule: OpeningRule, others: Iterable[OpeningRule], *, today: date) -> None:
    """Raise if a rule is never open, or open at the same time as another."""
    first = max(today, rule.valid_from)
    if next(laying_out.days(rule, first=first, last=first + FORESEEN), None) is None:
        raise NeverOpen
    if found := laying_out.clash(rule, others, first=first, last=first + FORESEEN):
        raise Contradiction(*found)


def is_there(rule: OpeningRule, others: Iterable[OpeningRule]) -> bool:
    """Answer whether this very rule is kept already: sending twice makes one."""
    names = ("recurrence", "opens", "closes", "valid_from", "on_public_holidays")
    return any(all(getattr(one, name) == getattr(rule, name) for name in names) for one in others)


@transaction.atomic
def save_rule(*, rule: OpeningRule, by: Actor, today: date, now: datetime) -> None:
    """Keep a rule, new or changed, and let the coming sessions follow."""
    activity = _held(rule.activity)
    others = list(activity.opening_rules.exclude(pk=rule.pk))
    if is_there(rule, others):
        return
    check(rule, others, today=today)
    rule.save()
    _follow(activity, by=by, today=today, now=now)


@transaction.atomic
def remove_rule(*, rule: OpeningRule, by: Actor, today: date, now: datetime) -> None:
    """Take a rule away; sessions that have begun stay, and whoever is touched is told."""
    activity = _held(rule.activity)
    rule.delete()
    _follow(activity, by=by, today=today, now=now)


@transaction.atomic
def save_days(
    *,
    activity: Activity,
    days: Iterable[OpeningException],
    by: Actor,
    today: date,
    now: datetime,
) -> None:
    """Keep days that are unlike the others; what is there and says the same is left."""
    held, wanted = _held(activity), {one.on: one for one in days}
    there = OpeningException.objects.filter(activity=held, on__in=wanted)
    for kept in there:
        said = wanted.pop(kept.on)
        if (kept.opens, kept.closes) != (said.opens, said.closes):
            raise DayTaken
    OpeningException.objects.bulk_create(wanted.values())
    _follow(held, by=by, today=today, now=now)


@transaction.atomic
def remove_day(*, day: OpeningException, by: Actor, today: date, now: datetime) -> None:
    """Let a day be like the others again; what only the hours had cancelled happens after all."""
    activity = _held(day.activity)
    day.delete()
    _follow(activity, by=by, today=today, now=now)


@transaction.atomic
def handle(*, remark: HoursRemark, by: Actor, now: datetime) -> None:
    """Note that somebody has seen to it."""
    open_one = HoursRemark.objects.filter(pk=remark.pk, handled_at=None)
    if open_one.update(handled_at=now, handled_by=by.user):
        audit.record(AuditAct.CHANGE, "remark", by=by, subject_id=remark.pk)


@transaction.atomic
def choose_room(*, activity: Activity, by: Actor, name: str) -> None:
    """Say in which room of its place an activity is; without a name, in none of its own."""
    room = None
    if name:
        room = Room.objects.filter(place=activity.place_id, name__iexact=name).first()
        room = room or Room.objects.get_or_create(place_id=activity.place_id, name=name)[0]
    Activity.objects.filter(pk=activity.pk).update(room=room)
    audit.record(AuditAct.CHANGE, "opening hours", by=by, subject_id=activity.pk)


@transaction.atomic
def close_place(
    *, place: Place, by: Actor, first_on: date, last_on: date, reason: str
) -> PlaceClosing:
    """Shut a whole place for some days. Sessions stay: each is for its own leader to cancel."""
    closing, _is_new = PlaceClosing.objects.get_or_create(
        place=place, first_on=first_on, last_on=last_on, defaults={"reason": reason}
    )
    audit.record(AuditAct.CHANGE, "place", by=by, subject_id=place.pk)
    return closing


@transaction.atomic
def reopen_place(*, closing: PlaceClosing, by: Actor) -> None:
    """Take back that a place is shut."""
    audit.record(AuditAct.CHANGE, "place", by=by, subject_id=closing.place_id)
    closing.delete()


def _held(activity: Activity) -> Activity:
    """Hold the activity: two who change its hours at once take turns."""
    return Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)


def _follow(activity: Activity, *, by: Actor, today: date, now: datetime) -> None:
    Activity.objects.filter(pk=activity.pk).update(verified_on=today)
    audit.record(AuditAct.CHANGE, "opening hours", by=by, subject_id=activity.pk)
    hours.lay_out(today=today, now=now, only=[activity.pk])
