"""Charts as SVG from the server: no script, no inline style, and a table below each.

Widths are per cent and heights are em: marks follow the column, text follows the reader's size.
Numbers go through `format_html`, because a template would write 1,5 and break the drawing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.utils.functional import _StrOrPromise

type Row = tuple[_StrOrPromise, int | None]  # None: too few to show (interface.md 2.3)

# em
BAR_ROW = 3.2  # one line of text, one bar, air
COLUMNS_HIGH = 9
GRID_ROW = 2.2  # a figure, a thin bar below it, air
GRID_NAMES = 12  # per cent of the width, for the names of the rows
TEXT_LINE = 1.6
TOO_SMALL = 10  # the least that a whole bar stands for beside one that is too small to show
FEW = 2  # how much of a bar stands for "fewer than 5"
COLOURS = ("c1", "c2", "c3", "c4")  # at most four: two colours and a light one, then grey


@dataclass(frozen=True)
class Words:
    """What a chart says to those who do not see it, and what keeps its ids unique."""

    chart_id: str
    title: _StrOrPromise
    conclusion: _StrOrPromise  # "Samira has 22 people, more than 20", never "a bar chart"


@dataclass(frozen=True)
class Limit:
    """A line that should not be crossed."""

    value: int
    label: _StrOrPromise


def hbar(
    data: Sequence[Row], words: Words, limit: Limit | None = None, limits: Sequence[int] = ()
) -> SafeString:
    """Draw a bar for each name; one above its limit changes colour and gets a triangle.

    Give one `limit` for a line through all bars, or `limits`, one for each bar, when they differ.
    """
    top = TEXT_LINE if limit else 0
    height = round(top + BAR_ROW * len(data), 2)
    least = TOO_SMALL if any(value is None for _name, value in data) else 1
    whole = max([*map(size, data), *limits, limit.value if limit else 0, least])
    own = limits or [limit.value if limit else whole] * len(data)
    bars = []
    for place, (row, most) in enumerate(zip(data, own, strict=True)):
        over = row[1] is not None and row[1] > most
        bars.append(
            (
                round(top + place * BAR_ROW + 1.1, 2),
                row[0],
                said(row[1]),
                of_at_most(most) if limits else "",
                " ▲" if over else "",
                "c2" if over else "c3" if row[1] is None else "c1",
                round(top + place * BAR_ROW + 1.5, 2),
                share(size(row), whole),
            )
        )
    marks = format_html_join(
        "",
        '<text x="0" y="{}em">{} <tspan class="v">{}</tspan>{}{}</text>'
        '<rect class="{}" x="0" y="{}em" width="{}%" height="1.2em" rx="4"/>',
        bars,
    )
    lines = limit_line(limit, whole, height) + own_limits(limits, whole)
    return figure(words, height, marks + lines, data)


def of_at_most(most: int) -> str:
    """Say a bar's own limit, after its figure."""
    return " " + _("of at most %(limit)d") % {"limit": most}


def own_limits(limits: Sequence[int], whole: int) -> SafeString:
    """Draw a short line across each bar where its own limit is."""
    drawn = (
        (share(most, whole), round(place * BAR_ROW + 1.3, 2), round(place * BAR_ROW + 2.9, 2))
        for place, most in enumerate(limits)
    )
    return format_html_join(
        "", '<line class="limit own" x1="{0}%" x2="{0}%" y1="{1}em" y2="{2}em"/>', drawn
    )


def limit_line(limit: Limit | None, whole: int, height: float) -> SafeString:
    """Draw the line, and its word on the side where there is room."""
    if limit is None:
        return SafeString("")
    x = share(limit.value, whole)
    return format_html(
        '<text x="{x}%" y="1.1em" text-anchor="{anchor}">{label}</text>'
        '<line class="limit" x1="{x}%" x2="{x}%" y1="1.5em" y2="{height}em"/>',
        x=x,
        anchor="end" if x > 50 else "start",  # noqa: PLR2004 - the middle
        label=limit.label,
        height=height,
    )


def stacked(data: Sequence[Row], words: Words) -> SafeString:
    """Draw one bar in parts, such as the phases of a caseload, with a legend of words below."""
    whole = sum(map(size, data)) or 1
    parts, legend, at = [], [], 0.0
    for place, (name, value) in enumerate(data):
        colour = COLOURS[place % len(COLOURS)]
        width = share(size((name, value)), whole)
        parts.append((colour, round(at, 1), max(width - 0.4, 0)))
        legend.append((colour, name, said(value)))
        at += width
    marks = format_html_join(
        "", '<rect class="{}" x="{}%" y="0" width="{}%" height="2.4em" rx="4"/>', parts
    )
    key = format_html_join(
        "",
        '<li><svg class="chart" aria-hidden="true"><rect class="{}" width="100%" height="100%"'
        ' rx="3"/></svg><span>{} <b>{}</b></span></li>',
        legend,
    )
    below = format_html('<ul class="legend">{}</ul>', key)
    return figure(words, 2.4, marks, data, below)


def columns(data: Sequence[Row], words: Words) -> SafeString:
    """Draw a column for each month, from zero; every value stands above its column."""
    whole = max([*map(size, data), 0]) or 1
    slot = 100 / (len(data) or 1)
    drawn = []
    for place, (name, value) in enumerate(data):
        tall = round(COLUMNS_HIGH * size((name, value)) / whole, 2)
        middle = round(slot * (place + 0.5), 2)
        top = round(TEXT_LINE + COLUMNS_HIGH - tall, 2)
        drawn.append(
            (
                *("c1", round(slot * (place + 0.15), 2), top, round(slot * 0.7, 2), tall),
                *(middle, round(top - 0.4, 2), "<5" if value is None else value),
                *(middle, round(TEXT_LINE + COLUMNS_HIGH + 1.3, 2), str(name)[:1]),
            )
        )
    marks = format_html_join(
        "",
        '<rect class="{}" x="{}%" y="{}em" width="{}%" height="{}em" rx="3"/>'
        '<text class="v" x="{}%" y="{}em" text-anchor="middle">{}</text>'
        '<text x="{}%" y="{}em" text-anchor="middle">{}</text>',
        drawn,
    )
    floor = TEXT_LINE + COLUMNS_HIGH
    base = format_html(
        '<line class="base" x1="0" x2="100%" y1="{0}em" y2="{0}em"/>', round(floor, 2)
    )
    return figure(words, floor + TEXT_LINE, base + marks, data)


def grid(
    data: Sequence[tuple[str, Sequence[int]]], across: Sequence[tuple[str, str]], words: Words
) -> SafeString:
    """Draw a row of small bars for each name, under a heading each: hours by weekday, say.

    `across` holds a short heading for the drawing and the whole word for the table.
    """
    slot = (100 - GRID_NAMES) / (len(across) or 1)
    heads = [
        (round(GRID_NAMES + slot * column, 2), short) for column, (short, _) in enumerate(across)
    ]
    names = [
        (round(TEXT_LINE + (place + 1) * GRID_ROW - 0.4, 2), name)
        for place, (name, _values) in enumerate(data)
    ]
    marks = format_html_join("", '<text x="{}%" y="1.1em">{}</text>', heads)
    marks += format_html_join("", '<text x="0" y="{}em">{}</text>', names)
    marks += format_html_join(
        "",
        '<rect x="{0}%" y="{1}em" width="{2}%" class="{3}" height="{4}em" rx="2"/>'
        '<text class="v" x="{0}%" y="{5}em">{6}</text>',
        cells([values for _name, values in data], slot),
    )
    return drawn(
        words, TEXT_LINE + GRID_ROW * len(data) + 1, marks, grid_table(data, across, words)
    )


def cells(rows: Sequence[Sequence[int]], slot: float) -> Iterator[tuple[object, ...]]:
    """Return where each bar of a grid stands, how long it is, and the figure above it."""
    whole = max((value for values in rows for value in values), default=0) or 1
    for place, values in enumerate(rows):
        floor = TEXT_LINE + (place + 1) * GRID_ROW
        for column, value in enumerate(values):
            left = round(GRID_NAMES + slot * column, 2)
            wide = round(slot * max(0.85 * value / whole, 0.1), 2)
            bar = ("c1", 0.5) if value else ("c4", 0.1)
            yield left, round(floor - 0.2, 2), wide, *bar, round(floor - 0.4, 2), value or ""


def grid_table(
    data: Sequence[tuple[str, Sequence[int]]], across: Sequence[tuple[str, str]], words: Words
) -> SafeString:
    """Return the table that says what a grid draws; on a narrow screen it scrolls by itself."""
    head = format_html_join(
        "",
        '<th class="n" scope="col">{}<span class="vh">{}</span></th>',
        [(short, word.removeprefix(short)) for short, word in across],
    )
    rows = format_html_join(
        "",
        '<tr><th class="n" scope="row">{}</th>{}</tr>',
        [
            (name, format_html_join("", '<td class="n">{}</td>', [(one,) for one in values]))
            for name, values in data
        ],
    )
    return format_html(
        '<div class="scroll" role="region" tabindex="0" aria-label="{title}"><table class="t">'
        '<caption class="vh">{title}</caption><thead><tr><td></td>{head}</tr></thead>'
        "<tbody>{rows}</tbody></table></div>",
        title=words.title,
        head=head,
        rows=rows,
    )


def size(row: Row) -> int:
    """Return how much to draw; what is too small to show gets the same little mark always."""
    return FEW if row[1] is None else row[1]


def said(value: int | None) -> str | int:
    """Return a figure in words where it would point somebody out."""
    return _("fewer than 5") if value is None else value


def share(value: float, whole: float) -> float:
    """Return a width in per cent."""
    return round(100 * value / whole, 1)


def figure(
    words: Words,
    height: float,
    marks: SafeString,
    data: Sequence[Row],
    below: SafeString | str = "",
) -> SafeString:
    """Put drawing, conclusion and table together; with nothing to draw, the words are enough."""
    if not data:
        return format_html('<p class="muted">{}</p>', words.conclusion)
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}</th><td class="n">{}</td></tr>',
        [(name, said(value)) for name, value in data],
    )
    table = format_html(
        '<table class="t"><caption class="vh">{}</caption><tbody>{}</tbody></table>',
        words.title,
        rows,
    )
    return drawn(words, height, marks, table, below)


def drawn(
    words: Words,
    height: float,
    marks: SafeString,
    table: SafeString,
    below: SafeString | str = "",
) -> SafeString:
    """Put a drawing together with its conclusion and with the table that says the same."""
    return format_html(
        '<svg class="chart" width="100%" height="{height}em" role="img"'
        ' aria-labelledby="{id}-title {id}-desc"><title id="{id}-title">{title}</title>'
        '<desc id="{id}-desc">{desc}</desc><g aria-hidden="true">{marks}</g></svg>{below}'
        "<details><summary>{show}</summary>{table}</details>",
        id=words.chart_id,
        height=round(height, 2),
        title=words.title,
        desc=words.conclusion,
        marks=marks,
        below=below,
        show=_("Show as a table"),
        table=table,
    )
