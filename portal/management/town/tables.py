"""Fill tables with COPY: rows are collected, and written a batch at a time."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import NOT_PROVIDED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db import models
    from django.db.backends.utils import CursorWrapper

type Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows on their way into a table, each with the same last values."""

    copy: str
    rows: list[Row]
    same: Row

    def write(self, cursor: CursorWrapper) -> None:
        """Write them; does nothing when there are none."""
        if self.rows:
            with cursor.copy(self.copy) as copy:
                for row in self.rows:
                    copy.write_row(row + self.same)


class Table:
    """The rows of one model on their way; every row gets the next number as its key."""

    def __init__(self, model: type[models.Model], *names: str) -> None:
        fields = {one.attname: one for one in model._meta.concrete_fields}
        self.name = model._meta.db_table
        self.count = 0
        self._rows: list[Row] = []
        same = {name: _default(one) for name, one in fields.items() if name not in names}
        self._same = tuple(value for value in same.values() if value is not None)
        told = [name for name, value in same.items() if value is not None]
        columns = ", ".join(str(fields[name].column) for name in ("id", *names, *told))

        self._copy = f"COPY {self.name} ({columns}) FROM STDIN"

    def add(self, *values: object) -> int:
        """Take a row, its values in the order of the columns; return its key."""
        self.count += 1
        self._rows.append((self.count, *values))
        return self.count

    def take(self) -> Batch:
        """Return what has been collected, and begin anew."""
        batch = Batch(self._copy, self._rows, self._same)
        self._rows = []
        return batch

    def set_sequence(self, cursor: CursorWrapper) -> None:
        """Let the database go on counting where we stopped."""
        if self.count:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [self.name, self.count]
            )


def _default(field: Any) -> object:
    """Return what a column holds when the rows do not say; None leaves it to the database."""
    if field.primary_key or field.generated or field.db_default is not NOT_PROVIDED:
        return None
    if field.has_default() and field.default in {list, dict}:
        return field.get_default()
    if field.has_default() and not callable(field.default):
        default = field.get_default()
        return int(default) if isinstance(default, int) and default is not True else default
    if field.null:
        return None
    if field.empty_strings_allowed and field.blank:
        return ""
    message = f"{field} has no value that all rows could share"
    raise TypeError(message)


CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype
FROM pg_constraint
WHERE conrelid = ANY (%s::regclass[]) AND contype IN ('f', 'u', 'x')
ORDER BY contype = 'f', conrelid::regclass::text, conname
"""
INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = ANY (%s::regclass[])
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
ORDER BY 1
"""


@contextmanager
def bare(cursor: CursorWrapper, names: Sequence[str]) -> Iterator[None]:
    """Take foreign keys, unique constraints, indexes and triggers off, and put them all back.

    Millions of rows are checked in one go at the end instead of one by one. What does not hold
    then fails as it would have before, and the transaction with it.
    """
    cursor.execute(CONSTRAINTS, [list(names)])
    constraints = cursor.fetchall()
    cursor.execute(INDEXES, [list(names)])
    indexes = cursor.fetchall()
    for table in names:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for table, name, _definition, _kind in reversed(constraints):
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    for _name, definition in indexes:
        cursor.execute(definition)
    for table, name, definition, _kind in constraints:
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    for table in names:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
