"""`seed` builds a town of any size in an empty database, as a process of its own."""

import pytest
from django.core.management import CommandError, call_command

from tests.own_database import Database

SHAPE = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
ORDER BY 1, 2, 3
"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
CASELOAD = """
SELECT membership_id, participant_id, since, until, is_new, last_contact_at, next_step_id,
       next_step_text, next_step_until, public_id, first_name, last_name, sort_key, decision_on
FROM caseload_expected
EXCEPT
SELECT membership_id, participant_id, since, until, is_new, last_contact_at, next_step_id,
       next_step_text, next_step_until, public_id, first_name, last_name, sort_key, decision_on
FROM participants_caseload
"""
# What is worked out afterwards: its own numbers and times are not the seed's.
OTHERS = {
    "django_migrations",
    "overview_counting",
    "overview_mark",
    "participants_caseload",
    "portal_access",
}


@pytest.fixture(scope="module")
def database():
    """Make databases that are dropped in the end."""
    made = []

    def make(name):
        made.append(Database(name))
        return made[-1]

    yield make
    for one in made:
        one.drop()


def contents(database):
    """Return a hash of each table's rows."""
    names = [name for (name,) in database.ask(TABLES) if name not in OTHERS]
    row = "md5(string_agg(t::text, '|' ORDER BY t::text))"
    return {name: database.one(f"SELECT {row} FROM {name} t") for name in names}  # noqa: S608


@pytest.fixture(scope="module")
def town(database):
    """A town of 600 people that has lived for two years, with a guide who has 100 of them."""
    made = database("seeded")
    made.shape = made.ask(SHAPE)
    arguments = ("--participants", 600, "--months", 24, "--seed", 3, "--caseloads", "100")
    made.ran = made.run("seed", *arguments)
    assert made.ran.returncode == 0, made.ran.stderr
    return made


def test_a_person_has_12_contacts_6_steps_and_20_attendances_on_average(town):
    for table, mean in (
        ("participants_contact", 12),
        ("participants_step", 6),
        ("activities_attendance", 20),
    ):
        assert town.one(f"SELECT count(*) / 600.0 FROM {table}") == pytest.approx(mean, rel=0.15)  # noqa: S608


def test_a_town_has_as_many_people_as_ordered(town):
    assert town.one("SELECT count(*) FROM participants_participant") == 600


def test_who_sees_what_is_as_the_triggers_would_have_made_it(town):
    assert town.one("SELECT access_differences()") == 0
    assert town.one("SELECT caseload_differences()") == 0
    assert town.one(f"SELECT count(*) FROM ({CASELOAD}) missing") == 0  # noqa: S608


def test_every_constraint_index_and_trigger_is_back(town):
    assert town.ask(SHAPE) == town.shape


def test_guides_have_25_to_30_people_each_but_the_one_with_100(town):
    rows = town.ask("""
        SELECT count(*) FROM participants_maincontact c
        JOIN portal_membership m ON m.id = c.membership_id
        WHERE c.ended_at IS NULL AND m.role = 'GUIDE' GROUP BY m.id ORDER BY m.id
    """)
    first, *others, last = [number for (number,) in rows]
    assert first == 100
    assert all(25 <= number <= 30 for number in others)
    assert last <= 30


def test_every_reason_to_act_occurs(town):
    rows = town.ask("""
        SELECT DISTINCT CASE WHEN is_new THEN 'new' WHEN next_step_id IS NULL THEN 'no step'
          WHEN next_step_on < current_date THEN 'late' WHEN next_step_on = current_date THEN 'today'
          WHEN last_contact_at < current_date - 14 THEN 'silent'
          WHEN decision_on < current_date THEN 'decision' ELSE 'flows' END
        FROM participants_caseload WHERE until IS NULL
    """)
    occurring = {"new", "no step", "late", "today", "silent", "decision", "flows"}
    assert {reason for (reason,) in rows} == occurring


def test_next_person_gets_the_next_number(town):
    last = town.one("SELECT max(id) FROM participants_participant")
    sequence = "pg_get_serial_sequence('participants_participant', 'id')"
    assert town.one(f"SELECT nextval({sequence})") == last + 1


def test_managers_see_figures_at_once(town):
    assert town.one("SELECT sum(persons) FROM overview_guidefigures") == town.one(
        "SELECT count(*) FROM participants_maincontact WHERE ended_at IS NULL"
    )


def test_no_address_and_no_number_is_anybodys(town):
    rows = town.ask("""
        SELECT email FROM participants_participant WHERE email NOT LIKE '%@example.org'
          AND email <> ''
        UNION ALL SELECT email FROM portal_user WHERE email NOT LIKE '%@example.org'
        UNION ALL SELECT phone FROM participants_participant
          WHERE phone <> '' AND phone !~ '^[+]46701740(60[5-9]|6[1-9][0-9])$'
        UNION ALL SELECT phone FROM portal_user
          WHERE phone <> '' AND phone !~ '^[+]464062804[0-9]{2}$'
        UNION ALL SELECT address FROM activities_place WHERE address !~ '^Exempelgatan [0-9]+$'
    """)
    assert rows == []


def test_a_town_is_not_seeded_twice(town):
    again = town.run("seed", "--participants", 600)
    assert again.returncode != 0
    assert again.stderr.strip().endswith(
        "There are accounts in this database already. Seed an empty one."
    )
    assert "Traceback" not in again.stderr


def test_same_seed_makes_the_same_town(database):
    order = ("--participants", 150, "--months", 6, "--seed", 8, "--today", "2026-11-23")
    towns = [database(name) for name in ("first", "second")]
    for town in towns:
        assert town.run("seed", *order).returncode == 0
    first, second = map(contents, towns)
    assert first == second
    assert first["participants_contact"]


@pytest.mark.parametrize(
    ("argument", "sentence"),
    [
        ("--participants=3", "Choose from 120 to 5000000 participants."),
        ("--months=0", "Choose from 1 to 120 months."),
        ("--today=i dag", "Write the day as 2026-12-01 and caseloads as 200,20000."),
        ("--caseloads=900", "The caseloads may be at most half of the town."),
    ],
)
def test_bad_order_is_answered_with_one_sentence(argument, sentence):
    with pytest.raises(CommandError) as answer:
        call_command("seed", "--skip-checks", argument)
    assert str(answer.value) == sentence
