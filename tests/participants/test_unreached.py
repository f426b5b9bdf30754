"""Before a colleague saves: what is said of somebody no message finds is so, and only then."""

import pytest
from django.urls import reverse

from participants import reach
from participants.models import Participant
from portal.models import PushSubscription, User
from portal.reminders import kinds, preferences
from portal.reminders.models import Channel
from tests.factories import ParticipantFactory, UserFactory
from tests.reminders.test_push import APPLE, KEY

pytestmark = pytest.mark.django_db


@pytest.fixture
def robin(guide, settings):
    """Robin has a number, has not said yes to SMS, and reads no e-mail."""
    settings.SMS_URL, settings.PUSH_KEY = "http://a:b@127.0.0.1:9/a1", KEY
    return ParticipantFactory(
        first_name="Robin",
        phone="+46701740605",
        main_contact=guide.membership,
        user=UserFactory(username="robin", email=None),
    )


@pytest.fixture
def read(acting, guide, robin):
    """Return what Samira reads before she writes a step."""
    page = reverse("participants:step_write", args=[robin.public_id])
    return lambda: acting(guide).get(page).text


def test_a_sign_that_was_chosen_and_leads_nowhere_finds_nobody(robin, guide, read):
    recipient = kinds.participant(robin.pk)
    sign = PushSubscription.objects.create(user=robin.user, endpoint=APPLE)
    preferences.choose(recipient=recipient, by=guide, channel=Channel.PUSH)
    assert "Kan inte nås" not in read()
    sign.delete()
    assert "har inte sagt ja till SMS" in read()


def test_a_sign_finds_somebody_who_never_chose_it(robin, read, settings):
    assert "Kan inte nås" in read()
    PushSubscription.objects.create(user=robin.user, endpoint=APPLE)
    assert "Kan inte nås" not in read()
    settings.PUSH_KEY = ""
    assert "Kan inte nås" in read(), "nobody signs it"


def test_the_address_of_a_closed_account_finds_nobody(robin, read):
    User.objects.filter(pk=robin.user_id).update(email="robin@example.org")
    assert "Kan inte nås" not in read()
    PushSubscription.objects.create(user=robin.user, endpoint=APPLE)
    User.objects.filter(pk=robin.user_id).update(is_active=False)
    assert "Kan inte nås" in read()


def test_whoever_is_asked_without_knowing_gives_no_false_comfort(robin):
    with pytest.raises(AttributeError):
        reach.unreached(Participant.objects.get(pk=robin.pk))
