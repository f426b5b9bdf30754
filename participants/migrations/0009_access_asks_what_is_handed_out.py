"""A yes to what is handed out is a ground of its own, which opens an item that was handed out.

Two grounds instead of a condition on the one: whoever forgets the new ground shows too little, and
the old one goes on to mean what it meant. The words are those of portal/access.py.
"""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("participants.migrations.0004_caseload_holds_what_its_list_shows")

# ground 4: all of a kind; ground 20: what is handed out (portal.models.Ground)
TEAM = """
CREATE OR REPLACE VIEW team_access_expected AS
SELECT p.user_id, 0::bigint AS membership_id, NULL::bigint AS organisation_id,
       p.id AS participant_id, NULL::bigint AS unit_id,
       ARRAY[1,2,3,4,5,6,7,8,9]::smallint[] AS info_types, 3::smallint AS level,
       1::smallint AS ground, p.id AS source_id,
       p.registered_at AS valid_from, NULL::timestamptz AS valid_until
FROM participants_participant p
WHERE p.user_id IS NOT NULL
UNION ALL
SELECT a.user_id, a.membership_id, a.organisation_id, a.participant_id, NULL,
       reach.info_types, reach.level, a.ground::smallint, a.source_id, a.valid_from, a.valid_until
FROM assignment a JOIN role_reach reach ON reach.role = a.role
WHERE NOT a.rests_on_consent AND (a.valid_until IS NULL OR a.valid_until > a.valid_from)
UNION ALL
SELECT a.user_id, a.membership_id, a.organisation_id, a.participant_id, NULL,
       ARRAY[c.info_type], 2::smallint, {ground}, c.id,
       greatest(a.valid_from, c.valid_from),
       least(a.valid_until, c.valid_until, c.withdrawn_at)
FROM assignment a
JOIN role_reach reach ON reach.role = a.role
JOIN participants_consent c
  ON c.participant_id = a.participant_id AND c.receiver_id = a.organisation_id
 AND c.info_type = ANY (reach.info_types)
WHERE least(a.valid_until, c.valid_until, c.withdrawn_at) > greatest(a.valid_from, c.valid_from);
"""
BY_SHARING = "(CASE c.sharing WHEN 'PUSH' THEN 20 ELSE 4 END)::smallint"

GIVEN = (
    "(g.ground = 20 AND EXISTS (SELECT 1 FROM participants_release given"
    " WHERE given.consent_id = g.source_id AND given.item_id = {item}.public_id"
    " AND given.taken_back_at IS NULL))"
)


def with_release(sql):
    """Return the caseload's words with the new ground wherever the old one stands."""
    exchanged = {
        "ground IN (2, 3, 4) AND": "ground IN (2, 3, 4, 20) AND",
        "(g.ground = 4 AND c.audience = 'TEAM')": (
            f"((g.ground = 4 OR {GIVEN.format(item='c')}) AND c.audience = 'TEAM')"
        ),
        "OR g.ground = 4)": f"OR g.ground = 4 OR {GIVEN.format(item='s')})",
    }
    for old, new in exchanged.items():
        sql = sql.replace(old, new)
    return sql


DIFFERENCES = BEFORE.FOLLOW[
    BEFORE.FOLLOW.index("CREATE FUNCTION caseload_differences") : BEFORE.FOLLOW.index(
        "REVOKE ALL ON FUNCTION rename_in_caseload"
    )
].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")

FOLLOWED = "".join(
    f"CREATE TRIGGER caseload_follows_{event.lower()} AFTER {event} ON participants_release "
    "REFERENCING NEW TABLE AS changed "
    "FOR EACH STATEMENT EXECUTE FUNCTION refresh_caseload_of_changed();\n"
    for event in ("INSERT", "UPDATE")
)
UNFOLLOWED = "".join(
    f"DROP TRIGGER caseload_follows_{event} ON participants_release;" for event in ("insert", "update")
)

# What was handed out, asked and answered stays: an end is set, and nothing is taken away.
KEPT = """
REVOKE DELETE ON participants_consent, participants_consentquestion, participants_release
  FROM portal_app;
REVOKE UPDATE, DELETE ON participants_disclosure FROM portal_app;
"""
UNKEPT = """
GRANT DELETE ON participants_consent, participants_consentquestion, participants_release
  TO portal_app;
GRANT UPDATE, DELETE ON participants_disclosure TO portal_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("participants", "0008_consents_are_asked_and_kept"),
        ("activities", "0003_leaders_see_who_takes_part"),  # which gives the view its name
    ]

    operations = [
        migrations.RunSQL(
            TEAM.format(ground=BY_SHARING)
            + with_release(BEFORE.CASELOAD + DIFFERENCES)
            + FOLLOWED
            + KEPT,
            UNKEPT
            + UNFOLLOWED
            + BEFORE.CASELOAD
            + DIFFERENCES
            + TEAM.format(ground="4::smallint"),
        )
    ]
