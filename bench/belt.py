"""Row-level security, taken off for a moment to see what it costs."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

    from bench.servers import Servers

CLOSED = "SELECT relname FROM pg_class WHERE relrowsecurity AND relkind IN ('r', 'p')"


@contextmanager
def off(servers: Servers, database: str) -> Iterator[None]:
    """Open every closed table to the application, until the block ends."""
    with servers.superuser(database) as admin:
        tables = [name for (name,) in admin.execute(CLOSED).fetchall()]
        _set(admin, tables, "DISABLE")
        try:
            yield
        finally:
            _set(admin, tables, "ENABLE")


def _set(admin: psycopg.Connection, tables: list[str], what: str) -> None:
    for table in tables:
        admin.execute(f"ALTER TABLE {table} {what} ROW LEVEL SECURITY")  # type: ignore[arg-type]
