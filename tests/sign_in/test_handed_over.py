"""A code that is read out, and a card: handed over by a guide, used by nobody else."""

import re
import threading
from html import unescape

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from participants.services import sign_in as services
from portal.models import AuditEvent, Card, HandedCode, Membership, Met, Purpose
from portal.permissions import Role
from portal.sign_in import cards, handed
from tests.conftest import signed_in

PIN = "2580"


def url(name, person=None):
    return reverse(name, args=[person.public_id] if person else [])


def read_out(page):
    found = re.search(r'<p class="typed">([\w ]+)</p>', page.text)
    return found[1].replace(" ", "")


@pytest.fixture
def code(guide, robin_person):
    """The code that Samira reads out to Robin."""
    return read_out(signed_in(guide).post(url("participants:code_hand", robin_person)))


@pytest.fixture
def secret(guide, robin_person):
    """The long code on Robin's card."""
    page = signed_in(guide).post(url("participants:card_make", robin_person), {"pin": PIN})
    return read_out(page)


def use(code, browser=None):
    return (browser or Client()).post(url("handed_code"), {"code": code})


def show_card(secret, pin=PIN, browser=None):
    return (browser or Client()).post(url("card"), {"secret": secret, "pin": pin})


def is_in(browser):
    return browser.get(url("participants:my_contact")).status_code == 200


def test_person_signs_in_with_a_code_that_the_guide_reads_out(code):
    browser = Client()
    assert use(f" {code[:4].upper()} {code[4:]} ", browser).status_code == 302
    assert is_in(browser)
    assert browser.get(url("participants:my_plan")).status_code == 403
    assert browser.session["sign_in"]["borrowed"]


def test_a_code_that_was_read_out_works_once(code):
    assert use(code).status_code == 302
    assert use(code).status_code == 422


def test_one_code_at_the_same_time_in_eight_browsers_lets_one_in(
    transactional_db, robin_person, guide
):
    code = services.hand_over_code(participant=robin_person, by=guide, purpose=Purpose.SIGN_IN)
    let_in = at_once(8, lambda: handed.redeem(code, Purpose.SIGN_IN))
    assert sum(one is not None for one in let_in) == 1


def at_once(number, act):
    """Do something in many threads, each with a connection of its own; return the answers."""
    answers, ready = [], threading.Barrier(number)

    def run():
        ready.wait()
        try:
            answers.append(act())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _number in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def test_a_code_is_old_after_ten_minutes(code):
    HandedCode.objects.update(expires_at=HandedCode.objects.get().created_at)
    assert use(code).status_code == 422


def test_a_new_code_ends_the_one_before(code, guide, robin_person):
    signed_in(guide).post(url("participants:code_hand", robin_person))
    assert use(code).status_code == 422


def test_a_code_for_one_thing_does_not_do_for_another(guide, robin_person):
    page = signed_in(guide).post(url("participants:code_hand", robin_person), {"purpose": "LINK"})
    assert use(read_out(page)).status_code == 422


def test_a_code_ends_with_the_guides_membership(code, guide, now):
    Membership.objects.filter(pk=guide.membership.pk).update(ended_at=now)
    assert use(code).status_code == 422


def test_a_code_stands_nowhere_in_the_clear(code):
    assert code.encode() not in bytes(HandedCode.objects.get().look_up)
    assert not any(code in str(line.__dict__) for line in AuditEvent.objects.all())


def test_no_code_is_taken_in_a_browser_that_staff_have_just_used(code, guide):
    browser = signed_in(guide)
    browser.post(url("account_logout"))
    refused = use(code, browser)
    assert refused.status_code == 403
    assert "Använd personens egen telefon" in unescape(refused.text)
    assert use(code).status_code == 302  # and it was not used up


def test_guessing_codes_is_stopped(code):
    guesses = [use(f"aaaa{number:04}") for number in range(12)]
    assert "Det blev många försök" in guesses[-1].text
    assert use(code).status_code == 422


def test_person_signs_in_with_card_and_pin(secret):
    browser = Client()
    assert show_card(secret, browser=browser).status_code == 302
    assert is_in(browser)
    assert browser.get(url("participants:my_plan")).status_code == 403
    assert Card.objects.get().used_at is not None
    assert "Användes senast" in browser.get(url("mfa_index")).text


def test_the_secret_of_a_card_is_160_bits_in_no_address_and_no_table(secret, guide, robin_person):
    assert len(secret) == 32
    assert secret.encode() not in bytes(Card.objects.get().secret)
    assert PIN not in Card.objects.get().pin
    assert "secret" not in url("card")
    again = signed_in(guide).get(url("participants:sign_in_help", robin_person))
    assert secret[:8] not in again.text.replace(" ", "")


def test_five_wrong_pins_freeze_a_card_until_the_guide_opens_it(secret, guide, robin_person):
    for pin in ("1111", "2222", "3333", "4444", "5555"):
        assert show_card(secret, pin).status_code == 422
    assert show_card(secret).status_code == 422
    page = signed_in(guide).get(url("participants:sign_in_help", robin_person))
    assert "Fem fel pinkoder har stoppat kortet." in page.text
    signed_in(guide).post(url("participants:card_reopen", robin_person))
    assert show_card(secret).status_code == 302


def test_twenty_tries_at_once_are_no_more_than_five(transactional_db, robin_person, guide):
    secret = services.hand_over_card(participant=robin_person, by=guide, pin=PIN)
    pins = iter([f"{number:04}" for number in range(1000, 1020)])
    lock = threading.Lock()

    def guess():
        with lock:
            pin = next(pins)
        return cards.opened_by(secret, pin)

    at_once(20, guess)
    assert Card.objects.get().wrong == 5
    assert cards.opened_by(secret, PIN) is None


def test_a_card_that_is_stopped_opens_nothing_and_ends_what_it_has_opened(
    secret, guide, robin_person
):
    browser = Client()
    show_card(secret, browser=browser)
    signed_in(guide).post(url("participants:card_end", robin_person))
    assert show_card(secret).status_code == 422
    assert not is_in(browser)


def test_a_new_card_ends_the_one_before(secret, guide, robin_person):
    signed_in(guide).post(url("participants:card_make", robin_person), {"pin": PIN})
    assert show_card(secret).status_code == 422


@pytest.mark.parametrize("pin", ["1234", "0000", "12", "abcd", "1234567"])
def test_a_pin_that_anybody_would_try_is_refused(guide, robin_person, pin):
    page = signed_in(guide).post(url("participants:card_make", robin_person), {"pin": pin})
    assert page.status_code == 422
    assert not Card.objects.exists()


def test_known_and_unknown_card_are_answered_the_same(secret):
    told = []
    for typed in (secret, "A" * 32, "inget kort"):
        with CaptureQueriesContext(connection) as queries:
            answer = show_card(typed, "9876")
        lines = [line for line in answer.text.splitlines() if typed not in line]
        lines = [line for line in lines if "csrfmiddlewaretoken" not in line]
        told.append((answer.status_code, sorted(answer.headers), lines, len(queries)))
    assert told[0] == told[1] == told[2]


def test_who_signs_in_after_somebody_else_gets_nothing_of_theirs(secret, guide, other_participant):
    browser = signed_in(other_participant)
    session = browser.session
    session["theirs"] = "kvar"
    session.save()
    show_card(secret, browser=browser)
    assert "theirs" not in browser.session
    assert browser.session["_auth_user_id"] != str(other_participant.user.pk)


def test_a_colleague_without_the_person_hands_over_nothing(outsider, case_manager, robin_person):
    for stranger in (outsider, case_manager):
        browser = signed_in(stranger)
        assert browser.post(url("participants:code_hand", robin_person)).status_code == 404
        assert browser.get(url("participants:card_make", robin_person)).status_code == 404


def test_an_account_of_staff_is_handed_no_code(guide, robin_person, member):
    robin_person.user = member(Role.JOB_COACH).user
    robin_person.save(update_fields=["user"])
    answer = signed_in(guide).post(url("participants:code_hand", robin_person), follow=True)
    assert "arbetar också här" in answer.text
    assert not HandedCode.objects.exists()


def test_a_person_without_an_account_gets_one_with_the_first_code(guide, robin_person):
    robin_person.user = None
    robin_person.save(update_fields=["user"])
    page = signed_in(guide).post(url("participants:code_hand", robin_person))
    browser = Client()
    use(read_out(page), browser)
    assert is_in(browser)
    robin_person.refresh_from_db()
    assert not robin_person.user.has_usable_password()


def test_guide_confirms_in_person_and_the_log_says_so(guide, robin_person):
    browser = signed_in(guide)
    answer = browser.post(url("participants:person_confirm", robin_person), {"how": Met.DOCUMENT})
    assert answer.status_code == 302
    robin_person.user.refresh_from_db()
    assert robin_person.user.confirmed_by == guide.membership
    line = AuditEvent.objects.get(subject="confirmation")
    assert line.participants == [robin_person.pk]
    assert "såg en legitimation" in browser.get(answer.url).text
