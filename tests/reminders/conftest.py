"""A database clock that can be moved, and kinds of reminders that only tests have."""

import pytest
from django.core import mail
from django.db import connection

from portal.reminders import dispatcher, kinds
from tests.reminders import probe
from tests.servers import as_owner

# Found before the real ones by statements of ours; functions with a path of their own keep theirs.
CLOCK = """
CREATE SCHEMA IF NOT EXISTS moved;
GRANT USAGE ON SCHEMA moved TO portal_app;
CREATE OR REPLACE FUNCTION moved.now() RETURNS timestamptz STABLE LANGUAGE sql
  AS $$ SELECT current_setting('moved.now')::timestamptz $$;
CREATE OR REPLACE FUNCTION moved.statement_timestamp() RETURNS timestamptz STABLE LANGUAGE sql
  AS $$ SELECT current_setting('moved.now')::timestamptz $$;
"""


@pytest.fixture
def clock(db):
    """Return a function that sets the database's clock, until the test is rolled back."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(CLOCK)

    def show(moment):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('moved.now', %s, true)", [moment.isoformat()])
            cursor.execute("SET LOCAL search_path = moved, pg_catalog, public")

    return show


@pytest.fixture
def dispatch(clock):
    """Run one pass at a moment; return the counts and what was sent."""

    def at(moment):
        clock(moment)
        mail.outbox.clear()
        counts = dispatcher.run()
        return counts, list(mail.outbox)

    return at


@pytest.fixture
def probe_kind():
    """A kind whose subjects are accounts, so that it is due whenever a test wants."""
    kinds.register(probe.PROBE)
    yield probe.PROBE
    del kinds.registry.kinds[probe.PROBE.code]
