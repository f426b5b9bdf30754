"""SMS through one gateway or several: `SMS_URL=https://user:password@api.46elks.com/a1?from=Name`.

Several, with a comma between them, share what there is to send by `&weight=`. One that fails again
and again rests for a while, and the others take over; when all rest, SMS waits and other ways go
on. Which words a gateway speaks is told by its host, or by `&as=elks` or `&as=twilio`.

What matters is whether a gateway can have been given the message. Before that, a failure is known
to be one. A call that got no answer may have been a message that has gone: then the same gateway
is asked what it has sent, before anybody sends it again.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from functools import cache
from random import SystemRandom
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings

from portal.reminders.channels import Outcome, elks, signs, twilio, wire
from portal.reminders.channels.gateway import Account, Adapter, NoHistory
from portal.reminders.channels.health import Health
from portal.reminders.models import Line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.reminders.channels import Letter
    from portal.reminders.channels.gateway import Sent

ADAPTERS: Mapping[str, Adapter] = MappingProxyType({"elks": elks, "twilio": twilio})
SENDER = "EnVagIn"  # at most eleven letters, and neither place nor errand
CODE_SENDER = "EnVagInKod"  # so that a code is told apart, by its reader and in the history
AROUND = timedelta(minutes=1)  # how far a gateway's clock may be from ours
ASKED = "asked "  # how the code of a look-up without an answer begins
NOT_GONE = "not gone"  # the code of one that was answered, about what is put off
chance = SystemRandom()


_health: dict[Account, Health] = {}


def accounts() -> Mapping[str, Account]:
    """Return the gateways by name; none when SMS is not used."""
    return _accounts(settings.SMS_URL)


@cache
def _accounts(urls: str) -> Mapping[str, Account]:
    made = [_account(url.strip()) for url in urls.split(",") if url.strip()]
    return MappingProxyType({one.name: one for one in made})


def _account(url: str) -> Account:
    parts = urlsplit(url)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    adapter = asked.get("as") or ("twilio" if host.endswith("twilio.com") else "elks")
    return Account(
        name=asked.get("name", adapter)[:12],
        adapter=ADAPTERS[adapter],
        base=f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=asked.get("from", SENDER),
        code_sender=asked.get("codes", CODE_SENDER),
        weight=int(asked.get("weight", 1)),
    )


def is_open() -> bool:
    """Answer whether there is a gateway at all: without one, nobody is reached by SMS."""
    return bool(accounts())


def is_resting() -> bool:
    """Answer whether every gateway has failed so often that none is asked for a while."""
    return is_open() and not _awake()


def choose() -> str:
    """Return the name of the gateway for a message that none has been given; "" without any."""
    found = _awake() or list(accounts().values())
    if not found:
        return ""
    [one] = chance.choices(found, [account.weight for account in found])
    return one.name


def send(letter: Letter) -> Outcome:
    """Send one message; always an answer, and never an exception."""
    account = accounts().get(letter.gateway or next(iter(accounts()), ""))
    if account is None:
        return Outcome(Line.PERMANENT, "no gateway")
    if not letter.address.phone:
        return Outcome(Line.PERMANENT, "no number")
    callback = signs.receipt_address(account.name, letter.public_id, letter.token)
    try:
        outcome = account.adapter.send(account, letter, callback)
    except wire.NotSent as error:
        outcome = Outcome(Line.TRANSIENT, str(error))
    except wire.NoAnswer as error:
        outcome = Outcome(Line.UNKNOWN, str(error))
    health = _health.setdefault(account, Health())
    health.note(is_well=outcome.line in {Line.ACCEPTED, Line.PERMANENT})
    code, reference = _plain(outcome.code), _plain(outcome.reference)
    return replace(outcome, gateway=account.name, code=code, reference=reference)


def _plain(word: str) -> str:
    """Leave out what no database could keep: a name that cannot be written costs an outcome."""
    return "".join(one for one in word if "!" <= one <= "~" or one == " ")


def look_up(letter: Letter) -> Outcome | None:
    """Settle what nobody knew: it has gone, nobody can say, or None: it may be sent.

    What is put off has its answer too when it has not gone: nobody has it, and it is free to wait.
    """
    doubt = letter.doubt
    if doubt is None or letter.is_blind:
        return None
    account = accounts()[doubt.gateway]
    since, until = doubt.since - AROUND, time.monotonic() + settings.REMINDER_CALL
    try:
        history = account.adapter.look_up(account, letter.address.phone, since, until)
    except (wire.NotSent, wire.NoAnswer, NoHistory, KeyError, ValueError) as error:
        told = str(error) if not isinstance(error, (KeyError, ValueError)) else "words"
        return Outcome(Line.UNKNOWN, f"{ASKED}{told}"[:40], gateway=account.name)
    for one in history:
        if one.reference not in doubt.known and _is_it(one, letter, account):
            name = _plain(one.reference)[:64]
            return Outcome(Line.ACCEPTED, "found", gateway=account.name, reference=name)
    return Outcome(Line.TRANSIENT, NOT_GONE, gateway=account.name) if letter.is_put_off else None


def _is_it(one: Sent, letter: Letter, account: Account) -> bool:
    """Answer whether this is the message: to one number goes one at a time, whatever it says.

    What it says may be another thing today: in another language, or on a phone that is shared.
    """
    return not one.senders or account.sender_of(letter) in one.senders


def _awake() -> list[Account]:
    known = accounts().values()
    return [one for one in known if not _health.get(one, Health()).is_resting]
