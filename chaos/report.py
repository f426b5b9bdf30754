"""What a run has found, in the words of docs/fault-run.md."""

from __future__ import annotations

import os
import platform
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chaos import judge, post
from portal.prepare import BASE_DIR
from tests.reminders import gateways

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from chaos.judge import Line
    from chaos.scene import Scene
    from chaos.shapes import Shape

REPORT = BASE_DIR / "docs" / "fault-run.md"
NUMBERS = "<!-- numbers -->\n"
NAME = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
VERDICT = {True: "holds", False: "**broken**"}


@dataclass
class Run:
    """The main run and the five shapes."""

    seed: int
    size: int
    lines: list[Line] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    shapes: list[Shape] = field(default_factory=list)
    sending: float = 0.0
    slowest: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    away: float = 0.0  # seconds that PostgreSQL was, at most

    def judge(self, run: Scene) -> None:
        """Judge by what the mail server kept, beside what the run did."""
        from chaos.__main__ import ROWS  # noqa: PLC0415
        from chaos.servers import CALL  # noqa: PLC0415
        from chaos.subjects import BY_DAY  # noqa: PLC0415

        texts = texts_in(run.servers.texts)
        accepted = sorted(post.read(run.servers.letters) + texts)
        rows = [judge.Row(*row) for row in run.servers.ask(ROWS)]
        people = run.servers.ask(
            "SELECT id, kind, extract(epoch FROM not_after)::float FROM chaos_subject"
        )
        quiet = (run.quiet_from, run.morning)
        told = judge.Told(
            call=CALL + 1,
            unwanted=run.unwanted,
            too_late={pk: until for pk, _kind, until in people},
            quiet={pk: [quiet] for pk, kind, _until in people if kind == BY_DAY.code},
            by_sms={name for _at, name in texts},
        )
        self.lines, self.counts = judge.judge(rows, accepted, told)
        self.lines.append(judge.Line("due at a wrong moment beyond the clock change", run.wrong))
        self.away = run.servers.away
        self.faults = Counter(name for _at, name in run.done)
        moments = sorted(at for at, _name in accepted)
        busy = [at for at in moments if at < run.ended]
        self.sending = len(busy) / (busy[-1] - busy[0]) if len(busy) > 1 else 0.0
        many = busy[: len(busy) * 9 // 10]  # in the end there is little that could arrive
        for broke, name in run.done:
            gap = next((at for at in many if at > broke), broke) - broke
            self.slowest[name] = max(gap, self.slowest.get(name, 0.0))
        again = Counter(self.broken_before(run, at) for at in firsts_of_repeats(accepted))
        self.counts.update({f"repeated after: {name}": number for name, number in again.items()})
        self.counts["messages accepted after 20.00 on the wall"] = sum(
            at > run.quiet_from for at in moments
        )

    @staticmethod
    def broken_before(run: Scene, at: float) -> str:
        """Return what broke when a message that went twice had arrived the first time."""
        return min(run.done, key=lambda one: abs(one[0] - at), default=(0.0, "nothing"))[1]

    @property
    def is_void(self) -> bool:
        """Answer whether the faults were too kind: the shapes that must fail came out clean."""
        return any(one.must_fail and one.is_clean for one in self.shapes)

    @property
    def holds(self) -> bool:
        clean = all(one.is_whole for one in self.shapes if one.must_hold)
        return all(line.holds for line in self.lines) and clean and not self.is_void

    def text(self) -> str:
        """Return the report."""
        told = [
            f"Run on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC on {platform.machine()} with"
            f" {os.cpu_count()} cores, seed {self.seed}, {self.seconds:.0f} s in all.",
            f"{self.size:,} people due at once. Faults: "
            + ", ".join(f"{name} ({number})" for name, number in sorted(self.faults.items()))
            + f". PostgreSQL was away for {self.away:.1f} s at most.",
            f"{self.sending:.0f} a second arrived while things broke. The longest that nothing"
            " arrived after a fault: "
            + ", ".join(f"{name} {gap:.1f} s" for name, gap in sorted(self.slowest.items()))
            + ".",
            "",
            "| What must hold | Found | At most | |",
            "|---|---:|---:|---|",
            *(
                f"| {one.what} | {one.found} | {one.most:.0f} | {VERDICT[one.holds]} |"
                for one in self.lines
            ),
            "",
            "| Count | |",
            "|---|---:|",
            *(f"| {what} | {number} |" for what, number in sorted(self.counts.items())),
        ]
        if self.shapes:
            told += [
                "",
                "| Shape | Sent | Left | Lost | Doubled | |",
                "|---|---:|---:|---:|---:|---|",
                *(one.line() for one in self.shapes),
            ]
        told += ["", "**The run is void: the faults were too kind.**"] if self.is_void else []
        told += ["", "All of it holds." if self.holds else "**Something does not hold.**"]
        return "\n".join(told) + "\n"

    def write(self) -> None:
        head, _, _old = REPORT.read_text().partition(NUMBERS)
        REPORT.write_text(f"{head}{NUMBERS}\n{self.text()}")


def texts_in(journal: Path) -> list[tuple[float, str]]:
    """Return which SMS the gateways accepted, and when: each brings the address of its receipt."""
    return [
        (one["at"], f"<{found[0]}@example.org>" if (found := NAME.search(one["callback"])) else "?")
        for one in gateways.accepted(journal)
    ]


def firsts_of_repeats(accepted: Sequence[tuple[float, str]]) -> list[float]:
    """Return when those messages that arrived more than once arrived first."""
    first: dict[str, float] = {}
    again = set()
    for at, name in accepted:
        if name in first:
            again.add(name)
        first.setdefault(name, at)
    return [first[name] for name in again]
