"""Who works where, as what and until when. Nobody gives themselves a role, or changes their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import audit
from portal.models import AuditAct, Membership, Organisation, User
from portal.pages.administration.services import holding
from portal.submissions import expect_same

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from portal.actor import Actor
    from portal.permissions import Role


class OwnMembership(Exception):
    """Four eyes: another administrator does it."""


class AlreadyHeld(Exception):
    """The colleague has that role in that unit during some of these days."""


class UnitClosed(Exception):
    """Nobody begins to work in a unit that has closed."""


class HoldsPeople(Exception):
    """Somebody would be left without a contact: they must have another one first."""


class Changed(Exception):
    """Somebody else saved between our read and our write."""


def held_by(user: User) -> QuerySet[Membership]:
    """Return the roles of an account that go on, or are to come."""
    goes_on = Q(ended_at=None) | Q(ended_at__gt=timezone.now())
    return Membership.objects.filter(goes_on, user=user).order_by("pk")


@transaction.atomic
def start_membership(
    *,
    user: User,
    unit: Organisation,
    role: Role,
    by: Actor,
    submission_id: UUID,
    caseload_limit: int,
    started_at: datetime | None,
    ended_at: datetime | None,
    pledged_on: date | None = None,
) -> Membership:
    """Give a colleague a role in a unit; an account that had been closed is open again.

    Sending the same form twice makes one membership.
    """
    if user.pk == by.user_id:
        raise OwnMembership
    asked = {"user": user, "unit": unit, "role": role, "ended_at": ended_at}
    known = Membership.objects.filter(submission_id=submission_id).first()
    if known:
        expect_same(known, **asked)
        return known
    if not Organisation.objects.select_for_update().open().units().filter(pk=unit.pk).exists():
        raise UnitClosed
    try:
        with transaction.atomic():
            started = Membership.objects.create(
                started_at=started_at or timezone.now(),
                caseload_limit=caseload_limit,
                pledged_on=pledged_on,
                submission_id=submission_id,
                **asked,
            )
    except IntegrityError:
        raise AlreadyHeld from None
    User.objects.filter(pk=user.pk, is_active=False).update(is_active=True)
    audit.record(AuditAct.CREATE, "membership", by=by, subject_id=started.pk)
    return started


@transaction.atomic
def end_membership(
    *, membership: Membership, by: Actor, version: int, ended_at: datetime | None = None
) -> None:
    """End a colleague's work now, or on a day to come; ending twice changes nothing.

    Never a minute with nobody responsible: whoever is somebody's contact hands over first. The row
    is locked, and so it is where a contact is set, so that neither can overlook the other.
    """
    if membership.user_id == by.user_id:
        raise OwnMembership
    locked = Membership.objects.select_for_update(of=("self",), no_key=True).get(pk=membership.pk)
    now = timezone.now()
    if locked.ended_at and locked.ended_at <= now:
        return
    if locked.version != version:
        raise Changed
    if not holding.of_membership(locked).is_free:
        raise HoldsPeople
    audit.record(AuditAct.CHANGE, "membership", by=by, subject_id=locked.pk)
    if locked.started_at > now:  # it never began, so that nothing can hang on it
        locked.delete()
        return
    at = max(ended_at or now, now)
    Membership.objects.filter(pk=locked.pk).update(ended_at=at, version=F("version") + 1)
    if at == now:
        with connection.cursor() as cursor:
            cursor.execute("SELECT leave_teams(%s, %s)", [locked.pk, _("works here no longer")])


@transaction.atomic
def change_membership(
    *, membership: Membership, by: Actor, version: int, caseload_limit: int
) -> None:
    """Say how many persons a colleague should have at most."""
    if membership.user_id == by.user_id:
        raise OwnMembership
    unchanged = Membership.objects.filter(pk=membership.pk, version=version)
    if not unchanged.update(caseload_limit=caseload_limit, version=F("version") + 1):
        raise Changed
    audit.record(AuditAct.CHANGE, "membership", by=by, subject_id=membership.pk)


@transaction.atomic
def prolong_membership(*, membership: Membership, by: Actor, version: int) -> None:
    """Take away a last day that has not come yet."""
    if membership.user_id == by.user_id:
        raise OwnMembership
    coming = Membership.objects.filter(
        pk=membership.pk, version=version, ended_at__gt=timezone.now()
    )
    try:
        with transaction.atomic():
            found = coming.update(ended_at=None, version=F("version") + 1)
    except IntegrityError:
        raise AlreadyHeld from None
    if not found:
        raise Changed
    audit.record(AuditAct.CHANGE, "membership", by=by, subject_id=membership.pk)
