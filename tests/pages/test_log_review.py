"""The log reviewer: lots nobody can choose, rules that give their reason, and a decision kept."""

from datetime import datetime, time, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from participants.models import Participant
from portal import audit
from portal.actor import Actor
from portal.models import AuditAct, AuditEvent, Ground, InfoType
from portal.pages.log import services
from portal.pages.log.models import Decision, Draw, Finding, Rule, Source, Verdict
from portal.permissions import Role
from tests.database import app_role
from tests.factories import (
    DepartmentFactory,
    FindingFactory,
    ParticipantFactory,
    UnitFactory,
    UserFactory,
)

SENDING = "6f1bc2a1-0a4e-4a53-8c19-6d53b1a7f2f0"
MONTH = timezone.localdate().replace(day=1) - relativedelta(months=1)


def refused():
    return pytest.raises(DatabaseError, match="permission denied")


@pytest.fixture
def reviewer(member):
    office = UnitFactory(parent=DepartmentFactory(name="Stadsledningen"), name="Dataskydd")
    return member(Role.LOG_REVIEWER, office, first_name="Loke", last_name="Åberg")


def at(day, hour=10):
    return timezone.make_aware(datetime.combine(day, time(hour)))


def a_tuesday():
    """A working day of last month."""
    day = MONTH + timedelta(days=7)
    return day + timedelta(days=(1 - day.weekday()) % 7)


def look(by, person, *, when=None, act=AuditAct.VIEW, ground=Ground.MAIN_CONTACT, **fields):
    return AuditEvent.objects.create(
        at=when or at(a_tuesday()),
        act=act,
        subject="participant",
        participants=[person.pk] if isinstance(person, Participant) else person,
        info_types=[InfoType.FOLLOW_UP],
        ground=ground,
        user_id=by.user_id,
        membership_id=by.membership_id,
        role=str(by.role),
        **fields,
    )


def reasons(many=60):
    """What the rules find in the month, by person."""
    services.find_hits(since=at(MONTH), until=at(MONTH + relativedelta(months=1)), many=many)
    return {one.participant_id: one.reasons for one in Finding.objects.all()}


@pytest.fixture
def known(guide):
    """Somebody whose contact Samira has been since long."""
    return ParticipantFactory(
        main_contact=guide.membership, registered_at=timezone.now() - timedelta(days=300)
    )


def test_an_ordinary_look_is_asked_about_by_no_rule(guide, known):
    look(guide, known)
    assert reasons() == {}


def test_own_record_is_found(guide, known):
    Participant.objects.filter(pk=known.pk).update(user=guide.user)
    look(guide, known, act=AuditAct.LIST)
    assert reasons() == {known.pk: [Rule.OWN_RECORD]}


def test_same_surname_and_same_phone_are_found(guide, known):
    Participant.objects.filter(pk=known.pk).update(last_name="lund", phone=guide.user.phone)
    look(guide, known)
    assert reasons() == {known.pk: [Rule.SAME_DETAILS, Rule.SAME_NAME]}


def test_look_without_assignment_at_that_time_is_found(guide, outsider, known):
    look(outsider, known, ground=Ground.MANAGER)
    look(guide, known, when=at(a_tuesday(), 11))
    assert reasons() == {known.pk: [Rule.NO_ASSIGNMENT]}
    assert Finding.objects.get().user_id == outsider.user_id


def test_evening_and_weekend_are_found_for_those_who_work_by_day(guide, leader, known):
    look(guide, known, when=at(a_tuesday(), 22))
    saturday = a_tuesday() + timedelta(days=4)
    other = ParticipantFactory()
    look(leader, other, when=at(saturday), ground=Ground.ACTIVITY)
    assert reasons() == {known.pk: [Rule.AFTER_HOURS]}


def test_unusually_many_in_a_day_are_one_question(guide):
    for number in range(4):
        look(guide, ParticipantFactory(), when=at(a_tuesday(), 9 + number), ground=Ground.ACTIVITY)
    assert reasons(many=3) == {None: [Rule.MANY]}


def test_every_look_at_somebody_protected_is_found_once_the_switch_is_on(guide, known):
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION log_is_protected(person bigint) RETURNS boolean LANGUAGE"
            f" sql AS $$ SELECT person = {known.pk} $$"
        )
    look(guide, [known.pk, ParticipantFactory().pk], act=AuditAct.LIST, ground=None)
    assert reasons() == {known.pk: [Rule.PROTECTED]}


def test_whoever_was_stopped_is_found(outsider, known):
    look(outsider, known, act=AuditAct.DENIED, ground=None)
    assert reasons() == {known.pk: [Rule.STOPPED]}


def test_looking_again_finds_nothing_twice(outsider, known):
    look(outsider, known)
    assert reasons() == reasons()
    assert Finding.objects.count() == 1


def draw(per_unit=3):
    return services.draw_sample(month=MONTH, per_unit=per_unit)


def test_lots_are_drawn_once_for_each_unit_and_cannot_be_drawn_again(guide, job_coach, leader):
    for by in (guide, leader):
        for _ in range(10):
            look(by, ParticipantFactory())
    audit.seal()
    assert draw() == 6
    held = Draw.objects.get()
    assert (held.month, held.per_unit, held.drawn) == (MONTH, 3, 6)
    before = list(Finding.objects.values_list("events", flat=True))
    assert draw(per_unit=10) == 0
    assert list(Finding.objects.values_list("events", flat=True)) == before
    for act in (
        "DELETE FROM log_draw",
        "DELETE FROM log_finding",
        "UPDATE log_finding SET text = ''",
    ):
        with app_role(), refused(), transaction.atomic():
            connection.cursor().execute(act)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(act)


def test_the_same_seal_draws_the_same_lots(guide):
    """Anybody can draw again and compare: the order is a hash of the seal and the line."""
    for _ in range(10):
        look(guide, ParticipantFactory())
    audit.seal()
    draw()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT one.id FROM portal_auditevent one, portal_auditseal seal"
            " WHERE seal.no = (SELECT seal FROM log_draw)"
            " ORDER BY sha256(seal.digest || convert_to(one.id::text, 'UTF8')) LIMIT 3"
        )
        wanted = {number for (number,) in cursor.fetchall()}
    assert {number for one in Finding.objects.all() for number in one.events} == wanted


def test_a_month_that_is_not_over_or_not_sealed_has_no_lots(guide):
    look(guide, ParticipantFactory())
    assert draw() == 0
    audit.seal()
    assert services.draw_sample(month=timezone.localdate().replace(day=1), per_unit=3) == 0
    assert not Draw.objects.exists()


def test_command_does_it_by_hand(outsider, known, capsys):
    look(outsider, known)
    audit.seal()
    call_command("review_log", month=f"{MONTH:%Y-%m}")
    assert f"{MONTH:%Y-%m}: 1 found by rules, 1 drawn by lot." in capsys.readouterr().out


def test_loke_reads_reason_and_names_but_nothing_of_the_record(
    acting, reviewer, outsider, robin_person
):
    Participant.objects.filter(pk=robin_person.pk).update(email="robin.alm@example.org")
    look(outsider, robin_person, purpose="Ringde akut")
    reasons()
    browser = acting(reviewer)
    page = browser.get(reverse("log:review_list"))
    assert "Robin Almqvist" in page.text
    assert "Grannenheten" in page.text
    assert "Hade inget uppdrag med personen då." in page.text
    one = browser.get(reverse("log:review", args=[Finding.objects.get().public_id]))
    assert "Öppnade: anteckningar från samtal" in one.text
    assert "Ringde akut" in one.text
    assert "robin.alm@example.org" not in one.text
    assert browser.get(reverse("person_record", args=[robin_person.public_id])).status_code == 404


def test_decision_is_kept_with_who_and_when_and_leaves_the_queue(acting, reviewer, robin_person):
    finding = FindingFactory(participant=robin_person)
    url = reverse("log:review", args=[finding.public_id])
    browser = acting(reviewer)
    answer = browser.post(url, {"submission_id": SENDING, "verdict": "OK", "note": "Ringde akut."})
    assert answer.status_code == 302
    said = Decision.objects.get()
    assert (said.verdict, said.note, said.author) == ("OK", "Ringde akut.", reviewer.user)
    assert said.at > timezone.now() - timedelta(minutes=1)
    assert "Inget väntar på dig." in browser.get(reverse("log:review_list")).text
    assert "Robin Almqvist" in browser.get(reverse("log:review_list"), {"visa": "klara"}).text
    assert AuditEvent.objects.filter(act="CHANGE", subject="log_review").exists()


def test_whoever_has_been_asked_still_waits_until_a_last_word(acting, reviewer, robin_person):
    finding = FindingFactory(participant=robin_person)
    services.decide(
        finding=finding, by=reviewer, verdict=Verdict.ASKED, note="Ringt.", submission_id=None
    )
    assert Finding.objects.waiting().get() == finding
    services.decide(
        finding=finding, by=reviewer, verdict=Verdict.OK, note="Svar.", submission_id=None
    )
    assert Finding.objects.settled().get() == finding
    assert Decision.objects.count() == 2


def test_nobody_reviews_their_own_lines_or_record(acting, reviewer, member, robin_person):
    office = reviewer.membership.unit
    second = member(Role.LOG_REVIEWER, office, first_name="Maja")
    own = FindingFactory(user_id=reviewer.user_id)
    about = FindingFactory(participant__user=reviewer.user)
    browser = acting(reviewer)
    for one in (own, about):
        assert browser.get(reverse("log:review", args=[one.public_id])).status_code == 404
    assert "Inget väntar på dig." in browser.get(reverse("log:review_list")).text
    assert "2 frågor väntar på dig." in acting(second).get(reverse("log:review_list")).text


def test_what_robin_asks_comes_first_with_the_days_lines_and_is_answered(
    acting, reviewer, robin, robin_person, guide
):
    acting(guide).get(reverse("person_record", args=[robin_person.public_id]))
    FindingFactory()
    services.report(
        participant=robin_person,
        by=robin,
        on=timezone.localdate(),
        text="Jag var ledig då",
        submission_id=None,
    )
    report = Finding.objects.get(source=Source.REPORT)
    browser = acting(reviewer)
    queue = browser.get(reverse("log:review_list")).text
    assert queue.index("Robin Almqvist") < queue.index("Hittat av en regel")
    page = browser.get(reverse("log:review", args=[report.public_id])).text
    assert "Samira Lund" in page
    assert "Jag var ledig då" in page
    browser.post(
        reverse("log:review", args=[report.public_id]),
        {
            "submission_id": SENDING,
            "verdict": "OK",
            "note": "Samira skrev planen.",
            "answer": "Samira skrev din plan den dagen.",
        },
    )
    mine = acting(robin).get(reverse("log:who_looked")).text
    assert "Samira skrev din plan den dagen." in mine
    assert "Samira skrev planen." not in mine
    assert "En loggranskare på Dataskydd kontrollerade vem som tittat på dig" in mine


def test_a_reviewer_who_acts_for_themself_reviews_nothing(acting, reviewer):
    FindingFactory()
    assert not Finding.objects.visible_to(Actor(UserFactory())).exists()


def test_the_list_costs_the_same_for_one_as_for_many(
    acting, reviewer, django_assert_max_num_queries
):
    browser = acting(reviewer)
    for number in (1, 11):
        for _ in range(number):
            FindingFactory()
        with django_assert_max_num_queries(12):
            assert browser.get(reverse("log:review_list")).status_code == 200
