"""*Vem ser vad*: one card for each receiver, the same to the person and to those who help them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from participants.models import Consent, Release, TeamMember
from portal import access

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from participants.models import Participant
    from portal.actor import Actor
    from portal.models import Organisation

MOST = 200  # yes of one person that a page looks through, the newest first
SHOWN_ENDED = 20


@dataclass(slots=True)
class Period:
    """What a receiver reads until the same day, said once."""

    last_day: date
    consents: list[Consent] = field(default_factory=list)


@dataclass(slots=True)
class Receiver:
    """An organisation that the person has said yes to."""

    organisation: Organisation
    first: Consent
    periods: list[Period] = field(default_factory=list)
    people: list[TeamMember] = field(default_factory=list)  # who walk along, and read
    released: int = 0

    @property
    def consents(self) -> list[Consent]:
        return [one for period in self.periods for one in period.consents]

    @property
    def is_by_release(self) -> bool:
        """Whether any of it is read only when it is handed out."""
        return not all(one.opens_all for one in self.consents)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Who reads by a yes, who works with the person, and which yes has ended."""

    receivers: list[Receiver]
    team: list[TeamMember]  # of the organisation itself, or of a receiver that reads no longer
    ended: list[Consent]


def matrix(person: Participant, actor: Actor) -> Matrix:
    """Work out who sees what of a person at this moment; two queries in all."""
    now = timezone.now()
    handed = Release.objects.visible_to(actor).standing().filter(consent=OuterRef("pk"))
    known = Consent.objects.visible_to(actor).filter(participant=person)
    known = known.annotate(
        released=Coalesce(
            Subquery(handed.order_by().values("consent").annotate(n=Count("pk")).values("n")), 0
        )
    )
    consents = list(known.select_related("receiver").order_by("-valid_from", "info_type")[:MOST])
    team = list(
        TeamMember.objects.open()
        .filter(participant=person)
        .annotate(reads=access.Reads())
        .select_related("membership__user", "membership__unit")
        .order_by("pk")
    )
    receivers = _receivers(one for one in consents if holds(one, now))
    for member in team:
        theirs = receivers.get(member.membership.unit.owner_id or 0)
        if theirs and member.rests_on_consent:
            theirs.people.append(member)
    return Matrix(
        receivers=sorted(receivers.values(), key=lambda one: one.organisation.name),
        team=[one for one in team if not one.rests_on_consent],
        ended=_ended(consents, now)[:SHOWN_ENDED],
    )


def holds(consent: Consent, now: datetime) -> bool:
    return consent.valid_from <= now < consent.ended_at


def _receivers(consents: Iterable[Any]) -> dict[int, Receiver]:
    found: dict[int, Receiver] = {}
    for one in sorted(consents, key=lambda one: (one.last_day, one.info_type)):
        receiver = found.setdefault(one.receiver_id, Receiver(one.receiver, one))
        if not receiver.periods or receiver.periods[-1].last_day != one.last_day:
            receiver.periods.append(Period(one.last_day))
        receiver.periods[-1].consents.append(one)
        receiver.released += one.released
    return found


def _ended(consents: list[Consent], now: datetime) -> list[Consent]:
    """Return what has ended, the latest first, save for what went over into a new yes."""
    begun = {(*_same(one), one.valid_from) for one in consents}
    over = [
        one for one in consents if one.ended_at <= now and (*_same(one), one.ended_at) not in begun
    ]
    return sorted(over, key=lambda one: (one.ended_at, one.pk), reverse=True)


def _same(one: Consent) -> tuple[int, int, str]:
    return (one.receiver_id, one.info_type, one.purpose)
