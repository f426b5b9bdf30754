"""A session ends by itself, takes nothing with it, and is never handed on to somebody else."""

import time

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import drafts, sessions
from portal.models import Draft, Membership
from tests.conftest import signed_in

PASSWORD = "kaffe-vid-havet-igen"  # noqa: S105 (of an invented person)
MINUTE, HOUR = 60, 3600


def today(browser):
    """Look at a page that needs somebody; 200 while the session lives."""
    return browser.get(reverse("participants:my_contact"))


def later(seconds):
    return time_machine.travel(time.time() + seconds, tick=False)


@pytest.mark.parametrize(("minutes", "status"), [(29, 200), (31, 302)])
def test_staff_are_signed_out_after_half_an_hour_without_use(guide, minutes, status):
    browser = signed_in(guide)
    with later(minutes * MINUTE):
        assert browser.get(reverse("participants:person_list")).status_code == status


def test_staff_are_signed_out_after_twelve_hours_however_busy(guide):
    browser = signed_in(guide)
    for quarter in range(1, 48):
        with later(quarter * 15 * MINUTE):
            assert browser.get(reverse("participants:person_list")).status_code == 200
    with later(12 * HOUR):
        assert browser.get(reverse("participants:person_list")).status_code == 302


@pytest.mark.parametrize(("minutes", "status"), [(9, 200), (11, 302)])
def test_a_borrowed_phone_forgets_after_ten_minutes(robin, minutes, status):
    browser = signed_in(robin, borrowed=True)
    with later(minutes * MINUTE):
        answer = today(browser)
    assert answer.status_code == status
    if status == 302:
        assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_a_borrowed_phone_forgets_after_an_hour_however_busy(robin):
    browser = signed_in(robin, borrowed=True)
    for minute in range(5, 60, 5):
        with later(minute * MINUTE):
            assert today(browser).status_code == 200
    with later(HOUR):
        assert today(browser).status_code == 302


def test_ones_own_phone_remembers_for_a_month(robin):
    browser = signed_in(robin)
    with later(29 * 24 * HOUR):
        assert today(browser).status_code == 200
    with later(31 * 24 * HOUR):
        assert today(browser).status_code == 302


def test_a_borrowed_screen_leaves_the_page_by_itself(robin):
    browser = signed_in(robin, borrowed=True)
    assert today(browser).headers["Refresh"] == "601; url=/konto/slut/"
    last = browser.get("/konto/slut/")
    assert "Du är utloggad" in last.text
    assert last.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert today(browser).status_code == 302


def test_ones_own_screen_stays_and_the_last_page_signs_nobody_out(robin):
    browser = signed_in(robin)
    assert "Refresh" not in today(browser).headers
    assert browser.get("/konto/slut/").url == reverse("start")
    assert today(browser).status_code == 200


def test_signing_out_on_a_borrowed_phone_leaves_nothing(robin):
    browser = signed_in(robin, borrowed=True)
    answer = browser.post(reverse("account_logout"))
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_use_is_written_once_a_minute_at_most(robin, django_assert_num_queries):
    browser = signed_in(robin)
    began = browser.session[sessions.STAMP]["seen"]
    with later(59):
        today(browser)
        assert browser.session[sessions.STAMP]["seen"] == began
    with later(61):
        today(browser)
        assert browser.session[sessions.STAMP]["seen"] > began


def test_what_a_guide_had_typed_when_the_session_ended_is_given_back(guide, robin_person):
    browser = signed_in(guide)
    path = reverse("participants:contact_write", args=[robin_person.public_id])
    ticket = drafts.ticket(guide, path)
    with later(31 * MINUTE):
        answer = browser.post(path, {"text": "Vi sågs på Corner.", drafts.TICKET: ticket})
    assert answer.url.startswith(reverse("account_login"))
    assert Draft.objects.get().user == guide.user
    assert "Vi sågs på Corner." in signed_in(guide).get(path).text


def test_staff_whose_last_membership_ends_are_signed_out_on_the_next_page(guide):
    browser = signed_in(guide)
    Membership.objects.filter(pk=guide.membership.pk).update(ended_at=timezone.now())
    assert browser.get(reverse("participants:person_list")).status_code == 302
    assert "_auth_user_id" not in browser.session


def test_a_session_without_our_stamp_is_nobodys(robin):
    browser = Client()
    browser.force_login(robin.user)
    assert today(browser).status_code == 302


@pytest.fixture
def two_browsers(robin):
    """Robin's phone and a library's computer, both signed in with the password."""
    robin.user.set_password(PASSWORD)
    robin.user.save(update_fields=["password"])
    browsers = Client(HTTP_USER_AGENT="Mozilla (Linux; Android 14) Chrome/120"), Client()
    for browser in browsers:
        browser.post(reverse("account_login"), {"login": "robin", "password": PASSWORD})
    return browsers


def test_person_sees_where_they_are_signed_in_and_signs_out_everywhere_else(two_browsers):
    phone, library = two_browsers
    page = phone.get(reverse("usersessions_list"))
    assert "Android, Chrome" in page.text
    assert page.text.count("här, nu") == 1
    phone.post(reverse("usersessions_list"))
    assert today(library).status_code == 302
    assert today(phone).status_code == 200


def test_all_sessions_of_an_account_can_be_ended(two_browsers, robin):
    sessions.end_all(robin.user)
    assert all(today(browser).status_code == 302 for browser in two_browsers)
    assert not UserSession.objects.exists()


def test_signing_in_changes_the_name_of_the_session(client, two_browsers):
    """Fixation: a session that somebody planted beforehand opens nothing."""
    client.get(reverse("account_login"))
    planted = client.session
    planted["planted"] = True
    planted.save()
    client.cookies["session"] = planted.session_key
    client.cookies["__Host-session"] = planted.session_key
    client.post(reverse("account_login"), {"login": "robin", "password": PASSWORD})
    assert client.session.session_key != planted.session_key
    thief = Client()
    for name in ("session", "__Host-session"):
        thief.cookies[name] = planted.session_key
    assert today(thief).status_code == 302


def test_two_people_after_each_other_in_one_browser_are_never_mixed(two_browsers, guide):
    browser, _other = two_browsers
    browser.post(reverse("account_logout"))
    browser.force_login(guide.user)
    assert sessions.STAMP not in browser.session
    assert today(browser).status_code == 302
