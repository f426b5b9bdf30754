"""What must hold at the end, judged by what the provider kept: pure, so that it can be tested."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

ENDS = {"ACCEPTED", "DELIVERED", "CANCELLED", "SUPPRESSED", "FAILED", "GIVEN_UP"}
SENT = {"ACCEPTED", "DELIVERED"}
SEEN = {"GIVEN_UP", "FAILED"}  # a human takes over: not silent, so not lost
IN_VAIN = {"TOO_MANY_TRIES", "UNKNOWN"}  # not for being late, or because nobody wants it
MOST_REPEATS = MOST_IN_VAIN = 1 / 1000

type Span = tuple[float, float]


@dataclass(frozen=True)
class Row:
    """A reminder as our database has it at the end."""

    name: str  # the Message-ID
    subject: int
    status: str
    reason: str = ""
    ends: int = 1  # how many lines say that it was accepted


@dataclass(frozen=True)
class Told:
    """What the run did, by the clock of the machine."""

    call: float  # seconds that a call may take: what had begun may still arrive
    unwanted: Mapping[int, Sequence[Span]] = field(default_factory=dict)  # withdrawn or moved away
    too_late: Mapping[int, float] = field(default_factory=dict)
    quiet: Mapping[int, Sequence[Span]] = field(default_factory=dict)
    by_sms: Collection[str] = ()  # the names of what went that way


@dataclass(frozen=True)
class Line:
    """One thing that must hold, and the count that says whether it did."""

    what: str
    found: int
    most: float = 0

    @property
    def holds(self) -> bool:
        return self.found <= self.most


def judge(
    rows: Iterable[Row], accepted: Sequence[tuple[float, str]], told: Told
) -> tuple[list[Line], Counter[str]]:
    """Return the lines that must hold, and the counts that one wants to read beside them."""
    rows = list(rows)
    copies = Counter(name for _at, name in accepted)
    subjects = {row.name: row.subject for row in rows}
    by_subject: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_subject[row.subject].append(row)
    letters = {name: number for name, number in copies.items() if name not in told.by_sms}
    repeats = sum(number - 1 for number in letters.values())
    lines = [
        Line("rows without an outcome", sum(row.status not in ENDS for row in rows)),
        Line("rows with more than one outcome", sum(row.ends > 1 for row in rows)),
        Line("lost: said to be sent, and never arrived", _said_only(rows, copies)),
        Line("lost: neither arrived nor ended for a reason", _silent(by_subject, copies, told)),
        Line(
            "left to a human though there was time",
            sum(row.reason in IN_VAIN for row in rows),
            MOST_IN_VAIN * len(rows),
        ),
        Line("people told twice, by two rows", _twice(by_subject, copies)),
        Line("messages of nobody's", sum(name not in subjects for name in copies)),
        Line("letters twice, under the same Message-ID", repeats, MOST_REPEATS * len(letters)),
        Line("SMS that went twice", sum(copies[name] - 1 for name in told.by_sms)),
        Line(
            "sent after withdrawal or for a time that was moved",
            _within(accepted, subjects, told.unwanted, told.call),
        ),
        Line(
            "sent after the start",
            sum(
                at > told.too_late.get(subjects.get(name, 0), at) + told.call
                for at, name in accepted
            ),
        ),
        Line("sent in the quiet hours", _within(accepted, subjects, told.quiet, told.call)),
    ]
    counts = Counter({f"row {row.status.lower()} {row.reason.lower()}".strip(): 0 for row in rows})
    counts.update(f"row {row.status.lower()} {row.reason.lower()}".strip() for row in rows)
    counts["letters accepted"] = len(letters)
    counts["SMS accepted"] = len(told.by_sms)
    return lines, counts


def _said_only(rows: Sequence[Row], copies: Mapping[str, int]) -> int:
    return sum(row.status in SENT and not copies[row.name] for row in rows)


def _silent(by_subject: Mapping[int, Sequence[Row]], copies: Mapping[str, int], told: Told) -> int:
    """Count those who are wanted at the end, have heard nothing, and of whom no human is told."""
    forever = float("inf")
    return sum(
        not any(copies[row.name] or row.status in SEEN for row in some)
        for pk, some in by_subject.items()
        if not any(until == forever for _since, until in told.unwanted.get(pk, ()))
    )


def _twice(by_subject: Mapping[int, Sequence[Row]], copies: Mapping[str, int]) -> int:
    return sum(sum(copies[row.name] > 0 for row in some) > 1 for some in by_subject.values())


def _within(
    accepted: Sequence[tuple[float, str]],
    subjects: Mapping[str, int],
    spans: Mapping[int, Sequence[Span]],
    call: float,
) -> int:
    return sum(
        since + call < at < until
        for at, name in accepted
        for since, until in spans.get(subjects.get(name, 0), ())
    )
