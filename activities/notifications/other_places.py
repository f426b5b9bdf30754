"""What is said when an event is held somewhere else: at once, to those whom it touches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.expecting import concerned
from activities.guest_links import own_link
from activities.models import Contract, Session
from activities.notifications.telling import (
    EVERYBODY,
    at_once,
    call,
    call_at_once,
    call_due,
    contacts,
    due_changes,
    waits,
    with_others,
    with_the_line,
    words,
)
from portal.permissions import Permission
from portal.reminders import kinds, planning
from portal.reminders.kinds import Due, Message, Recipient

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


def plan_places(session_ids: Iterable[int]) -> None:
    """Plan what is said of the times of an event that has another place, in its transaction."""
    subjects = list(session_ids)
    for kind in (EVENT_PLACE, EVENT_PLACE_CALL):
        planning.plan(kind, subjects)


def _due(session_ids: Collection[int]) -> dict[int, Due]:
    """Return when it is told. The hours of an event change together with `moved_at`."""
    by_hand = Session.objects.held().filter(
        Q(moved_at=None) | Q(changed_at__gt=F("moved_at")),
        pk__in=session_ids,
        activity__contract=Contract.EVENT,
        changed_at__isnull=False,
    )
    return due_changes(by_hand.values_list("pk", "changed_at", "starts_at", "ends_at"))


def _recipients(session_ids: Collection[int]) -> dict[int, list[Recipient]]:
    return with_others(session_ids, concerned(session_ids))


def _text(due: Due, recipient: Recipient) -> Message:
    if recipient.is_guest:
        text = _("Hi! The time %(day)s at %(clock)s is in another place now. See where: %(link)s")
        said = {**words(due), "link": own_link(recipient.pk)}
        return Message(_("Another place"), text % said)
    text = _(
        "Hi! Your time %(day)s at %(clock)s is in another place now. Sign in to see where, or call"
        " %(phone)s."
    )
    if recipient.is_staff or waits(due, recipient):
        text = _(
            "Hi! The time %(day)s at %(clock)s is in another place now. Sign in to see where, or"
            " call %(phone)s."
        )
    return Message(_("Another place"), text % words(due))


def _call_due(session_ids: Collection[int]) -> dict[int, Due]:
    return call_due(_due(session_ids), concerned(session_ids), EVENT_PLACE)


def _call_recipients(session_ids: Collection[int]) -> dict[int, list[Recipient]]:
    return contacts(concerned(session_ids), EVENT_PLACE)


def _call_text(due: Due, recipient: Recipient) -> Message:
    text = _(
        "Hi! Please ring %(names)s. A time %(day)s at %(clock)s is in another place now, and we"
        " cannot write there. Sign in to see the number."
    )
    return call(text, due, recipient)


EVENT_PLACE = at_once(
    code="event_place",
    needs=Permission.COMPANY_GIVE,
    chosen_with="session_moved",
    name=gettext_lazy("Another place"),
    about=gettext_lazy("a time in another place"),
    to=EVERYBODY,
    sample=with_the_line,
    due=_due,
    recipients=_recipients,
    text=_text,
    is_rung=True,
)
EVENT_PLACE_CALL = call_at_once(
    code="event_place_call",
    is_duty=True,
    name=gettext_lazy("Ring: another place"),
    about=gettext_lazy("a time in another place"),
    due=_call_due,
    recipients=_call_recipients,
    text=_call_text,
)


def declare() -> None:
    """Make the kinds known; from `AppConfig.ready()`."""
    for kind in (EVENT_PLACE, EVENT_PLACE_CALL):
        kinds.register(kind)
