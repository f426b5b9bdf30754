"""How a person is reached: by a message, by their contact, or not. One home for the rule.

Asked by those who plan, by those who are about to save something, and by the door.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Func, JSONField, Value
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from participants.models import Participant, Protection
from participants.ringing import who_rings
from portal.reminders.channels import push
from portal.reminders.kinds import Address
from portal.reminders.models import Channel
from portal.reminders.ways import BY_HAND, NO_CHOICE, told, told_how

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.db.models import QuerySet

    from portal.reminders.kinds import ReminderKind
    from portal.reminders.ways import Preference

A_BROWSER = "somewhere"  # its address is known to those who send alone
WISHES = {
    Channel.NONE: gettext_lazy("Wants no messages. Say it when you meet."),
    Channel.CALL: gettext_lazy("Wants a call instead of messages. You get a step each time."),
    Channel.LETTER: gettext_lazy("Wants letters instead of messages. You get a step each time."),
}


def addresses(participant_ids: Collection[int]) -> dict[int, Address]:
    """Return how open participants are reached: the record's addresses, else the account's."""
    found = _found(participant_ids, Value(None, JSONField()))
    return {pk: address for pk, (address, _choice) in found.items() if address}


def _found(
    participant_ids: Collection[int], choice: Func | Value
) -> dict[int, tuple[Address | None, Preference]]:
    """Return the addresses and the choices of open participants; the protected have neither."""
    known = Participant.objects.open().filter(pk__in=participant_ids, protection=Protection.NONE)
    rows = list(
        known.annotate(choice=choice).values_list(
            *("pk", "email", "phone", "user", "user__email", "user__is_active", "choice")
        )
    )
    signs = push.endpoints([row[3] for row in rows if row[3]])
    found: dict[int, tuple[Address | None, Preference]] = {}
    for pk, own, phone, user, account, is_active, said in rows:
        email, number = own or (is_active and account) or "", phone.as_e164 if phone else ""
        browsers = signs.get(user, ())
        address = Address(email, phone=number, push=browsers)
        found[pk] = (address if email or number or browsers else None, told(said))
    return found


def way(choice: Preference, kind: ReminderKind, address: Address | None) -> Channel | None:
    """Return how somebody hears of a kind of thing today; None when no way leads to them."""
    if choice.is_paused(timezone.localdate()):
        return Channel.NONE
    return next(iter(choice.ways(kind, address)), None)


def ways(participant_ids: Collection[int], kind: ReminderKind) -> dict[int, Channel | None]:
    """Return how each person hears of a kind of thing; one query, however many they are."""
    here = _found(participant_ids, told_how("pk"))
    nowhere = (None, NO_CHOICE)
    return {
        pk: way(choice, kind, address)
        for pk in participant_ids
        for address, choice in [here.get(pk, nowhere)]
    }


def is_rung(way: Channel | None) -> bool:
    """Answer whether their contact tells them: they want it so, or no message finds them."""
    return way is None or way in BY_HAND


def contacts(person_ids: Collection[int]) -> Mapping[int, int]:
    """Return the account of whoever rings each person, where a letter finds somebody."""
    return who_rings(person_ids, "user_id")


def asked(people: QuerySet[Participant]) -> QuerySet[Participant]:
    """Ask, with the people, what `unreached` needs to know."""
    # as a dictionary, since the stubs take the names for second ones
    known = {"account_email": F("user__email"), "told": told_how("pk")}
    return people.annotate(**known)


def unreached(person: Participant) -> str:
    """Return why no message finds somebody, for a colleague who is about to save; or nothing.

    Costs no query: who found the person has asked (`asked`).
    """
    if person.protection:
        return _("Nothing is ever sent to somebody who is protected. Ring, or meet.")
    choice, address = told(person.told), _address(person)
    if choice.is_paused(timezone.localdate()):
        return _("Wants a pause from messages. Nothing is sent until it ends.")
    if choice.channel in WISHES:
        return str(WISHES[choice.channel])
    return "" if choice.any_way(address) else _nowhere(choice, address)


def _address(person: Participant) -> Address:
    """Return what leads to a person, as the database told the view that found them."""
    said = person.told or {}
    account = person.account_email if said.get("account") else ""
    has_sign = said.get("push") and push.is_open()
    return Address(
        person.email or account or "",
        phone=person.phone.as_e164 if person.phone else "",
        push=(A_BROWSER,) if has_sign else (),
    )


def _nowhere(choice: Preference, address: Address) -> str:
    if choice.dead:
        return _("Cannot be reached by message: the number or the address does not work.")
    if address.phone:
        return _("Cannot be reached by message: has a number, and has not said yes to SMS.")
    return _("Cannot be reached by message: there is no number and no e-mail address.")
