"""The floor of a page: its own SQL and its own words, in a bare template.

A request with the heading `X-Record` opens the real page, and keeps the statements that its view
sent and the words of each row that it showed. One with `X-Floor` never comes to the view: it sends
the same statements again and shows the same words in plain cells. Session, account, actor and
`base.html` cost what they cost everywhere; what is left out is the page's own Python and markup.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.shortcuts import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    type Answer = Callable[[HttpRequest], HttpResponse]

MAIN = re.compile(r"<main.*?</main>", re.DOTALL)
ROW = re.compile(r"<(?:tr|li|article)\b.*?(?=<(?:tr|li|article|/table|/[uo]l|/main)\b)", re.DOTALL)
TAG = re.compile(r"<svg.*?</svg>|<[^>]*>", re.DOTALL)
STATEMENTS = ("SELECT", "(SELECT", "INSERT", "UPDATE", "WITH")


@dataclass(frozen=True)
class Recorded:
    """What a page asks the database, and the words of each row that it shows."""

    statements: list[tuple[str, Any]]
    rows: list[list[str]]


RECORDED: dict[str, Recorded] = {}


def recording(get_response: Answer) -> Answer:
    """Keep a page, or answer with its floor: the last middleware, so in place of the view alone."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if name := request.headers.get("X-Floor"):
            return floor(request, RECORDED[name])
        if name := request.headers.get("X-Record"):
            statements: list[tuple[str, Any]] = []
            with connection.execute_wrapper(_keeping(statements)):
                response = get_response(request)
            RECORDED[name] = Recorded(statements, _rows(response.text))
            return response
        return get_response(request)

    return middleware


def floor(request: HttpRequest, known: Recorded) -> HttpResponse:
    """Ask what the page asks, read the answers to their end, and show the words."""
    with connection.cursor() as cursor:
        for sql, params in known.statements:
            cursor.execute(sql, params)
            if cursor.description:
                cursor.fetchall()
    return render(request, "bench/floor.html", {"rows": known.rows})


def _keeping(statements: list[tuple[str, Any]]) -> Callable[..., Any]:
    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        if sql.lstrip().startswith(STATEMENTS):
            statements.append((sql, params))
        return execute(sql, params, many, context)

    return keep


def _rows(page: str) -> list[list[str]]:
    """Return the words of each row, cell by cell."""
    shown = MAIN.search(page)
    rows = (TAG.split(row) for row in ROW.findall(shown[0] if shown else ""))
    return [[html.unescape(" ".join(cell.split())) for cell in row if cell.strip()] for row in rows]
