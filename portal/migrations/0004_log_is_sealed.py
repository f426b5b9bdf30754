"""Each minute what is new in the log is sealed: a row that is changed or gone is found.

A seal lists its rows, since numbers are drawn in another order than they are committed, and holds
a digest of each, so that the row can be named. It chains to the seal before (reliability.md 4.4).
Seals stay when the months they speak of have gone.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

# The fields in a fixed order, with a version first: what is added later makes a new one.
LINE = """
CREATE FUNCTION audit_line(one portal_auditevent) RETURNS bytea
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT sha256(convert_to(jsonb_build_array(
    1, one.id, to_char(one.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), one.act, one.subject,
    one.subject_id, one.participants, one.info_types, one.ground, one.source_id, one.user_id,
    one.membership_id, one.role, one.organisation_id, one.purpose, one.request_id)::text, 'UTF8'))
$$;

CREATE FUNCTION audit_chain(previous bytea, month date, ids bigint[], lines bytea[]) RETURNS bytea
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT sha256(previous || convert_to(to_char(month, 'YYYY-MM') || ids::text, 'UTF8')
    || string_agg(line, ''::bytea ORDER BY place))
  FROM unnest(lines) WITH ORDINALITY AS held(line, place)
$$;
"""

# One sealer at a time. What is older than an hour is complete, since no transaction lives that
# long: the next seal begins above it, and looks only among the seals since for what is sealed.
# One seal speaks of one month, so that it is known which rows went with a month.
SEAL = """
CREATE FUNCTION seal_audit(most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE last portal_auditseal; begins bigint; complete bigint; sealed integer := 0; piece record;
  number integer; before bytea;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('seal_audit')) THEN RETURN 0; END IF;
  SELECT * INTO last FROM portal_auditseal ORDER BY no DESC LIMIT 1;
  begins := coalesce(last.complete_to, 0);
  number := coalesce(last.no, 0);
  before := coalesce(last.digest, ''::bytea);
  complete := begins;
  FOR piece IN
    SELECT fresh.month, array_agg(fresh.id ORDER BY fresh.id) AS ids,
           array_agg(fresh.line ORDER BY fresh.id) AS lines,
           max(fresh.id) FILTER (WHERE fresh.at < clock_timestamp() - interval '1 hour') AS old
    FROM (
      SELECT one.id, one.at, audit_line(one) AS line,
             date_trunc('month', one.at AT TIME ZONE 'UTC')::date AS month
      FROM portal_auditevent one
      WHERE one.id > begins AND NOT EXISTS (
        SELECT FROM (SELECT unnest(seal.ids) AS id FROM portal_auditseal seal
                     WHERE seal.highest > begins) held WHERE held.id = one.id)
      ORDER BY one.id LIMIT most
    ) fresh
    GROUP BY fresh.month ORDER BY fresh.month
  LOOP
    complete := greatest(complete, piece.old);
    number := number + 1;
    INSERT INTO portal_auditseal (no, sealed_at, month, ids, lines, highest, complete_to, previous,
      digest)
    VALUES (number, clock_timestamp(), piece.month, piece.ids, piece.lines,
      piece.ids[cardinality(piece.ids)], complete, before,
      audit_chain(before, piece.month, piece.ids, piece.lines))
    RETURNING digest INTO before;
    sealed := sealed + cardinality(piece.ids);
    -- What the index holds back is put in its place here, so that no page ever does it.
    PERFORM gin_clean_pending_list(pg_index.indexrelid)
    FROM pg_index JOIN pg_class ON pg_class.oid = pg_index.indexrelid
    JOIN pg_am ON pg_am.oid = pg_class.relam
    WHERE pg_am.amname = 'gin' AND pg_index.indrelid = coalesce(
      to_regclass('portal_auditevent_' || to_char(piece.month, 'YYYY_MM')),
      to_regclass('portal_auditevent_before'));
  END LOOP;
  RETURN sealed;
END $$;
"""

# From which month on rows are kept: older ones went with their months, the seals of which stay.
KEPT = """
CREATE FUNCTION audit_kept_from() RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT min(CASE child.relname WHEN 'portal_auditevent_before' THEN '-infinity'::date
                  ELSE to_date(right(child.relname, 7), 'YYYY_MM') END)
  FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
  WHERE inhparent = 'portal_auditevent'::regclass
$$;
"""

# What is wrong, in the order of the seals; nothing when all is well.
FAULTS = """
CREATE FUNCTION audit_faults(most integer) RETURNS TABLE (seal integer, line bigint, fault text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH chained AS (
    SELECT no, month, ids, lines, previous, digest,
           lag(no) OVER (ORDER BY no) AS before, lag(digest) OVER (ORDER BY no) AS expected
    FROM portal_auditseal
  ), sealed AS (
    SELECT no, month, held.id, held.hash
    FROM chained CROSS JOIN LATERAL unnest(ids, lines) held(id, hash)
  ), found AS (
    SELECT no, NULL::bigint AS line, 'CHAIN' AS fault FROM chained
    WHERE no <> coalesce(before, 0) + 1 OR previous <> coalesce(expected, ''::bytea)
       OR digest <> audit_chain(previous, month, ids, lines)
    UNION ALL
    SELECT sealed.no, sealed.id, CASE WHEN one.id IS NULL THEN 'MISSING' ELSE 'CHANGED' END
    FROM sealed LEFT JOIN portal_auditevent one ON one.id = sealed.id
    WHERE sealed.month >= audit_kept_from()
      AND (one.id IS NULL OR audit_line(one) <> sealed.hash)
    UNION ALL
    SELECT NULL, one.id, 'UNSEALED'
    FROM portal_auditevent one LEFT JOIN sealed ON sealed.id = one.id
    WHERE sealed.id IS NULL AND one.at < clock_timestamp() - interval '5 minutes'
  )
  SELECT no, found.line, found.fault FROM found
  ORDER BY no NULLS LAST, found.line NULLS FIRST LIMIT most
$$;

-- For `/readyz`: cheap, since it looks at the last hour alone.
CREATE FUNCTION audit_alarm() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE begins bigint;
BEGIN
  IF newest_audit_month() < (now() + interval '2 months')::date THEN RETURN 'months'; END IF;
  begins := coalesce((SELECT complete_to FROM portal_auditseal ORDER BY no DESC LIMIT 1), 0);
  IF EXISTS (
    SELECT FROM portal_auditevent one
    WHERE one.id > begins AND one.at < clock_timestamp() - interval '5 minutes' AND NOT EXISTS (
      SELECT FROM (SELECT unnest(seal.ids) AS id FROM portal_auditseal seal
                   WHERE seal.highest > begins) held WHERE held.id = one.id))
  THEN RETURN 'unsealed'; END IF;
  RETURN '';
END $$;
"""

CLOSED = """
REVOKE ALL ON FUNCTION audit_line(portal_auditevent), audit_chain(bytea, date, bigint[], bytea[]),
  seal_audit(integer), audit_kept_from(), audit_faults(integer), audit_alarm() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION seal_audit(integer), audit_kept_from(), audit_faults(integer),
  audit_alarm() TO portal_app;
REVOKE ALL ON portal_auditseal FROM portal_app;
GRANT SELECT ON portal_auditseal TO portal_app;
CREATE TRIGGER the_seals_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portal_auditseal
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

OPENED = """
DROP TRIGGER the_seals_are_append_only ON portal_auditseal;
DROP FUNCTION audit_alarm(), audit_faults(integer), audit_kept_from(), seal_audit(integer),
  audit_chain(bytea, date, bigint[], bytea[]), audit_line(portal_auditevent);
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_log_by_month")]

    operations = [
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("no", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("sealed_at", models.DateTimeField()),
                ("month", models.DateField()),
                (
                    "ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                (
                    "lines",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BinaryField(), size=None
                    ),
                ),
                ("highest", models.BigIntegerField(db_index=True)),
                ("complete_to", models.BigIntegerField()),
                ("previous", models.BinaryField()),
                ("digest", models.BinaryField()),
            ],
            options={"verbose_name": "seal", "verbose_name_plural": "seals"},
        ),
        migrations.RunSQL(LINE + SEAL + KEPT + FAULTS + CLOSED, OPENED),
    ]
