"""Registering a person, and who holds the question: intake, main contact, team."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from participants.models import (
    Consent,
    Intake,
    MainContact,
    Participant,
    Protection,
    TeamMember,
)
from participants.services.protection import check_named, invented_alias, set_protection
from portal import audit
from portal.context import Purpose, as_system
from portal.models import AuditAct, InfoType, Membership, Organisation, User
from portal.reminders import planning
from portal.submissions import expect_same, once

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from portal.actor import Actor

# A first password that can be read aloud: no letters or figures that look alike.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
PASSWORD_LENGTH = 14


class NeedsConsent(Exception):
    """The colleague works for another organisation, and the person has not said yes to it."""


class AlreadyOnTeam(Exception):
    """The colleague is the main contact or on the team."""


class NotTheirs(Exception):
    """The account is a colleague's too: a new password comes from whoever gave them the first."""


class NoLongerWorks(Exception):
    """The colleague's work has ended, so that nobody can be given to them."""


class HasAccount(Exception):
    """The person can sign in already."""


@as_system(Purpose.TEAM)
def register_person(
    *,
    by: Actor,
    submission_id: UUID,
    first_name: str,
    last_name: str,
    phone: str = "",
    email: str = "",
    asked: str = "",
    unit: Organisation,
    takes_it: bool,
) -> Participant:
    """Register a person with the one who registers as main contact, or a place in intake.

    Sending the same form twice returns the person of the first time.
    """
    participant, is_new = once(
        Participant,
        submission_id,
        first_name=first_name,
        last_name=last_name,
        phone=phone,
        email=email,
    )
    if not is_new:
        if takes_it and by.membership:
            expect_same(participant.main_contacts.order_by("pk").first(), reason=asked)
        else:
            expect_same(participant.intakes.order_by("pk").first(), asked=asked)
        return participant
    if takes_it and by.membership:
        _hold(by.membership)
        MainContact.objects.create(participant=participant, membership=by.membership, reason=asked)
    else:
        Intake.objects.create(participant=participant, unit=unit, asked=asked)
    _note(AuditAct.CREATE, "participant", participant, by=by)
    return participant


@as_system(Purpose.TEAM)
def register_protected(
    *, by: Actor, submission_id: UUID, protection: Protection, why_protected: str, **known: Any
) -> Participant:
    """Register somebody who is protected from the start: nobody sees them in between."""
    made = Participant.objects.filter(submission_id=submission_id).first()
    if made:  # the words of the form stand in no list any more, to be compared with
        return made
    person = register_person(by=by, submission_id=submission_id, **known)
    set_protection(
        participant=person,
        protection=protection,
        alias=invented_alias(person),
        reason=why_protected,
        by=by,
    )
    person.refresh_from_db()
    return person


@transaction.atomic
def set_address(*, participant: Participant, by: Actor, phone: str, email: str) -> None:
    """Change how a person is reached; what failed at the old address is forgotten with it."""
    open_and_seen = Participant.objects.open().filter(pk=participant.pk, protection=Protection.NONE)
    if open_and_seen.update(phone=phone, email=email):
        _note(AuditAct.CHANGE, "participant", participant, by=by)


@as_system(Purpose.TEAM)
def set_main_contact(
    *, participant: Participant, membership: Membership, by: Actor, reason: str = ""
) -> MainContact:
    """Give the question to a colleague: one contact closes as the next opens, never a gap."""
    _hold(membership)
    Participant.objects.select_for_update(of=("self",), no_key=True).get(pk=participant.pk)
    now = timezone.now()
    held = participant.main_contacts.open().first()
    if held and held.membership_id == membership.pk:
        return held
    check_named(participant, membership, by=by)
    participant.main_contacts.open().update(ended_at=now, end_reason=reason)
    participant.intakes.filter(closed_at=None).update(closed_at=now)
    participant.team_members.open().filter(membership=membership).update(
        ended_at=now, end_reason="huvudkontakt"
    )
    opened = MainContact.objects.create(
        participant=participant, membership=membership, reason=reason, started_at=now
    )
    _note(AuditAct.CHANGE, "maincontact", participant, by=by, subject_id=opened.pk)
    return opened


@as_system(Purpose.TEAM)
def add_team_member(
    *,
    participant: Participant,
    membership: Membership,
    by: Actor,
    submission_id: UUID,
    reason: str,
    planned_end_on: date | None = None,
) -> TeamMember:
    """Let a colleague walk along; one of another organisation needs the person's yes first."""
    Participant.objects.select_for_update(of=("self",), no_key=True).get(pk=participant.pk)
    asked = {
        "participant": participant,
        "membership": membership,
        "reason": reason,
        "planned_end_on": planned_end_on,
    }
    known = TeamMember.objects.filter(submission_id=submission_id).first()
    if known:
        expect_same(known, ended_at=None, **asked)
        return known
    foreign = membership.unit.owner_id != by.organisation_id
    agreed = Consent.objects.in_force().filter(
        participant=participant, receiver=membership.unit.owner_id
    )
    if foreign and not agreed.exists():
        raise NeedsConsent
    on_team = participant.team_members.open().filter(membership=membership)
    is_main = participant.main_contacts.open().filter(membership=membership)
    if on_team.exists() or is_main.exists():
        raise AlreadyOnTeam
    check_named(participant, membership, by=by)
    member = TeamMember.objects.create(
        rests_on_consent=foreign, submission_id=submission_id, **asked
    )
    _note(AuditAct.CREATE, "teammember", participant, by=by, subject_id=member.pk)
    return member


@as_system(Purpose.TEAM)
def end_team_member(*, member: TeamMember, by: Actor, end_reason: str) -> None:
    """End a colleague's work with a person; ending twice changes nothing."""
    open_rows = TeamMember.objects.open().filter(pk=member.pk)
    if open_rows.update(ended_at=timezone.now(), end_reason=end_reason):
        planning.replan(member.participant_id)
        _note(AuditAct.CHANGE, "teammember", member.participant, by=by, subject_id=member.pk)


@transaction.atomic
def open_account(*, participant: Participant, username: str, by: Actor) -> str:
    """Let a person sign in with a user name; return the first password, to be told once."""
    Participant.objects.select_for_update(of=("self",), no_key=True).get(pk=participant.pk)
    if Participant.objects.filter(pk=participant.pk, user__isnull=False).exists():
        raise HasAccount
    password = first_password()
    user = User.objects.create_user(
        username,
        password,
        email=participant.email or None,
        first_name=participant.first_name,
        last_name=participant.last_name,
    )
    Participant.objects.filter(pk=participant.pk).update(user=user)
    _note(AuditAct.CREATE, "user", participant, by=by, subject_id=user.pk)
    return password


@transaction.atomic
def renew_password(*, participant: Participant, by: Actor) -> str:
    """Give somebody who has forgotten theirs a new password; return it, to be told once.

    It ends what was signed in. An account that also works here is not for a colleague to open.
    """
    accounts = User.objects.select_for_update(of=("self",)).filter(memberships=None)
    user = accounts.filter(pk=participant.user_id or 0).first()
    if user is None:
        raise NotTheirs
    password = first_password()
    user.set_password(password)
    user.save(update_fields=["password"])
    _note(AuditAct.CHANGE, "user", participant, by=by, subject_id=user.pk)
    return password


def _hold(membership: Membership) -> None:
    """Lock a colleague's membership, as ending it does, so that neither overlooks the other.

    Asked in the next statement, by the clock as it is then: one that ended while we waited is over.
    """
    Membership.objects.select_for_update(of=("self",), no_key=True).get(pk=membership.pk)
    if not Membership.objects.current().filter(pk=membership.pk).exists():
        raise NoLongerWorks


def first_password() -> str:
    """Return a password that can be read aloud and written on a slip of paper."""
    password = get_random_string(PASSWORD_LENGTH, READABLE)
    CommonPasswordValidator().validate(password)
    return password


def _note(
    act: AuditAct,
    subject: str,
    participant: Participant,
    *,
    by: Actor,
    subject_id: int | None = None,
) -> None:
    audit.record(
        act,
        subject,
        by=by,
        participants=[participant.pk],
        subject_id=subject_id or participant.pk,
        info_types=[InfoType.CONTACT],
    )
