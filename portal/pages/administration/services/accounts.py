"""Accounts of colleagues: invited, mended before the first sign-in, given a new start, closed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils.crypto import get_random_string

from portal import audit
from portal.models import AuditAct, Membership, User
from portal.pages.administration.models import UNUSABLE, Invitation
from portal.pages.administration.notifications import INVITATION
from portal.pages.administration.services import memberships
from portal.reminders import planning
from portal.submissions import expect_same

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from portal.actor import Actor

LONGEST_NAME = 40


class AddressTaken(Exception):
    """Another account has the address. Whose is not told: it may be a participant's."""


class NoAddress(Exception):
    """There is nowhere to send a letter."""


class HasSignedIn(Exception):
    """The account is in use: from now on its owner alone says how they are reached."""


@transaction.atomic
def invite(
    *,
    by: Actor,
    submission_id: UUID,
    email: str,
    first_name: str,
    last_name: str,
    phone: str,
    **membership: Any,
) -> User:
    """Make an account with its first role, and a letter with a link to choose a password.

    `membership` is what `start_membership` takes. Sending the same form twice makes one account.
    """
    about = {"email": email, "first_name": first_name, "last_name": last_name, "phone": phone}
    known = Membership.objects.filter(submission_id=submission_id).select_related("user").first()
    if known:
        asked = {name: membership[name] for name in ("unit", "role", "ended_at")}
        expect_same(known, **asked)
        expect_same(known.user, **about)
        return known.user
    try:
        with transaction.atomic():
            user = User.objects.create_user(free_username(email), None, **about)
    except IntegrityError:
        raise AddressTaken from None
    memberships.start_membership(user=user, by=by, submission_id=submission_id, **membership)
    audit.record(AuditAct.CREATE, "account", by=by, subject_id=user.pk)
    _write_to(user, by=by, submission_id=submission_id)
    return user


@transaction.atomic
def mend_account(
    *, user: User, by: Actor, email: str, first_name: str, last_name: str, phone: str
) -> None:
    """Mend what was mistyped in an invitation: only until the colleague has signed in.

    Later an administrator who could change the address could take the account.
    """
    unused = User.objects.filter(pk=user.pk, last_login=None, password__startswith=UNUSABLE)
    about = {"email": email, "first_name": first_name, "last_name": last_name, "phone": phone}
    try:
        with transaction.atomic():
            found = unused.update(**about)
    except IntegrityError:
        raise AddressTaken from None
    if not found:
        raise HasSignedIn
    audit.record(AuditAct.CHANGE, "account", by=by, subject_id=user.pk)


@transaction.atomic
def start_anew(*, user: User, by: Actor, submission_id: UUID) -> None:
    """End whatever is signed in, forget every way in, and send a new link to the known address."""
    if user.pk == by.user_id:
        raise memberships.OwnMembership
    if Invitation.objects.filter(submission_id=submission_id).exists():
        return
    if not user.email:
        raise NoAddress
    user.set_unusable_password()  # no session outlives the password that it was opened with
    user.save(update_fields=["password"])
    if apps.is_installed("allauth.mfa"):
        ways_in = apps.get_app_config("mfa").get_model("Authenticator")
        ways_in._default_manager.filter(user=user).delete()
    audit.record(AuditAct.CHANGE, "account", by=by, subject_id=user.pk)
    _write_to(user, by=by, submission_id=submission_id)


@transaction.atomic
def close_account(*, user: User, by: Actor, read: Collection[tuple[int, int]]) -> None:
    """End every role of an account, and then its sign-in; closing twice changes nothing.

    `read` are the roles as the administrator saw them: (membership, version). An account that is a
    person's own too stays open for that.
    """
    if user.pk == by.user_id:
        raise memberships.OwnMembership
    held = list(memberships.held_by(user))
    if {(one.pk, one.version) for one in held} != set(read):
        raise memberships.Changed
    for one in held:
        memberships.end_membership(membership=one, by=by, version=one.version)
    with connection.cursor() as cursor:
        cursor.execute("SELECT close_account(%s)", [user.pk])
    audit.record(AuditAct.CHANGE, "account", by=by, subject_id=user.pk)


def free_username(email: str) -> str:
    """Return a user name made of the address, with something after it where that is taken."""
    start = re.sub(r"[^a-z0-9._-]", "", email.partition("@")[0].lower())[:LONGEST_NAME] or "konto"
    if not User.objects.filter(username__iexact=start).exists():
        return start
    return f"{start}-{get_random_string(6, 'abcdefghjkmnpqrstuvwxyz23456789')}"


def _write_to(user: User, *, by: Actor, submission_id: UUID) -> None:
    asked = Invitation.objects.create(user=user, author_id=by.user_id, submission_id=submission_id)
    planning.plan(INVITATION, [asked.pk])
