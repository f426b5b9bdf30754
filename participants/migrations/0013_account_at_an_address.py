"""Whose account an address or a personal number opens: asked by somebody who is nobody yet.

The functions belong to portal_owner and answer with the account's number alone: never with a
name, and with nothing for staff, for a record that is closed, or for an address that two share.
"""

from django.db import migrations, models
from django.db.models.functions import Lower

FIND = """
CREATE FUNCTION account_at(address text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT CASE WHEN count(*) = 1 THEN min(found.id) END FROM (
    SELECT account.id FROM participants_participant person
    JOIN portal_user account ON account.id = person.user_id
    WHERE person.phone = address AND person.phone <> ''
      AND account.is_active AND person.closed_at IS NULL
    UNION
    SELECT account.id FROM participants_participant person
    JOIN portal_user account ON account.id = person.user_id
    WHERE lower(person.email) = lower(address) AND person.email <> ''
      AND account.is_active AND person.closed_at IS NULL
  ) AS found
  WHERE NOT EXISTS (
    SELECT FROM portal_membership held WHERE held.user_id = found.id
      AND held.started_at <= now() AND (held.ended_at IS NULL OR held.ended_at > now()))
$$;

CREATE FUNCTION account_with_number(look_ups bytea[]) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT account.id FROM participants_personalnumber held
  JOIN participants_participant person ON person.id = held.participant_id
  JOIN portal_user account ON account.id = person.user_id
  WHERE held.look_up = ANY (look_ups) AND account.is_active AND person.closed_at IS NULL
$$;

REVOKE ALL ON FUNCTION account_with_number(bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_with_number(bytea[]) TO portal_app;
REVOKE ALL ON FUNCTION account_at(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_at(text) TO portal_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("participants", "0012_protected_identity"),
        ("portal", "0009_ways_to_sign_in"),
    ]

    operations = [
        migrations.AddIndex(
            "participant",
            models.Index(
                condition=~models.Q(phone=""), fields=["phone"], name="participant_by_phone"
            ),
        ),
        migrations.AddIndex(
            "participant",
            models.Index(
                Lower("email"), condition=~models.Q(email=""), name="participant_by_email"
            ),
        ),
        migrations.RunSQL(FIND, "DROP FUNCTION account_at(text); DROP FUNCTION account_with_number(bytea[]);"),
    ]
