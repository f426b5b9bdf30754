"""The ground that every other test stands on."""

from contextlib import contextmanager

import psycopg
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import ProgrammingError, connection, transaction

from tests.database import app_role

SETTINGS = "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)"


def ask(question, *values):
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchall()


def test_suite_runs_as_the_role_of_web_and_worker(db):
    with app_role():
        role = ask(
            "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
    assert role == [("portal_app", False, False)]
    assert ask("SELECT count(*) FROM pg_class WHERE relowner = 'portal_app'::regrole") == [(0,)]


def test_time_outs_stand_on_the_role(db):
    names = ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"]
    assert dict(ask(SETTINGS, names)) == dict(zip(names, ["5000", "3000", "15000"], strict=True))


def test_swedish_letters_have_case(db):
    assert ask("SELECT upper('åäö'), 'Åsa' ILIKE 'åsa'") == [("ÅÄÖ", True)]


@contextmanager
def refused(why):
    """Expect that the application is not allowed to."""
    with app_role(), pytest.raises(ProgrammingError, match=why), transaction.atomic():
        yield


def test_application_may_not_change_the_schema(db):
    with refused("permission denied"):
        ask("CREATE TABLE mine (one int)")
    with refused("must be owner"):
        ask("DROP TABLE django_migrations")


def test_a_test_arranges_as_owner_and_a_request_is_made_as_the_application(db):
    assert ask("SELECT current_user") == [("portal_owner",)]
    with app_role():
        assert ask("SELECT current_user") == [("portal_app",)]
    assert ask("SELECT current_user") == [("portal_owner",)]


@pytest.mark.parametrize("time", ["first", "second"])
def test_what_one_test_commits_the_next_does_not_see(transactional_db, time):
    assert not ContentType.objects.filter(app_label="left behind").exists()
    ContentType.objects.create(app_label="left behind", model=time)
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as other:
        seen = other.execute(
            "SELECT model FROM django_content_type WHERE app_label = 'left behind'"
        )
        assert seen.fetchall() == [(time,)]
