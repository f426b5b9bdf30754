"""*Vem har tittat*: the person reads the log in plain words, and may ask about it."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from portal import audit
from portal.models import AuditAct, AuditEvent, Ground, InfoType
from portal.pages.log.models import Finding, Source
from tests.factories import ParticipantFactory, TeamMemberFactory

SENDING = "6f1bc2a1-0a4e-4a53-8c19-6d53b1a7f2f0"


def read(acting, robin, **asked):
    page = acting(robin).get(reverse("log:who_looked"), asked)
    assert page.status_code == 200
    return re.sub(r"\s+", " ", strip_tags(page.text))


@pytest.fixture
def log(guide, robin_person):
    """Write lines about Robin as if they were some days old."""

    def write(days=0, *, by=guide, act=AuditAct.VIEW, subject="participant", **fields):
        AuditEvent.objects.create(
            at=timezone.now() - timedelta(days=days),
            act=act,
            subject=subject,
            participants=fields.pop("participants", [robin_person.pk]),
            info_types=fields.pop("info_types", [InfoType.PLAN]),
            user_id=by.user_id,
            membership_id=by.membership_id or None,
            role=str(by.role),
            organisation_id=by.organisation_id,
            **fields,
        )

    return write


def test_robin_reads_who_looked_by_role_and_unit(acting, robin, guide, robin_person):
    acting(guide).get(reverse("person_record", args=[robin_person.public_id]))
    text = read(acting, robin)
    assert "En guide på Guiderna läste din sida." in text
    assert "Varför: din kontakt." in text
    assert "Lund" not in text.split("Vem har tittat?")[-1].split("Ser något fel ut?")[0]


def test_a_place_that_names_its_staff_shows_the_name(acting, robin, log, settings):
    settings.PORTAL_LOG_NAMES = True
    log()
    assert "Samira Lund, guide på Guiderna, läste din plan." in read(acting, robin)


def test_a_written_reason_is_shown(acting, robin, log):
    log(purpose="Första mötet, ringde själv")
    assert "Första mötet, ringde själv" in read(acting, robin)


def test_the_same_look_many_times_in_a_day_is_one_line(acting, robin, log):
    for _ in range(3):
        log()
    text = read(acting, robin)
    assert "läste din plan, 3 gånger." in text
    assert text.count("läste din plan") == 1


def test_robins_own_visits_and_those_of_others_to_others_are_left_out(acting, robin, log):
    log(by=robin)
    log(participants=[ParticipantFactory().pk])
    text = read(acting, robin)
    assert "Ingen har tittat de senaste tre månaderna." in text, text


def test_a_list_with_robin_in_it_is_told_too(acting, robin, guide, robin_person):
    browser = acting(guide)
    browser.get(reverse("participants:person_list"))
    browser.get(reverse("participants:person_list"), {"q": "robin"})
    text = read(acting, robin)
    assert "hade dig i en lista över sina personer" in text
    assert "hittade dig i en sökning" in text
    assert set(AuditEvent.objects.filter(user_id=guide.user_id).values_list("act", flat=True)) == {
        "LIST",
        "SEARCH",
    }


def test_whoever_was_stopped_at_robins_door_is_told(acting, robin, outsider, robin_person):
    answer = acting(outsider).get(reverse("person_record", args=[robin_person.public_id]))
    assert answer.status_code == 404
    assert "försökte öppna din sida, men stoppades" in read(acting, robin)


def test_a_person_who_does_not_exist_leaves_a_line_about_nobody(acting, outsider):
    acting(outsider).get(reverse("person_record", args=[SENDING]))
    line = AuditEvent.objects.get()
    assert (line.act, line.subject, line.participants) == ("DENIED", "person_record", [])


def test_older_looks_are_a_tap_away_and_whole_days_stay_together(acting, robin, log, robin_person):
    type(robin_person).objects.filter(pk=robin_person.pk).update(
        registered_at=timezone.now() - timedelta(days=300)
    )
    log(10)
    log(150, info_types=[InfoType.PLACEMENT])
    page = acting(robin).get(reverse("log:who_looked")).text
    assert "läste din plan" in page
    assert "läste om dina arbetsplatser" not in page
    older = re.search(r'href="\?fore=([\d-]+)"', page)[1]
    assert date.fromisoformat(older) < timezone.localdate() - timedelta(days=80)
    assert "läste om dina arbetsplatser" in read(acting, robin, fore=older)


def test_a_long_log_costs_as_many_questions_as_a_short_one(acting, robin, log):
    browser, page = acting(robin), reverse("log:who_looked")
    counts = []
    for days in (range(1), range(1, 80)):
        for one in days:
            log(one)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert browser.get(page).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12


def test_the_log_of_somebody_else_is_closed_in_the_database_too(guide, outsider, robin, log):
    """The function itself asks whether the reader reaches the person."""
    log()
    person = robin.user.participant.pk
    question = "SELECT count(*) FROM log_of_person(%s, %s, %s, '-infinity', 'infinity', 10)"
    for by, found in ((robin, 1), (guide, 1), (outsider, 0)):
        with connection.cursor() as cursor:
            cursor.execute(question, [by.user_id, by.membership_id, person])
            assert cursor.fetchone() == (found,)


def test_the_page_is_found_where_one_reads_who_sees(acting, robin):
    page = acting(robin).get(reverse("participants:who_sees")).text
    assert f'href="{reverse("log:who_looked")}"' in page


def test_robin_asks_about_a_day_and_the_guide_does_not_read_it(acting, robin, guide, log):
    log()
    day = timezone.localdate()
    answer = acting(robin).post(
        reverse("log:looks_wrong"),
        {"submission_id": SENDING, "on": day, "text": "Jag var ledig då"},
        follow=True,
    )
    assert "Vi tittar på det inom en vecka, och svarar dig här." in answer.text
    assert "Jag var ledig då" in answer.text
    assert "Vi tittar på det" in answer.text
    report = Finding.objects.get()
    assert (report.source, report.on, report.participant) == (
        Source.REPORT,
        day,
        robin.user.participant,
    )
    assert not Finding.objects.visible_to(guide).exists()
    person = acting(guide).get(reverse("person_record", args=[report.participant.public_id]))
    assert "Jag var ledig då" not in person.text


def test_an_empty_question_is_asked_for_in_kind_words(acting, robin):
    answer = acting(robin).post(
        reverse("log:looks_wrong"), {"submission_id": SENDING, "on": "2026-01-01", "text": ""}
    )
    assert answer.status_code == 422
    assert "Skriv några ord, så att vi vet vad vi ska leta efter." in answer.text


def test_the_ground_of_a_look_is_settled_with_the_line(guide, job_coach, manager, robin_person):
    member = TeamMemberFactory(participant=robin_person, membership=job_coach.membership)
    for by in (guide, job_coach, manager):
        audit.record(AuditAct.VIEW, "participant", by=by, participants=[robin_person.pk])
    audit.record(AuditAct.LIST, "caseload", by=guide, participants=[robin_person.pk, 2])
    found = list(AuditEvent.objects.order_by("pk").values_list("ground", "source_id"))
    contact = robin_person.main_contacts.get()
    assert found == [
        (Ground.MAIN_CONTACT, contact.pk),
        (Ground.TEAM, member.pk),
        (Ground.MANAGER, manager.membership_id),
        (None, None),
    ]


def test_a_page_that_is_printed_is_told_by_its_own_number(acting, robin, guide, outsider):
    browser = acting(guide)
    person = robin.user.participant.public_id
    page = browser.get(reverse("person_record", args=[person])).text
    number = re.search(r'name="page" value="([\w-]+)"', page)[1]
    acting(outsider).post(reverse("page_printed"), {"page": number})  # shown to somebody else
    assert browser.post(reverse("page_printed"), {"page": number}).status_code == 204
    printed = AuditEvent.objects.get(act="PRINT")
    assert (printed.user_id, printed.ground) == (guide.user_id, Ground.MAIN_CONTACT)
    assert "skrev ut något om dig" in read(acting, robin)
