"""The people of the town: who holds the question, what has been said, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import cycle
from typing import TYPE_CHECKING

from participants.models import (
    AwaitedDecision,
    Contact,
    Counterpart,
    Goal,
    Intake,
    MainContact,
    Mode,
    Outcome,
    Participant,
    Reason,
    Step,
    Venue,
)
from portal.management.town import words
from portal.management.town.order import ITEM, UNUSABLE
from portal.management.town.words import WORDS
from portal.models import InfoType

if TYPE_CHECKING:
    from portal.management.town.order import Town
    from portal.management.town.staff import Colleague, Staff

# Why now, for each 25 people of a caseload: every reason occurs, most flow along.
REASONS = (
    Reason.FLOWING, Reason.LATE_STEP, Reason.NO_NEXT_STEP, Reason.FLOWING, Reason.NO_CONTACT,
    Reason.STEP_TODAY, Reason.FLOWING, Reason.NEW, Reason.FLOWING, Reason.LATE_DECISION,
    Reason.NO_CONTACT, Reason.FLOWING, Reason.NO_NEXT_STEP, Reason.FLOWING, Reason.LATE_STEP,
    Reason.FLOWING, Reason.FLOWING, Reason.NO_NEXT_STEP, Reason.FLOWING, Reason.FLOWING,
    Reason.NO_CONTACT, Reason.FLOWING, Reason.FLOWING, Reason.FLOWING, Reason.FLOWING,
)  # fmt: skip
# How many days ago somebody was last in touch, by reason.
LAST_CONTACT = {
    Reason.LATE_STEP: (2, 12),
    Reason.STEP_TODAY: (2, 11),
    Reason.NO_NEXT_STEP: (2, 30),
    Reason.NO_CONTACT: (17, 60),
    Reason.LATE_DECISION: (1, 10),
    Reason.FLOWING: (1, 10),
}
USUAL = 200  # people; whoever has more has no more that is urgent than that brings
SHORTEST = 30  # days that somebody has been here, who is not new
# As they are stored: contacts are many.
PHONE, MEETING = str(Mode.PHONE), str(Mode.MEETING)
MODES = (PHONE, PHONE, MEETING, MEETING, str(Mode.MESSAGE), str(Mode.VIDEO))
PERSON = str(Counterpart.PARTICIPANT)
OTHERS = tuple(map(str, (Counterpart.CARE, Counterpart.EMPLOYMENT_SERVICE, Counterpart.TEAM)))
VENUES = (str(Venue.OFFICE), str(Venue.TOWN), str(Venue.WORKPLACE), "")
REACHED, NOT_REACHED = str(Outcome.REACHED), str(Outcome.NOT_REACHED)
FOLLOW_UP, PLAN = int(InfoType.FOLLOW_UP), int(InfoType.PLAN)
# Those who can tell of contacts and steps are fewer than all, so each has somewhat more.
EVENLY = 1.05


@dataclass(slots=True)
class Life:
    """One person as the other tables need them; days are counted from today."""

    pk: int
    holder: Colleague
    reason: Reason
    registered: int
    last_contact: int = 0
    closed: int | None = None
    began: int = field(default=0)  # when the holder took over

    @property
    def is_settled(self) -> bool:
        """Somebody who is here, and has been for a while."""
        return self.closed is None and self.reason != Reason.NEW

    @property
    def last_day(self) -> int:
        """The day after the last on which anything was noted."""
        return 0 if self.closed is None else self.closed


class People:
    """Participants with their contacts, steps and goals."""

    def __init__(self, town: Town, staff: Staff) -> None:
        self.town, self.staff = town, staff
        about = (*ITEM, "info_type")
        self.participants = town.table(
            Participant,
            *("public_id", "user_id", "first_name", "last_name", "phone", "email"),
            *("registered_at", "closed_at", "unit_id", "in_intake"),
        )
        self.main_contacts = town.table(
            MainContact,
            *("participant_id", "membership_id", "reason", "started_at", "ended_at", "end_reason"),
        )
        self.intakes = town.table(Intake, "participant_id", "unit_id", "asked", "opened_at")
        self.contacts = town.table(
            Contact,
            *(*about, "mode", "counterpart", "venue", "outcome", "minutes", "text", "occurred_at"),
        )
        self.steps = town.table(
            Step, *about, "text", "assignee_id", "due_on", "finished_at", "finished_by_id"
        )
        self.goals = town.table(Goal, *about, "text")
        self.decisions = town.table(
            AwaitedDecision,
            *(*about, "text", "authority", "asked_on", "expected_on", "watcher_id"),
        )
        self.mobiles = cycle(words.MOBILES)
        months = town.order.months
        mean_stay = (SHORTEST + town.horizon) / 2
        self.contacts_a_day = months / 2 * EVENLY / mean_stay
        self.steps_a_day = months / 4 * EVENLY / mean_stay

    def add(self, holder: Colleague, place: int, *, is_closed: bool) -> Life:
        """Add somebody to a caseload; `place` in it says why they are met now."""
        dice = self.town.dice
        reason = REASONS[place % len(REASONS)] if place < USUAL else Reason.FLOWING
        if is_closed:
            reason = Reason.NO_NEXT_STEP
        if reason == Reason.NEW:
            registered = -dice.between(1, 4)
            life = Life(0, holder, reason, registered, began=registered)
        else:
            registered = -dice.between(SHORTEST, max(self.town.horizon, SHORTEST))
            last = -min(dice.between(*LAST_CONTACT[reason]), -registered - 4)
            life = Life(0, holder, reason, registered, last, began=registered)
        if is_closed:
            life.closed = dice.between(registered // 2, -1)
            life.last_contact = life.closed - 2
        life.pk = self._person(life.registered, holder.unit_id, closed=life.closed)
        self._hold(life)
        if reason != Reason.NEW:
            self._write(life)
            self._plan(life)
        return life

    def wait(self, unit_id: int) -> None:
        """Add somebody who waits for a contact."""
        opened = -self.town.dice.between(1, 9)
        pk = self._person(opened, unit_id, in_intake=True)
        asked = self.town.dice.one_of(WORDS["asked"])
        self.intakes.add(pk, unit_id, asked, self.town.days.at(opened, 10 * 60))

    def _person(
        self, registered: int, unit_id: int, *, closed: int | None = None, in_intake: bool = False
    ) -> int:
        town = self.town
        first_name, last_name = words.full_name(town.dice)
        number = self.participants.count + 1
        name = words.account_name(first_name, last_name, number)
        at = town.days.at(registered, 9 * 60)
        user_id = None
        if town.dice.happens(0.3):  # can sign in; without e-mail, by a user name from the guide
            users = self.staff.users
            user_id = users.add(f"d-{name}", None, first_name, last_name, "", "", UNUSABLE, at)
        return self.participants.add(
            town.dice.uuid(),
            user_id,
            first_name,
            last_name,
            next(self.mobiles) if town.dice.happens(0.85) else "",
            f"{name}@example.org" if town.dice.happens(2 / 3) else "",
            at,
            None if closed is None else town.days.at(closed, 15 * 60),
            unit_id,
            in_intake,
        )

    def _hold(self, life: Life) -> None:
        """Give the person a contact, now and then after an earlier one."""
        dice, at = self.town.dice, self.town.days.at
        moved = life.is_settled and -life.registered > 4 * SHORTEST and dice.happens(0.08)
        started = at(life.registered, 9 * 60)
        if moved:
            life.began = dice.between(life.registered + SHORTEST, life.last_contact - SHORTEST // 2)
            earlier = dice.one_of(self.staff.guides)
            handed_over = at(life.began, 9 * 60)
            told = WORDS["handed_over"]
            self.main_contacts.add(life.pk, earlier.membership_id, "", started, handed_over, told)
            started = handed_over
        ended = None if life.closed is None else at(life.closed, 15 * 60)
        why = "" if ended is None else WORDS["closed"]
        self.main_contacts.add(life.pk, life.holder.membership_id, "", started, ended, why)

    def _write(self, life: Life) -> None:
        """Write the contacts, the last one with the person themself."""
        dice = self.town.dice
        number = dice.about(-life.registered * self.contacts_a_day)
        for _ in range(max(number - 1, 0)):
            day = dice.between(life.registered, life.last_contact - 1)
            missed = dice.happens(0.15)
            other = not missed and dice.happens(0.15)
            self._contact(life, day, is_missed=missed, is_with_another=other)
        self._contact(life, life.last_contact)

    def _contact(
        self, life: Life, day: int, *, is_missed: bool = False, is_with_another: bool = False
    ) -> None:
        dice, days, by = self.town.dice, self.town.days, life.holder
        day = max(days.working(day), life.began)
        at = days.at(day, dice.between(9 * 60 + 5, 16 * 60))
        mode = PHONE if is_missed else dice.one_of(MODES)
        self.contacts.add(
            dice.uuid(),
            life.pk,
            by.owner_id,
            by.user_id,
            at,
            FOLLOW_UP,
            mode,
            dice.one_of(OTHERS) if is_with_another else PERSON,
            dice.one_of(VENUES) if mode == MEETING else "",
            NOT_REACHED if is_missed else REACHED,
            None if is_missed else 5 * dice.between(1, 12),
            dice.one_of(WORDS["missed"]) if is_missed else words.note(dice),
            at,
        )

    def _plan(self, life: Life) -> None:
        """Write a goal, the steps that have been taken, and the one that is next."""
        dice = self.town.dice
        number = dice.about(-life.registered * self.steps_a_day)
        if dice.happens(0.8):
            text = dice.one_of(WORDS["goals"])
            self.goals.add(*self._about(life, life.registered), text)
        is_next = life.closed is None and life.reason != Reason.NO_NEXT_STEP
        for _ in range(max(number - is_next, 0)):
            self._step(life, dice.between(life.registered, life.last_contact), taken=True)
        if is_next:
            self._step(life, life.last_contact, taken=False)
        if life.reason == Reason.LATE_DECISION:
            self._wait_for_decision(life)

    def _wait_for_decision(self, life: Life) -> None:
        """Write what should have been decided by now."""
        dice, on = self.town.dice, self.town.days.on
        asked = dice.between(life.registered, life.last_contact)
        expected = dice.between(asked, -1)
        about, text = self._about(life, asked), WORDS["waiting"]["late"]
        watcher = life.holder.membership_id
        self.decisions.add(*about, text, "FK", on(asked), on(expected), watcher)

    def _step(self, life: Life, day: int, *, taken: bool) -> None:
        town, dice = self.town, self.town.dice
        by = life.holder
        due: int | None = min(day + dice.between(3, 25), life.last_day - 1)
        if not taken:
            due = self._next_day(life, day)
        finished = None
        if taken and due is not None:
            finished = town.days.at(min(due, life.last_day - 1), 14 * 60)
        self.steps.add(
            *self._about(life, day),
            dice.one_of(WORDS["steps"]),
            by.membership_id if dice.happens(0.3) else None,
            None if due is None else town.days.on(due),
            finished,
            by.user_id if finished else None,
        )

    def _next_day(self, life: Life, day: int) -> int | None:
        """Return when the open step is due, so that the reason comes out right."""
        dice, working = self.town.dice, self.town.days.working
        if life.reason == Reason.LATE_STEP:
            return max(working(dice.between(day, -1)), day)
        if life.reason == Reason.STEP_TODAY:
            return 0
        return max(working(dice.between(1, 28)), 1) if dice.happens(0.9) else None

    def _about(self, life: Life, day: int) -> tuple[object, ...]:
        """Return the columns of an item of the plan, written on a day by the holder."""
        at = self.town.days.at(day, 10 * 60)
        by = life.holder
        return self.town.dice.uuid(), life.pk, by.owner_id, by.user_id, at, PLAN
