"""A row of a caseload holds the earliest day on which an answer is counted: *Beslut dröjer*.

As the day of the next step it is compared with today when the list is read, so nothing need follow
the clock. No row is filled: decisions that are waited for come with the same release.
"""

import re
from importlib import import_module

from django.db import migrations, models

BEFORE = import_module("participants.migrations.0004_caseload_holds_what_its_list_shows")
NOW = import_module("participants.migrations.0009_access_asks_what_is_handed_out")
TEAM = import_module("participants.migrations.0002_access_follows_the_team")

OPENED = re.sub(r"\bs\.", "d.", NOW.with_release(BEFORE.OPENED.format(what="1")))
CASELOAD = NOW.with_release(BEFORE.CASELOAD)
COLUMNS = (*BEFORE.BEFORE, *BEFORE.COPIED)


def with_decisions(view):
    """Return the view with one more column, of what the colleague may read."""
    column = "p.sort_key,\n       decision.expected_on AS decision_on\nFROM ("
    return view.replace("p.sort_key\nFROM (", column).replace(
        ") step ON true;",
        f""") step ON true
LEFT JOIN LATERAL (
  SELECT min(d.expected_on) AS expected_on FROM participants_awaiteddecision d
  WHERE d.participant_id = a.participant_id AND d.answer = '' AND EXISTS ({OPENED})
) decision ON true;""",
    )


# What is held has a decision that says so, and no earlier one stands open to the colleague.
COMPARED = f"""
     OR (a.decision_on IS NOT NULL AND NOT EXISTS (
       SELECT FROM participants_awaiteddecision d
       WHERE d.participant_id = a.participant_id AND d.answer = ''
         AND d.expected_on = a.decision_on))
     OR EXISTS (
       SELECT FROM participants_awaiteddecision d
       WHERE d.participant_id = a.participant_id AND d.answer = ''
         AND d.expected_on < coalesce(a.decision_on, 'infinity') AND EXISTS ({OPENED}))
$$;"""
DIFFERENCES = NOW.with_release(NOW.DIFFERENCES).replace("\n$$;", COMPARED)
UNCASELOAD = f"""
DROP VIEW caseload_expected;
{CASELOAD}
REVOKE ALL ON caseload_expected FROM portal_app;
"""


class Migration(migrations.Migration):
    dependencies = [("participants", "0019_who_stands_in_for_a_colleague")]

    operations = [
        migrations.AddField("caseload", "decision_on", models.DateField(null=True)),
        migrations.RemoveIndex("caseload", "caseload_by_contact"),
        migrations.AddIndex(
            "caseload",
            models.Index(
                condition=models.Q(("is_new", False), ("next_step_id__isnull", False)),
                fields=["membership_id", "last_contact_at", "id"],
                include=("next_step_on", "decision_on", "since", "until", "is_main_contact"),
                name="caseload_by_contact",
            ),
        ),
        migrations.AddIndex(
            "caseload",
            models.Index(
                condition=models.Q(
                    ("decision_on__isnull", False),
                    ("is_new", False),
                    ("next_step_id__isnull", False),
                ),
                fields=["membership_id", "decision_on", "id"],
                include=("next_step_on", "last_contact_at", "since", "until", "is_main_contact"),
                name="caseload_by_decision",
            ),
        ),
        migrations.RunSQL(
            with_decisions(CASELOAD)
            + DIFFERENCES
            + BEFORE.refresh((*COLUMNS, "decision_on"))
            + TEAM.statement_triggers("participants_awaiteddecision", "refresh_caseload_of_changed"),
            "".join(
                f"DROP TRIGGER access_follows_{event} ON participants_awaiteddecision;"
                for event in ("insert", "update", "delete")
            )
            + NOW.with_release(NOW.DIFFERENCES)
            + BEFORE.refresh(COLUMNS)
            + UNCASELOAD,
        ),
    ]
