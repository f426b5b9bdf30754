"""Row-level security: the code's own verdicts, nothing without an actor, and no term to spare.

A test that cannot fail proves nothing: as the owner every table has rows, and each policy that is
dropped, opened or robbed of one of its terms must make the comparison go wrong.
"""

import re
from contextlib import contextmanager
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import include, path, reverse

from participants.models import Contact, Participant
from portal.context import Purpose, act_as, as_system
from portal.permissions import Role
from portal.policies import ACTING, MEMBERSHIP, UNIT, USER, WITHIN, Protect
from tests.belt import EXPECTED, protected, scene
from tests.conftest import actor_of
from tests.database import app_role, undone
from tests.factories import DepartmentFactory, MembershipFactory, UnitFactory

PROTECTED = protected()
OWNER = import_module("participants.migrations.0010_second_belt").OWNER
EMPLOYER = import_module("employers.migrations.0003_cards_for_employers").EMPLOYER
MODELS = {model._meta.db_table: model for model in apps.get_models()}
USER_TERM, MEMBERSHIP_TERM = re.escape(USER), re.escape(MEMBERSHIP)
# The views that do not read as whoever asks: what they say, and each term that they need.
OWNERS = {
    "held_access": (
        import_module("portal.migrations.0005_access_is_closed").HELD,
        f"held.user_id = {ACTING[0]}",
        f"held.membership_id = {ACTING[1]}",
        "held.valid_from <= statement_timestamp()",
        "(held.valid_until IS NULL OR held.valid_until > statement_timestamp())",
    ),
    "released_item": (
        import_module("participants.migrations.0010_second_belt").RELEASED,
        "taken_back_at IS NULL",
    ),
}
# Each term that is taken out in turn: what it looks like, and what then stands there.
TERMS = {
    rf"\buser_id = {USER_TERM}": "true",
    rf"\bmembership_id = {MEMBERSHIP_TERM}": "true",
    r"held\.participant_id = [a-z_.]+": "true",
    r"[a-z_.]+ = ANY \(held\.info_types\)": "true",
    r"\(held\.organisation_id = [a-z_.]+ OR held\.ground IN \([\d, ]+\)"
    r" OR \(held\.ground = 20 AND EXISTS \([^()]*\)\)\)": "true",
    r" OR held\.ground IN \([\d, ]+\)": "",
    r" OR \(held\.ground = 20 AND EXISTS \([^()]*\)\)": "",
    r"given\.consent_id = held\.source_id": "true",
    r"given\.item_id = [a-z_.]+": "true",
    r"(?<![a-z_.])taken_back_at IS NULL": "true",
    r"until IS NULL OR (?=until)": "",
    r" AND m\.role = 'EMPLOYER_CONTACT'": "",
    rf"receiver_id = {re.escape(EMPLOYER)}": "true",
    r"(?<![a-z_.])until > statement_timestamp\(\)": "true",
    r"yes\.id = [a-z_.]+": "true",
    rf"(?:yes\.)?(?:owner|organisation|receiver)_id = {re.escape(OWNER)}(?! END)": "true",
    r" OR \(\(SELECT role = 'MANAGER'": " OR (NOT (SELECT role = 'NOBODYS'",
    r"activities_companywish\.ended_at IS NULL": "true",
    r"activities_companywish\.kind = 'PICK_UP'": "true",
    r"session\.ends_at > statement_timestamp\(\)": "true",
    r"session\.id = activities_companywish\.session_id": "true",
    r"held\.level >= 2": "true",
    r"held\.unit_id = [a-z_.]+": "true",
    r"held\.ground = 9": "true",
    r"held\.source_id = [a-z_.]+": "true",
    r"role = 'REPRESENTATIVE'": "role = 'NOBODYS'",
    r"held\.ground = 5": "true",  # 6: the manager sees as much; 7: a leader has no other ground
    r"[a-z_.]+\.in_intake AND": "",
    rf"activity\.organiser_id = {re.escape(UNIT)}": "true",
    r"held_back_until IS NULL OR held_back_until <= statement_timestamp\(\)": "true",
    r"audience = 'TEAM' OR owner_id = .*(?= END)": "true",
    r"CASE WHEN \(SELECT role = 'ACTIVITY_LEADER'": "CASE WHEN NOT (SELECT role = 'NOBODYS'",
    r"person\.id = [a-z_.]+": "true",
    r" AND NOT is_anybody_protected\([^)]*\)": "",
    r"placement\.id = [a-z_.]+": "true",
    r"finding\.id = [a-z_.]+": "true",
    rf"user_id IS DISTINCT FROM {USER_TERM}": "true",
    r" AND \([^()]*person_of[^)]*\)[^)]*\)[^)]*\)[^)]*\) IS NOT TRUE": "",
    r"source = 'REPORT'": "true",
    rf"{MEMBERSHIP_TERM} = 0 AND": "",
    r"reminder\.id = [a-z_.]+": "true",
    r"reminders_wish\.recipient_kind = 'STAFF' AND ": "",
    rf"reminders_wish\.recipient_id = {USER_TERM}": "true",
    r"disposal\.id = [a-z_.]+": "true",
    r" AND m\.role = 'MANAGER'": "",
    rf" AND [a-z_]+\.receiver_id = {re.escape(UNIT)}": "",
    r" AND [a-z_]+\.taken_back_at IS NULL(?= AND \([a-z_.]+confirmed)": "",
    r"activities_mandatedrelease\.confirmed_at IS NOT NULL OR ": "",
    r"activities_mandatedrelease\.held_at IS NULL AND ": "",
    r" AND activities_mandatedrelease\.opens_at <= statement_timestamp\(\)": "",
    r"^closed_at IS NULL AND ": "",
    rf" AND participant_id <> ALL \(\(SELECT out_of_units\({USER_TERM}\)\)::bigint\[\]\)": "",
}


@pytest.fixture(scope="module")
def standing(arranged):
    labour, social = DepartmentFactory(), DepartmentFactory()
    unit, social_unit = UnitFactory(parent=labour), UnitFactory(parent=social)
    corner = UnitFactory(parent=DepartmentFactory(name="Pingstkyrkan"))
    places = {
        "guide": (Role.GUIDE, unit),
        "case_manager": (Role.CASE_MANAGER, social_unit),
        "job_coach": (Role.JOB_COACH, unit),
        "manager": (Role.MANAGER, unit),
        "leader": (Role.ACTIVITY_LEADER, corner),
        "outsider": (Role.GUIDE, UnitFactory(parent=labour)),
    }
    cast = {
        name: actor_of(MembershipFactory(role=role, unit=where))
        for name, (role, where) in places.items()
    }
    return scene(SimpleNamespace(**cast), unit, social_unit)


@pytest.fixture
def town(standing):
    with undone():
        yield standing


@contextmanager
def acting_in_sql(actor):
    """Be the application, with this actor told to PostgreSQL and no line of Python between."""
    with app_role(), transaction.atomic():
        act_as(actor)
        yield


def by_code(model, town):
    """Return the rows that the first belt gives each actor."""
    return {name: pks(EXPECTED[model](actor)) for name, actor in town.items()}


def by_policy(model, actor):
    """Return the rows that PostgreSQL gives to an actor who asks for all."""
    with acting_in_sql(actor):
        return pks(model._base_manager)


def pks(rows):
    return set(rows.values_list("pk", flat=True))


def test_both_belts_say_the_same_of_every_row_and_actor(town):
    assert {MODELS[table] for table in PROTECTED} == set(EXPECTED)
    for model in EXPECTED:
        found = {name: by_policy(model, actor) for name, actor in town.items()}
        assert found == by_code(model, town), model


def test_without_an_actor_there_are_no_rows_and_the_owner_sees_that_there_are(town):
    for table in PROTECTED:
        assert MODELS[table]._base_manager.exists(), f"{table}: the test itself is broken"
        with app_role():
            assert not MODELS[table]._base_manager.exists(), table


def test_every_table_with_a_person_is_closed(town):
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
              AND a.attname IN ('participant_id', 'participants') AND NOT a.attisdropped
              AND has_table_privilege('portal_app', c.oid, 'SELECT')
              AND NOT (c.relrowsecurity AND EXISTS (
                SELECT FROM pg_policy p WHERE p.polrelid = c.oid))
        """)
        assert cursor.fetchall() == []


def test_views_read_as_whoever_asks(town):
    """Save two that the policies ask, which show the actor's own rows, or none of anybody's."""
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT relname, has_table_privilege('portal_app', oid, 'INSERT, UPDATE, DELETE')
            FROM pg_class WHERE relkind IN ('v', 'm')
              AND relnamespace = 'public'::regnamespace
              AND has_table_privilege('portal_app', oid, 'SELECT')
              AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)
        """)
        assert dict(cursor.fetchall()) == dict.fromkeys(OWNERS, False)


def mutants(operation):
    """Return a policy's condition opened, closed to everybody, and robbed of each of its terms."""
    yield from {"true", "false"} - {operation.condition}
    for term, instead in TERMS.items():
        for found in re.finditer(term, operation.condition):
            before, after = operation.condition[: found.start()], operation.condition[found.end() :]
            yield before + instead + after


def missing(whole, robbed):
    """Return what was taken out, for whoever must look for the case that misses it."""
    at = next(
        (n for n, pair in enumerate(zip(whole, robbed, strict=False)) if pair[0] != pair[1]), 0
    )
    return whole[at : at + 80]


def test_no_policy_has_a_term_to_spare(town):
    alive, killed = [], 0
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or a table with work left stays as it is
    for table, operation in PROTECTED.items():
        right = by_code(MODELS[table], town)
        for condition in mutants(operation):
            using = Protect(table, condition).for_somebody()
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"ALTER POLICY {WITHIN} ON {table} USING ({using})")
                if all(by_policy(MODELS[table], town[name]) == right[name] for name in town):
                    alive.append((table, missing(operation.condition, condition)))
                killed += 1
                transaction.set_rollback(True)
    assert not alive
    assert killed > 5 * len(PROTECTED)


@pytest.mark.parametrize(
    ("view", "term"), [(view, term) for view, (_sql, *terms) in OWNERS.items() for term in terms]
)
def test_no_view_that_the_policies_ask_has_a_term_to_spare(town, view, term):
    sql = OWNERS[view][0].replace("CREATE VIEW", "CREATE OR REPLACE VIEW")
    assert sql.count(term) == 1
    right = {model: by_code(model, town) for model in EXPECTED}  # asks the same view
    with connection.cursor() as cursor:
        cursor.execute(sql.replace(term, "true"))
    assert any(
        by_policy(model, town[name]) != seen
        for model, who in right.items()
        for name, seen in who.items()
    )


def test_the_system_reaches_what_its_purpose_names_and_nothing_else(town):
    for table, operation in PROTECTED.items():
        for purpose in Purpose:
            with app_role(), as_system(purpose):
                seen = MODELS[table]._base_manager.exists()
            assert seen == (purpose in operation.system), (table, purpose)


def forgetful(_request):
    """A view without `visible_to`, as one that somebody forgets to write it in."""
    people = ", ".join(Participant.objects.values_list("first_name", flat=True))
    return HttpResponse(f"{people} {Contact.objects.count()}")


urlpatterns = [path("glomt/", forgetful), path("", include("portal.urls"))]


@pytest.mark.urls("tests.test_second_belt")
def test_a_view_that_forgets_to_ask_who_may_see_shows_nothing(town, acting):
    outsider = town["outsider"]
    people = ", ".join(
        Participant.objects.visible_to(outsider).values_list("first_name", flat=True)
    )
    notes = Contact.objects.visible_to(outsider).count()
    assert acting(outsider).get("/glomt/").text == f"{people} {notes}"
    assert acting(town["leader"]).get("/glomt/").text.endswith(" 0")


def test_what_one_may_not_read_one_cannot_write(town):
    robin = Participant.objects.get(first_name="robin")
    with acting_in_sql(town["outsider"]):
        assert Participant.objects.filter(pk=robin.pk).update(last_name="Ny") == 0
        assert Contact.objects.filter(participant=robin).update(text="Ny") == 0
    note = Contact.objects.filter(participant=robin).first()
    note.pk, note._state.adding = None, True
    with (
        acting_in_sql(town["outsider"]),
        pytest.raises(Exception, match="row-level security"),
        transaction.atomic(),
    ):
        Contact.objects.bulk_create([note])


def test_a_request_leaves_no_actor_behind(acting, town):
    acting(town["guide"]).get(reverse("participants:person_list"))
    with app_role():
        assert not Participant.objects.exists()
