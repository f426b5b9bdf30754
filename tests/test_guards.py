"""Promises that no single page can keep: each of these tests reads the whole house."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.template.loader import get_template
from django.urls import reverse

from portal.models import AuditEvent, User
from portal.permissions import Permission
from tests.database import app_role

ROOT = Path(__file__).resolve().parents[1]
OWN_APPS = (
    *("portal", "reminders", "participants", "activities", "employers"),
    *("log", "administration", "retention"),
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
CODE = sorted(
    path
    for app in ("portal", "participants", "activities", "employers")
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
)
PROTECTED = (
    "Participant",
    "Contact",
    "Step",
    "AwaitedDecision",
    "Handover",
    "Goal",
    "CompanyWish",
    "Consent",
    "ConsentQuestion",
    "Disclosure",
    "PeerCard",
    "Release",
    "Representative",
    "Placement",
    "EmployerCard",
    "FollowUpNote",
    "Finding",
)
FOUND_BY_NAME = ("account/", "allauth/", "mfa/", "socialaccount/", "usersessions/", "vag/")


def own_models():
    return [model for label in OWN_APPS for model in apps.get_app_config(label).get_models()]


def test_a_template_asks_only_for_permissions_that_exist():
    for path in TEMPLATES:
        asked = set(re.findall(r"\bperms\.(\w+\.\w+)", path.read_text()))
        assert asked <= {str(permission) for permission in Permission}


def test_a_template_holds_no_inline_script_or_style_and_marks_nothing_safe():
    for path in TEMPLATES:
        text = path.read_text()
        for banned in (
            r"\|\s*safe\b",
            r"\sstyle=",
            r"<script(?![^>]*\ssrc=)",
            r"<style",
            r"\son(?:click|change|submit|load|error|input|focus|blur|key\w+|mouse\w+)=",
        ):
            assert not re.search(banned, text), banned


def test_a_number_to_ring_is_never_cut_in_two():
    """`phone` keeps it on one line, `dial` makes the address that rings."""
    for path in TEMPLATES:
        found = re.findall(r"as_national|as_rfc3966|tel:\{\{|phone\|cut", path.read_text())
        assert not found, path.name


def test_a_form_that_posts_carries_its_token():
    for path in TEMPLATES:
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", path.read_text(), re.DOTALL):
            assert "csrf_token" in form or "{% partial" in form


def test_a_fragment_with_a_form_is_given_all_that_its_page_knows():
    """With `only` it gets no token, and what is sent from it is refused."""
    for path in TEMPLATES:
        for name in re.findall(r"{% include \"([^\"]+)\"[^%]*\bonly %}", path.read_text()):
            assert "csrf_token" not in (ROOT / "templates" / name).read_text(), name


def test_a_template_compiles():
    for path in TEMPLATES:
        assert get_template(str(path.relative_to(ROOT / "templates")))


def test_every_template_is_used_somewhere():
    everywhere = "\n".join(path.read_text() for path in [*TEMPLATES, *CODE])
    spelt_by_django = {"400.html", "403.html", "404.html", "500.html"}
    for path in TEMPLATES:
        name = str(path.relative_to(ROOT / "templates"))
        if (
            name.startswith(
                ("account/", "allauth/", "mfa/", "socialaccount/", "usersessions/", "vag/")
            )
            or name in spelt_by_django
        ):
            continue  # found by name: allauth, crispy and Django's error handlers
        assert name in everywhere, f"{name} is used by nobody"


def test_code_reads_people_through_their_reach():
    """Views and pages fetch by `visible_to`; services may lock and create what they were given."""
    for path in CODE:
        if not {"views", "pages"} & set(path.parts):
            continue
        for name in PROTECTED:
            found = re.findall(rf"\b{name}\.objects\s*\.(\w+)", path.read_text())
            assert set(found) <= {"visible_to"}, f"{name}.objects.{found}"


def test_code_keeps_clear_of_what_has_hurt_others():
    for path in CODE:
        text = path.read_text()
        for banned in (r"\beta=", r"\bcountdown=", r"self\.retry\(", r'fields = "__all__"'):
            assert not re.search(banned, text), banned


def test_a_module_stays_small_enough_to_read():
    for path in CODE:
        assert len(path.read_text().splitlines()) <= 500


def test_a_function_stays_small_enough_to_read():
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno <= 50, node.name


def test_a_time_and_the_person_behind_it_go_together():
    for model in own_models():
        names = {field.name for field in model._meta.get_fields()}
        held = " ".join(str(one.deconstruct()) for one in model._meta.constraints)
        for name in names:
            if name.endswith("_at") and f"{name[:-3]}_by" in names:
                assert name in held, f"{model.__name__}.{name}"


def test_every_constraint_is_a_sentence():
    for model in own_models():
        for constraint in model._meta.constraints:
            assert len(constraint.name.split("_")) >= 4, constraint.name


def test_the_application_owns_no_table_and_is_no_superuser(db):
    with app_role(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("portal_app", False, False)
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("table", ["portal_access", "participants_caseload"])
def test_the_application_cannot_write_what_is_derived(db, table):
    with app_role(), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(f"DELETE FROM {table}")  # noqa: S608 - our own two names


@pytest.mark.parametrize(
    "act", ["UPDATE portal_auditevent SET role = ''", "DELETE FROM portal_auditevent"]
)
def test_nobody_changes_the_log(db, act, guide, acting):
    acting(guide).get(reverse("participants:person_list"))
    with app_role(), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(act)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(act)
    assert AuditEvent.objects.count() == 1


def test_functions_that_act_as_the_owner_are_pinned_and_closed(db):
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT p.proname, p.proconfig::text, has_function_privilege('public', p.oid, 'EXECUTE')
            FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE n.nspname = 'public' AND p.prosecdef
        """)
        held = cursor.fetchall()
    assert held
    for name, config, open_to_all in held:
        assert "search_path=public, pg_temp" in (config or ""), name
        assert not open_to_all, name


def test_personal_pages_are_kept_by_no_browser(acting, robin):
    answer = acting(robin).get(reverse("participants:my_plan"))
    assert "no-store" in answer.headers["Cache-Control"]


def test_every_page_carries_the_one_strict_policy(acting, guide, client, db):
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self';"
        " connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none';"
        " base-uri 'none'"
    )
    for answer in (
        acting(guide).get(reverse("participants:person_list")),
        client.get(reverse("account_login")),
        client.get("/finns-inte/"),
    ):
        assert answer.headers["Content-Security-Policy"] == policy


def test_an_update_that_goes_through_a_join_is_refused(robin_person):
    accounts = User.objects.filter(pk=robin_person.user_id)
    with pytest.raises(AssertionError, match="holds nobody back"), transaction.atomic():
        accounts.filter(participant__closed_at=None).update(is_active=False)
    assert accounts.filter(is_active=True).update(is_active=False) == 1


def test_no_table_is_open_to_every_database_role(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM information_schema.role_table_grants"
            " WHERE grantee = 'PUBLIC' AND table_schema = 'public'"
        )
        assert cursor.fetchone() == (0,)
