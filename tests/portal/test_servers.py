"""The ground that every other test stands on."""

import psycopg
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import ProgrammingError, connection, transaction

from tests.servers import as_owner

SETTINGS = "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)"


def ask(question, *values):
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchall()


def test_suite_runs_as_the_role_of_web_and_worker(db):
    assert ask(
        "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    ) == [("portal_app", False, False)]
    assert ask("SELECT count(*) FROM pg_class WHERE relowner = 'portal_app'::regrole") == [(0,)]


def test_time_outs_stand_on_the_role(db):
    names = ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"]
    assert dict(ask(SETTINGS, names)) == dict(zip(names, ["5000", "3000", "15000"], strict=True))


def test_swedish_letters_have_case(db):
    assert ask("SELECT upper('åäö'), 'Åsa' ILIKE 'åsa'") == [("ÅÄÖ", True)]


def test_application_may_not_change_the_schema(db):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        ask("CREATE TABLE mine (one int)")
    with pytest.raises(ProgrammingError, match="must be owner"), transaction.atomic():
        ask("DROP TABLE django_migrations")


def test_arranging_as_owner_ends_with_the_block(db):
    with as_owner():
        assert ask("SELECT current_user") == [("portal_owner",)]
    assert ask("SELECT current_user") == [("portal_app",)]
    with pytest.raises(ZeroDivisionError), as_owner():
        raise ZeroDivisionError
    assert ask("SELECT current_user") == [("portal_app",)]


@pytest.mark.parametrize("time", ["first", "second"])
def test_what_one_test_commits_the_next_does_not_see(transactional_db, time):
    assert not ContentType.objects.filter(app_label="left behind").exists()
    ContentType.objects.create(app_label="left behind", model=time)
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as other:
        seen = other.execute(
            "SELECT model FROM django_content_type WHERE app_label = 'left behind'"
        )
        assert seen.fetchall() == [(time,)]
