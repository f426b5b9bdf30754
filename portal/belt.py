"""Refuse to serve where the second belt cannot hold: one question to PostgreSQL, once a process.

Policies bind neither a superuser nor an owner, and a table whose policies are switched off binds
nobody, without a word from any page. So web, worker, beat and our own commands ask before they
begin (reliability.md 4.3). A database that is away is no reason: `/readyz` tells of that.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

from django.db import DatabaseError, connection, connections, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.postgresql.base import DatabaseWrapper

UNFIT = 3  # how to end: at this code gunicorn gives up instead of starting the worker anew

# Who we are, what we own (as PostgreSQL itself judges it), and which of the tables that we may read
# are about people and open: those with a person's column, that which it points at, and those that
# have a policy.
ASK = r"""
SELECT current_user,
  (SELECT bool_or(rolsuper) FROM pg_roles WHERE rolname IN (current_user, session_user)),
  (SELECT bool_or(rolbypassrls) FROM pg_roles WHERE rolname IN (current_user, session_user)),
  ARRAY(
    SELECT relname::text FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_has_role(relowner, 'USAGE')
      AND nspname NOT LIKE 'pg\_%%' AND nspname <> 'information_schema'
    ORDER BY 1),
  ARRAY(
    SELECT c.relname::text FROM pg_class c
    CROSS JOIN LATERAL (
      SELECT EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid) AS has_policy,
        EXISTS (
          SELECT FROM pg_attribute
          WHERE attrelid = c.oid AND attname IN ('participant_id', 'participants')
            AND NOT attisdropped AND has_column_privilege(c.oid, attnum, 'SELECT')
          UNION ALL
          SELECT FROM pg_constraint f JOIN pg_attribute a
            ON a.attrelid = f.conrelid AND a.attnum = ANY (f.conkey)
          WHERE f.contype = 'f' AND f.confrelid = c.oid AND a.attname = 'participant_id'
            AND has_table_privilege(c.oid, 'SELECT')) AS has_person) AS found
    WHERE c.relkind IN ('r', 'p') AND (has_policy OR has_person)
      AND NOT (c.relrowsecurity AND has_policy)
    ORDER BY 1),
  current_setting('transaction_isolation')
"""


def faults() -> Iterator[str]:
    """Yield what is wrong with the role or the tables, each with what to do."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ASK)
        role, is_superuser, is_past_policies, owned, is_open, isolation = cursor.fetchone()
    instead = "let DATABASE_URL name portal_app (deploy/roles.sql)"
    if is_superuser:
        yield f"its database role {role} is a superuser, whom no policy binds: {instead}"
    elif is_past_policies:
        yield f"its database role {role} has BYPASSRLS, so no policy binds it: {instead}"
    elif owned:
        yield f"its database role {role} owns {named(owned)}, where no policy binds it: {instead}"
    if is_open:
        yield f"row-level security is off, or without a policy, for {named(is_open)}: run migrate"
    if isolation != "read committed":
        yield f"its transactions are {isolation} by default: let them be read committed"


def named(tables: list[str]) -> str:
    """Return the first few by name, and how many more there are."""
    few = 3
    more = f" and {len(tables) - few} more" if len(tables) > few else ""
    return ", ".join(tables[:few]) + more


def refuse_to_start(**_: object) -> None:
    """End the process with one sentence if pages from here could show what they should not."""
    try:
        wrong = next(faults(), "")
    except DatabaseError:
        return
    finally:
        connection.close()
        cast("DatabaseWrapper", connections["default"]).close_pool()  # before anybody forks
    if wrong:
        sys.stderr.write(f"The portal does not start: {wrong}.\n")
        sys.stderr.flush()
        sys.exit(UNFIT)
