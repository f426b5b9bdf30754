"""What may go, and the only way in which anything goes.

portal_app may delete no item and no person. One function does, for a line of a disposal that one
manager has proposed and another has confirmed; it judges the person again, and writes the proof.
"""

from django.db import migrations

# Every table of items, with the moment a row was last touched; notes go before their placement.
ITEMS = {
    "activities_absence": "created_at",
    "employers_followupnote": "greatest(created_at, occurred_at)",
    "employers_placement": "greatest(created_at, follow_ups_stopped_at, ended_on::timestamptz)",
    "participants_contact": "greatest(created_at, occurred_at)",
    "participants_awaiteddecision": "greatest(created_at, answered_at)",
    "participants_step": "greatest(created_at, finished_at)",
    "participants_goal": "greatest(created_at, replaced_at)",
    "activities_enrolment": "greatest(created_at, ended_on::timestamptz)",
    "activities_signup": "greatest(created_at, withdrawn_at)",
    "activities_attendance": "greatest(created_at, arrived_at)",
    "activities_suggestion": "greatest(created_at, answered_at, withdrawn_at)",
}
# A placement waits until the last note about it has gone, and a step until the absence that led to
# it has: they may have different rules.
WAITS = {
    "employers_placement": (
        " AND NOT EXISTS (SELECT FROM employers_followupnote n WHERE n.placement_id = one.id)"
    ),
    "participants_step": (
        " AND NOT EXISTS (SELECT FROM activities_absence a WHERE a.step_id = one.id)"
    ),
}
# What stands around the items: it goes with the person, when nothing else is left.
FRAME = (
    "participants_consentquestion",
    "participants_release",
    "participants_consent",
    "participants_disclosure",
    "participants_peercard",
    "employers_employercard",
    "participants_representative",
    "activities_mandatedrelease",
    "activities_referral",
    "activities_companywish",
    "activities_doorcode",
    "reminders_wish",
    "participants_intakeopening",
    "participants_namedstaff",
    "participants_protectionchange",
    "participants_protecteddetails",
    "participants_handover",
    "participants_teammember",
    "participants_maincontact",
    "participants_intake",
    "participants_personalnumber",
)
DERIVED = (
    *("participants_caseload", "portal_access", "retention_hold"),
    *("reminders_reminder", "reminders_pastreminder"),
)
# What was set aside for the time of a protection goes back, and then goes.
LOCKED = ", ".join(
    ({*ITEMS, *FRAME} - {"participants_protecteddetails"}) | {"participants_participant"}
)
DAY = "AT TIME ZONE 'Europe/Stockholm')::date"

ALL_ITEMS = "\nUNION ALL\n".join(
    f"SELECT participant_id, owner_id, info_type, ({moment} {DAY} AS touched_on FROM {table}"
    for table, moment in ITEMS.items()
)

# kind 1 is the person's own row and what stands around it, for the owner of the last unit; it is
# there when no other owner has anything left.
DUE = f"""
CREATE VIEW retention_item AS {ALL_ITEMS};

CREATE FUNCTION retention_due(wanted bigint, today date) RETURNS TABLE (
  participant_id bigint, public_id uuid, initials text, rule_id bigint, info_type smallint,
  touched_on date, closes_on date, row_count bigint, is_held boolean, archive_days smallint[],
  sealed bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH closed AS MATERIALIZED (
    SELECT p.id, p.public_id, left(p.first_name, 1) || left(p.last_name, 1) AS initials,
           (p.closed_at {DAY} AS closed_on, unit.owner_id
    FROM participants_participant p LEFT JOIN portal_organisation unit ON unit.id = p.unit_id
    WHERE p.closed_at < today - 365
  ),
  item AS MATERIALIZED (
    SELECT i.* FROM retention_item i WHERE i.participant_id IN (SELECT id FROM closed)
  ),
  kind AS (
    SELECT i.participant_id, i.info_type, count(*) AS row_count
    FROM item i WHERE i.owner_id = wanted GROUP BY 1, 2
    UNION ALL
    SELECT closed.id, 1, 1 FROM closed WHERE closed.owner_id = wanted AND NOT EXISTS (
      SELECT FROM item i WHERE i.participant_id = closed.id
      AND (i.owner_id <> wanted OR i.info_type = 1))
  ),
  file AS (
    SELECT i.participant_id, max(i.touched_on) AS touched_on
    FROM item i WHERE i.owner_id = wanted GROUP BY 1
  ),
  counted AS (
    SELECT closed.*, kind.info_type, kind.row_count, rule.id AS rule_id, rule.years,
           rule.archive_days,
           CASE rule.trigger WHEN 'CLOSING' THEN closed.closed_on
                ELSE greatest(closed.closed_on, file.touched_on) END AS touched_on
    FROM kind
    JOIN closed ON closed.id = kind.participant_id
    LEFT JOIN file ON file.participant_id = kind.participant_id
    LEFT JOIN retention_rule rule ON rule.owner_id = wanted AND rule.info_type = kind.info_type
      AND rule.valid_from <= today AND (rule.valid_to IS NULL OR rule.valid_to >= today)
  ),
  due AS (
    SELECT counted.*,
           (counted.touched_on + make_interval(years => counted.years::int, days => 1))::date AS on_day
    FROM counted
  )
  SELECT due.id, due.public_id, due.initials, due.rule_id, due.info_type::smallint, due.touched_on,
         make_date(extract(year FROM due.on_day)::int + 1, 12, 31), due.row_count,
         EXISTS (SELECT FROM retention_hold h WHERE h.participant_id = due.id AND h.ended_at IS NULL),
         due.archive_days, number.sealed
  FROM due LEFT JOIN participants_personalnumber number ON number.participant_id = due.id
  WHERE due.rule_id IS NULL OR due.on_day <= today
  ORDER BY due.public_id, due.info_type
$$;

-- Open people of whom nobody has written for long: they stay, however long it is.
CREATE FUNCTION retention_resting(wanted bigint, since date) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT count(*) FROM participants_participant p
  JOIN portal_organisation unit ON unit.id = p.unit_id AND unit.owner_id = wanted
  WHERE p.closed_at IS NULL AND p.registered_at < since
    AND NOT EXISTS (SELECT FROM participants_contact c
                    WHERE c.participant_id = p.id AND c.occurred_at >= since)
$$;
"""

TAKE = f"""
CREATE FUNCTION retention_decided(line bigint) RETURNS retention_entry
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE found retention_entry;
BEGIN
  SELECT e.* INTO found FROM retention_entry e JOIN retention_disposal d ON d.id = e.disposal_id
  WHERE e.id = line AND e.archive IS NOT NULL
    AND d.confirmed_by_id <> d.proposed_by_id AND d.not_before <= clock_timestamp()
    AND d.withdrawn_at IS NULL AND d.finished_at IS NULL
  FOR UPDATE OF e;
  IF found.id IS NULL THEN
    RAISE EXCEPTION 'nothing goes without a decision that two have made'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN found;
END $$;

-- What is handed over of one kind about one person: rows as they stand, with names for numbers.
CREATE FUNCTION retention_contents(line bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE entry retention_entry := retention_decided(line); rule retention_rule; held jsonb := '{{}}';
BEGIN
  IF NOT entry.archive THEN RETURN NULL; END IF;
  SELECT * INTO rule FROM retention_rule WHERE id = entry.rule_id;
""" + "".join(
    f"""
  held := held || jsonb_build_object('{table}', (
    SELECT coalesce(jsonb_agg(to_jsonb(one) - 'submission_id' || jsonb_build_object('author',
      (SELECT u.first_name || ' ' || u.last_name FROM portal_user u WHERE u.id = one.author_id))
      ORDER BY one.id), '[]') FROM {table} one WHERE one.participant_id = entry.participant_id
      AND one.owner_id = rule.owner_id AND one.info_type = rule.info_type));"""
    for table in ITEMS
) + """
  held := held || jsonb_build_object('employers_employercard', (
    SELECT coalesce(jsonb_agg(to_jsonb(card) ORDER BY card.id), '[]')
    FROM employers_employercard card JOIN employers_placement one ON one.id = card.placement_id
    WHERE card.participant_id = entry.participant_id
      AND one.owner_id = rule.owner_id AND one.info_type = rule.info_type));
  IF rule.info_type = 1 THEN""" + "".join(
    f"""
    held := held || jsonb_build_object('{table}', (
      SELECT coalesce(jsonb_agg(to_jsonb(one) - 'submission_id' || jsonb_build_object('colleague',
        (SELECT u.first_name || ' ' || u.last_name FROM portal_membership m
         JOIN portal_user u ON u.id = m.user_id WHERE m.id = one.membership_id))
        ORDER BY one.id), '[]') FROM {table} one WHERE one.participant_id = entry.participant_id));"""
    for table in (
        *("participants_maincontact", "participants_teammember"),
        *("participants_namedstaff", "participants_intakeopening"),
    )
) + "".join(
    f"""
    held := held || jsonb_build_object('{table}', (
      SELECT coalesce(jsonb_agg(to_jsonb(one) - 'submission_id' ORDER BY one.id), '[]')
      FROM {table} one WHERE one.participant_id = entry.participant_id));"""
    for table in (
        *("participants_consent", "participants_consentquestion", "participants_intake"),
        *("participants_release", "participants_disclosure", "activities_mandatedrelease"),
        *("participants_protecteddetails", "participants_protectionchange"),
        *("participants_peercard", "participants_representative", "participants_handover"),
    )
) + """
  END IF;
  RETURN (SELECT jsonb_build_object(
    'person', jsonb_build_object('id', p.public_id, 'first_name', p.first_name,
      'last_name', p.last_name, 'registered_at', p.registered_at, 'closed_at', p.closed_at,
      'sealed', (SELECT encode(sealed, 'base64') FROM participants_personalnumber
                 WHERE participant_id = p.id)),
    'owner', (SELECT name FROM portal_organisation WHERE id = rule.owner_id),
    'info_type', rule.info_type, 'source', rule.source, 'rows', held)
    FROM participants_participant p WHERE p.id = entry.participant_id);
END $$;
"""

REMOVE = """
-- Returns the number of rows by table, and the account that the person leaves; null when it stays.
CREATE FUNCTION retention_remove(line bigint, checksum text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  entry retention_entry := retention_decided(line); rule retention_rule; person bigint;
  account bigint; counts jsonb := '{}'; gone bigint; stays boolean;
BEGIN
  person := entry.participant_id;
  PERFORM 1 FROM participants_participant WHERE id = person FOR UPDATE;
  SELECT * INTO rule FROM retention_rule WHERE id = entry.rule_id;
  SELECT p.user_id, p.closed_at IS NULL
      OR EXISTS (SELECT FROM retention_hold h WHERE h.participant_id = person AND h.ended_at IS NULL)
      OR EXISTS (SELECT FROM retention_item i WHERE i.participant_id = person
                 AND i.owner_id = rule.owner_id
                 AND i.touched_on > greatest(entry.touched_on, (p.closed_at DAY))
      OR (p.closed_at DAY > entry.touched_on
      OR entry.archive <> (checksum <> '')
    INTO account, stays FROM participants_participant p WHERE p.id = person;
  IF rule.info_type = 1 AND NOT stays THEN
    stays := EXISTS (SELECT FROM retention_item i WHERE i.participant_id = person
                     AND (i.owner_id <> rule.owner_id OR i.info_type <> 1))
          OR EXISTS (SELECT FROM retention_entry e WHERE e.participant_id = person AND e.id <> line);
  END IF;
  DELETE FROM retention_entry WHERE id = line;
  IF stays THEN
    UPDATE retention_disposal SET kept = kept + 1 WHERE id = entry.disposal_id;
    RETURN NULL;
  END IF;
  IF rule.info_type = 9 THEN
    DELETE FROM employers_placementfollowup f USING employers_followupnote n
    WHERE f.note_id = n.id AND n.participant_id = person AND n.owner_id = rule.owner_id;
  END IF;
  DELETE FROM employers_placementfollowup f USING employers_placement one
  WHERE f.placement_id = one.id AND one.participant_id = person AND one.owner_id = rule.owner_id
    AND one.info_type = rule.info_type WAITS;
  DELETE FROM employers_employercard card USING employers_placement one
  WHERE card.placement_id = one.id AND one.participant_id = person
    AND one.owner_id = rule.owner_id AND one.info_type = rule.info_type WAITS;
""".replace("DAY", DAY).replace("WAITS", WAITS["employers_placement"]) + "".join(
    f"""
  DELETE FROM {table} one WHERE one.participant_id = person AND one.owner_id = rule.owner_id
    AND one.info_type = rule.info_type{WAITS.get(table, "")};
  GET DIAGNOSTICS gone = ROW_COUNT;
  IF gone > 0 THEN counts := counts || jsonb_build_object('{table}', gone); END IF;"""
    for table in ITEMS
) + """
  IF rule.info_type = 1 THEN""" + "".join(
    f"""
    DELETE FROM {table} one WHERE one.participant_id = person;
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone > 0 THEN counts := counts || jsonb_build_object('{table}', gone); END IF;"""
    for table in FRAME
) + """
    DELETE FROM reminders_reminderattempt a USING reminders_reminder r
    WHERE a.reminder_id = r.id AND r.participant_id = person;""" + "".join(
    f"\n    DELETE FROM {table} one WHERE one.participant_id = person;" for table in DERIVED
) + """
    DELETE FROM participants_participant WHERE id = person;
    counts := counts || jsonb_build_object('participants_participant', 1);
  END IF;
  INSERT INTO retention_proof (disposal_id, rule_id, is_archived, counts, sha256)
  VALUES (entry.disposal_id, rule.id, entry.archive, counts, checksum);
  RETURN jsonb_build_object('counts', counts,
    'account', CASE WHEN rule.info_type = 1 THEN account END);
END $$;
"""

FUNCTIONS = (
    "retention_due(bigint, date)",
    "retention_resting(bigint, date)",
    "retention_contents(bigint)",
    "retention_remove(bigint, text)",
)
CLOSED = f"""
REVOKE ALL ON retention_item FROM portal_app;
REVOKE ALL ON FUNCTION retention_decided(bigint), {", ".join(FUNCTIONS)} FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {", ".join(FUNCTIONS)} TO portal_app;
REVOKE DELETE ON {LOCKED}, retention_rule, retention_disposal, retention_hold FROM portal_app;
REVOKE INSERT, UPDATE, DELETE ON retention_proof FROM portal_app;
CREATE TRIGGER the_proof_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON retention_proof
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
BACK = f"""
GRANT DELETE ON {LOCKED} TO portal_app;
DROP TRIGGER the_proof_is_append_only ON retention_proof;
DROP FUNCTION {", ".join((*FUNCTIONS, "retention_decided(bigint)"))};
DROP VIEW retention_item;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0001_initial"),
        ("reminders", "0012_old_reminders_lie_apart"),
        ("activities", "0021_corrections_and_company"),
        ("participants", "0018_hand_overs_stay_open_until_both_have_met"),
        ("employers", "0003_cards_for_employers"),
    ]

    operations = [migrations.RunSQL(DUE + TAKE + REMOVE + CLOSED, BACK)]
