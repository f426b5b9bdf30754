"""An address that refused two messages is left alone, and comes back when somebody says so."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import CancelReason
from activities.services.sessions import cancel_session
from portal.actor import Actor
from portal.permissions import Role
from portal.reminders import kinds, preferences
from portal.reminders.models import Reason, Reminder, Status, Wish
from portal.reminders.ways import Preference
from tests.activities.factories import SessionFactory, SignUpFactory
from tests.factories import ParticipantFactory, UserFactory
from tests.reminders import post

pytestmark = pytest.mark.django_db
NOBODY, FULL = "550 5.1.1 Nobody of that name", "552 5.2.2 Mailbox full"


@pytest.fixture
def server(through):
    with post.running() as running:
        through(running.port)
        yield running


@pytest.fixture
def ask_to_ring(guide, leader, dispatch, server):
    """Cancel something for somebody who cannot be written to: Samira is asked to ring them."""

    def ask():
        person = ParticipantFactory(main_contact=guide.membership)
        session = SessionFactory()
        SignUpFactory(session=session, participant=person)
        now = timezone.now()
        cancel_session(session=session, by=leader, now=now, reason=CancelReason.WEATHER)
        dispatch(now + timedelta(seconds=5))
        return Reminder.objects.get(kind="session_call", subject_id=session.pk)

    return ask


def test_samira_says_that_her_address_is_right_and_the_next_letter_goes(
    guide, member, acting, ask_to_ring, server
):
    server.says = {"RCPT": NOBODY}
    assert [ask_to_ring().status for _ in range(2)] == [Status.FAILED, Status.FAILED]
    server.says = {}
    unsaid = ask_to_ring()
    assert (unsaid.status, unsaid.reason) == (Status.GIVEN_UP, Reason.NO_ADDRESS)
    page = acting(member(Role.ADMINISTRATOR)).get("/paminnelser/").text
    assert str(unsaid.public_id) in page
    assert "Ingen adress" in page
    browser, own = acting(guide), reverse("own_messages")
    assert "Adressen stämmer. Försök igen" in browser.get(own).text
    answer = browser.post(own, {"works": "EMAIL"}, follow=True)
    assert "Tack. Vi använder adressen igen." in answer.text
    assert "Försök igen" not in answer.text
    said = ask_to_ring()
    assert said.status == Status.ACCEPTED
    found = [address for name, address in server.received if str(said.public_id) in name]
    assert found == [guide.user.email], "by day she reads of the step that became hers as well"


def test_a_mailbox_that_is_full_today_is_written_to_again(guide, ask_to_ring, server):
    server.says = {"RCPT": FULL}
    assert [ask_to_ring().status for _ in range(3)] == [Status.FAILED] * 3
    server.says = {}
    assert ask_to_ring().status == Status.ACCEPTED


@pytest.fixture
def robin(guide):
    return ParticipantFactory(
        first_name="Robin",
        email="robin@example.org",
        phone="+46701740605",
        main_contact=guide.membership,
        user=UserFactory(username="robin"),
    )


@pytest.fixture
def refused(robin):
    """Robin's number and address have refused two messages each."""
    Wish.objects.create(
        recipient_kind="PARTICIPANT",
        recipient_id=robin.pk,
        participant_id=robin.pk,
        email_failures=2,
        phone_failures=2,
    )


@pytest.mark.usefixtures("refused")
@pytest.mark.parametrize("who", ["robin", "samira"])
@pytest.mark.parametrize(
    ("way", "button"),
    [("SMS", "Numret stämmer. Försök igen"), ("EMAIL", "Adressen stämmer. Försök igen")],
)
def test_robin_or_samira_brings_an_address_back(robin, guide, acting, way, button, who):
    page, act = reverse("participants:my_messages"), reverse("participants:my_number")
    browser = acting(Actor(robin.user))
    if who == "samira":
        page = reverse("participants:person_messages", args=[robin.public_id])
        act = reverse("participants:person_number", args=[robin.public_id])
        browser = acting(guide)
    assert button in browser.get(page).text
    assert button not in browser.post(act, {"works": way}, follow=True).text
    wish = preferences.wish_of(kinds.participant(robin.pk))
    assert [str(one) for one in Preference.of(wish).dead] == [{"SMS": "EMAIL", "EMAIL": "SMS"}[way]]
    assert bool(wish.confirmed_at) == (way == "SMS"), "of a number we ask again in half a year"


@pytest.mark.usefixtures("refused")
def test_robin_is_told_in_whole_words_what_to_tell_the_contact(robin, acting):
    """*En annan*, heard alone after *kontakt*, is another contact; and a number is *ett annat*."""
    page = acting(Actor(robin.user)).get(reverse("participants:my_messages")).text
    assert "Säg till din kontakt om du har ett annat nummer." in page
    assert "Säg till din kontakt om du har en annan adress." in page
