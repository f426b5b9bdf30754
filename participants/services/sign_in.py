"""Helping a person to sign in: whose address it is, and what a colleague hands over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from participants.models import Participant
from participants.services import personal_numbers
from portal import audit, crypto
from portal.models import AuditAct, InfoType, Membership, Met, Purpose, User
from portal.sign_in import cards, handed

if TYPE_CHECKING:
    from datetime import date

    from portal.actor import Actor


class WorksHere(Exception):
    """The account is a colleague's: they sign in as staff do."""


class NobodyHere(Exception):
    """Only a colleague hands over a way in."""


def account_at(address: str) -> User | None:
    """Return whose account a number or an e-mail opens, or None: nobody's, staff's, or several.

    Asked before anybody is signed in, so a function of the database answers with a number alone.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_at(%s)", [address])
        (found,) = cursor.fetchone()
    return User.objects.filter(pk=found or 0).first()


def account_with_number(text: str, *, today: date) -> User | None:
    """Return whose account a personal number belongs to: asked once, as an e-ID is connected."""
    try:
        number = personal_numbers.read(text, today=today)
    except (
        personal_numbers.NoNumber,
        personal_numbers.InventedNumber,
        personal_numbers.RealNumber,
    ):
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_with_number(%s)", [crypto.look_up(number.digits)])
        (found,) = cursor.fetchone()
    return User.objects.filter(pk=found or 0).first()


@transaction.atomic
def hand_over_code(*, participant: Participant, by: Actor, purpose: Purpose) -> str:
    """Return a code for the person, to be read out now."""
    membership = at_work(by)
    user = account_of(participant)
    code = handed.issue(user=user, membership=membership, purpose=purpose)
    _note("handedcode", participant, by=by)
    return code


@transaction.atomic
def hand_over_card(*, participant: Participant, by: Actor, pin: str) -> str:
    """Return the secret of a new card, to be printed now."""
    membership = at_work(by)
    user = account_of(participant)
    secret = cards.issue(user=user, membership=membership, pin=pin)
    _note("card", participant, by=by)
    return secret


@transaction.atomic
def end_card(*, participant: Participant, by: Actor) -> None:
    """End the person's card, and every session of the account."""
    if participant.user:
        cards.revoke(participant.user)
        _note("card", participant, by=by)


@transaction.atomic
def reopen_card(*, participant: Participant, by: Actor) -> None:
    """Open a card that five wrong PINs have frozen: the person is here."""
    if participant.user:
        cards.reopen(participant.user)
        _note("card", participant, by=by)


@transaction.atomic
def confirm_person(*, participant: Participant, by: Actor, how: Met) -> None:
    """Say that a colleague has met the person whose account this is, and how they knew."""
    membership = at_work(by)
    user = account_of(participant)
    User.objects.filter(pk=user.pk).update(
        confirmed_at=timezone.now(), confirmed_by=membership, confirmed_how=how
    )
    _note("confirmation", participant, by=by)


def at_work(by: Actor) -> Membership:
    if by.membership is None:
        raise NobodyHere
    return by.membership


def account_of(participant: Participant) -> User:
    """Return the person's account, made without password where there is none."""
    Participant.objects.select_for_update(of=("self",), no_key=True).get(pk=participant.pk)
    user = User.objects.filter(participant=participant).first()
    if user is None:
        user = User.objects.create_user(
            f"person-{get_random_string(12, handed.READABLE)}",
            first_name=participant.first_name,
            last_name=participant.last_name,
        )
        Participant.objects.filter(pk=participant.pk).update(user=user)
        participant.user = user
    if Membership.objects.current().filter(user=user).exists():
        raise WorksHere
    return user


def _note(subject: str, participant: Participant, *, by: Actor) -> None:
    audit.record(
        AuditAct.CHANGE,
        subject,
        by=by,
        participants=[participant.pk],
        subject_id=participant.pk,
        info_types=[InfoType.CONTACT],
    )
