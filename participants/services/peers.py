"""A contact proposes a peer; the person fills in a card, shows it, and takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from participants.models import Participant, PeerCard, Protection
from participants.services.consents import end_of, hold, note
from portal.models import AuditAct, InfoType, Membership
from portal.permissions import PEERS
from portal.submissions import expect_same

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from portal.actor import Actor


class IsProtected(Exception):
    """Nobody outside those who are named may know that the person is here."""


class HasEnded(Exception):
    """The support has ended, and no card of the person's is shown."""


class NoPeer(Exception):
    """This colleague is no peer supporter or volunteer, works here no longer, or is the person."""


class AlreadyProposed(Exception):
    """The person has a card for this peer, to fill in or to show."""


class TakenBack(Exception):
    """The card was taken back in another window."""


class NotTheirs(Exception):
    """What a card says, and whether it is shown, the person says and nobody for them."""


@transaction.atomic
def propose_peer(
    *, participant: Participant, membership: Membership, by: Actor, submission_id: UUID, reason: str
) -> PeerCard:
    """Put an empty card before the person, which shows nothing; sending twice proposes once."""
    hold(participant)
    about: dict[str, Any] = {
        "participant": participant,
        "membership": membership,
        "reason": reason,
    }
    known = PeerCard.objects.filter(submission_id=submission_id).first()
    if known:
        expect_same(known, **about)
        return known
    _check_open(participant)
    current = Membership.objects.current().filter(pk=membership.pk, role__in=PEERS)
    if membership.user_id == participant.user_id or not current.exists():
        raise NoPeer
    same = PeerCard.objects.standing().filter(participant=participant, membership=membership)
    if same.exists():
        raise AlreadyProposed
    written: dict[str, Any] = {"author_id": by.user_id, "owner_id": by.organisation_id}
    card = PeerCard.objects.create(submission_id=submission_id, **about, **written)
    _note(AuditAct.CREATE, card, by)
    return card


@transaction.atomic
def show_card(
    *,
    card: PeerCard,
    by: Actor,
    first_name: str,
    reach: str,
    line: str,
    times: Sequence[dict[str, str]],
    until: date,
) -> None:
    """Show the card, or change what it says; `until` is the last day, counted to its end."""
    person = card.participant
    if by.membership or person.user_id != by.user_id:
        raise NotTheirs
    hold(person)
    _check_open(person)
    changed = PeerCard.objects.standing().filter(pk=card.pk)
    if not changed.update(
        first_name=first_name,
        reach=reach,
        line=line,
        times=list(times),
        shown_at=timezone.now(),
        until=end_of(until),
    ):
        raise TakenBack
    _note(AuditAct.CHANGE, card, by)


@transaction.atomic
def take_back_card(*, card: PeerCard, by: Actor) -> None:
    """Show the card no longer, from this moment; taking it back twice changes nothing."""
    hold(card.participant)
    standing = PeerCard.objects.standing().filter(pk=card.pk)
    if standing.update(taken_back_at=timezone.now()):
        _note(AuditAct.CHANGE, card, by)


def _check_open(participant: Participant) -> None:
    """Read the person anew, held: protection and the end take back every card, and stay so."""
    found = Participant.objects.values_list("protection", "closed_at").get(pk=participant.pk)
    protection, closed_at = found
    if protection != Protection.NONE:
        raise IsProtected
    if closed_at:
        raise HasEnded


def _note(act: AuditAct, card: PeerCard, by: Actor) -> None:
    note(
        act,
        card.participant,
        by=by,
        subject="peercard",
        subject_id=card.pk,
        kinds=[InfoType.CONTACT],
    )
