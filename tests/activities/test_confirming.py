"""*Stämmer tiderna?* One link a week, without signing in; what is old says so everywhere."""

import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.signing import TimestampSigner
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from activities import confirming
from activities.models import HoursRemark
from portal.reminders import kinds, times
from tests.activities.factories import ActivityFactory, OpeningRuleFactory, SessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def every_answer_anew(settings):
    settings.CACHES = settings.CACHES | {
        "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    }


@pytest.fixture
def page(kampen):
    """The address in the letter, as the leader taps it."""
    return urlsplit(confirming.link(kampen.pk)).path


@pytest.fixture
def today():
    return timezone.localdate()


def test_one_tap_confirms_and_a_second_one_does_no_harm(client, kampen, page, today):
    shown = client.get(page)
    assert "Stämmer tiderna?" in shown.text
    kampen.refresh_from_db()
    assert kampen.verified_on is None, "to look is not to confirm"
    for _ in range(2):
        answer = client.post(page, {"right": "yes"}, follow=True)
        assert "Nu kan alla läsa att tiderna stämmer." in answer.text
    kampen.refresh_from_db()
    assert kampen.verified_on == today


def test_what_is_wrong_is_written_once_and_a_leader_sees_to_it(
    client, kampen, page, acting, leader
):
    form = {
        "text": "Vi stänger klockan 15",
        "submission_id": "5a1d2ab4-6c5a-4f4e-9a5f-0d4f8a0b7c11",
    }
    for _ in range(2):
        answer = client.post(page, form, follow=True)
        assert "Någon läser det och rättar." in answer.text
    lars = acting(leader)
    assert "Vi stänger klockan 15" in lars.get(reverse("activities:hours_list")).text
    remark = HoursRemark.objects.get()
    done = reverse("activities:remark_handle", args=[kampen.slug, remark.pk])
    assert "Vi stänger klockan 15" not in lars.post(done, follow=True).text
    remark.refresh_from_db()
    assert remark.handled_by == leader.user


def test_an_empty_remark_is_answered_with_a_sentence(client, page):
    answer = client.post(page, {"text": " "})
    assert answer.status_code == 422
    assert "Skriv vad som inte stämmer, med ett par ord." in answer.text


def test_a_link_opens_one_question_about_one_activity(client, kampen, page, today):
    other = ActivityFactory()
    client.post(page, {"right": "yes", "activity": other.pk, "slug": other.slug})
    other.refresh_from_db()
    assert other.verified_on is None
    assert client.get(reverse("activities:hours_detail", args=[kampen.slug])).status_code == 302


@pytest.mark.parametrize(
    ("salt", "about"),
    [
        ("", "1"),
        ("", "1:x:y"),
        ("something else", "1"),
        ("activities.confirming", "999999999"),
        ("activities.confirming", "nobody"),
    ],
)
def test_what_we_have_not_signed_for_this_says_what_to_do(client, db, salt, about):
    key = TimestampSigner(salt=salt).sign(about) if salt else about
    answer = client.post(reverse("activities:hours_confirm_link", args=[key]), {"right": "yes"})
    assert answer.status_code == 404
    assert "Länken är för gammal" in answer.text
    assert 'class="btn" href="tel:' in answer.text


def test_a_link_holds_for_ten_days(client, kampen, page):
    with time_machine.travel(timezone.now() + timedelta(days=9), tick=False):
        assert client.get(page).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=11), tick=False):
        assert client.post(page, {"right": "yes"}).status_code == 404
    kampen.refresh_from_db()
    assert kampen.verified_on is None


def test_a_foreign_form_cannot_confirm(kampen, page):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(page, {"right": "yes"}).status_code == 403


def test_old_hours_are_greyed_and_said_on_idag_on_the_sheet_and_in_the_feeds(
    client, kampen, cafe, settings, today
):
    settings.PORTAL_HOURS_STALE = 14
    kampen.verified_on = today - timedelta(days=14)
    kampen.save()
    board, sheet = "/idag/", kampen.get_absolute_url()
    assert "ring först" not in client.get(board).text
    assert "Tiderna bekräftades" in client.get(sheet).text
    kampen.verified_on = today - timedelta(days=15)
    kampen.save()
    assert "Tiderna är inte bekräftade: ring först" in client.get(board).text
    assert "card act quiet" in client.get(board).text
    assert "Ingen har bekräftat tiderna sedan" in client.get(sheet).text
    (event,) = Calendar.from_ical(client.get("/idag.ics").content).walk("VEVENT")
    assert event["status"] == "TENTATIVE"
    assert "ring innan du går dit" in event["description"]
    (said,) = json.loads(client.get("/idag.json").content)["@graph"]
    assert "ring innan du går dit" in said["disambiguatingDescription"]


def test_who_runs_it_gets_one_letter_a_week_until_somebody_has_answered(kampen, leader, today):
    OpeningRuleFactory(activity=kampen)
    kind = confirming.HOURS_CONFIRM
    assert list(kind.soon(today)) == [kampen.pk]
    about = kind.due([kampen.pk])[kampen.pk]
    asked = times.local(about.at)
    assert (asked.date(), asked.hour) == (today - timedelta(days=today.weekday()), 9)
    assert kind.recipients([kampen.pk]) == {kampen.pk: [kinds.staff(leader.user_id)]}
    letter = kind.text(about, kinds.staff(leader.user_id))
    assert "Stämmer tiderna för Kaffe och samtal den här veckan?" in letter.text
    assert "/tider/bekrafta/" in letter.text
    kampen.verified_on = today
    kampen.save()
    assert kind.due([kampen.pk]) == {}
    assert list(kind.soon(today)) == []


def test_what_has_no_hours_or_has_ended_is_not_asked_about(kampen, leader, today):
    OpeningRuleFactory(activity__ended_on=today - timedelta(days=30))
    SessionFactory(activity=kampen)
    assert confirming.unconfirmed() == []
