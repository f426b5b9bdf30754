"""Signing in with a password, in our own pages."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from tests.factories import UserFactory

PASSWORD = "kaffe-vid-havet-igen"  # noqa: S105 (of an invented person)


@pytest.fixture
def mika(db):
    person = UserFactory(username="mika.o", email="mika@example.org")
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


def sign_in(browser, login, password=PASSWORD):
    return browser.post(reverse("account_login"), {"login": login, "password": password})


@pytest.mark.parametrize("login", ["mika@example.org", "MIKA@example.org", "mika.o"])
def test_person_signs_in_by_email_or_user_name(client, mika, login):
    answer = sign_in(client, login)
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(mika.pk)


@pytest.mark.parametrize("login", ["mika@example.org", "mika.o", "ingen@example.org", "ingen"])
def test_wrong_answer_tells_the_same_whoever_it_was(client, mika, login):
    answer = sign_in(client, login, "något annat, som är fel")
    assert answer.status_code == 422
    assert "Det stämde inte. Kolla det du skrev och försök igen." in answer.text
    assert f'value="{login}"' in answer.text  # what was typed is still there
    assert "_auth_user_id" not in client.session


def test_empty_form_says_what_to_fill_in(client, db):
    answer = client.post(reverse("account_login"), {"login": "", "password": ""})
    assert answer.status_code == 422
    assert "<title>Fel: " in " ".join(answer.text.split())
    assert answer.text.count('href="#id_login"') == 1


def test_many_tries_are_stopped_for_a_while(client, mika):
    told = [sign_in(client, "mika.o", f"gissning {number}").text for number in range(11)]
    assert "Det blev många försök." in told[-1]
    assert "Det blev många försök." in sign_in(client, "mika.o").text  # the right one waits too


def test_person_signs_out_with_one_button(client, mika):
    sign_in(client, "mika.o")
    answer = client.post(reverse("account_logout"))
    assert answer.url == reverse("activities:today")
    assert "_auth_user_id" not in client.session
    assert answer.headers["Clear-Site-Data"] == '"cache"'


def test_forgotten_password_is_changed_by_a_link_in_a_letter(client, mika):
    asked = client.post(reverse("account_reset_password"), {"email": "mika@example.org"})
    assert asked.url == reverse("account_reset_password_done")
    (letter,) = mail.outbox
    assert "Mika" not in letter.subject
    link = re.search(r"http://testserver(/konto/password/reset/key/\S+)", letter.body)[1]
    page = client.get(link, follow=True)
    form = page.redirect_chain[-1][0]
    short = client.post(form, {"password1": "kort", "password2": "kort"})
    assert short.status_code == 422
    new = {"password1": "tre-ord-i-rad", "password2": "tre-ord-i-rad"}
    assert client.post(form, new).url == reverse("account_reset_password_from_key_done")
    assert sign_in(client, "mika.o", "tre-ord-i-rad").status_code == 302


def test_a_stranger_who_asks_for_a_link_is_told_the_same(client, mika):
    asked = client.post(reverse("account_reset_password"), {"email": "ingen@example.org"})
    assert asked.url == reverse("account_reset_password_done")


@pytest.mark.parametrize("path", ["email/", "confirm-email/", "reauthenticate/", "login/code/"])
def test_pages_that_the_portal_does_not_offer_are_not_there(acting, robin, path):
    assert acting(robin).get(f"/konto/{path}").status_code == 404
