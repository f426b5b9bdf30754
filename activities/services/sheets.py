"""Write a sheet, change it, and say that it is true: what one does, whom one turns to, the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy

from activities.models import Activity, HoursRemark, NextStep, Place, Sheet, Support
from activities.services import hours, slugs
from portal import audit
from portal.models import AuditAct
from portal.submissions import once

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from portal.actor import Actor
    from portal.models import Organisation

    type AnySheet = Activity | Support | Sheet
    type Written = AnySheet | Place

WORDS = {Activity: "aktivitet", Support: "stod", Sheet: "organisation"}


AHEAD = gettext_lazy(
    "Somebody else saved just before you. Compare with what stands there now, and save."
)


class Changed(Exception):
    """Somebody else saved between our read and our write."""


@transaction.atomic
def add_activity(
    *, unit: Organisation, by: Actor, submission_id: UUID, owner: Organisation | None, **said: Any
) -> Activity:
    """Write a new activity of a unit. It has no hours yet, and nobody has confirmed any."""
    begins = {"slug": slugs.free(Activity, said["name"], otherwise=WORDS[Activity])}
    made, is_new = once(
        Activity,
        submission_id,
        at_first=begins,
        organiser=unit,
        owner=owner or unit.owner or unit,
        **_placed(said),
    )
    if is_new:
        _note(AuditAct.CREATE, made, by=by)
    return made


@transaction.atomic
def add_sheet[SheetT: Support | Sheet](
    model: type[SheetT],
    *,
    organisation: Organisation,
    by: Actor,
    today: date,
    submission_id: UUID,
    **said: Any,
) -> SheetT:
    """Write a support, or what an organisation says of itself; who writes it says that it is so."""
    named = said.get("name") or organisation.name
    begins = {"slug": slugs.free(model, named, otherwise=WORDS[model]), "verified_on": today}
    made, is_new = once(model, submission_id, at_first=begins, organisation=organisation, **said)
    if is_new:
        _note(AuditAct.CREATE, made, by=by)
    return made


@transaction.atomic
def change(*, sheet: Written, by: Actor, version: int, **said: Any) -> None:
    """Change what a sheet says, unless somebody did so meanwhile; its address stays."""
    unchanged = type(sheet)._default_manager.filter(pk=sheet.pk, version=version)
    if not unchanged.update(version=F("version") + 1, **said):
        raise Changed
    _note(AuditAct.CHANGE, sheet, by=by)


@transaction.atomic
def change_activity(
    *, activity: Activity, by: Actor, version: int, today: date, now: datetime, **said: Any
) -> None:
    """Change an activity; other places to sit follow in the sessions, and so does a room."""
    said = _placed(said)
    if said["place"].pk != activity.place_id:
        said["room"] = None
    change(sheet=activity, by=by, version=version, **said)
    if said["seats"] != activity.seats:
        hours.lay_out(today=today, now=now, only=[activity.pk])


def _placed(said: dict[str, Any]) -> dict[str, Any]:
    """Return what is said with its place, which is made where there is none of that name."""
    name, address = said.pop("new_place"), said.pop("address")
    if said["place"] is None:
        said["place"], _is_new = Place.objects.get_or_create(
            name=name, defaults={"address": address}
        )
    return said


@transaction.atomic
def confirm(*, sheet: AnySheet, today: date, by: Actor | None = None) -> None:
    """Say that a sheet is true as it stands; twice on a day is once."""
    type(sheet)._default_manager.filter(pk=sheet.pk).update(verified_on=today)
    if by:
        _note(AuditAct.CHANGE, sheet, by=by)


@transaction.atomic
def remark(*, sheet: AnySheet, text: str, submission_id: UUID) -> None:
    """Write down what is wrong, for somebody to see to; sending twice makes one."""
    about = {Activity: "activity", Support: "support", Sheet: "sheet"}[type(sheet)]
    content: dict[str, Any] = {about: sheet, "text": text}
    once(HoursRemark, submission_id, **content)


@transaction.atomic
def lead_on(*, activity: Activity, to: Activity | Support, by: Actor) -> None:
    """Say what an activity can lead on to; twice is once, and never to itself."""
    onto = {"to_activity": to} if isinstance(to, Activity) else {"to_support": to}
    if to == activity:
        return
    _step, is_new = NextStep.objects.get_or_create(activity=activity, **onto)
    if is_new:
        _note(AuditAct.CHANGE, activity, by=by)


@transaction.atomic
def lead_no_more(*, step: NextStep, by: Actor) -> None:
    """Take back that one thing can lead to another."""
    _note(AuditAct.CHANGE, step.activity, by=by)
    step.delete()


def _note(act: AuditAct, sheet: Written, *, by: Actor) -> None:
    audit.record(act, type(sheet)._meta.model_name or "", by=by, subject_id=sheet.pk)
