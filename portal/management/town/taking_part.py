"""Who takes part in what: timetables, memberships, and those who come now and then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from activities.models import Attendance, Contract, EndReason, Enrolment, SignUp
from portal.management.town.order import ITEM
from portal.management.town.people import EVENLY, SHORTEST

if TYPE_CHECKING:
    from portal.management.town.offers import Programme
    from portal.management.town.order import Town
    from portal.management.town.people import Life

VISITORS = 0.25
FORMER = 0.2
# Attendances of one person of each kind in 24 months; together 20 on average for everybody.
BY_TIMETABLE, AS_MEMBER, NOW_AND_THEN, ONCE = 68, 48, 24, 14
ENDED = (EndReason.WORK, EndReason.OTHER_ACTIVITY, EndReason.OWN_WISH, EndReason.PAUSE)
SOON = 5  # days that a sign-up looks ahead


class TakingPart:
    """Enrolments, sign-ups and attendance."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.enrolments = town.table(
            Enrolment, *ITEM, "activity_id", "weekdays", "started_on", "ended_on", "end_reason"
        )
        self.sign_ups = town.table(SignUp, *ITEM, "session_id")
        self.attendances = town.table(Attendance, *ITEM, "session_id", "arrived_at", "left_at")
        self.by_contract: dict[Contract, list[Programme]] = {one: [] for one in Contract}
        mean_stay = (SHORTEST + town.horizon) / 2
        self.a_day = town.order.months / 24 * EVENLY / mean_stay

    def offer(self, programme: Programme) -> None:
        """Make an activity known to the people."""
        self.by_contract[programme.contract].append(programme)

    def add(self, life: Life, author_id: int) -> None:
        """Let somebody take part in one way or another, or not at all."""
        share = self.town.order.taking_part
        dice = self.town.dice.random()
        ways = (
            (share, self._by_timetable),
            (share * 2 / 3, self._as_member),
            (VISITORS, self._now_and_then),
            (FORMER, self._before),
        )
        if not life.is_settled:
            return
        for part, way in ways:
            if dice < part:
                way(life, author_id)
                return
            dice -= part

    def _by_timetable(self, life: Life, author_id: int) -> None:
        dice = self.town.dice
        programme = self._one_of(Contract.SCHEDULE)
        number = min(dice.between(2, 3), len(programme.weekdays))
        weekdays = sorted(dice.sample(programme.weekdays, number))
        self._enrol(life, programme, author_id, weekdays)
        self._attend(life, programme, BY_TIMETABLE, weekdays)

    def _as_member(self, life: Life, author_id: int) -> None:
        programme = self._one_of(Contract.MEMBER)
        self._enrol(life, programme, author_id, [])
        self._attend(life, programme, AS_MEMBER)
        self._say_so(life, programme)

    def _now_and_then(self, life: Life, _author_id: int) -> None:
        programme = self._one_of(Contract.DAY_BY_DAY)
        self._attend(life, programme, NOW_AND_THEN)
        self._say_so(life, programme)

    def _before(self, life: Life, author_id: int) -> None:
        programme = self._one_of(Contract.SCHEDULE)
        ended = life.registered // 2
        self._enrol(life, programme, author_id, programme.weekdays[:2], ended=ended)
        self._attend(life, programme, ONCE, until=ended)

    def _one_of(self, contract: Contract) -> Programme:
        """Return an activity; the first ones are best known."""
        programmes = self.by_contract[contract]
        dice, last = self.town.dice, len(programmes) - 1
        return programmes[min(dice.between(0, last), dice.between(0, last))]

    def _enrol(
        self,
        life: Life,
        programme: Programme,
        author_id: int,
        weekdays: list[int],
        *,
        ended: int | None = None,
    ) -> None:
        town = self.town
        self.enrolments.add(
            town.dice.uuid(),
            life.pk,
            programme.owner_id,
            author_id,
            town.days.at(life.registered, 11 * 60),
            programme.activity_id,
            weekdays,
            town.days.on(life.registered),
            None if ended is None else town.days.on(ended),
            "" if ended is None else town.dice.one_of(ENDED).value,
        )

    def _attend(
        self,
        life: Life,
        programme: Programme,
        in_two_years: int,
        weekdays: list[int] | None = None,
        *,
        until: int = 0,
    ) -> None:
        """Write that the person was there, some of the days when it was open."""
        town = self.town
        within: range | list[int] = programme.between(life.registered, until)
        if weekdays is not None:
            monday = town.order.today.weekday()
            within = [at for at in within if (programme.days[at] + monday) % 7 in weekdays]
        number = town.dice.about(-life.registered * self.a_day * in_two_years)
        for at in town.dice.sample(within, min(number, len(within))):
            start, end = programme.spans[at]
            self.attendances.add(
                town.dice.uuid(),
                life.pk,
                programme.owner_id,
                programme.leader_id,
                start,
                programme.first_id + at,
                start,
                end,
            )

    def _say_so(self, life: Life, programme: Programme) -> None:
        """Let some of those who come now and then say that they mean to come soon."""
        town = self.town
        soon = programme.between(0, SOON)
        if programme.has_seats or not soon or not town.dice.happens(0.2):
            return
        session_id = programme.first_id + town.dice.one_of(soon)
        said = town.days.at(-1, 18 * 60)
        self.sign_ups.add(town.dice.uuid(), life.pk, programme.owner_id, None, said, session_id)
