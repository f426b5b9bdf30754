"""What no form asks for changes nothing, whoever sends it along (CVE-2025-64459 and its kin).

Every form and every button of the table of access is sent twice: as it is filled in, and with the
columns of all our tables beside it, each with a value that would do harm. What the database holds
afterwards is compared row by row.
"""

import datetime as dt
import json
import re
from functools import cache
from uuid import UUID, uuid4

import pytest
from django import forms
from django.apps import apps
from django.db import connection, models, transaction
from django.urls import reverse

from portal.forms import Look
from tests.factories import ParticipantFactory, UserFactory
from tests.size import some
from tests.test_access import CAST, ROWS, URLS, browsers, captures, cast, quiet

__all__ = ["browsers", "captures", "cast", "quiet"]  # fixtures
APPS = (
    *("portal", "reminders", "participants", "activities", "employers"),
    *("log", "administration", "retention"),
)
LET_IN = {"200", "204", "302", "422"}
SALTED = {"password", "pin"}  # never the same twice
NEW = 10**6
UUID_TEXT = r"[0-9a-f]{8}-[0-9a-f-]{27}"
STRANGE = UUID("5eed0000-0000-4000-8000-000000000000")
LONG_AGO = "1999-01-01T00:00:00+00:00"
GUESSES = {  # by kind of field, when a form begins empty
    forms.EmailField: "ny@example.org",
    forms.DateField: dt.date.today().isoformat(),  # noqa: DTZ011 (as a browser fills it in)
    forms.TimeField: "10:00",
    forms.IntegerField: "7",
    forms.BooleanField: "on",
    forms.CharField: "Vi tar det lugnt i början",
}
ANSWERS = {"phone": "070-174 06 11", "login": "nyttnamn", "username": "nyttnamn", "pin": "2580"}


def own_models():
    return [model for label in APPS for model in apps.get_app_config(label).get_models()]


@cache
def everything():
    """Return one question for all rows of all our tables."""
    tables = sorted({model._meta.db_table for model in own_models()})
    return " UNION ALL ".join(
        f"SELECT '{one}', to_jsonb(held)::text FROM {one} held"  # noqa: S608 (our own names)
        for one in tables
    )


def rows():
    with connection.cursor() as cursor:
        cursor.execute(everything())
        return set(cursor.fetchall())


def number_from_now_on():
    """Let what is new be known by its number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(format('%%I', sequencename)::regclass, %s) FROM pg_sequences"
            " WHERE schemaname = 'public' AND max_value > %s AND coalesce(last_value, 0) < %s",
            [NEW] * 3,
        )


def harm(somebody):
    """Return a value for each column: somebody else's, another organisation, another role."""
    other = {"user": somebody.user_id, "participant": somebody.pk}
    values = {"pk": somebody.pk, "is_staff": "on", "is_superuser": "on", "organisation": 1}
    for model in own_models():
        for field in model._meta.concrete_fields:
            value = "Ingen"
            if field.is_relation:
                value = other.get(field.related_model._meta.model_name)
                value = value or field.related_model._default_manager.values_list("pk").last()
            elif isinstance(field, models.UUIDField):
                value = STRANGE
            elif isinstance(field, models.DateTimeField):
                value = LONG_AGO
            elif isinstance(field, models.DateField):
                value = LONG_AGO[:10]
            elif isinstance(field, models.IntegerField | models.BooleanField):
                value = "1"
            value = value[0] if isinstance(value, tuple) else value
            for name in {field.name, field.attname}:
                values.setdefault(name, value)
    return {name: str(value) for name, value in values.items()} | {"role": "ADMINISTRATOR"}


def filled(form):
    """Fill in a form as its page shows it, and guess what it leaves open."""
    answers = {}
    for bound in form:
        field, value = bound.field, bound.value()
        if value in (None, "", []):
            value = ANSWERS.get(bound.name) or guessed(field)
        if value not in (None, "", []):
            answers[bound.html_name] = value
    return answers


def guessed(field):
    if isinstance(field, forms.ModelChoiceField):
        chosen = field.queryset.first()
        one = chosen and field.prepare_value(chosen)
        return [one] if isinstance(field, forms.ModelMultipleChoiceField) and one else one
    if isinstance(field, forms.ChoiceField):
        return next((key for key, _ in field.choices if key and not isinstance(key, list)), None)
    if isinstance(field, forms.MultipleChoiceField):
        return [next(iter(field.choices))[0]]
    guess = next((one for kind, one in GUESSES.items() if isinstance(field, kind)), None)
    longest = getattr(field, "max_length", None)
    return guess[:longest] if guess and longest else guess


def plain(value, known, since):
    """Say of what is new for each sending (numbers, ids, moments) just that."""
    if isinstance(value, list):
        return [plain(one, known, since) for one in value]
    if isinstance(value, int) and value >= NEW:
        return "a new number"
    if not isinstance(value, str):
        return value
    if value.startswith("\\x"):
        return "sealed"
    if re.fullmatch(UUID_TEXT, value):
        return value if value in known else "a new id"
    return "now" if value >= since and value[10:11] == "T" else value


def one_let_in(codes):
    inside = [who for who, code in zip(CAST, codes, strict=True) if code in LET_IN]
    first = ("robin", "guide", "manager", "admin", "leader")
    return next((who for who in [*first, *inside] if who in inside), None)


def body_of(browser, method, url):
    """Return what the page's form would send, and all that it asks for; a button sends nothing."""
    with transaction.atomic():
        context = browser.generic(method, url).context
        transaction.set_rollback(True)
    form = context.get("form") if context else None
    if isinstance(form, Look) and form.form_method == "post":
        return filled(form) | {"submission_id": str(uuid4())}, set(form.fields)
    return ({}, set()) if method == "POST" else (None, set())


class Town:
    """What stood there before, and what was found wrong since."""

    def __init__(self, browsers, captures):
        number_from_now_on()
        self.browsers, self.captures = browsers, captures
        self.since = dt.datetime.now(dt.UTC).isoformat()
        self.harm = harm(ParticipantFactory(user=UserFactory()))
        self.before = rows()
        self.known = set(re.findall(UUID_TEXT, str(self.before))) | {str(STRANGE)}
        self.wrong, self.saved = [], []

    def changes(self):
        """Return the rows that are new and those that are gone, as told by `plain`."""
        after, told = rows(), []
        for sign, some_rows in (("+", after - self.before), ("-", self.before - after)):
            for table, text in some_rows:
                row = {
                    name: plain(value, self.known, self.since)
                    for name, value in json.loads(text).items()
                    if name not in SALTED
                }
                told.append(f"{sign} {table} {json.dumps(row)}")
        return sorted(told)

    def sent(self, browser, url, body):
        """Send, return the answer and what it changed, and undo it."""
        browser.raise_request_exception = False  # a page that breaks answers 500, as it would
        with transaction.atomic():
            cookies = browser.cookies.copy()
            code = browser.post(url, body).status_code
            changed = self.changes()
            browser.cookies = cookies
            transaction.set_rollback(True)
        return code, changed

    def try_on(self, method, name, *codes):
        """Send what a page asks for, and then the same with more beside it."""
        browser = self.browsers.get(one_let_in(codes))
        url = reverse(name, kwargs={one: self.captures[one] for one in URLS[name]})
        body, asked_for = body_of(browser, method, url) if browser else (None, set())
        if body is None:
            return
        beside = {key: value for key, value in self.harm.items() if key not in asked_for}
        as_asked = self.sent(browser, url, body)
        with_more = self.sent(browser, url, body | beside)
        if as_asked != with_more:
            differs = set(as_asked[1]) ^ set(with_more[1])
            self.wrong.append((name, as_asked[0], with_more[0], sorted(differs)))
        if as_asked[0] == 302 and as_asked[1]:
            self.saved.append(name)


@pytest.fixture
def town(browsers, captures, quiet):
    return Town(browsers, captures)


def test_what_no_form_asks_for_changes_nothing(town):
    asked = some(ROWS, len(ROWS) // 6)
    for row in asked:
        town.try_on(*row)
    assert not town.wrong
    assert len(town.saved) > len(asked) // 8  # what is filled in is mostly taken


def test_a_page_that_takes_whatever_is_sent_is_found(town, settings):
    settings.ROOT_URLCONF = "tests.holes"
    town.try_on(*next(row for row in ROWS if row[1] == "participants:my_goal"))
    assert [name for name, *_ in town.wrong] == ["participants:my_goal"]
