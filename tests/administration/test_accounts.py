"""A colleague is invited, gets a new start, and leaves."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.actor import Actor
from portal.models import AuditEvent, Membership, User
from portal.pages.administration.models import Invitation
from portal.pages.administration.notifications import INVITATION
from portal.reminders.kinds import staff
from portal.reminders.models import Reminder, Status
from tests.factories import MembershipFactory, ParticipantFactory, UserFactory

PASSWORD = "kaffe-vid-havet-igen"  # noqa: S105 (of an invented person)


@pytest.fixture
def ida(post, unit, invitation):
    post("account_invite", unit.pk, **invitation)
    return User.objects.get(email="ida.oberg@example.org")


def letter_to(user):
    asked = Invitation.objects.filter(user=user).latest("pk").pk
    return INVITATION.text(INVITATION.due([asked])[asked], staff(user.pk)).text


def choose_password(user):
    """Follow the link of the letter as the colleague does, in a browser of her own."""
    browser = Client()
    path = re.search(r"https?://[^/]+(/\S+)", letter_to(user))[1]
    form = browser.get(path, follow=True)
    return browser.post(
        form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD}, follow=True
    )


def test_administrator_reads_once_more_before_the_letter_goes(post, unit, invitation):
    answer = post("account_invite", unit.pk, **(invitation | {"confirmed": ""}))
    assert "Ska vi skicka inbjudan?" in answer.text
    assert "ida.oberg@example.org" in answer.text
    assert not User.objects.filter(email="ida.oberg@example.org").exists()


def test_administrator_goes_back_and_changes_what_was_written(post, unit, invitation):
    answer = post("account_invite", unit.pk, **(invitation | {"confirmed": "", "change": "1"}))
    assert answer.status_code == 200
    assert 'value="ida.oberg@example.org"' in answer.text


def test_invited_colleague_chooses_a_password_and_signs_in(ida, unit):
    assert Reminder.objects.get(kind="invitation").status == Status.PLANNED
    choose_password(ida)
    browser = Client()
    browser.post(reverse("account_login"), {"login": ida.email, "password": PASSWORD})
    assert browser.session["_auth_user_id"] == str(ida.pk)
    assert Membership.objects.current().get(user=ida).unit == unit
    assert not INVITATION.due(Invitation.objects.values_list("pk", flat=True))


def test_link_of_the_letter_works_once(ida):
    letter = letter_to(ida)
    choose_password(ida)
    path = re.search(r"https?://[^/]+(/\S+)", letter)[1]
    assert "password1" not in Client().get(path, follow=True).text


def test_invitation_sent_twice_makes_one_account(post, unit, invitation):
    first, second = (post("account_invite", unit.pk, **invitation) for _ in range(2))
    assert first.url == second.url
    assert User.objects.filter(email="ida.oberg@example.org").count() == 1
    assert Invitation.objects.count() == 1


def test_address_of_a_participant_is_refused_without_a_word_of_whose_it_is(post, unit, invitation):
    person = ParticipantFactory(user=UserFactory(email="ida.oberg@example.org"))
    answer = post("account_invite", unit.pk, **invitation)
    assert answer.status_code == 422
    assert "Den här adressen går inte att använda." in answer.text
    assert person.last_name not in answer.text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "ida", "Skriv e-postadressen så här"),
        ("role", "PARTICIPANT", "Välj ett av svaren"),
        ("first_name", "", "Fyll i: Förnamn"),
        ("caseload_limit", "många", "Skriv ett tal med siffror"),
        ("last_day", "2020-01-01", "Välj i dag eller en senare dag"),
    ],
)
def test_bad_answer_is_told_and_makes_no_account(post, unit, invitation, field, value, words):
    answer = post("account_invite", unit.pk, **(invitation | {field: value}))
    assert answer.status_code == 422
    assert words in answer.text
    assert not Invitation.objects.exists()


def test_closed_unit_takes_no_new_colleague(post, unit, invitation):
    unit.closed_at = timezone.now()
    unit.save(update_fields=["closed_at"])
    answer = post("account_invite", unit.pk, **invitation)
    assert "är stängd. Välj en annan enhet." in answer.text
    assert not User.objects.filter(email="ida.oberg@example.org").exists()


def test_address_is_mended_until_the_colleague_has_signed_in(post, ida):
    fields = {"first_name": "Ida", "last_name": "Öberg", "email": "ida@example.org", "phone": ""}
    assert post("account_mend", ida.pk, **fields).status_code == 302
    choose_password(User.objects.get(pk=ida.pk))
    answer = post("account_mend", ida.pk, **(fields | {"email": "alma.tar.over@example.org"}))
    assert "ändrar det själv nu" in answer.text
    assert User.objects.get(pk=ida.pk).email == "ida@example.org"


def test_new_start_ends_what_is_signed_in_and_sends_a_letter(post, acting, guide):
    browser = acting(guide)
    assert browser.get(reverse("participants:person_list")).status_code == 200
    assert post("account_restart", guide.user_id).status_code == 302
    assert browser.get(reverse("participants:person_list")).status_code == 302
    assert Reminder.objects.get(kind="invitation").recipient_id == guide.user_id
    assert "/konto/password/reset/key/" in letter_to(User.objects.get(pk=guide.user_id))


def test_new_start_sent_twice_is_one_letter(post, guide):
    sending = str(uuid4())
    for _ in range(2):
        post("account_restart", guide.user_id, submission_id=sending)
    assert Invitation.objects.count() == 1


def test_closed_account_signs_nobody_in_and_keeps_what_was_written(post, get, acting, job_coach):
    browser = acting(job_coach)
    page = get("account_close", job_coach.user_id)
    read = re.search(r'name="read" value="([^"]+)"', page.text)[1]
    assert post("account_close", job_coach.user_id, read=read).status_code == 302
    assert browser.get(reverse("participants:person_list")).status_code == 302
    assert not User.objects.get(pk=job_coach.user_id).is_active
    assert not Membership.objects.current().filter(user=job_coach.user).exists()


def test_account_is_not_closed_by_a_page_that_shows_other_roles(post, job_coach):
    answer = post("account_close", job_coach.user_id, read="1:1")
    assert "Rollerna har ändrats." in answer.text
    assert User.objects.get(pk=job_coach.user_id).is_active


def test_colleague_who_is_somebodys_contact_hands_over_before_the_account_closes(
    post, get, guide, robin_person
):
    page = get("account_close", guide.user_id)
    assert "1 person har kollegan som kontakt." in page.text
    assert robin_person.last_name not in page.text
    assert "Stäng kontot</button>" not in page.text
    read = f"{guide.membership.pk}:{guide.membership.version}"
    assert post("account_close", guide.user_id, read=read).status_code == 422
    assert Membership.objects.current().filter(user=guide.user).exists()


def test_colleague_who_gets_support_too_keeps_the_own_sign_in(post, job_coach, acting):
    ParticipantFactory(user=job_coach.user)
    membership = Membership.objects.get(user=job_coach.user)
    post("account_close", job_coach.user_id, read=f"{membership.pk}:{membership.version}")
    browser = acting(Actor(job_coach.user))
    assert browser.get(reverse("participants:my_plan")).status_code == 200
    assert browser.get(reverse("participants:person_list")).status_code == 403


def test_administrator_neither_closes_nor_restarts_the_own_account(post, alma):
    membership = alma.membership
    read = f"{membership.pk}:{membership.version}"
    assert post("account_close", alma.user_id, read=read).status_code == 422
    assert post("account_restart", alma.user_id).status_code == 422
    assert Membership.objects.current().filter(user=alma.user).exists()


def test_participants_account_is_nowhere_to_be_found(get, robin_person, robin):
    assert "Robin" not in get("account_list").text
    assert "Robin" not in get("account_list", q="robin").text
    assert get("account_detail", robin.user_id).status_code == 404
    assert get("account_detail", 10**12).status_code == 404


def test_accounts_are_found_by_swedish_name_and_by_state(get, guide):
    MembershipFactory(user=UserFactory(first_name="Åsa", last_name="Ek"))
    gone = UserFactory(first_name="Östen", last_name="Ek")
    MembershipFactory(user=gone, ended_at=timezone.now() - timedelta(days=1))
    assert "Åsa Ek" in get("account_list", q="åsa").text
    assert "Östen Ek" in get("account_list", visa="slutat").text
    assert "Åsa Ek" not in get("account_list", visa="slutat").text
    assert "Ingen kollega stämmer" in get("account_list", q="finns inte").text


def test_each_act_on_an_account_stands_in_the_log(post, ida, alma):
    post("account_restart", ida.pk)
    lines = AuditEvent.objects.filter(subject="account", user_id=alma.user_id, subject_id=ida.pk)
    assert set(lines.values_list("act", flat=True)) == {"CREATE", "CHANGE"}
    assert not AuditEvent.objects.exclude(participants=[]).exists()
