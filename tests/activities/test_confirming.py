"""*Stämmer tiderna?* One link a week, without signing in; what is old says so everywhere."""

import json
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.signing import TimestampSigner
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from activities.models import HoursRemark
from activities.notifications import confirming
from portal.models import OrganisationKind
from portal.reminders import kinds, times
from tests.activities.factories import (
    ActivityFactory,
    OpeningRuleFactory,
    SessionFactory,
    SheetFactory,
    SupportFactory,
)
from tests.reminders.conftest import clock  # noqa: F401 (the database's, which can be moved)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def every_answer_anew(settings):
    settings.CACHES = settings.CACHES | {
        "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    }


@pytest.fixture
def kampen(kampen):
    """Nobody has said yet that the hours are right."""
    kampen.verified_on = None
    kampen.save()
    OpeningRuleFactory(activity=kampen)
    return kampen


@pytest.fixture
def page(kampen):
    """The address in the letter, as the leader taps it."""
    return urlsplit(confirming.link(kampen.organiser_id)).path


@pytest.fixture
def today():
    return timezone.localdate()


def right(*sheets):
    """Return what the button sends: yes, and all that stood on the page."""
    return {"right": "yes", "sheet": [confirming.name_of(one) for one in sheets]}


@pytest.fixture
def association(kampen):
    """What the unit belongs to speaks with one voice, and is no authority."""
    kampen.organiser.owner.kind = OrganisationKind.ASSOCIATION
    kampen.organiser.owner.save()
    return kampen.organiser.owner


def test_one_tap_confirms_all_of_it_and_a_second_one_does_no_harm(
    client, kampen, association, page, today
):
    support = SupportFactory(organisation=kampen.organiser)
    about = SheetFactory(organisation=association)
    shown = client.get(page).text
    assert "Stämmer det?" in shown
    for one in (kampen, support, about):
        assert one.summary in shown
        one.refresh_from_db()
        assert one.verified_on is None, "to look is not to confirm"
    written_since = SupportFactory(organisation=kampen.organiser)
    for _ in range(2):
        answer = client.post(page, right(kampen, support, about), follow=True)
        assert "Nu läser alla att det stämmer." in answer.text
    for one, verified in ((kampen, today), (support, today), (about, today), (written_since, None)):
        one.refresh_from_db()
        assert one.verified_on == verified


@pytest.mark.parametrize("about", ["activity", "support"])
def test_what_is_wrong_is_written_once_and_holds_back_the_yes_until_it_is_seen_to(
    client, kampen, page, acting, leader, about
):
    support = SupportFactory(organisation=kampen.organiser)
    wrong, other = (kampen, support) if about == "activity" else (support, kampen)
    form = {
        "about": confirming.name_of(wrong),
        "text": "Vi stänger klockan 15",
        "submission_id": "5a1d2ab4-6c5a-4f4e-9a5f-0d4f8a0b7c11",
    }
    for _ in range(2):
        answer = client.post(page, form, follow=True)
        assert "Någon läser det och rättar." in answer.text
    client.post(page, right(kampen, support))
    wrong.refresh_from_db()
    other.refresh_from_db()
    assert wrong.verified_on is None
    assert other.verified_on == timezone.localdate()
    lars = acting(leader)
    assert "Vi stänger klockan 15" in lars.get(reverse("activities:sheet_list")).text
    remark = HoursRemark.objects.get()
    done = reverse("activities:remark_handle", args=[remark.pk])
    assert "Vi stänger klockan 15" not in lars.post(done, follow=True).text
    remark.refresh_from_db()
    assert remark.handled_by == leader.user


def test_an_empty_remark_is_answered_with_a_sentence(client, page):
    answer = client.post(page, {"text": " "})
    assert answer.status_code == 422
    assert "Skriv vad som inte stämmer, med ett par ord." in answer.text


def test_a_link_opens_one_question_about_one_unit(client, kampen, page, today):
    other = ActivityFactory(verified_on=None)
    client.post(page, right(kampen, other))
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
    answer = client.post(reverse("activities:sheets_confirm_link", args=[key]), {"right": "yes"})
    assert answer.status_code == 404
    assert "Länken är för gammal" in answer.text
    assert 'class="btn" href="tel:' in answer.text


def test_a_link_holds_for_ten_days(client, kampen, page):
    with time_machine.travel(timezone.now() + timedelta(days=9), tick=False):
        assert client.get(page).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=11), tick=False):
        assert client.post(page, right(kampen)).status_code == 404
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


def test_who_runs_it_gets_one_letter_a_week_for_all_of_it(kampen, association, leader, today):
    unit = leader.membership.unit
    support = SupportFactory(organisation=unit)
    sheet = SheetFactory(organisation=association)
    kind = confirming.SHEETS_CONFIRM
    asked = kind.due([unit.pk])[unit.pk]
    at = times.local(asked.at)
    monday = today - timedelta(days=today.weekday())
    assert (at.date(), at.hour) == (times.working_day_from(monday), 9)
    assert kind.recipients(kind.soon(today)) == {unit.pk: [kinds.staff(leader.user_id)]}
    letter = kind.text(asked, kinds.staff(leader.user_id))
    assert "Stämmer det som står om det ni ordnar den här veckan?" in letter.text
    assert unit.name not in letter.text
    assert letter.text.count("/blad/bekrafta/") == 1
    for one in (support, sheet, kampen):
        assert unit.pk in kind.due([unit.pk])
        one.verified_on = today
        one.save()
    assert kind.due([unit.pk]) == {}


def test_on_easter_monday_nobody_is_asked(kampen, leader, clock):  # noqa: F811
    unit, easter_monday = leader.membership.unit, date(2037, 4, 6)
    clock(times.midnight(easter_monday))
    asked = confirming.SHEETS_CONFIRM.due([unit.pk])[unit.pk]
    assert times.local(asked.at).date() == easter_monday + timedelta(days=1)


def test_what_has_no_hours_or_has_ended_is_not_asked_about(kampen, leader, today):
    OpeningRuleFactory(activity__ended_on=today - timedelta(days=30), activity__verified_on=None)
    SupportFactory(ended_on=today - timedelta(days=1))
    SessionFactory(activity__verified_on=None)
    kampen.opening_rules.all().delete()
    assert confirming.unconfirmed() == []


def test_a_support_and_a_sheet_that_nobody_confirms_are_greyed_and_say_so(client, today):
    old = today - timedelta(days=15)
    support = SupportFactory(verified_on=old)
    sheet = SheetFactory(verified_on=old)
    found = client.get("/hitta/").text
    assert found.count("card act quiet") == 2
    assert found.count("Inte bekräftat på länge: ring först") == 2
    for one in (support, sheet):
        assert "Ingen har bekräftat det här sedan" in client.get(one.get_absolute_url()).text
        one.verified_on = today
        one.save()
        assert "att det här stämmer" in client.get(one.get_absolute_url()).text
    assert "card act quiet" not in client.get("/hitta/").text
