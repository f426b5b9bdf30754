"""What serves a request refuses to start where the second belt cannot hold, and says why."""

import os
import subprocess
import sys

import psycopg
import pytest
from django.db import OperationalError, connection

from portal import belt
from portal.embedded import SUPERUSER
from portal.prepare import manage
from tests.database import app_role
from tests.own_database import Database
from tests.servers import running_servers

WEB = [sys.executable, "-m", "gunicorn", "--config=deploy/gunicorn.conf.py", "portal.wsgi"]
LOADED = [sys.executable, "-c", "import portal.wsgi; print('ready')"]  # as each of its workers does
CELERY = [sys.executable, "-m", "celery", "--app=portal", "--quiet"]
LOOP = [str(word) for word in manage("dispatch_reminders", "--loop")]
SECONDS = 60


@pytest.fixture(scope="module")
def database():
    """A database of our own, whose roles and tables these tests may spoil."""
    made = Database("belt")
    yield made
    made.drop()


@pytest.fixture
def admin(database):
    """The superuser, in that database."""
    address = running_servers().postgresql.url(SUPERUSER, database.name)
    with psycopg.connect(address, autocommit=True) as one:
        yield one


def started(command, database, role="portal_app"):
    """Start a program as a role, and return how it ended."""
    url = running_servers().postgresql.url(role, database.name)
    env = os.environ | running_servers().environment(database.name)
    return subprocess.run(  # noqa: S603
        command,
        env=env | {"DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


def refused(ended, why):
    """Answer whether it ended at once, with that one sentence and nothing a reader must decode."""
    said = [line for line in ended.stderr.splitlines() if line.startswith("The portal does not")]
    assert said, ended.stderr
    assert why in said[0]
    assert "Traceback" not in ended.stderr
    return ended.returncode == belt.UNFIT


@pytest.fixture
def past_policies():
    """Another role that the application may take on, for a moment, and that no policy binds."""
    name = f"past_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    address = running_servers().postgresql.url(SUPERUSER, "postgres")
    with psycopg.connect(address, autocommit=True) as one:
        one.execute(f"CREATE ROLE {name} BYPASSRLS")
        one.execute(f"GRANT {name} TO portal_app WITH INHERIT FALSE, SET TRUE")
        yield name
        one.execute(f"DROP ROLE {name}")


def test_the_web_server_does_not_start_as_superuser(database):
    ended = started([*WEB, "--bind=127.0.0.1:0", "--workers=1"], database, SUPERUSER)
    assert refused(ended, "role postgres is a superuser")


def test_a_role_that_no_policy_binds_is_named(past_policies, db):
    with app_role(), connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {past_policies}")
        (fault,) = belt.faults()
    assert f"{past_policies} has BYPASSRLS" in fault


def test_a_worker_does_not_start_as_the_owner(database):
    ended = started([*CELERY, "worker", "--pool=solo"], database, "portal_owner")
    assert refused(ended, "role portal_owner owns access_")


def test_beat_does_not_start_while_a_table_of_people_is_open(admin, database):
    admin.execute("ALTER TABLE participants_step DISABLE ROW LEVEL SECURITY")
    try:
        ended = started([*CELERY, "beat"], database)
    finally:
        admin.execute("ALTER TABLE participants_step ENABLE ROW LEVEL SECURITY")
    assert refused(ended, "row-level security is off, or without a policy, for participants_step:")


def test_a_command_of_ours_does_not_start_when_one_page_could_see_two_states(admin, database):
    at = f"ALTER DATABASE {database.name} {{}} default_transaction_isolation"
    admin.execute(at.format("SET") + " = 'repeatable read'")
    try:
        ended = started(LOOP, database)
    finally:
        admin.execute(at.format("RESET"))
    assert refused(ended, "its transactions are repeatable read by default")


def test_everything_starts_as_the_role_of_web_and_worker(database):
    assert started(LOADED, database).stdout == "ready\n"


def test_a_database_that_is_away_is_no_reason_to_refuse(transactional_db):
    before = connection.settings_dict["HOST"]
    connection.close()
    connection.settings_dict["HOST"] = "/nowhere"
    try:
        with pytest.raises(OperationalError):
            connection.ensure_connection()
        assert belt.refuse_to_start() is None
    finally:
        connection.settings_dict["HOST"] = before


@pytest.mark.parametrize(
    ("change", "table"),
    [
        ("ALTER TABLE participants_participant DISABLE ROW LEVEL SECURITY", "participant"),
        ("ALTER TABLE activities_guest DISABLE ROW LEVEL SECURITY", "guest"),
        ("CREATE TABLE portal_letter (participant_id bigint)", "portal_letter"),
        (
            "CREATE TABLE portal_letter (participants bigint[]);"
            "ALTER TABLE portal_letter ENABLE ROW LEVEL SECURITY",
            "portal_letter",
        ),
    ],
)
def test_an_open_table_is_named(db, change, table):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE;" + change)
    with app_role():
        (fault,) = belt.faults()
    assert table in fault


def test_nothing_is_wrong_with_the_tables_as_they_are(db):
    with app_role():
        assert list(belt.faults()) == []


def test_times_under_which_a_text_could_go_twice_are_refused(database, monkeypatch):
    monkeypatch.setenv("REMINDER_CALL", "40")
    ended = started(LOOP, database)
    assert ended.returncode
    assert "Set REMINDER_LEASE above REMINDER_MARGIN, and that above REMINDER_CALL." in ended.stderr
