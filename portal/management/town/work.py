"""Employers, and the places that people have or have had with them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from employers.models import (
    Answer,
    Employer,
    EndReason,
    FollowUpNote,
    FoundBy,
    HowItGoes,
    Placement,
    PlacementFollowUp,
    PlacementKind,
    Spoke,
    Subsidy,
)
from employers.services.follow_ups import follow_up_days
from portal.management.town import words
from portal.management.town.employers import employers
from portal.management.town.order import ITEM
from portal.management.town.organisations import LABOUR
from portal.management.town.words import WORDS
from portal.models import InfoType

if TYPE_CHECKING:
    from portal.management.town.order import Town
    from portal.management.town.people import Life
    from portal.management.town.staff import Staff

LEAST_EMPLOYERS = 25
PEOPLE_PER_EMPLOYER = 100
IN_A_JOB, TRIES_A_JOB, WAS_AT_WORK = 0.16, 0.1, 0.1
LEAST_STAY = 60  # days here before the first place
TRIES = (PlacementKind.WORK_TRAINING, PlacementKind.WORK_TRAINING, PlacementKind.INTERNSHIP)
JOBS = (PlacementKind.SUBSIDISED, PlacementKind.ORDINARY)
HOURS = (4, 8, 10, 12, 20)


class Work:
    """Employers, placements and their follow-ups."""

    def __init__(self, town: Town, staff: Staff) -> None:
        self.town, self.staff = town, staff
        about = (*ITEM, "info_type")
        self.employers = town.table(
            Employer,
            *("public_id", "name", "trade", "contact_name", "contact_phone", "contact_email"),
            *("organisation_id", "owner_id", "created_at"),
        )
        self.placements = town.table(
            Placement,
            *(*about, "employer_id", "kind", "subsidy", "occupation", "starts_on", "ends_on"),
            *("hours_per_week", "permanent", "supporter_id", "may_lead_to_wage", "found_by"),
            *("ended_on", "ended_by_id", "end_reason", "led_to_job"),
        )
        self.notes = town.table(
            FollowUpNote,
            *(*about, "placement_id", "how_it_goes", "spoke_with", "text", "occurred_at"),
        )
        self.follow_ups = town.table(PlacementFollowUp, "placement_id", "due_on", "note_id")

    def open(self) -> None:
        """Add the employers; one of them has an account in the portal."""
        town = self.town
        wanted = max(LEAST_EMPLOYERS, town.order.participants // PEOPLE_PER_EMPLOYER)
        for number, (name, trade) in enumerate(islice(employers(), wanted), start=1):
            self.employers.add(
                town.dice.uuid(),
                name,
                trade,
                " ".join(words.full_name(town.dice)),
                words.LANDLINES[number % len(words.LANDLINES)],
                f"arbetsgivare{number}@example.org",
                self.staff.ids.get(name),
                self.staff.ids[LABOUR],
                self.staff.began,
            )

    def add(self, life: Life) -> None:
        """Give some people a place, and let some have had one."""
        if not life.is_settled or life.registered > -LEAST_STAY:
            return
        dice = self.town.dice
        luck = dice.random()
        if luck < IN_A_JOB + TRIES_A_JOB:
            kinds = JOBS if luck < IN_A_JOB else TRIES
            starts = dice.between(life.registered // 2, -3)
            self._place(life, dice.one_of(kinds), starts=starts, ended=None)
        elif luck < IN_A_JOB + TRIES_A_JOB + WAS_AT_WORK:
            starts = life.registered + 7
            ended = dice.between(starts // 2, -5)
            self._place(life, dice.one_of(TRIES + JOBS), starts=starts, ended=ended)

    def _place(self, life: Life, kind: PlacementKind, *, starts: int, ended: int | None) -> None:
        dice, on = self.town.dice, self.town.days.on
        by = life.holder
        is_paid = kind in JOBS
        ends = None if is_paid else max(starts + 90, 14 if ended is None else ended)
        led_to = Answer.YES if dice.happens(0.2) else Answer.NO
        placement_id = self.placements.add(
            *self._about(life, starts - 4, InfoType.PLACEMENT),
            dice.between(1, self.employers.count),
            kind.value,
            dice.one_of(list(Subsidy)).value if kind == PlacementKind.SUBSIDISED else "",
            dice.one_of(WORDS["occupations"]),
            on(starts),
            None if ends is None else on(ends),
            dice.one_of(HOURS),
            is_paid and dice.happens(0.5),
            by.membership_id,
            dice.one_of(list(Answer)).value,
            dice.one_of(list(FoundBy)).value,
            None if ended is None else on(ended),
            None if ended is None else by.user_id,
            "" if ended is None else EndReason.PERIOD_OVER.value,
            "" if ended is None else led_to.value,
        )
        self._follow_up(life, placement_id, starts=starts, ended=ended, ends=ends)

    def _follow_up(
        self, life: Life, placement_id: int, *, starts: int, ended: int | None, ends: int | None
    ) -> None:
        """Plan as the service does; what has passed has its note, but for the last days."""
        dice, days = self.town.dice, self.town.days
        last = ends if ended is None else ended
        planned = follow_up_days(
            days.on(starts),
            last_day=None if last is None else days.on(last),
            ended=ended is not None,
            after=days.on(starts - 5),
        )
        for due_on in planned:
            day = (due_on - days.today).days
            note_id = None
            if day < -4:  # noqa: PLR2004 (a few days late is how it is)
                note_id = self.notes.add(
                    *self._about(life, day, InfoType.FOLLOW_UP),
                    placement_id,
                    dice.one_of((HowItGoes.WELL, HowItGoes.WELL, HowItGoes.SO_SO)).value,
                    dice.one_of(list(Spoke)).value,
                    dice.one_of(WORDS["followed_up"]),
                    days.at(day, 13 * 60),
                )
            self.follow_ups.add(placement_id, due_on, note_id)

    def _about(self, life: Life, day: int, kind: InfoType) -> tuple[object, ...]:
        by = life.holder
        at = self.town.days.at(day, 13 * 60)
        return self.town.dice.uuid(), life.pk, by.owner_id, by.user_id, at, int(kind)
