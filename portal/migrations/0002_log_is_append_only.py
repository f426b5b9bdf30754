"""The log cannot be changed, not even by the owner; and the cache of rate limits has a table."""

from django.db import migrations

APPEND_ONLY = """
REVOKE ALL ON portal_auditevent FROM portal_app;
GRANT INSERT, SELECT ON portal_auditevent TO portal_app;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER the_log_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portal_auditevent
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

CACHE = """
CREATE TABLE portal_cache (
  cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
CREATE INDEX portal_cache_expires ON portal_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]

    operations = [
        migrations.RunSQL(
            APPEND_ONLY,
            """
            DROP TRIGGER the_log_is_append_only ON portal_auditevent;
            DROP FUNCTION refuse_change();
            GRANT UPDATE, DELETE ON portal_auditevent TO portal_app;
            """,
        ),
        migrations.RunSQL(CACHE, "DROP TABLE portal_cache"),
        migrations.RunSQL(
            "REVOKE INSERT, UPDATE, DELETE ON portal_access FROM portal_app",
            "GRANT INSERT, UPDATE, DELETE ON portal_access TO portal_app",
        ),
    ]
