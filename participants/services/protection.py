"""Protected identity: set and lifted by a manager, and who is named to work with the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from participants.models import (
    NamedStaff,
    Participant,
    ProtectedDetails,
    Protection,
    ProtectionChange,
)
from portal import audit
from portal.context import Purpose, as_system
from portal.models import AuditAct, InfoType, Membership, User
from portal.permissions import Permission, authorize

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal.actor import Actor


class NotNamed(Exception):
    """The person has protected identity, and the manager has not named this colleague."""


@as_system(Purpose.TEAM)
def set_protection(
    *,
    participant: Participant,
    protection: Protection,
    alias: str,
    reason: str,
    by: Actor,
    named: Iterable[Membership] = (),
) -> None:
    """Put an alias where the name stood, and let named staff alone reach the person.

    The manager who decides is named too, or nobody could lift it. A change of level keeps alias,
    details and names as they are, save for those that are given now.
    """
    authorize(by, Permission.PROTECTION_SET)
    person = Participant.objects.select_for_update(of=("self",), no_key=True).get(pk=participant.pk)
    _write_down(person, protection, reason, by=by)
    colleagues = {one.pk: one for one in named}
    if by.membership:
        colleagues[by.membership.pk] = by.membership
    for colleague in colleagues.values():
        name_colleague(participant=person, membership=colleague, by=by)
    if person.protection == Protection.NONE:
        set_details_apart(person, protection, alias)
    else:
        Participant.objects.filter(pk=person.pk).update(protection=protection, first_name=alias)
    _name_account(person, first_name=alias, last_name="")


@as_system(Purpose.TEAM)
def lift_protection(*, participant: Participant, reason: str, by: Actor) -> None:
    """Put the name back; from now on the person is found as anybody else."""
    authorize(by, Permission.PROTECTION_SET)
    person = Participant.objects.select_for_update(of=("self",), no_key=True).get(pk=participant.pk)
    details = ProtectedDetails.objects.filter(participant=person).first()
    if person.protection == Protection.NONE or details is None:
        return
    _write_down(person, Protection.NONE, reason, by=by)
    known = {
        "first_name": details.first_name,
        "last_name": details.last_name,
        "phone": details.phone,
        "email": details.email,
    }
    details.delete()
    _name_account(person, first_name=known["first_name"], last_name=known["last_name"])
    NamedStaff.objects.open().filter(participant=person).update(ended_at=timezone.now())
    Participant.objects.filter(pk=person.pk).update(protection=Protection.NONE, **known)


def _name_account(person: Participant, **names: str) -> None:
    """Give the person's account these names; who also works here keeps the one at work."""
    if person.user_id:
        at_work = Membership.objects.filter(user=OuterRef("pk"))
        User.objects.filter(~Exists(at_work), pk=person.user_id).update(**names)


def invented_alias(person: Participant) -> str:
    """Return a name that says nothing, for whoever has chosen none."""
    return _("Person %(sign)s") % {"sign": person.public_id.hex[:4].upper()}


def set_details_apart(person: Participant, protection: Protection, alias: str) -> None:
    """Move name and ways to reach somebody out of the row that lists and searches read."""
    ProtectedDetails.objects.create(
        participant=person,
        first_name=person.first_name,
        last_name=person.last_name,
        phone=person.phone,
        email=person.email,
    )
    Participant.objects.filter(pk=person.pk).update(
        protection=protection, first_name=alias, last_name="", phone="", email="", unit=None
    )


@transaction.atomic
def name_colleague(*, participant: Participant, membership: Membership, by: Actor) -> None:
    """Let a colleague's own ground open the record; naming twice changes nothing."""
    authorize(by, Permission.PROTECTION_SET)
    held = NamedStaff.objects.open().filter(participant=participant, membership=membership)
    if held.exists():
        return
    named = NamedStaff.objects.create(
        participant=participant, membership=membership, named_by=by.user
    )
    _note(AuditAct.CREATE, "namedstaff", participant, by=by, subject_id=named.pk)


@transaction.atomic
def unname_colleague(*, named: NamedStaff, by: Actor) -> None:
    """Close the record to a colleague from the next request on."""
    authorize(by, Permission.PROTECTION_SET)
    if NamedStaff.objects.open().filter(pk=named.pk).update(ended_at=timezone.now()):
        _note(AuditAct.CHANGE, "namedstaff", named.participant, by=by, subject_id=named.pk)


def check_named(participant: Participant, membership: Membership, *, by: Actor) -> None:
    """Refuse to let a colleague in who is not named; a manager names by choosing."""
    if participant.protection == Protection.NONE:
        return
    if by.has_perm(Permission.PROTECTION_SET):
        name_colleague(participant=participant, membership=membership, by=by)
        return
    held = NamedStaff.objects.open().filter(participant=participant, membership=membership)
    if not held.exists():
        raise NotNamed


def _write_down(person: Participant, protection: Protection, reason: str, *, by: Actor) -> None:
    change = ProtectionChange.objects.create(
        participant=person, protection=protection, reason=reason, by=by.user
    )
    _note(AuditAct.CHANGE, "protection", person, by=by, subject_id=change.pk)


def _note(
    act: AuditAct, subject: str, participant: Participant, *, by: Actor, subject_id: int
) -> None:
    audit.record(
        act,
        subject,
        by=by,
        participants=[participant.pk],
        subject_id=subject_id,
        info_types=[InfoType.CONTACT],
    )
