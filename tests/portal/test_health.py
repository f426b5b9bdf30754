"""What the balancer and the alarms are told."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from portal.reminders.operations import heartbeats

NOBODY_LISTENS = "redis://127.0.0.1:1/0"


@pytest.fixture
def without_database(transactional_db):
    """The database has gone away, and comes back after the test."""
    before = connection.settings_dict["HOST"]
    connection.close()
    connection.settings_dict["HOST"] = "/nowhere"
    yield
    connection.close()
    connection.settings_dict["HOST"] = before


def test_balancer_asks_by_address_and_the_process_lives(client):
    answer = client.get("/healthz", headers={"host": "10.0.0.7"})
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_everything_in_order_is_ready(client, db):
    heartbeats.beat("loop")
    heartbeats.beat("watch")
    answer = client.get("/readyz")
    assert answer.status_code == 200
    in_order = ("database", "migrations", "broker", "log", "reminders")
    assert answer.json() == dict.fromkeys(in_order, "ok")
    assert answer["Cache-Control"] == "no-store"


def test_dead_broker_only_degrades(client, db, settings):
    settings.REDIS_URL = NOBODY_LISTENS
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["broker"] == "degraded"


def test_dead_database_is_not_ready_but_the_process_lives(client, without_database):
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "database": "down",
        "migrations": "unknown",
        "broker": "ok",
        "log": "unknown",
        "reminders": "unknown",
    }
    assert client.get("/healthz").status_code == 200


def test_missing_migration_is_not_ready(client, db):
    MigrationRecorder(connection).record_unapplied("portal", "0001_initial")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "database": "ok",
        "migrations": "missing",
        "broker": "ok",
        "log": "unknown",
        "reminders": "unknown",
    }


def test_database_ahead_of_the_code_is_ready(client, db):
    MigrationRecorder(connection).record_applied("portal", "9999_from_the_next_release")
    assert client.get("/readyz").status_code == 200
