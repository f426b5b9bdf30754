"""A warm change of contact: at once for who holds the question, and open until both have met."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from participants import handing_over
from participants.models import Handover, Participant, TeamMember
from participants.services.people import set_main_contact
from portal import audit
from portal.context import Purpose, as_system
from portal.models import AuditAct, InfoType, Membership

if TYPE_CHECKING:
    from datetime import date

    from portal.actor import Actor


class NotTheirs(Exception):
    """Only the two between whom the person is handed over confirm it."""


@as_system(Purpose.TEAM)
def hand_over(
    *,
    participant: Participant,
    membership: Membership,
    by: Actor,
    reason: str = "",
    words: str = "",
    meets_on: date | None = None,
    comes_along: bool = False,
) -> Handover | None:
    """Change the contact now, and keep open what is left: that the three of them meet.

    Who comes along stays on the team until then. Nothing is left to do for whoever takes somebody
    out of the intake for themself, or is the contact already.
    """
    Participant.objects.select_for_update(of=("self",), no_key=True).get(pk=participant.pk)
    held = participant.main_contacts.open().select_related("membership").first()
    opened = set_main_contact(participant=participant, membership=membership, by=by, reason=reason)
    is_own = by.membership_id == membership.pk
    if (held and held.pk == opened.pk) or (held is None and is_own):
        return None
    giver = held.membership if held else None
    now = timezone.now()
    participant.handovers.open().update(ended_at=now)
    stays = comes_along and giver is not None and _may_stay(giver, membership)
    made = Handover.objects.create(
        participant=participant,
        giver=giver,
        taker=membership,
        owner=membership.unit.owner or membership.unit,
        author=by.user,
        words=words,
        meets_on=meets_on,
        comes_along=stays,
    )
    if giver and stays:
        why = _("Comes along until you have met")
        TeamMember.objects.create(participant=participant, membership=giver, reason=why)
    handing_over.plan_handover(made.pk)
    _note(AuditAct.CREATE, made, by=by)
    return made


@as_system(Purpose.TEAM)
def confirm_handover(*, handover: Handover, by: Actor) -> None:
    """Say that one has met the person, or handed over; the last of the two ends it.

    Who came along leaves the team when they have handed over. Saying it twice changes nothing.
    """
    Participant.objects.select_for_update(of=("self",), no_key=True).get(pk=handover.participant_id)
    held = Handover.objects.open().select_related("giver").filter(pk=handover.pk).first()
    if held is None:
        return
    now = timezone.now()
    if by.membership_id == held.taker_id:
        held.met_at = held.met_at or now
    elif held.comes_along and by.membership_id == held.giver_id:
        held.let_go_at = held.let_go_at or now
        staying = held.participant.team_members.open().filter(membership=held.giver_id)
        staying.update(ended_at=now, end_reason=_("Has handed over"))
    else:
        raise NotTheirs
    waits_for_giver = held.comes_along and not held.let_go_at and _works(held.giver_id)
    if held.met_at and not waits_for_giver:
        held.ended_at = now
    held.save(update_fields=["met_at", "let_go_at", "ended_at"])
    handing_over.plan_handover(held.pk)
    _note(AuditAct.CHANGE, held, by=by)


def _may_stay(giver: Membership, taker: Membership) -> bool:
    """Tell whether who hands over works here still, in the same organisation."""
    return _works(giver.pk) and giver.unit.owner_id == taker.unit.owner_id


def _works(membership_id: int | None) -> bool:
    return Membership.objects.current().filter(pk=membership_id or 0).exists()


def _note(act: AuditAct, handover: Handover, *, by: Actor) -> None:
    audit.record(
        act,
        "handover",
        by=by,
        participants=[handover.participant_id],
        subject_id=handover.pk,
        info_types=[InfoType.CONTACT],
    )
