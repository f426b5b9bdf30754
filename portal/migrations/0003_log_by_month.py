"""The log lies in one partition a month, made long ahead; its lines are found by person and time.

A month goes in one step when its time is over, and the log never grows too large to search. There
is no default partition: rows that had landed there would keep their own month from being made.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.functions.datetime
from django.db import migrations, models

# The old table is copied, with its numbers. Months are those of UTC. Whatever is older than the
# first line has a partition too, so that no clock can make an insert fail.
BY_MONTH = """
ALTER TABLE portal_auditevent RENAME TO portal_auditevent_old;
CREATE SEQUENCE portal_auditevent_number AS bigint;
CREATE TABLE portal_auditevent (
  id bigint NOT NULL DEFAULT nextval('portal_auditevent_number'),
  at timestamptz NOT NULL DEFAULT statement_timestamp(),
  act varchar(10) NOT NULL,
  subject varchar(40) NOT NULL,
  subject_id bigint,
  participants bigint[] NOT NULL DEFAULT '{}',
  info_types smallint[] NOT NULL DEFAULT '{}',
  ground smallint,
  source_id bigint,
  user_id bigint,
  membership_id bigint,
  role varchar(20) NOT NULL DEFAULT '',
  organisation_id bigint,
  purpose varchar(200) NOT NULL DEFAULT '',
  request_id varchar(40) NOT NULL DEFAULT '',
  CONSTRAINT portal_auditevent_by_month PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
ALTER SEQUENCE portal_auditevent_number OWNED BY portal_auditevent.id;
CREATE INDEX log_of_a_person ON portal_auditevent USING gin (participants);
CREATE INDEX log_by_time ON portal_auditevent USING brin (at);

-- Made beside and then attached: readers and writers of the log wait for nothing.
CREATE FUNCTION make_audit_month(month date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE name text := 'portal_auditevent_' || to_char(month, 'YYYY_MM');
BEGIN
  EXECUTE format('CREATE TABLE %I (LIKE portal_auditevent INCLUDING DEFAULTS INCLUDING CONSTRAINTS'
    ' INCLUDING INDEXES)', name);
  EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, portal_app', name);
  EXECUTE format('ALTER TABLE portal_auditevent ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
    name, month::timestamp AT TIME ZONE 'UTC',
    (month + interval '1 month')::timestamp AT TIME ZONE 'UTC');
  EXECUTE format('CREATE TRIGGER the_log_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I'
    ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
END $$;

-- The first day of the newest month that has its partition.
CREATE FUNCTION newest_audit_month() RETURNS date
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT max(to_date(right(child.relname, 7), 'YYYY_MM'))
  FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
  WHERE inhparent = 'portal_auditevent'::regclass AND child.relname <> 'portal_auditevent_before'
$$;

CREATE FUNCTION make_audit_months(until date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE month date; made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('make_audit_months'));
  month := newest_audit_month() + interval '1 month';
  WHILE month <= least(until, (now() + interval '10 years')::date) LOOP
    PERFORM make_audit_month(month);
    made := made + 1;
    month := month + interval '1 month';
  END LOOP;
  RETURN made;
END $$;

DO $$
DECLARE first date := coalesce(
  (SELECT date_trunc('month', min(at) AT TIME ZONE 'UTC') FROM portal_auditevent_old),
  date_trunc('month', now() AT TIME ZONE 'UTC'))::date;
BEGIN
  EXECUTE format('CREATE TABLE portal_auditevent_before PARTITION OF portal_auditevent'
    ' FOR VALUES FROM (MINVALUE) TO (%L)', first::timestamp AT TIME ZONE 'UTC');
  PERFORM make_audit_month(first);
END $$;
SELECT make_audit_months((now() + interval '24 months')::date);

INSERT INTO portal_auditevent (id, at, act, subject, subject_id, participants, info_types, user_id,
  membership_id, role, organisation_id, purpose, request_id)
SELECT id, at, act, subject, subject_id, participants, info_types, user_id, membership_id, role,
  organisation_id, purpose, request_id
FROM portal_auditevent_old ORDER BY id;
SELECT setval('portal_auditevent_number', (SELECT coalesce(max(id), 0) + 1 FROM portal_auditevent),
  false);
DROP TABLE portal_auditevent_old;

REVOKE ALL ON portal_auditevent, portal_auditevent_before FROM portal_app;
GRANT INSERT, SELECT ON portal_auditevent TO portal_app;
CREATE TRIGGER the_log_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portal_auditevent
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER the_log_is_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON portal_auditevent_before
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE ALL ON FUNCTION make_audit_month(date), make_audit_months(date), newest_audit_month()
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_audit_months(date) TO portal_app;
"""

# Who was stopped, and at whose door: the same statement whether the person exists or not.
STOPPED = """
CREATE FUNCTION audit_stopped(page text, person uuid, by_user bigint, by_membership bigint,
  by_role text, for_organisation bigint, request text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO portal_auditevent (act, subject, participants, user_id, membership_id, role,
    organisation_id, request_id)
  VALUES ('DENIED', page,
    ARRAY(SELECT id FROM participants_participant WHERE public_id = person),
    by_user, by_membership, by_role, for_organisation, request);
END $$;
REVOKE ALL ON FUNCTION audit_stopped(text, uuid, bigint, bigint, text, bigint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_stopped(text, uuid, bigint, bigint, text, bigint, text)
  TO portal_app;
"""

# A line about one person, with the ground on which a colleague reaches them: by name, else by unit.
# A function, whose plan is kept by the connection: planned anew each time it costs a millisecond.
ABOUT_ONE = """
CREATE FUNCTION audit_about_one(what text, thing text, thing_id bigint, person bigint,
  kinds smallint[], by_user bigint, by_membership bigint, by_role text, for_organisation bigint,
  reason text, request text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE found_ground smallint; found_source bigint;
BEGIN
  SELECT held.ground, held.source_id INTO found_ground, found_source FROM portal_access held
  WHERE held.user_id = by_user AND held.membership_id = by_membership
    AND held.participant_id = person AND held.valid_from <= statement_timestamp()
    AND (held.valid_until IS NULL OR held.valid_until > statement_timestamp())
  ORDER BY held.level DESC, held.ground LIMIT 1;
  IF NOT FOUND THEN
    SELECT held.ground, held.source_id INTO found_ground, found_source FROM portal_access held
    WHERE held.user_id = by_user AND held.membership_id = by_membership
      AND held.participant_id IS NULL AND held.valid_from <= statement_timestamp()
      AND (held.valid_until IS NULL OR held.valid_until > statement_timestamp())
    ORDER BY held.level DESC, held.ground LIMIT 1;
  END IF;
  INSERT INTO portal_auditevent (act, subject, subject_id, participants, info_types, user_id,
    membership_id, role, organisation_id, purpose, request_id, ground, source_id)
  VALUES (what, thing, thing_id, ARRAY[person], kinds, by_user, by_membership, by_role,
    for_organisation, reason, request, found_ground, found_source);
END $$;
REVOKE ALL ON FUNCTION audit_about_one(text, text, bigint, bigint, smallint[], bigint, bigint, text,
  bigint, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_about_one(text, text, bigint, bigint, smallint[], bigint, bigint,
  text, bigint, text, text) TO portal_app;
"""

# A page that is printed: the same people and kinds as when it was shown, by who it was shown to.
PRINTED = """
CREATE FUNCTION audit_printed(request text, by_user bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO portal_auditevent (act, subject, subject_id, participants, info_types, user_id,
    membership_id, role, organisation_id, purpose, request_id, ground, source_id)
  SELECT 'PRINT', shown.subject, shown.subject_id, shown.participants, shown.info_types,
    shown.user_id, shown.membership_id, shown.role, shown.organisation_id, shown.purpose,
    shown.request_id, shown.ground, shown.source_id
  FROM portal_auditevent shown
  WHERE shown.at > statement_timestamp() - interval '1 day' AND shown.user_id = by_user
    AND shown.request_id = request AND request <> ''
    AND shown.act IN ('VIEW', 'LIST', 'SEARCH', 'EXPORT')
$$;
REVOKE ALL ON FUNCTION audit_printed(text, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_printed(text, bigint) TO portal_app;
"""

ACTS = [
    ("VIEW", "read your record"),
    ("LIST", "saw you in a list"),
    ("SEARCH", "found you in a search"),
    ("CREATE", "wrote something"),
    ("CHANGE", "changed something"),
    ("EXPORT", "took out a copy"),
    ("PRINT", "printed"),
    ("DENIED", "was stopped"),
]

BACK = """
DROP FUNCTION audit_printed(text, bigint);
DROP FUNCTION audit_about_one(text, text, bigint, bigint, smallint[], bigint, bigint, text, bigint,
  text, text);
DROP FUNCTION audit_stopped(text, uuid, bigint, bigint, text, bigint, text);
ALTER TABLE portal_auditevent RENAME TO portal_auditevent_by_month;
CREATE TABLE portal_auditevent (
  id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL,
  act varchar(10) NOT NULL, subject varchar(40) NOT NULL, subject_id bigint,
  participants bigint[] NOT NULL, info_types smallint[] NOT NULL, user_id bigint,
  membership_id bigint, role varchar(20) NOT NULL, organisation_id bigint,
  purpose varchar(200) NOT NULL, request_id varchar(40) NOT NULL);
INSERT INTO portal_auditevent SELECT id, at, act, subject, subject_id, participants, info_types,
  user_id, membership_id, role, organisation_id, purpose, request_id FROM portal_auditevent_by_month;
SELECT setval(pg_get_serial_sequence('portal_auditevent', 'id'),
  (SELECT coalesce(max(id), 0) + 1 FROM portal_auditevent), false);
DROP TABLE portal_auditevent_by_month;
DROP FUNCTION make_audit_months(date), make_audit_month(date), newest_audit_month();
REVOKE ALL ON portal_auditevent FROM portal_app;
GRANT INSERT, SELECT ON portal_auditevent TO portal_app;
CREATE TRIGGER the_log_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portal_auditevent
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_log_is_append_only")]

    operations = [
        migrations.RunSQL(
            BY_MONTH + STOPPED + ABOUT_ONE + PRINTED,
            BACK,
            state_operations=[
                migrations.AlterField(
                    "auditevent",
                    "at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                migrations.AlterField(
                    "auditevent", "act", models.CharField(choices=ACTS, max_length=10)
                ),
                migrations.AddField(
                    "auditevent", "ground", models.PositiveSmallIntegerField(null=True)
                ),
                migrations.AddField("auditevent", "source_id", models.BigIntegerField(null=True)),
                migrations.AddIndex(
                    "auditevent",
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["participants"], name="log_of_a_person"
                    ),
                ),
                migrations.AddIndex(
                    "auditevent",
                    django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="log_by_time"),
                ),
            ],
        ),
    ]
