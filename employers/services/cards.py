"""The person says what an employer reads, takes it back, and somebody there asks for a call."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from employers.models import EmployerCard, Placement
from participants.models import ConsentGiven, Participant, Protection, Step
from participants.services.consents import end_of, hold, note
from participants.services.plan import add_step
from portal.access import ReaderOf
from portal.context import Purpose, as_system
from portal.models import AuditAct, InfoType, Membership
from portal.reminders import times

if TYPE_CHECKING:
    from datetime import date

    from portal.actor import Actor

AGAIN = timedelta(days=30)  # after a no, before the same question may come again


class NothingToShow(Exception):
    """Protected, closed or ended, or nobody at the employer signs in here: there is no card."""


class AskedAlready(Exception):
    """The question waits for its answer, or has had its yes."""


class TooSoon(Exception):
    """The person has said no a short while ago."""


class NotTheirs(Exception):
    """A yes in the portal is said by the person and by nobody for them."""


class TakenBack(Exception):
    """The person has stopped showing it, since the page was opened."""


class NobodyToRing(Exception):
    """Nobody who supports the person works here any longer."""


@transaction.atomic
def ask(*, placement: Placement, by: Actor) -> EmployerCard:
    """Put the question before the person: an empty card, which says nothing to the employer."""
    receiver_id = _hold_open(placement)
    before = EmployerCard.objects.filter(placement=placement)
    if before.standing().exists():
        raise AskedAlready
    if before.filter(was_refused=True, taken_back_at__gt=timezone.now() - AGAIN).exists():
        raise TooSoon
    return _make(placement, receiver_id, by)


@transaction.atomic
def show_card(
    *, placement: Placement, by: Actor, given: ConsentGiven, until: date, **words: str
) -> EmployerCard:
    """Show the card, or change what it says; `until` is the last day, counted to its end.

    `words` are those of the card, and the witness of a yes that was spoken.
    """
    is_theirs = by.membership is None and placement.participant.user_id == by.user_id
    if is_theirs != (given == ConsentGiven.PORTAL):
        raise NotTheirs
    receiver_id = _hold_open(placement)
    standing = EmployerCard.objects.standing().filter(placement=placement)
    card = standing.first() or _make(placement, receiver_id, by)
    standing.filter(pk=card.pk).update(
        given=given,
        shown_at=timezone.now(),
        until=end_of(until),
        **{"witness": "", **words},
    )
    _note(AuditAct.CHANGE, card, by)
    return card


@transaction.atomic
def take_back_card(*, card: EmployerCard, by: Actor) -> None:
    """Show nothing from this moment, or answer no; taking it back twice changes nothing."""
    hold(card.participant)
    standing = EmployerCard.objects.standing().filter(pk=card.pk)
    waited = standing.filter(shown_at=None).exists()
    is_a_no = waited and by.membership is None
    if standing.update(taken_back_at=timezone.now(), was_refused=is_a_no):
        _note(AuditAct.CHANGE, card, by)


@transaction.atomic
def ask_for_a_call(*, card: EmployerCard, by: Actor) -> Membership:
    """Give the supporter a step: call the employer. Return who calls.

    A step that is open already is not made twice. The employer sees no plan: the system writes.
    """
    held = EmployerCard.objects.shown().select_for_update(of=("self",), no_key=True)
    if held.filter(pk=card.pk).first() is None:
        raise TakenBack
    name = by.user.name if by.user else ""
    text = _("Call %(name)s at %(place)s") % {"name": name, "place": card.receiver}
    with as_system(Purpose.REMINDERS):
        participant = Participant.objects.get(pk=card.participant_id)
        caller = _caller(card)
        about = {"participant": participant, "author": by.user, "text": text[:200]}
        if not Step.objects.open().filter(**about).exists():
            add_step(
                participant=participant,
                by=by,
                submission_id=None,
                text=text[:200],
                due_on=times.working_day_after(timezone.localdate(), 1),
                assignee=caller,
                owner_id=card.owner_id,
            )
    return caller


def _caller(card: EmployerCard) -> Membership:
    """Return the supporter, or who stands in for them: whoever rings reads of the place."""
    place = Placement.objects.filter(pk=card.placement_id)
    reader = place.annotate(reader=ReaderOf("supporter_id")).values("reader")
    found = Membership.objects.select_related("user").filter(pk__in=reader).first()
    if found is None:
        raise NobodyToRing
    return found


def _hold_open(placement: Placement) -> int:
    """Return the receiver, with the person held and read anew: what has taken cards back stays."""
    hold(placement.participant)
    person = Participant.objects.get(pk=placement.participant_id)
    place = Placement.objects.select_related("employer").get(pk=placement.pk)
    is_open = person.protection == Protection.NONE and not person.closed_at and not place.ended_on
    receiver_id = place.employer.organisation_id
    if not is_open or receiver_id is None:
        raise NothingToShow
    return receiver_id


def _make(placement: Placement, receiver_id: int, by: Actor) -> EmployerCard:
    card = EmployerCard.objects.create(
        participant_id=placement.participant_id,
        placement=placement,
        receiver_id=receiver_id,
        supporter_id=placement.supporter_id,
        owner_id=placement.owner_id,
        author_id=by.user_id,
    )
    _note(AuditAct.CREATE, card, by)
    return card


def _note(act: AuditAct, card: EmployerCard, by: Actor) -> None:
    note(
        act,
        card.participant,
        by=by,
        subject="employercard",
        subject_id=card.pk,
        kinds=[InfoType.PLACEMENT],
    )
