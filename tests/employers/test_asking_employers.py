"""An employer is asked by letter and answers with one tap; silence is no answer, and not a no."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from employers.models import EmployerAsk
from employers.notifications import asking
from employers.services.asks import AskedAlready, Asleep, answer_ask, ask_employer
from participants.notifications.mornings import MORNING_LIST
from portal.models import Membership
from portal.permissions import Role
from portal.reminders import kinds, planning, times
from portal.reminders.sending import dispatcher
from tests.factories import EmployerFactory
from tests.reminders import post
from tests.reminders.conftest import clock, mail_server, through  # noqa: F401 (they are fixtures)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
MONDAY = date(2037, 3, 2)


def at(day, hour=9):
    return times.instant(day, time(hour))


ASKED = at(MONDAY, 12)


@pytest.fixture
def company():
    return EmployerFactory(contact_email="lager@example.org")


@pytest.fixture
def ask(company, job_coach):
    def send(now=ASKED):
        return ask_employer(
            employer=company,
            by=job_coach,
            submission_id=uuid4(),
            words="Två timmar i veckan i lagret",
            now=now,
        )

    return send


@pytest.fixture
def letters(clock):  # noqa: F811
    """Return to whom was written, as of a moment."""

    def sent(moment):
        clock(moment)
        mail.outbox.clear()
        dispatcher.run()
        return [(one.to[0], one.body) for one in mail.outbox]

    return sent


def test_they_are_asked_and_reminded_once_and_then_petra_rings(ask, letters, job_coach):
    asked = ask()
    [(to, body)] = letters(ASKED + MINUTE)
    assert to == "lager@example.org"
    assert "/svar/" in body
    assert "lagret" not in body
    assert letters(at(date(2037, 3, 4))) == []
    [(to, _body)] = letters(at(date(2037, 3, 5)) + MINUTE)
    assert to == "lager@example.org"
    assert letters(at(date(2037, 3, 6))) == []
    [(to, body)] = letters(at(date(2037, 3, 9)) + MINUTE)
    assert to == job_coach.user.email
    assert "ring" in body
    asked.refresh_from_db()
    assert asked.answer == ""  # silence is not a no


@pytest.mark.parametrize(
    ("asked", "remind_on", "ring_on"),
    [
        (date(2037, 3, 5), date(2037, 3, 9), date(2037, 3, 12)),  # three days later is a Sunday
        (date(2037, 3, 31), date(2037, 4, 7), date(2037, 4, 8)),  # Easter: never on one day
    ],
)
def test_days_are_those_of_the_calendar_and_a_free_one_waits_for_the_next_working(
    ask, asked, remind_on, ring_on
):
    made = ask(now=at(asked, 12))
    assert (made.remind_on, made.ring_on) == (remind_on, ring_on)


@pytest.mark.parametrize("change", [{"ended_at": timezone.now()}, {"role": Role.MANAGER}])
def test_once_petra_asks_no_more_a_colleague_of_the_unit_rings(
    ask, letters, acting, job_coach, member, outsider, change
):
    johan = member(Role.GUIDE, first_name="Johan")
    ask()
    letters(ASKED + MINUTE)
    letters(at(date(2037, 3, 5)) + MINUTE)
    Membership.objects.filter(pk=job_coach.membership.pk).update(**change)
    assert letters(at(date(2037, 3, 9), 8)) == []
    planning.sweep()
    [(to, body)] = letters(at(date(2037, 3, 9)) + MINUTE)
    assert to == johan.user.email
    assert "Vår fråga har inte fått svar." in body


def test_the_morning_of_a_colleague_counts_whom_petra_left_to_ring(
    ask, letters, job_coach, member, outsider
):
    johan, one = member(Role.GUIDE, first_name="Johan"), MORNING_LIST
    ask()
    letters(at(date(2037, 3, 10), 7))
    hers, his = job_coach.membership.pk, johan.membership.pk
    assert set(one.due([hers, his])) == {hers}
    Membership.objects.filter(pk=hers).update(ended_at=timezone.now())
    due = one.due([his, outsider.membership.pk])
    assert set(due) == {his}
    assert "1 att ringa" in one.text(due[his], kinds.staff(johan.user_id)).text


def test_an_employer_is_not_promised_a_call_by_who_has_left(ask, client, job_coach):
    page = reverse("employers:ask_reply", args=[asking.SIGNER.sign(str(ask().pk))])
    assert f"Ring {job_coach.user.first_name}" in client.get(page).text
    Membership.objects.filter(pk=job_coach.membership.pk).update(ended_at=timezone.now())
    assert "Tack! Vi ringer er." in client.post(page, {"answer": "YES"}, follow=True).text
    assert "Ring Petra" not in client.get(page).text


def test_johan_finds_what_petra_left_to_ring_about(ask, acting, job_coach, member, outsider):
    johan = member(Role.GUIDE, first_name="Johan")
    EmployerAsk.objects.filter(pk=ask().pk).update(ring_on=timezone.localdate())
    page = reverse("employers:employer_list")
    assert "Två timmar i veckan i lagret" not in acting(johan).get(page).text
    Membership.objects.filter(pk=job_coach.membership.pk).update(ended_at=timezone.now())
    assert "Två timmar i veckan i lagret" in acting(johan).get(page).text
    assert "Två timmar i veckan i lagret" not in acting(outsider).get(page).text


def test_they_answer_with_one_tap_and_petra_hears_of_it(ask, letters, client, job_coach):
    asked = ask()
    page = reverse("employers:ask_reply", args=[asking.SIGNER.sign(str(asked.pk))])
    assert "Två timmar i veckan i lagret" in client.get(page).text
    said = client.post(page, {"answer": "YES"}, follow=True).text
    assert "Tack! Petra ringer er." in said
    client.post(page, {"answer": "NO"})
    asked.refresh_from_db()
    assert (asked.answer, asked.noted_by) == ("YES", None)
    told = letters(ASKED + MINUTE)
    assert [to for to, _body in told] in ([], [job_coach.user.email])
    assert letters(at(date(2037, 3, 11)) + MINUTE) == []
    assert client.get(reverse("employers:ask_reply", args=["1:x:y"])).status_code == 404


def test_who_has_not_answered_twice_is_left_in_peace_for_half_a_year(ask, letters, job_coach):
    first = ask()
    with pytest.raises(AskedAlready):
        ask(now=at(date(2037, 3, 6)))
    second = ask(now=at(date(2037, 3, 16)))
    first.refresh_from_db()
    assert first.answer == "NONE"
    EmployerAsk.objects.filter(pk=second.pk).update(ring_on=date(2026, 1, 7))
    with pytest.raises(Asleep):
        ask(now=at(date(2037, 4, 6)))
    assert asking._again_due([second.pk])[second.pk].at == at(date(2037, 9, 16))
    answer_ask(ask=second, answer="LATER", by=job_coach)  # somebody rang
    assert ask(now=at(date(2037, 4, 6))).answer == ""


def test_of_a_letter_that_does_not_arrive_petra_reads_that_she_shall_ring(
    ask,
    company,
    job_coach,
    acting,
    clock,  # noqa: F811
    mail_server,  # noqa: F811
    through,  # noqa: F811
):
    company.contact_email = f"{post.NOBODY}-1@example.org"
    company.save(update_fields=["contact_email"])
    asked, page = ask(), reverse("employers:employer_detail", args=[company.public_id])
    assert "Väntar på svar." in acting(job_coach).get(page).text
    through(mail_server.port)
    clock(ASKED + MINUTE)
    dispatcher.run()
    assert "Mejlet kom inte fram: ring dem." in acting(job_coach).get(page).text
    answer_ask(ask=asked, answer="LATER", by=job_coach)
    assert "Mejlet kom inte fram" not in acting(job_coach).get(page).text


def test_colleagues_ask_and_note_on_the_page_of_the_employer(company, job_coach, acting):
    browser = acting(job_coach)
    browser.post(
        reverse("employers:ask_send", args=[company.public_id]),
        {"submission_id": str(uuid4()), "words": "En plats i köket?"},
    )
    asked = EmployerAsk.objects.get()
    page = reverse("employers:employer_detail", args=[company.public_id])
    assert "Väntar på svar." in browser.get(page).text
    EmployerAsk.objects.update(ring_on=datetime.now(times.STOCKHOLM).date())
    assert "Inget svar: ring dem." in browser.get(page).text
    assert "En plats i köket?" in browser.get(reverse("employers:employer_list")).text
    browser.post(reverse("employers:ask_answer", args=[asked.public_id]), {"answer": "NO"})
    assert "Nej, inte hos oss" in browser.get(page).text
    EmployerAsk.objects.update(answer="NONE")
    assert "Inget svar." in browser.get(page).text
