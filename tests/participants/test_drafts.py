"""Typed text survives: an expired session gives it back, and to the same user only."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from participants.models import Contact
from portal import drafts
from portal.models import Draft

TYPED = "Robin vill börja måndag."


@pytest.fixture
def url(robin_person):
    return reverse("participants:contact_write", args=[robin_person.public_id])


@pytest.fixture
def expired(acting, guide, url):
    """Samira typed a note; when she sends it, her session has ended."""
    page = acting(guide).get(url)
    browser = Client()
    form = {
        "draft_ticket": page.context["form"].draft_ticket,
        "submission_id": page.context["form"]["submission_id"].value(),
        "text": TYPED,
        "mode": "PHONE",
    }
    return browser.post(url, form)


def test_a_note_sent_after_the_session_ended_is_given_back_after_sign_in(
    acting, guide, url, expired
):
    assert expired.url == f"{reverse('account_login')}?next={url}&sparat=1"
    assert not Contact.objects.exists()
    page = acting(guide).get(url)
    assert TYPED in page.text
    assert page.context["form"]["mode"].value() == "PHONE"


def test_the_sign_in_page_says_that_the_text_is_kept(client, expired):
    assert "skrev finns kvar" in client.get(expired.url).text


def test_somebody_else_who_signs_in_does_not_see_the_text(acting, job_coach, url, expired, guide):
    assert TYPED not in acting(job_coach).get(url).text
    assert drafts.typed(job_coach, url) == {}
    assert drafts.typed(guide, url)["text"] == [TYPED]


def test_the_text_is_kept_sealed(expired):
    assert TYPED.encode() not in bytes(Draft.objects.get().sealed)


def test_the_text_is_forgotten_after_a_day(acting, guide, url, expired):
    Draft.objects.update(saved_at=timezone.now() - timedelta(hours=25))
    assert TYPED not in acting(guide).get(url).text
    assert drafts.purge() == 1


def test_saving_the_note_forgets_the_draft(acting, guide, url, expired):
    form = acting(guide).get(url).context["form"]
    answers = {name: form[name].value() or "" for name in form.fields}
    acting(guide).post(url, answers | {"doer": "ME", "audience": "TEAM"})
    assert Contact.objects.get().text == TYPED
    assert not Draft.objects.exists()


def test_what_is_typed_is_kept_while_typing(acting, guide, url):
    ticket = acting(guide).get(url).context["form"].draft_ticket
    answer = acting(guide).post(reverse("keep_draft"), {"draft_ticket": ticket, "text": TYPED})
    assert answer.status_code == 204
    assert TYPED in acting(guide).get(url).text


@pytest.mark.parametrize("ticket", ["", "påhittad", "a:b:c"])
def test_a_form_without_a_true_ticket_keeps_nothing(client, db, ticket):
    answer = client.post(reverse("keep_draft"), {"draft_ticket": ticket, "text": TYPED})
    assert answer.status_code == 400
    assert not Draft.objects.exists()
