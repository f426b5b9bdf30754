"""Different ways for different things, and no question about what never comes."""

import pytest
from django.urls import reverse

from portal.actor import Actor
from portal.models import Membership
from portal.permissions import Role
from portal.reminders import kinds
from portal.reminders.models import Channel, RecipientKind, Reminder, Wish
from portal.reminders.ways import Preference
from tests.factories import MembershipFactory, ParticipantFactory, UserFactory
from tests.reminders.test_step_due import written

pytestmark = pytest.mark.django_db


@pytest.fixture
def robin(guide, settings):
    settings.SMS_URL = "http://a:b@127.0.0.1:9/a1"
    return ParticipantFactory(
        first_name="Robin",
        email="robin@example.org",
        phone="+46701740605",
        main_contact=guide.membership,
        user=UserFactory(username="robin"),
    )


@pytest.mark.parametrize("who", ["robin", "samira"])
def test_robin_gets_sms_and_of_steps_an_e_mail(robin, guide, acting, who):
    page, browser = reverse("participants:my_messages"), acting(Actor(robin.user))
    if who == "samira":
        page = reverse("participants:person_messages", args=[robin.public_id])
        browser = acting(guide)
    before = browser.get(page).text
    assert "Olika för olika saker" in before
    assert '<details class="fold">' in before, "nobody need look there"
    written(robin)
    said = {"channel": "SMS", "language": "sv", "about_step_due": "EMAIL"}
    assert browser.post(page, said).status_code == 302
    assert Reminder.objects.get(kind="step_due").channel == Channel.EMAIL
    after = browser.get(page).text
    assert '<details class="fold" open>' in after
    assert '<option value="EMAIL" selected>' in after
    browser.post(page, {"channel": "SMS", "language": "sv", "about_step_due": ""})
    assert Reminder.objects.get(kind="step_due").channel == Channel.SMS
    assert Wish.objects.get().kinds == {}


def test_a_nudge_that_is_asked_for_comes_instead_whatever_way_the_other_was_to_come(robin):
    chose = {"session_morning": "", "session_tomorrow": Channel.SMS}
    wish = Wish(recipient_kind=RecipientKind.PARTICIPANT, recipient_id=robin.pk, kinds=chose)
    preference = Preference.of(wish)
    assert preference.chosen(kinds.registry.kinds["session_tomorrow"]) == Channel.NONE


@pytest.fixture
def read(acting, member):
    """Return what a colleague reads of what we send them."""
    return lambda actor: acting(actor).get(reverse("own_messages")).text


OF_PEOPLE = ("Byte av kontakt", "Ingen kontakt på 14 dagar", "Min morgon")


def test_samira_chooses_among_what_her_work_brings(read, guide):
    assert all(name in read(guide) for name in OF_PEOPLE)


@pytest.mark.parametrize(
    "role", [Role.EMPLOYER_CONTACT, Role.VOLUNTEER, Role.BENEFITS_OFFICER, Role.ACTIVITY_LEADER]
)
def test_who_keeps_no_people_is_not_asked_about_them(read, member, role):
    page = read(member(role, first_name="Erik"))
    assert "Hur ska vi nå dig?" in page
    assert not [name for name in OF_PEOPLE if name in page]


def test_erik_who_is_told_nothing_by_rule_is_asked_about_nothing(read, member):
    assert "Olika för olika saker" not in read(member(Role.EMPLOYER_CONTACT))


def test_karin_who_manages_hears_of_long_silence(read, manager):
    page = read(manager)
    assert "Ingen kontakt på 14 dagar" in page, "which stands for 30 as well"
    assert "Min morgon" not in page


def test_who_has_two_roles_chooses_among_what_both_bring(read, leader):
    assert "Min morgon" not in read(leader)
    MembershipFactory(user=leader.user, role=Role.GUIDE)
    assert Membership.objects.current().filter(user=leader.user).count() == 2
    assert "Min morgon" in read(leader)


@pytest.mark.parametrize("kind", kinds.registry.kinds.values(), ids=lambda kind: kind.code)
def test_what_colleagues_may_choose_says_whose_work_it_is(kind):
    is_asked = RecipientKind.STAFF in kind.to and not (kind.is_duty or kind.email_only)
    assert bool(kind.needs) == is_asked
