"""What a page asks of the database: how many questions, by which plan, over how many pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.pages import Page

READS = ("SELECT", "(SELECT", "WITH")
WRITES = ("INSERT", "UPDATE", "DELETE")
LOGS = "INSERT INTO portal_auditevent"  # a line that is read back: WITH line AS (INSERT ...)
# What every page asks before its own view does, of whoever is signed in. In a small town these
# tables fill one page each, which any plan reads whole.
OF_WHOEVER = ('FROM "django_session"', 'FROM "portal_user"', "app.user_id")


@dataclass(frozen=True)
class Asked:
    """The questions of one page, and the pages of 8 kB that PostgreSQL turned for them."""

    queries: int
    writes: int
    buffers: int
    own_buffers: int  # without those that find out who asks
    plans: tuple[Any, ...]  # likewise


def of(page: Page) -> Asked:
    """Open the page once, and ask its questions again with EXPLAIN."""
    browser = Client(headers={"host": "localhost"})
    name, _, value = page.cookie.partition("=")
    if name:
        browser.cookies[name] = value
    browser.get(page.path)  # what is only done once a process
    with CaptureQueriesContext(connection) as captured:
        answer = browser.get(page.path)
    if answer.status_code != 200:  # noqa: PLR2004
        message = f"{page.path} answers {answer.status_code}"
        raise RuntimeError(message)
    statements = [one["sql"] for one in captured.captured_queries]
    reads = [sql for sql in statements if sql.lstrip().startswith(READS) and LOGS not in sql]
    writes = [sql for sql in statements if sql.lstrip().startswith(WRITES) or LOGS in sql]
    with transaction.atomic():
        explained = [(sql, _explain(sql)) for sql in reads]
    own = [plan for sql, plan in explained if not any(words in sql for words in OF_WHOEVER)]
    return Asked(
        queries=len(reads) + len(writes),
        writes=len(writes),
        buffers=sum(_buffers(plan) for _sql, plan in explained),
        own_buffers=sum(_buffers(plan) for plan in own),
        plans=tuple(tuple(_shape(plan)) for plan in own),
    )


def _explain(sql: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + sql.replace("%", "%%"), [])
        plan: dict[str, Any] = cursor.fetchone()[0][0]["Plan"]
    return plan


def _buffers(plan: dict[str, Any]) -> int:
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])


def _shape(plan: dict[str, Any]) -> Iterator[str]:
    """Yield what is done in which order, without the numbers."""
    yield f"{plan['Node Type']} {plan.get('Index Name', plan.get('Relation Name', ''))}"
    for part in plan.get("Plans", []):
        yield from _shape(part)
