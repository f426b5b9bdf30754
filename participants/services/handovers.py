"""A warm change of contact: at once for who holds the question, and open until both have met."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from participants.models import Handover, Participant, TeamMember
from participants.notifications import handing_over
from participants.services.people import set_main_contact
from portal import audit
from portal.context import Purpose, as_system
from portal.models import AuditAct, InfoType, Membership
from portal.reminders import planning

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
    for earlier in participant.handovers.filter(ended_at=None):
        _let_go(earlier)
    participant.handovers.filter(ended_at=None).update(ended_at=timezone.now())
    stays = comes_along and giver is not None and may_stay(giver, membership)
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
    planning.replan(participant.pk)
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
    if by.membership_id == held.taker_id:
        held.met_at = held.met_at or timezone.now()
    elif held.comes_along and by.membership_id == held.giver_id:
        _let_go(held)
    else:
        raise NotTheirs
    held.save(update_fields=["met_at", "let_go_at"])
    if not Handover.objects.open().filter(pk=held.pk).exists():
        Handover.objects.filter(pk=held.pk).update(ended_at=timezone.now())
    handing_over.plan_handover(held.pk)
    planning.replan(held.participant_id)
    _note(AuditAct.CHANGE, held, by=by)


def _let_go(handover: Handover) -> None:
    """Let the contact before leave the team, if they have come along until now."""
    if not handover.comes_along or handover.let_go_at:
        return
    handover.let_go_at = timezone.now()
    staying = handover.participant.team_members.open().filter(membership=handover.giver_id)
    staying.update(ended_at=handover.let_go_at, end_reason=_("Has handed over"))


def may_stay(giver: Membership, taker: Membership) -> bool:
    """Tell whether who hands over works here still, in the same organisation."""
    works = Membership.objects.current().filter(pk=giver.pk).exists()
    return works and giver.unit.owner_id == taker.unit.owner_id


def _note(act: AuditAct, handover: Handover, *, by: Actor) -> None:
    audit.record(
        act,
        "handover",
        by=by,
        participants=[handover.participant_id],
        subject_id=handover.pk,
        info_types=[InfoType.CONTACT],
    )
