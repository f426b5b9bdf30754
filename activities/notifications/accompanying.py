"""Who goes with whom: what is open to answer, and what is said when something changes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.laying_out import DAY, midnight
from activities.models import CompanyKind, CompanyWish, Session
from activities.notifications.telling import nothing_soon, words
from participants.models import MainContact, Protection
from portal.context import Purpose, as_system
from portal.models import Membership
from portal.permissions import Permission
from portal.reminders import kinds, planning
from portal.reminders.kinds import Due, Message, Recipient, ReminderKind
from portal.reminders.models import Priority, RecipientKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date, datetime

    from activities.models.company import CompanyWishQuerySet
    from portal.actor import Actor

AHEAD = timedelta(days=8)
MOST = 50  # sessions on the page of those who go along


class Wanted(NamedTuple):
    """A session that somebody wants company to: all that is known before a yes."""

    session: Session
    number: int  # of people


def wanted(actor: Actor, now: datetime) -> list[Wanted]:
    """Return what a peer or a volunteer may say yes to, the soonest first. It tells of nobody."""
    with as_system(Purpose.SESSIONS, savepoint=False):
        rows = open_to(actor, now).filter(session__starts_at__lt=now + AHEAD)
        counted = dict(rows.values_list("session").annotate(number=Count("pk")))
    joined = Session.objects.filter(pk__in=counted).select_related("activity__place")
    return [Wanted(one, counted[one.pk]) for one in joined.order_by("starts_at", "pk")[:MOST]]


def open_to(actor: Actor, now: datetime) -> CompanyWishQuerySet:
    """Return the unanswered wishes of others; only the system sees them."""
    promised = CompanyWish.objects.promised().filter(membership=actor.membership_id)
    return (
        CompanyWish.objects.unanswered()
        .filter(
            kind=CompanyKind.COMPANY,
            session__cancelled_at=None,
            session__starts_at__gt=now,
            participant__protection=Protection.NONE,
            participant__closed_at=None,
        )
        .exclude(participant__user=actor.user_id)
        .exclude(refused__contains=[actor.membership_id])
        .exclude(session__in=promised.values("session"))
    )


def plan(wish_ids: Iterable[int]) -> None:
    """Plan what is said; call it after every change, in the same transaction."""
    subjects = list(wish_ids)
    for kind in KINDS:
        planning.plan(kind, subjects)


def _due(wishes: CompanyWishQuerySet, at: str, *, names: bool = False) -> dict[int, Due]:
    """Return what is due at a moment of the row's, as long as the session is to come."""
    rows = wishes.filter(session__starts_at__gt=F(at), session__cancelled_at=None)
    found = rows.values_list("pk", at, "session__starts_at", "participant_id")
    return {
        pk: Due(when, starts, happens_at=starts, participant_id=person if names else None)
        for pk, when, starts, person in found
        if when
    }


def _news_due(wish_ids: Collection[int]) -> dict[int, Due]:
    return _due(CompanyWish.objects.standing().filter(pk__in=wish_ids), "news_at")


def _news_recipients(wish_ids: Collection[int]) -> dict[int, list[Recipient]]:
    rows = CompanyWish.objects.filter(pk__in=wish_ids).values_list("pk", "participant_id")
    return {pk: [kinds.participant(person)] for pk, person in rows}


def _news_text(due: Due, _recipient: Recipient) -> Message:
    text = _(
        "Hi! There is news about your time %(day)s at %(clock)s. Sign in and read, or call"
        " %(phone)s."
    )
    return Message(_("About your time"), text % words(due))


def _let_go_due(wish_ids: Collection[int]) -> dict[int, Due]:
    return _due(CompanyWish.objects.filter(pk__in=wish_ids), "let_go_at")


def _let_go_recipients(wish_ids: Collection[int]) -> dict[int, list[Recipient]]:
    """The one whose wish was taken back, or whom the person said no to last."""
    rows = CompanyWish.objects.filter(pk__in=wish_ids)
    last = {
        pk: membership if ended and membership else (refused or [0])[-1]
        for pk, ended, membership, refused in rows.values_list(
            "pk", "ended_at", "membership_id", "refused"
        )
    }
    users = dict(Membership.objects.filter(pk__in=last.values()).values_list("pk", "user_id"))
    return {pk: [kinds.staff(users[one])] for pk, one in last.items() if one in users}


def _let_go_text(due: Due, _recipient: Recipient) -> Message:
    text = _(
        "Hi! The time %(day)s at %(clock)s that you said yes to needs you no more. Thank you for"
        " wanting to. Questions? Call %(phone)s."
    )
    return Message(_("You are free that time"), text % words(due))


def _let_go_soon(today: date) -> Iterable[int]:
    """Those that the end of the support or a protection has ended: no page was there to plan."""
    lately = CompanyWish.objects.filter(ended_at__gte=midnight(today - DAY))
    return lately.filter(let_go_at__isnull=False).values_list("pk", flat=True)


def _handed_on_due(wish_ids: Collection[int]) -> dict[int, Due]:
    late = CompanyWish.objects.unanswered().filter(pk__in=wish_ids)
    return _due(late, "handed_on_at", names=True)


def _handed_on_recipients(wish_ids: Collection[int]) -> dict[int, list[Recipient]]:
    rows = dict(CompanyWish.objects.filter(pk__in=wish_ids).values_list("pk", "participant_id"))
    held = MainContact.objects.open().filter(participant__in=rows.values())
    contacts = dict(held.values_list("participant_id", "membership__user_id"))
    return {pk: [kinds.staff(contacts[one])] for pk, one in rows.items() if one in contacts}


def _handed_on_text(due: Due, _recipient: Recipient) -> Message:
    text = _(
        "Hi! Somebody hopes to hear from you before %(clock)s on %(day)s. Sign in and look at the"
        " steps for that day."
    )
    return Message(_("Somebody hopes to hear from you"), text % words(due))


COMPANY_NEWS = ReminderKind(
    code="company_news",
    name=gettext_lazy("An answer about company"),
    about=gettext_lazy("company to a time"),
    due=_news_due,
    recipients=_news_recipients,
    text=_news_text,
    soon=nothing_soon,
    priority=Priority.NOW,
)
COMPANY_LET_GO = ReminderKind(
    code="company_let_go",
    needs=Permission.COMPANY_GIVE,
    name=gettext_lazy("Company: not needed any more"),
    to=(RecipientKind.STAFF,),
    due=_let_go_due,
    recipients=_let_go_recipients,
    text=_let_go_text,
    soon=_let_go_soon,
    priority=Priority.NOW,
)
COMPANY_HANDED_ON = ReminderKind(
    code="company_handed_on",
    is_duty=True,
    name=gettext_lazy("Company: the contact takes over"),
    about=gettext_lazy("company to a time"),
    to=(RecipientKind.STAFF,),
    due=_handed_on_due,
    recipients=_handed_on_recipients,
    text=_handed_on_text,
    soon=nothing_soon,
    priority=Priority.NOW,
)
KINDS = (COMPANY_NEWS, COMPANY_LET_GO, COMPANY_HANDED_ON)


def declare() -> None:
    """Make the kinds known; from `AppConfig.ready()`."""
    for kind in KINDS:
        kinds.register(kind)
