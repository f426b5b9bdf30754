"""What there is to do in the town, with its sessions: as many months back as the town has lived."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import time
from itertools import count, islice
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate

from activities.laying_out import spans
from activities.models import Activity, Contract, Level, OpeningRule, Place, Session
from activities.recurring import Recurrence
from portal.management.town import words
from portal.management.town.order import AHEAD, LONG_AGO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.management.town.order import Town
    from portal.management.town.staff import Staff

PEOPLE_PER_OFFER = 235  # in a large town, so that the rooms are neither empty nor full
type LaidOut = tuple[list[int], list[tuple[str, str]]]

LEVELS = {
    Contract.DAY_BY_DAY: Level.OPEN,
    Contract.SCHEDULE: Level.SCHEDULED,
    Contract.MEMBER: Level.SCHEDULED,
}
SHOWN = (
    *("also", "summary", "what_we_do", "welcome", "leads_to", "how_long", "how_many"),
    *("cost", "food"),
)
HOLIDAYS = "on_public_holidays"


@dataclass(slots=True)
class Programme:
    """An activity and its sessions."""

    activity_id: int
    owner_id: int
    leader_id: int
    contract: Contract
    has_seats: bool
    weekdays: list[int]
    first_id: int  # the keys of its sessions follow on one another
    days: list[int]  # of each session, counted from today
    spans: list[tuple[str, str]]

    def between(self, first: int, last: int) -> range:
        """Return the places in the lists of the sessions from one day up to another."""
        return range(bisect_left(self.days, first), bisect_left(self.days, last))


class Offers:
    """Places, activities, opening hours and sessions."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.places = town.table(
            Place, "name", "address", "way", "bus", "minutes_on_foot", "door", "entrance"
        )
        self.activities = town.table(
            Activity,
            *("slug", "name", "place_id", "organiser_id", "owner_id", "contract", "tempo"),
            *("thresholds", "picture", "quiet_room", "pick_up", "bus_card", "sign_up", "seats"),
            *("phone", "verified_on", "level", *SHOWN),
        )
        self.rules = town.table(
            OpeningRule,
            *("activity_id", "recurrence", "opens", "closes", "valid_from", HOLIDAYS),
        )
        self.sessions = town.table(
            Session, "activity_id", "starts_at", "ends_at", "laid_out_for", "seats", "guests"
        )
        self.place_ids: dict[str, int] = {}

    def open(self, staff: Staff) -> Iterator[Programme]:
        """Add everything there is; in a large town the same again under other numbers."""
        read = words.read("activities.toml")
        for place in read["places"]:
            self.place_ids[place["name"]] = self.places.add(
                *(place[name] for name in ("name", "address", "way", "bus")),
                *(place[name] for name in ("minutes_on_foot", "door")),
                place.get("entrance", ""),
            )
        offers = read["activities"]
        wanted = max(len(offers), self.town.order.participants // PEOPLE_PER_OFFER)
        laid_out = [self._laid_out(offer) for offer in offers]
        numbered = ((turn, at) for turn in count(1) for at in range(len(offers)))
        for turn, at in islice(numbered, wanted):
            yield self._programme(offers[at], turn, laid_out[at], staff)

    def _rules(self, offer: dict[str, Any]) -> Iterator[OpeningRule]:
        """Read hours such as `01234 09:00-12:00`."""
        for written in offer["hours"]:
            weekdays, _, clock = written.partition(" ")
            opens, closes = map(time.fromisoformat, clock.split("-"))
            yield OpeningRule(
                recurrence=str(Recurrence(weekdays=tuple(map(int, weekdays)))),
                opens=opens,
                closes=closes,
                valid_from=self.town.days.on(-max(self.town.horizon, LONG_AGO)),
                on_public_holidays=offer.get(HOLIDAYS, False),
            )

    def _laid_out(self, offer: dict[str, Any]) -> LaidOut:
        """Return the day of each session, and from when to when it is open."""
        days = self.town.days
        first, last = days.on(-self.town.horizon), days.on(AHEAD)
        found = spans(self._rules(offer), [], first=first, last=last)
        return (
            [(localdate(start) - days.today).days for start in found],
            [(str(start), str(end)) for start, end in found.items()],
        )

    def _programme(
        self,
        offer: dict[str, Any],
        turn: int,
        laid_out: LaidOut,
        staff: Staff,
    ) -> Programme:
        again = f" {turn}" if turn > 1 else ""
        unit_id = staff.ids[offer["organiser"]]
        if turn > 1:
            unit_id = staff.unit(offer["organiser"] + again, staff.owners[unit_id])
        run_for = offer.get("run_for")
        owner_id = staff.ids[run_for] if run_for else staff.owners[unit_id]
        seats = offer.get("seats")
        activity_id = self.activities.add(
            offer["slug"] + again.replace(" ", "-"),
            offer["name"] + again,
            self.place_ids[offer["place"]],
            unit_id,
            owner_id,
            *(offer[name] for name in ("contract", "tempo")),
            offer.get("thresholds", []),
            offer["picture"],
            *(offer.get(name, False) for name in ("quiet_room", "pick_up", "bus_card")),
            seats is not None,
            seats,
            next(staff.phones),
            self.town.order.today,
            offer.get("level", LEVELS[offer["contract"]]),
            *(offer.get(name, 0 if name == "cost" else "") for name in SHOWN),
        )
        rules = list(self._rules(offer))
        for rule in rules:
            holidays = rule.on_public_holidays
            hours = (rule.opens, rule.closes, rule.valid_from, holidays)
            self.rules.add(activity_id, rule.recurrence, *hours)
        first_id = self.sessions.count + 1
        counts_guests = offer["contract"] == Contract.DAY_BY_DAY
        for day, (start, end) in zip(*laid_out, strict=True):
            guests = self.town.dice.between(0, 9) if counts_guests and day < 0 else 0
            self.sessions.add(activity_id, start, end, start, seats, guests)
        return Programme(
            activity_id,
            owner_id,
            staff.leader(unit_id).user_id,
            Contract(offer["contract"]),
            seats is not None,
            sorted({int(day) for hours in offer["hours"] for day in hours.split()[0]}),
            first_id,
            *laid_out,
        )
