"""The letter to a colleague who gets an account, or a new start with the one they have.

The link is made as the letter is written and stands nowhere else: what is stored is that it went.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.models import User
from portal.pages.administration.models import Invitation
from portal.reminders import kinds, samples
from portal.reminders.kinds import Due, Message, Recipient, ReminderKind, staff
from portal.reminders.models import Priority, RecipientKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date


@dataclass(frozen=True, slots=True)
class DueInvitation(Due):
    """When an account is told of, and whose it is."""

    user: User | None = None


def _due(invitation_ids: Collection[int]) -> dict[int, Due]:
    """At once; after as long as a link lives, a new one is asked for instead."""
    lives = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    waiting = Invitation.objects.waiting().filter(pk__in=invitation_ids).select_related("user")
    return {
        one.pk: DueInvitation(one.created_at, one.created_at + lives, user=one.user)
        for one in waiting
    }


def _recipients(invitation_ids: Collection[int]) -> dict[int, list[Recipient]]:
    asked = Invitation.objects.filter(pk__in=invitation_ids)
    return {pk: [staff(user)] for pk, user in asked.values_list("pk", "user_id")}


def _still_valid(invitation_ids: Collection[int]) -> set[int]:
    waiting = Invitation.objects.waiting().filter(pk__in=invitation_ids)
    return set(waiting.values_list("pk", flat=True))


def link(user: User) -> str:
    """Return the address where an account's owner chooses a password, good for three days."""
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])
    return f"{settings.PORTAL_URL}{path}"


def _sample(due: Due, recipient: Recipient) -> Iterable[Due]:
    nobody = User(pk=recipient.pk, first_name=samples.NAME)  # whose link opens nothing
    return (DueInvitation(due.at, due.not_after, user=nobody),)


def _text(due: Due, _recipient: Recipient) -> Message:
    user = due.user if isinstance(due, DueInvitation) and due.user else User()
    text = _(
        "Hi %(name)s! You have an account in En väg in. Choose your password here:\n\n%(link)s\n\n"
        "The link works for three days. After that, ask for a new one, or call %(phone)s."
    )
    words = {"name": user.first_name, "link": link(user), "phone": settings.PORTAL_PHONE}
    return Message(_("Your account in En väg in"), text % words)


def _soon(today: date) -> Iterable[int]:
    first = today - timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    asked = Invitation.objects.waiting().filter(created_at__date__gte=first)
    return asked.values_list("pk", flat=True)


INVITATION = ReminderKind(
    code="invitation",
    name=gettext_lazy("Invitation to a colleague"),
    to=(RecipientKind.STAFF,),
    email_only=True,
    sample=_sample,
    due=_due,
    recipients=_recipients,
    still_valid=_still_valid,
    text=_text,
    soon=_soon,
    priority=Priority.NOW,
    rests=False,  # somebody has just asked for it
)


def declare() -> None:
    """Make the kind known; from `AppConfig.ready()`."""
    kinds.register(INVITATION)
