"""The town of the demo: who signs in, and what they find."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities.models import Contract, Tempo
from activities.services import hours
from employers.models import FollowUpNote
from participants.filters import listing
from participants.models import Participant, Reason
from portal.actor import Actor
from portal.invented import ACCOUNTS, PASSWORD
from portal.management.commands import demo_town
from portal.management.town import words
from portal.management.town.order import UNUSABLE
from portal.models import Membership, User
from portal.permissions import Role
from portal.reminders.models import Reminder
from tests.own_database import Database


@pytest.fixture(scope="module")
def built():
    """The town, built by the command once."""
    database = Database("demo")
    ran = database.run("demo_town")
    assert ran.returncode == 0, ran.stderr
    yield database
    database.drop()


@pytest.fixture
def in_town(built):
    """Let the portal stand on the town's database."""
    connection.close()
    held = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = built.name
    yield
    connection.close()
    connection.settings_dict["NAME"] = held


@pytest.fixture
def town(in_town, db):
    """The town, as it was built, for one test."""


@pytest.fixture
def robin_of_town(town):
    return Participant.objects.get(user__email="robin@example.org")


def at_work(email):
    membership = Membership.objects.select_related("user", "unit").get(user__email=email)
    return Actor(membership.user, membership)


@pytest.mark.parametrize("email", ACCOUNTS)
def test_everybody_who_is_promised_signs_in(town, email):
    browser = Client()
    answers = {"login": email, "password": PASSWORD}
    page = browser.post(reverse("account_login"), answers, follow=True)
    assert page.status_code == 200
    assert "Logga ut" in page.text
    assert "Påhittade personer" in page.text


def test_nobody_else_can(town):
    able = User.objects.exclude(password=UNUSABLE).values_list("email", flat=True)
    assert set(able) == set(ACCOUNTS)


def test_town_has_120_people(town):
    assert Participant.objects.count() == 120


def test_samira_finds_every_reason_to_act(town):
    counted = listing(at_work("samira@example.org"), today=timezone.localdate()).numbers
    assert all(counted[reason] for reason in Reason)
    assert 20 <= sum(counted.values()) <= 25


def test_robin_reads_the_way_onwards(robin_of_town, acting):
    plan = acting(Actor(robin_of_town.user)).get(reverse("participants:my_plan")).text
    assert "någon att äta lunch med" in plan
    assert "Ring Petra om studiebesöket" in plan
    assert "Söka busskort" in plan
    assert "Vi stämde av. Inget skaver just nu." in plan


def test_what_robin_reads_is_said_to_robin(robin_of_town):
    """Samira writes to the person, who reads it: never "Robin is tired but glad"."""
    written = [
        *robin_of_town.contacts.values_list("text", flat=True),
        *robin_of_town.steps.values_list("text", flat=True),
        *FollowUpNote.objects.filter(participant=robin_of_town).values_list("text", flat=True),
    ]
    assert len(written) > 10
    assert not [text for text in written if "Robin" in text]


def test_robin_finds_the_week_the_contact_and_the_places(robin_of_town, acting):
    robin = acting(Actor(robin_of_town.user))
    assert "Förmiddag på Corner" in robin.get(reverse("activities:today")).text
    assert "Samira Lund" in robin.get(reverse("participants:my_contact")).text
    assert "Sundets Trädgård" in robin.get(reverse("employers:my_placements")).text


def test_noor_reads_what_samira_wrote_since_robin_has_said_yes(robin_of_town, acting):
    record = reverse("person_record", args=[robin_of_town.public_id])
    page = acting(at_work("noor@example.org")).get(record)
    assert "Nästa steg är ett besök på ett lager" in page.text


def test_other_case_managers_do_not(robin_of_town, acting):
    record = reverse("person_record", args=[robin_of_town.public_id])
    other = Membership.objects.filter(role=Role.CASE_MANAGER).order_by("-pk").first()
    assert acting(Actor(other.user, other)).get(record).status_code == 404


def test_lars_has_a_door_to_open_whatever_day_it_is(town, acting):
    page = acting(at_work("lars@example.org")).get(reverse("activities:session_list"))
    assert "Eftermiddag på Corner" in page.text


def test_erik_reads_what_robin_shows_and_that_one_more_is_on_the_way(town, acting):
    page = acting(at_work("erik@example.org")).get(reverse("employers:workplace")).text
    assert page.count('class="card person stack"') == 1
    assert "Visa mig gärna en sak i taget." in page
    assert "En plats är på gång" in page


def test_karin_leads_every_unit_of_the_department(town):
    people = Participant.objects.visible_to(at_work("karin@example.org"))
    units = set(people.values_list("unit__name", flat=True))
    assert {"Guiderna Söder", "Guiderna Norr"} <= units


def test_those_with_something_tomorrow_are_reminded(town):
    kinds = set(Reminder.objects.open().values_list("kind", flat=True))
    assert {"step_due", "session_tomorrow"} <= kinds


def test_one_session_is_cancelled(town, acting):
    cancelled = demo_town.Session.objects.filter(cancelled_at__isnull=False)
    assert cancelled.get().activity.slug == demo_town.CANCELLED


def test_hours_say_what_the_town_has_laid_out(town):
    counts = hours.lay_out(today=timezone.localdate(), now=timezone.now())
    assert counts == {"laid_out": 0, "changed": 0, "removed": 0, "cancelled": 0}


def test_town_is_not_built_twice(built):
    again = built.run("demo_town")
    assert again.returncode != 0
    assert "There are accounts in this database already." in again.stderr
    assert "Traceback" not in again.stderr


def test_nobody_signs_in_where_it_is_no_demo():
    database = Database("quiet")
    try:
        assert database.run("demo_town", PORTAL_DEMO="off").returncode == 0
        assert database.ask("SELECT DISTINCT password FROM portal_user") == [(UNUSABLE,)]
    finally:
        database.drop()


def test_a_weekend_has_something_at_every_pace_and_an_evening_too():
    walk_in = [one for one in words.read("activities.toml")["activities"] if not one.get("seats")]
    for weekday in "56":
        open_then = [
            (one["tempo"], clock)
            for one in walk_in
            if one["contract"] == Contract.DAY_BY_DAY
            for days, clock in (hours.split() for hours in one["hours"])
            if weekday in days
        ]
        assert {tempo for tempo, _clock in open_then} == set(Tempo)
        assert Tempo.STEADY in {tempo for tempo, clock in open_then if clock >= "16"}


def test_the_name_of_an_activity_reads_well_inside_a_sentence():
    for one in words.read("activities.toml")["activities"]:
        assert ", " not in one["name"]
        assert "person" not in one["how_many"]


def test_robin_has_a_log_worth_reading_and_an_answer(town, acting, robin_of_town):
    page = acting(Actor(robin_of_town.user)).get(reverse("log:who_looked"))
    assert "En guide på Guiderna Söder läste din plan." in page.text
    assert "Varför: " in page.text
    assert "Samira ringde dig den dagen" in page.text
    assert "Visa äldre" in page.text


def test_loke_has_a_queue_of_all_kinds_and_one_judged(town, acting):
    loke = acting(at_work("loke@example.org"))
    waiting = loke.get(reverse("log:review_list")).text
    for said in ("Från en person", "Hittat av en regel", "På kvällen, natten eller helgen."):
        assert said in waiting
    assert "Stickprovet för" in waiting
    assert "I sin ordning" in loke.get(reverse("log:review_list"), {"visa": "klara"}).text


def test_jonas_goes_with_robin_and_finds_others_who_want_company(acting, town):
    page = acting(at_work("jonas@example.org")).get(reverse("activities:company_list")).text
    asked, waiting = page.split("Någon vill ha sällskap")
    assert "Robin" in asked
    assert "Vid hållplatsen. Jag har röd mössa" in asked
    assert waiting.count("Ja, jag går med") == 2
