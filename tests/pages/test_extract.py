"""*Allt om mig*: everything that is held, in words and as data, and nothing about anybody else."""

import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from participants.models import Participant
from portal.models import AuditEvent, User
from portal.pages.extract.contents import SECTIONS
from portal.pages.extract.left_out import KEYS, LEFT_OUT
from portal.pages.log import services
from tests.activities.factories import AttendanceFactory, EnrolmentFactory
from tests.factories import (
    ConsentFactory,
    ContactFactory,
    PlacementFactory,
    StepFactory,
    TeamMemberFactory,
)

OWN_APPS = (
    *("portal", "reminders", "participants", "activities", "employers"),
    *("overview", "record", "log"),
)
NUMBERS = {"participant_id", "participants", "recipient_id"}  # a person by number


def tells_of_a_person(model, known):
    fields = {one.name for one in model._meta.get_fields()}
    targets = {one.related_model for one in model._meta.concrete_fields if one.is_relation}
    return bool(fields & NUMBERS or targets & known)


def tables_about_people():
    """Every table with a person in it, and every table that hangs on one of those."""
    known = {Participant}
    models = [one for label in OWN_APPS for one in apps.get_app_config(label).get_models()]
    while more := {one for one in models if tells_of_a_person(one, known)} - known:
        known |= more
    return known | {User}


def test_every_field_about_a_person_is_in_the_extract_or_left_out_for_a_reason():
    held = {one.model: set(one.fields) for one in SECTIONS}
    for model in tables_about_people():
        left_out = LEFT_OUT.get(model, {})
        if isinstance(left_out, str):
            assert left_out
            continue
        fields = {one.name for one in model._meta.concrete_fields}
        missing = fields - held.get(model, set()) - set(left_out) - KEYS
        assert not missing, f"{model.__name__}: say each of {missing} in portal/pages/extract"
        assert all(left_out.values())


def test_what_is_left_out_is_still_there():
    for model, fields in LEFT_OUT.items():
        names = {one.name for one in model._meta.concrete_fields}
        assert set(fields if isinstance(fields, dict) else ()) <= names, model


@pytest.fixture
def full(robin_person, guide, job_coach, case_manager, leader, social):
    """Robin's life in every table."""
    TeamMemberFactory(participant=robin_person, membership=job_coach.membership)
    ConsentFactory(participant=robin_person, receiver=social, witness="Vera Vittne")
    ContactFactory(participant=robin_person, author=guide.user, text="Vill prova cyklar.")
    StepFactory(participant=robin_person, text="Ring verkstaden", author=guide.user)
    enrolment = EnrolmentFactory(participant=robin_person, weekdays=[0, 2])
    AttendanceFactory(participant=robin_person, session__activity=enrolment.activity)
    PlacementFactory(participant=robin_person, employer__contact_name="Chef Chefsson")
    return robin_person


def test_robin_reads_all_of_it_in_one_click(acting, robin, full, guide):
    acting(guide).get(reverse("person_record", args=[full.public_id]))
    page = acting(robin).get(reverse("my_extract"))
    for said in (
        "Vill prova cyklar.",
        "Ring verkstaden",
        "Packa varor",
        "måndag, onsdag",
        "Socialförvaltningen",
        "läste din sida",
        "på papper, med namnteckning",
    ):
        assert said in page.text, said
    assert AuditEvent.objects.filter(act="EXPORT", subject="extract").get().user_id == (
        robin.user_id
    )


def test_other_peoples_names_stay_out(acting, robin, full):
    browser = acting(robin)
    for page in ("my_extract", "my_extract_data"):
        text = browser.get(reverse(page)).text
        assert "Vera Vittne" not in text
        assert "Chef Chefsson" not in text


def test_the_file_holds_the_same_under_names_that_stay(acting, robin, full):
    answer = acting(robin).get(reverse("my_extract_data"))
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="allt-om-mig-')
    data = json.loads(answer.content)
    assert {one.code for one in SECTIONS} <= set(data)
    assert data["person"][0]["first_name"] == "Robin"
    assert data["notes"][0]["text"] == "Vill prova cyklar."
    assert data["enrolments"][0]["weekdays"] == [0, 2]
    assert data["log"][0]["act"] == "EXPORT"


def test_what_is_held_back_waits_for_its_day(acting, robin, full):
    held = {"held_back_until": timezone.now() + timedelta(days=3), "held_back_reason": "Vi ses"}
    full.contacts.update(**held)
    assert "Vill prova cyklar." not in acting(robin).get(reverse("my_extract")).text
    full.contacts.update(held_back_until=timezone.now())
    assert "Vill prova cyklar." in acting(robin).get(reverse("my_extract")).text


def test_a_guide_takes_it_out_for_robin_and_robin_reads_that(acting, guide, robin, full):
    answer = acting(guide).get(reverse("extract", args=[full.public_id]))
    assert "Vill prova cyklar." in answer.text
    looked = acting(robin).get(reverse("log:who_looked")).text
    assert "tog ut allt som finns om dig" in looked


def test_what_robin_asked_about_the_log_is_robins_alone(acting, guide, robin, full):
    services.report(
        participant=full, by=robin, on=timezone.localdate(), text="Vem var det?", submission_id=None
    )
    assert "Vem var det?" in acting(robin).get(reverse("my_extract")).text
    answer = acting(guide).get(reverse("extract", args=[full.public_id]))
    assert "Vem var det?" not in answer.text


def test_a_long_life_costs_as_many_questions_as_a_short_one(acting, robin, full, guide):
    browser = acting(robin)
    counts = []
    for number in (0, 10):
        for _ in range(number):
            ContactFactory(participant=full, author=guide.user)
            StepFactory(participant=full, author=guide.user)
            PlacementFactory(participant=full)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(reverse("my_extract")).status_code == 200
        counts.append(len(asked))
    assert counts[1] <= counts[0] + 2
