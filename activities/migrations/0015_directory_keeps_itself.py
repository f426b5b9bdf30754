"""What can be found follows what there is: triggers write the directory and its words.

A word is folded first (å and ä are a, ö is o), so that who has no such keys finds as much, and then
stemmed by PostgreSQL's own Swedish. `directory_sound` writes a stem as it is heard.
"""

from django.contrib.postgres.operations import CreateExtension
from django.db import migrations

from portal.models import SWEDISH_ORDER

LETTERS = (
    ("åäàáâãæ", "a"),
    ("öøòóôõ", "o"),
    ("éèêë", "e"),
    ("íìîï", "i"),
    ("úùûü", "u"),
    ("ýÿ", "y"),
    ("ç", "c"),
    ("ñ", "n"),
)
ACCENTED = "".join(letters for letters, _plain in LETTERS)
PLAIN = "".join(plain * len(letters) for letters, plain in LETTERS)

# In this order: a doubled letter is heard once, and c before e, i and y is an s.
HEARD = (
    (r"^(dj|gj|hj|lj)", "j"),
    ("^ps", "s"),
    ("(skj|stj|sch|sj|sh)", "x"),
    ("(ck|ch|q)", "k"),
    ("ph", "f"),
    ("th", "t"),
    ("w", "v"),
    ("z", "s"),
    ("c(?=[eiy])", "s"),
    ("c", "k"),
    (r"(.)\1+", r"\1"),
)
SOUND = "$1"
for pattern, heard in HEARD:
    SOUND = f"regexp_replace({SOUND}, '{pattern}', '{heard}', 'g')"

WORDS = f"""
CREATE FUNCTION directory_fold(words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT translate(lower($1), '{ACCENTED}', '{PLAIN}')
$$;
CREATE FUNCTION directory_sound(stem text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT {SOUND} $$;

-- Each stem once, with the weight of the best place it stands in: 4 in the name, 1 in the long text.
CREATE FUNCTION directory_words(a text, b text, c text, d text)
RETURNS TABLE (stem text, weight smallint)
LANGUAGE sql IMMUTABLE AS $$
  SELECT left(found.lexeme, 200), max((69 - ascii(place.letter))::smallint)
  FROM unnest(
    setweight(to_tsvector('pg_catalog.swedish', directory_fold(a)), 'A')
    || setweight(to_tsvector('pg_catalog.swedish', directory_fold(b)), 'B')
    || setweight(to_tsvector('pg_catalog.swedish', directory_fold(c)), 'C')
    || setweight(to_tsvector('pg_catalog.swedish', directory_fold(d)), 'D')
  ) found CROSS JOIN LATERAL unnest(found.weights) place (letter)
  GROUP BY 1
$$;
"""

# Words that say nothing, as they are spelt without å, ä and ö; the others PostgreSQL knows.
NOTHING = (
    "an ar at da dar for fran nagon nagot nagra nar over pa sa sadan sadana sadant sjalv varfor"
    " vart var vill hitta finns"
)

# What a typed word may stand for, and how sure that is, of 100: itself; what sounds the same; the
# compounds that it is a part of, and the parts that it is made of; and, only where the directory
# has no such word, what is a letter or three away. The indexes are small and always the better way.
MEANT = rf"""
CREATE FUNCTION directory_meant(words text) RETURNS TABLE (n int, stem text, sure int)
LANGUAGE sql STABLE ROWS 20 SET enable_seqscan = off AS $$
WITH asked AS MATERIALIZED (
  SELECT row_number() OVER (ORDER BY min(typed.positions[1]))::int AS n, typed.lexeme AS stem,
    directory_sound(typed.lexeme) AS sound,
    EXISTS (SELECT FROM activities_word known WHERE known.stem = typed.lexeme) AS is_known
  FROM unnest(to_tsvector('pg_catalog.swedish', directory_fold(words))) typed
  WHERE typed.lexeme <> ALL ('{{{NOTHING.replace(" ", ",")}}}'::text[])
  GROUP BY typed.lexeme
  ORDER BY min(typed.positions[1]) LIMIT 8
),
spelt AS MATERIALIZED (
  SELECT n, stem, 100 AS sure FROM asked
  UNION ALL  -- cykl-ar is one cykel more, mobl-er one mobel
  SELECT n, regexp_replace(stem, '([^aeiouy])([lnr])$', '\1e\2'), 95 FROM asked
  WHERE stem ~ '[^aeiouy][lnr]$'
)
SELECT n, stem, max(sure) FROM (
  SELECT n, stem, sure FROM spelt
  UNION ALL
  SELECT asked.n, word.stem,
    CASE WHEN word.sound = asked.sound THEN 90
         ELSE 75 - 15 * levenshtein(word.sound, asked.sound) END
  FROM asked JOIN activities_word word ON left(word.sound, 1) = left(asked.sound, 1)
    AND length(word.sound) BETWEEN length(asked.sound) - 3 AND length(asked.sound) + 3
  WHERE word.sound = asked.sound
    OR (NOT asked.is_known AND length(asked.sound) BETWEEN 4 AND 60
        AND length(word.sound) BETWEEN 3 AND 60
        AND levenshtein_less_equal(word.sound, asked.sound, 3) <= CASE
          WHEN length(asked.sound) < 7 THEN 1 WHEN length(asked.sound) < 11 THEN 2 ELSE 3 END)
  UNION ALL
  SELECT spelt.n, word.stem,
    CASE WHEN word.stem LIKE spelt.stem || '%' OR word.stem LIKE '%' || spelt.stem
         THEN 60 ELSE 30 END
  FROM spelt JOIN activities_word word ON word.stem LIKE '%' || spelt.stem || '%'
  WHERE length(spelt.stem) >= 4
  UNION ALL
  SELECT asked.n, word.stem, (40 * word_similarity(asked.stem, word.stem))::int
  FROM asked JOIN activities_word word ON asked.stem <% word.stem
  WHERE NOT asked.is_known AND length(asked.stem) >= 5
  UNION ALL
  SELECT asked.n, word.stem, 45
  FROM asked
  CROSS JOIN LATERAL generate_series(4, length(asked.stem) - 2) part (size)
  JOIN activities_word word
    ON word.stem IN (left(asked.stem, part.size), right(asked.stem, part.size))
) guessed GROUP BY n, stem
$$;
"""

FOR_WHOM = (
    "CASE WHEN 'YOUNG' = ANY ({0}.groups) THEN 'unga ungdom' END,"
    " CASE WHEN 'OLDER' = ANY ({0}.groups) THEN 'äldre senior pensionär' END,"
    " CASE WHEN 'WOMEN' = ANY ({0}.groups) THEN 'kvinnor tjejer' END,"
    " CASE WHEN 'RELATIVES' = ANY ({0}.groups) THEN 'anhöriga närstående' END,"
    " CASE WHEN 'SOBER' = ANY ({0}.thresholds) THEN 'nykter drogfri' END"
)
NO_AUTHORITY = "owner.kind IN ('ASSOCIATION', 'COMPANY')"
EXPECTED = f"""
CREATE VIEW directory_expected AS
SELECT 'ACTIVITY' AS kind, activity.id AS source_id,
  activity.id AS activity_id, NULL::bigint AS support_id, NULL::bigint AS sheet_id,
  activity.organiser_id AS unit_id, activity.slug, activity.name, activity.summary,
  activity.thresholds, activity.groups, activity.cost, false AS evening,
  {NO_AUTHORITY} AS not_authority, unit.closed_at IS NULL AS is_open, activity.ended_on,
  activity.name AS a, concat_ws(' ', activity.also, activity.summary,
    {FOR_WHOM.format("activity")}) AS b,
  concat_ws(' ', unit.name, place.name) AS c,
  concat_ws(' ', activity.what_we_do, activity.welcome, activity.leads_to, activity.food,
    place.address, CASE WHEN activity.pick_up THEN 'hämta skjuts' END) AS d
FROM activities_activity activity
JOIN activities_place place ON place.id = activity.place_id
JOIN portal_organisation unit ON unit.id = activity.organiser_id
JOIN portal_organisation owner ON owner.id = activity.owner_id
UNION ALL
SELECT 'SUPPORT', support.id, NULL, support.id, NULL,
  support.organisation_id, support.slug, support.name, support.summary,
  support.thresholds, support.groups, support.cost, support.evening,
  {NO_AUTHORITY}, unit.closed_at IS NULL, support.ended_on,
  support.name, concat_ws(' ', support.also, support.summary, {FOR_WHOM.format("support")}),
  unit.name, concat_ws(' ', support.what_they_do, support.how)
FROM activities_support support
JOIN portal_organisation unit ON unit.id = support.organisation_id
LEFT JOIN portal_organisation owner ON owner.id = unit.owner_id
UNION ALL
SELECT 'ORGANISATION', sheet.id, NULL, NULL, sheet.id,
  sheet.organisation_id, sheet.slug, unit.name, sheet.summary,
  '{{}}', '{{}}', 0, false, {NO_AUTHORITY}, unit.closed_at IS NULL, NULL,
  unit.name, concat_ws(' ', sheet.also, sheet.summary), parent.name, sheet.what_they_do
FROM activities_sheet sheet
JOIN portal_organisation unit ON unit.id = sheet.organisation_id
LEFT JOIN portal_organisation parent ON parent.id = unit.parent_id
LEFT JOIN portal_organisation owner ON owner.id = unit.owner_id;
REVOKE ALL ON directory_expected FROM portal_app;
"""

SHOWN = (
    *("unit_id", "slug", "name", "summary", "thresholds", "groups", "cost", "evening"),
    *("not_authority", "is_open", "ended_on"),
)
SORTED = "left(lower(translate(expected.name, '{}', '{}')), 200)".format(*SWEDISH_ORDER)
COLUMNS = f"kind, activity_id, support_id, sheet_id, sort_key, {', '.join(SHOWN)}"
VALUES = "expected.kind, expected.activity_id, expected.support_id, expected.sheet_id, " + ", ".join(
    [SORTED, *(f"coalesce(expected.{one}, false)" if one == "not_authority" else f"expected.{one}" for one in SHOWN)]
)

# The row is held before it is worked out, so that of two changes at once the later sees both.
REFRESH = f"""
CREATE FUNCTION refresh_entry(of_kind text, source bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE one bigint; expected directory_expected;
BEGIN
  SELECT held.id INTO one FROM activities_entry held WHERE CASE of_kind
    WHEN 'ACTIVITY' THEN held.activity_id = source
    WHEN 'SUPPORT' THEN held.support_id = source
    ELSE held.sheet_id = source END FOR UPDATE;
  SELECT * INTO expected FROM directory_expected of_it
  WHERE of_it.kind = of_kind AND of_it.source_id = source;
  IF one IS NULL THEN
    INSERT INTO activities_entry ({COLUMNS}) VALUES ({VALUES}) RETURNING id INTO one;
  ELSE
    UPDATE activities_entry SET (sort_key, {", ".join(SHOWN)})
      = ROW ({VALUES.partition("expected.sheet_id, ")[2]}) WHERE id = one;
  END IF;
  DELETE FROM activities_entryword held WHERE held.entry_id = one AND held.stem NOT IN (
    SELECT stem FROM directory_words(expected.a, expected.b, expected.c, expected.d));
  INSERT INTO activities_entryword (entry_id, stem, weight)
  SELECT one, stem, weight FROM directory_words(expected.a, expected.b, expected.c, expected.d)
  ON CONFLICT (entry_id, stem) DO UPDATE SET weight = excluded.weight
    WHERE activities_entryword.weight <> excluded.weight;
  INSERT INTO activities_word (stem, sound)
  SELECT stem, directory_sound(stem) FROM activities_entryword
  WHERE entry_id = one AND stem !~ '[0-9]' ORDER BY stem
  ON CONFLICT DO NOTHING;
END $$;

-- For bulk loads, which switch the triggers off. Nobody has counted the new rows yet, so PostgreSQL
-- would take them for a handful and go through all of them for each.
CREATE FUNCTION rebuild_directory() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp SET enable_nestloop = off AS $$
  INSERT INTO activities_entry ({COLUMNS})
  SELECT {VALUES} FROM directory_expected expected
  ON CONFLICT DO NOTHING;
  DELETE FROM activities_entryword;
  INSERT INTO activities_entryword (entry_id, stem, weight)
  SELECT held.id, said.stem, said.weight
  FROM directory_expected expected
  JOIN activities_entry held ON held.kind = expected.kind
    AND coalesce(held.activity_id, held.support_id, held.sheet_id) = expected.source_id
  CROSS JOIN LATERAL directory_words(expected.a, expected.b, expected.c, expected.d) said;
  INSERT INTO activities_word (stem, sound)
  SELECT DISTINCT stem, directory_sound(stem) FROM activities_entryword
  WHERE stem !~ '[0-9]' ORDER BY stem
  ON CONFLICT DO NOTHING;
$$;

CREATE FUNCTION directory_follows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  CASE TG_TABLE_NAME
    WHEN 'activities_activity' THEN PERFORM refresh_entry('ACTIVITY', NEW.id);
    WHEN 'activities_support' THEN PERFORM refresh_entry('SUPPORT', NEW.id);
    WHEN 'activities_sheet' THEN PERFORM refresh_entry('ORGANISATION', NEW.id);
    WHEN 'activities_place' THEN
      PERFORM refresh_entry('ACTIVITY', id) FROM activities_activity WHERE place_id = NEW.id;
    WHEN 'portal_organisation' THEN
      PERFORM refresh_entry('ACTIVITY', id) FROM activities_activity
        WHERE NEW.id IN (organiser_id, owner_id);
      PERFORM refresh_entry('SUPPORT', support.id) FROM activities_support support
        JOIN portal_organisation unit ON unit.id = support.organisation_id
        WHERE NEW.id IN (unit.id, unit.owner_id);
      PERFORM refresh_entry('ORGANISATION', sheet.id) FROM activities_sheet sheet
        JOIN portal_organisation unit ON unit.id = sheet.organisation_id
        WHERE NEW.id IN (unit.id, unit.owner_id, unit.parent_id);
  END CASE;
  RETURN NULL;
END $$;

CREATE TRIGGER directory_follows_the_activity AFTER INSERT OR UPDATE OF
  slug, name, summary, place_id, organiser_id, owner_id, thresholds, groups, cost, ended_on, also,
  what_we_do, welcome, leads_to, food, pick_up ON activities_activity
  FOR EACH ROW EXECUTE FUNCTION directory_follows();
CREATE TRIGGER directory_follows_the_support AFTER INSERT OR UPDATE ON activities_support
  FOR EACH ROW EXECUTE FUNCTION directory_follows();
CREATE TRIGGER directory_follows_the_sheet AFTER INSERT OR UPDATE ON activities_sheet
  FOR EACH ROW EXECUTE FUNCTION directory_follows();
CREATE TRIGGER directory_follows_the_place AFTER UPDATE OF name, address ON activities_place
  FOR EACH ROW EXECUTE FUNCTION directory_follows();
CREATE TRIGGER directory_follows_the_organisation
  AFTER UPDATE OF name, kind, parent_id, owner_id, closed_at ON portal_organisation
  FOR EACH ROW EXECUTE FUNCTION directory_follows();

REVOKE ALL ON FUNCTION refresh_entry(text, bigint), rebuild_directory(), directory_follows()
  FROM PUBLIC;
REVOKE INSERT, UPDATE, DELETE ON activities_entry, activities_entryword, activities_word
  FROM portal_app;
SELECT rebuild_directory();
"""
DROP = (
    "DROP FUNCTION directory_follows() CASCADE;"
    "DROP FUNCTION rebuild_directory(), refresh_entry(text, bigint);"
    "DROP VIEW directory_expected;"
    "DROP FUNCTION directory_meant(text);"
    "DROP FUNCTION directory_words(text, text, text, text), directory_sound(text),"
    " directory_fold(text);"
)


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0014_directory"),
        ("portal", "0011_representatives_have_a_role"),
    ]

    operations = [
        CreateExtension("fuzzystrmatch"),
        migrations.RunSQL(WORDS + MEANT + EXPECTED + REFRESH, DROP),
    ]
