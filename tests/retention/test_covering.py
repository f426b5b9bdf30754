"""A new table about a person fails here until it is said how its rows go."""

from importlib import import_module

from django.apps import apps
from django.db import connection

from participants.models import Item, Participant

DECIDED = import_module("portal.pages.retention.migrations.0002_nothing_goes_without_a_decision")

# What names a person and goes by itself, each with how.
OTHERWISE = {
    "portal_auditevent": "the log has its own retention, by month (R22)",
    "log_finding": "what is asked about the log stays with the log",
    "retention_entry": "goes with its decision",
    "overview_mark": "taken by the next count, within a minute",
}


def tables_of(is_meant):
    return {
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.managed and is_meant(model)
    }


def test_every_table_of_items_is_covered():
    assert set(DECIDED.ITEMS) == tables_of(lambda model: issubclass(model, Item))


def test_every_table_with_a_person_in_it_is_covered():
    def names_a_person(model):
        fields = model._meta.concrete_fields
        return any(
            one.name in {"participant_id", "participants"} or one.related_model is Participant
            for one in fields
        )

    covered = {*DECIDED.ITEMS, *DECIDED.FRAME, *DECIDED.DERIVED, *OTHERWISE}
    assert tables_of(names_a_person) == covered


def test_database_removes_from_every_table_that_is_covered(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'retention_remove'")
        (body,) = cursor.fetchone()
        cursor.execute("SELECT pg_get_viewdef('retention_item'::regclass)")
        (view,) = cursor.fetchone()
    for table in (*DECIDED.ITEMS, *DECIDED.FRAME, *DECIDED.DERIVED):
        assert f"FROM {table} one WHERE" in body, table
    for table in DECIDED.ITEMS:
        assert f"FROM {table}" in view, table
