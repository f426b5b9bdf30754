"""Staff sign in with two things; a participant is never asked for the second."""

import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import crypto, factors
from portal.permissions import Role
from tests.conftest import signed_in
from tests.factories import MembershipFactory

PASSWORD = "kaffe-vid-havet-igen"  # noqa: S105 (of an invented person)


def code_of(secret, steps=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


@pytest.fixture
def samira(guide):
    guide.user.set_password(PASSWORD)
    guide.user.email = "samira.lund@example.org"
    guide.user.save(update_fields=["password", "email"])
    return guide


def sign_in(browser, who, password=PASSWORD):
    return browser.post(reverse("account_login"), {"login": who.username, "password": password})


@pytest.fixture
def with_app(samira):
    """Samira's app: its secret."""
    secret = generate_totp_secret()
    sealed = factors.FactorAdapter().encrypt(secret)
    Authenticator.objects.create(
        user=samira.user,
        type="totp",
        data={"secret": sealed},
        created_at=timezone.now() - timedelta(days=1),
    )
    return secret


def test_staff_without_a_second_factor_see_no_page_but_the_one_to_get_it(client, samira):
    sign_in(client, samira.user)
    for page in ("participants:person_list", "activities:today", "help", "start"):
        assert client.get(reverse(page)).url == reverse("mfa_index")
    page = client.get(reverse("mfa_index"))
    assert "Därför loggar du som arbetar här in med två saker." in page.text


@pytest.mark.django_db(transaction=True)
def test_guide_connects_an_app_at_the_first_sign_in_and_goes_to_work(client, samira):
    sign_in(client, samira.user)
    page = client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    assert '<svg class="qr"' in page.text
    assert "data:" not in page.text
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert answer.url == reverse("mfa_view_recovery_codes")
    codes = re.findall(r"<li>(\d{4} \d{4})</li>", client.get(answer.url).text)
    assert len(codes) == 10
    assert not re.search(r"<li>\d{4} \d{4}</li>", client.get(answer.url).text)  # shown once
    assert client.get(reverse("participants:person_list")).status_code == 200
    assert mail.outbox[0].subject == "Ditt sätt att logga in har ändrats"
    assert "Var det inte du?" in mail.outbox[0].body
    stored = Authenticator.objects.get(user=samira.user, type="totp").data["secret"]
    assert secret not in stored
    assert secret not in str(crypto.keys())


def test_guide_signs_in_with_password_and_app(client, samira, with_app):
    assert sign_in(client, samira.user).url == reverse("mfa_authenticate")
    assert client.get(reverse("participants:person_list")).status_code == 302
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.status_code == 422
    client.post(reverse("mfa_authenticate"), {"code": code_of(with_app)})
    assert client.get(reverse("participants:person_list")).status_code == 200


def test_a_code_from_the_app_works_once(samira, with_app):
    first, second = Client(), Client()
    for browser in (first, second):
        sign_in(browser, samira.user)
    used = code_of(with_app)
    assert first.post(reverse("mfa_authenticate"), {"code": used}).status_code == 302
    assert second.post(reverse("mfa_authenticate"), {"code": used}).status_code == 422


def test_the_last_factor_of_staff_cannot_be_taken_away(client, samira, with_app):
    sign_in(client, samira.user)
    client.post(reverse("mfa_authenticate"), {"code": code_of(with_app)})
    asked = client.get(reverse("mfa_deactivate_totp"))
    assert asked.url.startswith(reverse("account_reauthenticate"))
    client.post(asked.url, {"password": PASSWORD})
    answer = client.post(reverse("mfa_deactivate_totp"))
    assert "Lägg till ett annat sätt först" in answer.text
    assert Authenticator.objects.filter(user=samira.user, type="totp").exists()


def test_a_factor_is_changed_only_after_one_has_confirmed_who_one_is(samira, with_app):
    browser = signed_in(samira)
    assert browser.get(reverse("mfa_add_webauthn")).url.startswith("/konto/bekrafta/")
    assert browser.get(reverse("mfa_generate_recovery_codes")).url.startswith("/konto/bekrafta/")


def test_an_account_that_becomes_staff_needs_the_factor_on_the_next_page(acting, robin, unit):
    browser = acting(robin)
    assert browser.get(reverse("activities:today")).status_code == 200
    MembershipFactory(user=robin.user, role=Role.GUIDE, unit=unit)
    assert browser.get(reverse("activities:today")).url == reverse("mfa_index")


def test_a_participant_has_no_app_to_carry(acting, robin):
    assert acting(robin).get(reverse("mfa_activate_totp")).status_code == 403
    page = acting(robin).get(reverse("mfa_index"))
    assert page.status_code == 200
    assert reverse("mfa_activate_totp") not in page.text


def test_page_with_the_second_factor_asks_the_database_for_it_never(
    samira, django_assert_num_queries
):
    browser = signed_in(samira)
    browser.get(reverse("participants:person_list"))
    with django_assert_num_queries(12, exact=False) as asked:
        browser.get(reverse("participants:person_list"))
    assert not any("mfa_authenticator" in one["sql"] for one in asked.captured_queries)
