"""*Mina personer*: the rows of one colleague, the most urgent first, at a cost that never grows.

Each reason is one stretch of an index, read at most as far as the page needs. So a caseload of
20,000 costs what one of 200 does, and nothing that depends on today is stored. It is SQL, not
querysets: to build six of them anew took longer than to read what they find.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django import forms
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participants.models import Reason
from participants.models.caseload import MINE
from portal.forms import FilterForm
from portal.models import SWEDISH_ORDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from portal.actor import Actor

    type Parameter = str | int | date | datetime

QUIET = timedelta(days=14)  # without contact, then it is time (mission.md N4)
PAGE = 50
COUNTED = 100  # "at least 100" is all that a heading needs to say
FARTHEST = 20  # pages; who wants more searches by name


def sort_text(text: str) -> str:
    """Return typed text as names are stored for sorting and search."""
    return text.translate(str.maketrans(*SWEDISH_ORDER)).lower().strip()


class CaseloadFilter(FilterForm):
    """Whom to show: by name, and by reason. Both stay in the address."""

    page = "participants:person_list"
    q = forms.CharField(label=_("Search by name"), required=False, max_length=100)
    varfor = forms.TypedChoiceField(
        label=_("Why now"),
        required=False,
        coerce=lambda value: Reason(int(value)),
        empty_value=None,
        choices=[("", _("Everybody")), *Reason.choices],
    )


# The reasons of *Varför nu*, most urgent first, each with the column it is read in the order of.
# Together they hold everybody once.
KNOWN = "NOT is_new"
STEPPED = f"{KNOWN} AND next_step_id IS NOT NULL"
LATER = f"{STEPPED} AND (next_step_on IS NULL OR next_step_on > %(today)s)"
RECENT = f"{LATER} AND last_contact_at >= %(cutoff)s"
STRETCHES = {
    Reason.NEW: ("is_new", "since"),
    Reason.LATE_STEP: (f"{STEPPED} AND next_step_on < %(today)s", "next_step_on"),
    Reason.STEP_TODAY: (f"{STEPPED} AND next_step_on = %(today)s", "next_step_on"),
    Reason.NO_NEXT_STEP: (f"{KNOWN} AND next_step_id IS NULL", "last_contact_at"),
    Reason.NO_CONTACT: (f"{LATER} AND last_contact_at < %(cutoff)s", "last_contact_at"),
    Reason.LATE_DECISION: (f"{RECENT} AND decision_on < %(today)s", "decision_on"),
    Reason.FLOWING: (
        f"{RECENT} AND (decision_on IS NULL OR decision_on >= %(today)s)",
        "last_contact_at",
    ),
}


def read(reasons: Iterable[Reason], narrowing: str, most: int) -> str:
    """Join the stretches, each read to `most` rows: (reason, what it is ordered by, id, whose)."""
    return "\nUNION ALL\n".join(
        f"(SELECT {reason:d} AS reason, {order}::timestamptz AS place, id,"  # noqa: S608 (our own)
        " is_main_contact"
        f" FROM participants_caseload WHERE {MINE} AND {condition}{narrowing}"
        f" ORDER BY {order}, id LIMIT {most:d})"
        for reason, (condition, order) in STRETCHES.items()
        if reason in reasons
    )


# The first page of everybody is among those who are counted, and need not be read again. The rows
# themselves are fetched one by one, which takes no longer where there are many of them.
COUNT = ", ".join(f"count(*) FILTER (WHERE reason = {reason:d})" for reason in Reason)
LISTING = f"""
WITH near AS MATERIALIZED ({read(Reason, "", COUNTED)}),
counted AS (
  SELECT ARRAY[{COUNT}, count(*) FILTER (WHERE is_main_contact)] AS numbers FROM near),
found AS MATERIALIZED ({{found}})
SELECT counted.numbers, shown.reason, held.participant_id, held.public_id, held.first_name,
       held.last_name, held.last_contact_at, held.last_contact_mode, held.next_step_on,
       CASE WHEN held.next_step_until IS NULL OR held.next_step_until > statement_timestamp()
            THEN held.next_step_text ELSE '' END
FROM counted
LEFT JOIN (SELECT * FROM found ORDER BY reason, place, id OFFSET %(first)s LIMIT {PAGE + 1}) shown
  ON true
LEFT JOIN LATERAL (SELECT * FROM participants_caseload WHERE id = shown.id LIMIT 1) held ON true
ORDER BY shown.reason, shown.place, shown.id
"""  # noqa: S608 (our own words and numbers; what is typed goes as parameters)
EVERYBODY = LISTING.format(found="SELECT * FROM near")


class Row(NamedTuple):
    """One person of a caseload, with why now."""

    reason: Reason
    participant_id: int
    public_id: UUID
    first_name: str
    last_name: str
    last_contact_at: datetime | None
    last_contact_mode: str
    next_step_on: date | None
    next_step_text: str  # empty without a step, and when the colleague may no longer read it


@dataclass(frozen=True)
class Listing:
    """One page of a caseload, and how many there are in all: by reason, and of one's own."""

    rows: Sequence[Row]
    page: int
    has_next: bool
    numbers: dict[Reason, int]
    held: int  # those whose contact the colleague is; the others get support


def listing(
    actor: Actor, *, today: date, q: str = "", reason: Reason | None = None, page: int = 1
) -> Listing:
    """Return a page of the caseload, most urgent first."""
    params: dict[str, Parameter] = {
        "membership_id": actor.membership_id,
        "today": today,
        "cutoff": timezone.make_aware(datetime.combine(today, time.min)) - QUIET,
        "first": (page - 1) * PAGE,
    }
    words: dict[str, Parameter] = {
        f"word{place}": f"%{like(word)}%" for place, word in enumerate(sort_text(q).split())
    }
    statement = EVERYBODY
    if words or reason or page > 1:
        narrowing = "".join(f" AND sort_key LIKE %({name})s" for name in words)
        reasons = [reason] if reason else list(Reason)
        statement = LISTING.format(found=read(reasons, narrowing, page * PAGE + 1))
    with connection.cursor() as cursor:
        cursor.execute(statement, params | words)
        read_rows = cursor.fetchall()
    rows = [Row(Reason(why), *told) for _numbers, why, *told in read_rows if why]
    *counted, held = read_rows[0][0]
    numbers = dict(zip(Reason, counted, strict=True))
    return Listing(rows[:PAGE], page, len(rows) > PAGE, numbers, held)


def like(word: str) -> str:
    """Return a word as LIKE finds it: nothing in it stands for anything else."""
    return word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
