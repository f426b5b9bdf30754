"""Beside a decision stands who is told when it is late, though another one was to watch it."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("portal.pages.record.migrations.0002_record_holds_what_is_waited_for")
WATCHER = "WHERE m.id = held.watcher_id)"
TOLD = """WHERE m.id = reader_of(held.watcher_id, held.participant_id, held.info_type,
                              held.owner_id, held.public_id))"""


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0002_record_holds_what_is_waited_for"),
        ("participants", "0019_who_stands_in_for_a_colleague"),
    ]

    operations = [migrations.RunSQL(BEFORE.CURRENT.replace(WATCHER, TOLD), BEFORE.CURRENT)]
