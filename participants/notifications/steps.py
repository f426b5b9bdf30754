"""What participants and their colleagues are told: rows are written here, nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from participants import reach
from participants.models import Participant, Protection, Step
from portal import access
from portal.models import Access, Ground
from portal.permissions import Permission
from portal.reminders import kinds, planning, samples, times
from portal.reminders.kinds import Due, Message, Recipient, ReminderKind
from portal.reminders.models import Priority, RecipientKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

DAY = timedelta(days=1)
LONGEST_NAME = 30  # of a first name, so that one message holds it


def plan_step(step: Step) -> None:
    """Plan what is said of a step; call it after every change, in the same transaction.

    Whoever has several steps on a day hears of it once, so a change of one may move the others.
    """
    beside = Step.objects.open().filter(due_on=step.due_on)
    if step.assignee is None:
        beside = beside.filter(assignee=None, participant=step.participant_id)
    else:
        beside = beside.filter(assignee__user=step.assignee.user_id)
    planning.plan(STEP_DUE, {step.pk, *beside.values_list("pk", flat=True)})


def with_phone(phone: str) -> set[int]:
    """Return who has a number: several may, where a phone is shared."""
    known = Participant.objects.open().filter(phone=phone, protection=Protection.NONE)
    return set(known.values_list("pk", flat=True))


def silent(participant_ids: Collection[int]) -> set[int]:
    """Return those whom no message is ever sent to: their identity is protected."""
    kept = Participant.objects.filter(pk__in=participant_ids).exclude(protection=Protection.NONE)
    return set(kept.values_list("pk", flat=True))


def _to_do(step_ids: Collection[int]) -> QuerySet[Step]:
    """Return the steps that somebody hears of: the first of each day for whoever does it."""
    earlier = Step.objects.open().filter(due_on=OuterRef("due_on"), pk__lt=OuterRef("pk"))
    own = earlier.filter(assignee=None, participant=OuterRef("participant"))
    of_colleague = earlier.filter(assignee__user=OuterRef("assignee__user"))
    return (
        Step.objects.open()
        .filter(pk__in=step_ids, due_on__isnull=False, participant__closed_at=None)
        .exclude(Q(assignee=None) & Exists(own))
        .exclude(Exists(of_colleague))
    )


def _step_due(step_ids: Collection[int]) -> dict[int, Due]:
    """The day before at 16.00; a step that is written later than that was just spoken of."""
    known = _to_do(step_ids).values_list("pk", "due_on", "participant_id", "created_at")
    wanted = {
        pk: (Due(times.day_before(on), times.midnight(on), participant_id=person), created_at)
        for pk, on, person, created_at in known
        if on is not None
    }
    return {pk: due for pk, (due, created_at) in wanted.items() if created_at < due.at}


def _step_recipients(step_ids: Collection[int]) -> dict[int, list[Recipient]]:
    """Whoever does the step: the person, or a colleague who still works here."""
    steps = Step.objects.filter(
        Q(assignee__ended_at=None) | Q(assignee__ended_at__gt=Now()), pk__in=step_ids
    ).values_list("pk", "participant_id", "assignee__user_id")
    return {
        pk: [kinds.participant(person) if user is None else kinds.staff(user)]
        for pk, person, user in steps
    }


def _step_still_valid(step_ids: Collection[int]) -> set[int]:
    """A colleague must still read the step: a withdrawal stops what is already planned."""
    steps = Step.objects.filter(
        Q(assignee=None) | Q(access.OpensTo("assignee_id")), pk__in=step_ids
    )
    return set(steps.values_list("pk", flat=True))


def _step_text(_due: Due, recipient: Recipient) -> Message:
    if recipient.is_participant:
        text = _(
            "Hi! Tomorrow it is time for your next step. Sign in to see what it is."
            " Or call %(phone)s."
        )
    else:
        text = _("Hi! You have a step to take tomorrow. Sign in to see which.")
    return Message(_("Tomorrow"), text % {"phone": settings.PORTAL_PHONE})


def _steps_soon(today: date) -> Iterable[int]:
    soon = Step.objects.open().filter(due_on__in=(today + DAY, today + 2 * DAY))
    return soon.values_list("pk", flat=True)


STEP_DUE = ReminderKind(
    code="step_due",
    needs=Permission.STEP_WRITE,
    name=gettext_lazy("Step tomorrow"),
    about=gettext_lazy("a step"),
    to=(RecipientKind.PARTICIPANT, RecipientKind.STAFF),
    when=gettext_lazy("at 16.00, the day before"),
    due=_step_due,
    recipients=_step_recipients,
    still_valid=_step_still_valid,
    text=_step_text,
    soon=_steps_soon,
)


@dataclass(frozen=True, slots=True)
class DueRing(Due):
    """When somebody is asked to ring, and whom: empty where they read the plan."""

    name: str = ""


def _taken_over_due(step_ids: Collection[int]) -> dict[int, Due]:
    """At once, until the day has gone: a machine has asked for it, so nobody has spoken of it."""
    known = Step.objects.open().filter(
        pk__in=step_ids, assignee__isnull=False, due_on__isnull=False, participant__closed_at=None
    )
    rows = known.annotate(reads=access.OpensTo("assignee_id")).values_list(
        "pk", "created_at", "due_on", "participant_id", "reads", "participant__first_name"
    )
    return {
        pk: DueRing(at, times.midnight(on + DAY), participant_id=person, name="" if reads else name)
        for pk, at, on, person, reads, name in rows
        if on is not None
    }


def _taken_over_still_valid(step_ids: Collection[int]) -> set[int]:
    """Whoever reads the step; and who leads, who knows the people of the unit by name alone."""
    held = Access.objects.filter(
        Q(ground=Ground.MANAGER) | Q(ground=Ground.INTAKE, unit_id=OuterRef("waits_in")),
        Q(valid_until=None) | Q(valid_until__gt=Now()),
        valid_from__lte=Now(),
        user_id=OuterRef("assignee__user_id"),
        membership_id=OuterRef("assignee_id"),
        unit_id=OuterRef("participant__unit_id"),
    )
    waits_in = Case(When(participant__in_intake=True, then=F("participant__unit_id")))
    leads = Step.objects.annotate(waits_in=waits_in).filter(Exists(held), pk__in=step_ids)
    return _step_still_valid(step_ids) | set(leads.values_list("pk", flat=True))


def _taken_over_text(due: Due, _recipient: Recipient) -> Message:
    name = due.name if isinstance(due, DueRing) else ""
    if name:
        text = _(
            "Hi! Somebody needs to ring %(name)s, and the contact cannot be reached. Who can ring?"
        )
        short = text % {"name": name[:LONGEST_NAME]}
        return Message(_("Please ring"), text % {"name": name}, sms=short)
    text = _("Hi! A message did not reach somebody you know. Sign in to see whom to ring.")
    return Message(_("Please ring"), text)


def _taken_over_sample(due: Due, _recipient: Recipient) -> Iterable[Due]:
    return (due, DueRing(due.at, due.not_after, name=samples.NAME))


def _nothing_soon(_today: date) -> Iterable[int]:
    return ()


STEP_TAKEN_OVER = ReminderKind(
    code="step_taken_over",
    is_duty=True,
    name=gettext_lazy("Ring: a message did not arrive"),
    to=(RecipientKind.STAFF,),
    due=_taken_over_due,
    recipients=_step_recipients,
    still_valid=_taken_over_still_valid,
    text=_taken_over_text,
    soon=_nothing_soon,
    sample=_taken_over_sample,
    about=gettext_lazy("a message"),
    priority=Priority.NOW,
)


def declare() -> None:
    """Make the kinds and the addresses of this subject known; from `AppConfig.ready()`."""
    kinds.register(STEP_DUE)
    kinds.register(STEP_TAKEN_OVER)
    kinds.register_recipients(RecipientKind.PARTICIPANT, reach.addresses, silent, with_phone)
