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


def test_a_draft_says_that_it_is_there_and_can_be_thrown_away(acting, guide, url):
    browser = acting(guide)
    ticket = browser.get(url).context["form"].draft_ticket
    browser.post(reverse("keep_draft"), {"draft_ticket": ticket, "text": TYPED, "doer": "PERSON"})
    page = browser.get(url)
    assert "Det du skrev finns kvar." in page.text
    assert "Börja om" in page.text
    answer = browser.post(reverse("drop_draft"), {"draft_ticket": ticket}, follow=True)
    assert answer.redirect_chain == [(url, 302)]
    assert TYPED not in answer.text
    assert "Det du skrev finns kvar." not in answer.text
    assert not Draft.objects.exists()


def test_a_form_that_was_emptied_again_says_nothing(acting, guide, url):
    browser = acting(guide)
    ticket = browser.get(url).context["form"].draft_ticket
    kept = {"draft_ticket": ticket, "text": "", "doer": "PERSON", "audience": "TEAM"}
    browser.post(reverse("keep_draft"), kept)
    assert "Det du skrev finns kvar." not in browser.get(url).text


def test_nobody_throws_somebody_elses_draft_away(acting, job_coach, url, expired, guide):
    ticket = drafts.ticket(guide, url)
    answer = acting(job_coach).post(reverse("drop_draft"), {"draft_ticket": ticket})
    assert answer.status_code == 400
    assert Draft.objects.exists()


def test_the_name_of_a_sending_is_never_kept_with_the_text(acting, guide, url, expired):
    assert "submission_id" not in drafts.typed(guide, url)
    names = {acting(guide).get(url).context["form"]["submission_id"].value() for _ in range(2)}
    assert len(names) == 2


@pytest.mark.parametrize("ticket", ["", "påhittad", "a:b:c"])
def test_a_form_without_a_true_ticket_keeps_nothing(client, db, ticket):
    answer = client.post(reverse("keep_draft"), {"draft_ticket": ticket, "text": TYPED})
    assert answer.status_code == 400
    assert not Draft.objects.exists()
