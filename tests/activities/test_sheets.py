"""*Våra blad*: Lars writes what people read, changes it, ends it, and writes over nobody."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from activities.models import (
    Activity,
    Contract,
    EndReason,
    Level,
    Session,
    Sheet,
    Support,
)
from activities.services import hours
from participants.models import Participant
from portal.models import AuditEvent
from portal.permissions import Role
from portal.reminders.models import Reminder, Status
from tests.activities.factories import (
    ActivityFactory,
    OpeningRuleFactory,
    SessionFactory,
    SheetFactory,
    SignUpFactory,
    SupportFactory,
    at,
)
from tests.factories import UnitFactory

pytestmark = pytest.mark.django_db
ALL_DAYS = [0, 1, 2, 3, 4, 5, 6]


@pytest.fixture
def lars(acting, leader):
    return acting(leader)


@pytest.fixture
def alma(acting, member):
    return acting(member(Role.ADMINISTRATOR))


def page(name, *ids):
    return reverse(f"activities:{name}", args=ids)


def answers(browser, at_page, **changed):
    """Return what the form of a page would send, and what is changed in it."""
    form = browser.get(at_page).context["form"]
    shown = {bound.html_name: bound.value() for bound in form}
    sent = {name: value for name, value in shown.items() if value or value == 0}
    return sent | changed


@pytest.fixture
def change(lars, kampen):
    """Change the café as its page asks, and follow."""

    def send(**changed):
        address = page("activity_change", kampen.slug)
        return lars.post(address, answers(lars, address, **changed), follow=True)

    return send


def test_lars_writes_a_new_activity_and_sending_it_twice_makes_one(lars, leader):
    address = page("activity_add")
    said = answers(
        lars,
        address,
        name="Måla i lugn och ro",
        summary="Färg och papper finns.",
        what_we_do="Vi målar. Du behöver inte kunna något.",
        contract=Contract.DAY_BY_DAY,
        tempo="CALM",
        seats="6",
        new_place="Ateljén",
        address="Exempelgatan 70",
        thresholds=["SOBER"],
        submission_id=str(uuid4()),
    )
    for _ in range(2):
        shown = lars.post(address, said, follow=True)
        assert "Sparat. Nu läser alla det här." in shown.text
    made = Activity.objects.get(name="Måla i lugn och ro")
    assert made.slug == "mala-i-lugn-och-ro"
    assert (made.place.name, made.place.address) == ("Ateljén", "Exempelgatan 70")
    assert (made.sign_up, made.seats, made.thresholds) == (True, 6, ["SOBER"])
    assert made.organiser == leader.membership.unit
    assert made.owner == leader.membership.unit.owner
    assert made.stale_on(timezone.localdate()), "it has no hours that anybody could have confirmed"
    assert "Måla i lugn och ro" in lars.get("/hitta/?q=måla").text


def test_a_new_name_keeps_the_address_and_the_same_name_gets_another(change, kampen, lars):
    change(name="Kaffe på Kämpen", quiet_room="on", how_long="En timme", bus_card="on")
    kampen.refresh_from_db()
    assert (kampen.name, kampen.slug) == ("Kaffe på Kämpen", "kaffe-och-samtal")
    shown = lars.get(kampen.get_absolute_url()).text
    assert "Hur länge? En timme." in shown
    assert "Vi kan hjälpa dig med busskort." in shown
    assert "https://www.openstreetmap.org/search?query=Exempelgatan" in shown
    address = page("activity_add")
    again = {"name": "Kaffe och samtal", "contract": "DAY_BY_DAY", "place": kampen.place_id}
    again |= {"summary": "Ett till.", "what_we_do": "Kaffe.", "tempo": "CALM"}
    lars.post(address, answers(lars, address, **again))
    assert Activity.objects.filter(slug="kaffe-och-samtal-2", name="Kaffe och samtal").exists()


def test_two_who_write_at_once_see_what_the_other_wrote(lars, kampen):
    address = page("activity_change", kampen.slug)
    first = answers(lars, address, summary="Kaffe och kort.")
    second = answers(lars, address, summary="Kaffe och bullar.")
    lars.post(address, first)
    shown = lars.post(address, second)
    assert shown.status_code == 422
    assert "Någon annan sparade strax före dig." in shown.text
    assert [text for _label, text in shown.context["theirs"]] == ["Kaffe och kort."]
    assert 'value="Kaffe och bullar."' in shown.text
    saved = second | {"version": shown.context["form"]["version"].value()}
    lars.post(address, saved)
    kampen.refresh_from_db()
    assert kampen.summary == "Kaffe och bullar."


def test_a_hard_text_is_saved_and_lars_is_told_which(change):
    shown = change(what_we_do="Verksamheten " + "tillhandahåller sysselsättning " * 12)
    assert "Kan det bli lättare att läsa? Korta meningarna i: Det här gör vi" in shown.text


def test_other_places_to_sit_follow_in_the_sessions_to_come(change, kampen):
    OpeningRuleFactory(activity=kampen, weekdays=ALL_DAYS, on_public_holidays=True)
    hours.lay_out(today=timezone.localdate(), now=timezone.now())
    change(seats="8")
    ahead = Session.objects.filter(activity=kampen, starts_at__gt=timezone.now())
    assert set(ahead.values_list("seats", flat=True)) == {8}


def test_what_cannot_be_is_refused_with_a_sentence(lars, workshop, change):
    assert "Skriv adressen till det nya stället." in change(new_place="Nytt hus").text
    assert "Välj ett ställe, eller skriv namnet på ett nytt." in change(place="").text
    address = page("activity_change", workshop.slug)
    shown = lars.post(address, answers(lars, address, seats="4"))
    assert shown.status_code == 422
    assert "De som har schema har redan sin plats." in shown.text


def test_the_way_is_told_for_all_who_are_in_the_house(lars, kampen, client):
    other = ActivityFactory(place=kampen.place, name="Körövning")
    address = page("way_change", kampen.slug)
    assert "Körövning" in lars.get(address).text
    way = {"way": "Gå mot havet.", "bus": "Buss 1", "entrance": "GARAGE", "door": "Blå port."}
    lars.post(address, answers(lars, address, **way))
    shown = client.get(other.get_absolute_url()).text
    assert "Gå mot havet." in shown
    assert "Blå port." in shown


def test_what_it_leads_to_is_found_chosen_shown_and_taken_away(lars, kampen, client):
    shop = ActivityFactory(name="Butiken", level=Level.SCHEDULED)
    address = page("next_steps", kampen.slug)
    assert "Butiken" in lars.get(f"{address}?q=butik").text
    for entry in (shop.entry, shop.entry, kampen.entry):
        lars.post(page("next_step_add", kampen.slug, entry.pk))
    step = kampen.next_steps.get()
    shown = client.get(kampen.get_absolute_url()).text
    assert "Härifrån kan man gå vidare till:" in shown
    assert "Med schema, eller som medlem" in shown
    lars.post(page("next_step_remove", kampen.slug, step.pk))
    assert "Butiken" not in client.get(kampen.get_absolute_url()).text


def test_who_reads_in_english_reads_english_where_it_is_and_marked_swedish_where_not(
    lars, kampen, client
):
    address = page("activity_english", kampen.slug)
    assert kampen.summary in lars.get(address).text, "the Swedish stands beside the question"
    said = answers(lars, address, name="Coffee and talk", summary="Coffee and company.")
    lars.post(address, said)
    swedish = client.get(kampen.get_absolute_url()).text
    assert "Coffee" not in swedish
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    english = client.get(kampen.get_absolute_url()).text
    assert "<h1>Coffee and talk</h1>" in english
    assert '<div lang="sv"><p>Vi dricker kaffe och pratar.</p></div>' in english
    assert "Coffee and company." in client.get("/hitta/").text
    behind = lars.post(address, said | {"summary": "Tea."})
    assert behind.status_code == 422
    assert "Coffee and company." in behind.text


@pytest.fixture
def ending(lars, workshop, enrolled, robin_person):
    """The workshop is open every day, and Robin is expected; one session is made by hand."""
    today, now = timezone.localdate(), timezone.now()
    OpeningRuleFactory(activity=workshop, weekdays=ALL_DAYS, on_public_holidays=True)
    hours.lay_out(today=today, now=now)
    SessionFactory(activity=workshop, starts_at=at(today + timedelta(days=3), "18.00"))

    def send(day, *, sure=False):
        address = page("activity_end", workshop.slug)
        sent = {"ended_on": day or ""} | ({"sure": "yes"} if sure else {})
        return lars.post(address, sent, follow=True)

    return send


def test_lars_reads_what_an_end_means_before_it_is_saved(ending, workshop, robin_person):
    today = timezone.localdate()
    before = Session.objects.filter(cancelled_at=None).count()
    late = workshop.sessions.get(starts_at=at(today + timedelta(days=3), "18.00"))
    SignUpFactory(session=late, waiting_since=timezone.now())
    shown = ending(today + timedelta(days=1)).text
    assert "2 personer tänkte komma och får veta det direkt." in shown, "who waits is told too"
    assert "1 person har en plats här. Den slutar samma dag." in shown
    workshop.refresh_from_db()
    assert workshop.ended_on is None
    assert Session.objects.filter(cancelled_at=None).count() == before


def test_after_the_last_day_nothing_is_left_open_and_robin_is_told_once(
    ending, workshop, enrolled, robin_person, client
):
    last = timezone.localdate() + timedelta(days=1)
    ending(last, sure=True)
    later = Session.objects.filter(starts_at__gte=at(last + timedelta(days=1), "00.00"))
    assert not later.filter(cancelled_at=None).exists()
    enrolled.refresh_from_db()
    assert (enrolled.ended_on, enrolled.end_reason) == (last, EndReason.ENDED)
    told = Reminder.objects.filter(
        kind="hours_changed", subject_id=workshop.pk, status=Status.PLANNED
    )
    assert [one.recipient_id for one in told] == [robin_person.pk]
    assert AuditEvent.objects.filter(subject="enrolment", participants=[robin_person.pk]).exists()


def test_an_end_taken_back_gives_people_their_places_again(ending, workshop, enrolled, lars):
    last = timezone.localdate() + timedelta(days=1)
    ending(last, sure=True)
    assert "Sista dagen är" in lars.get(page("sheet_list")).text, "it is still found by its own"
    ending(None, sure=True)
    enrolled.refresh_from_db()
    assert (enrolled.ended_on, enrolled.end_reason) == (None, "")
    day = timezone.localdate() + timedelta(days=5)
    assert workshop.sessions.get(starts_at=at(day, "10.00")).cancelled_at is None


def test_whose_support_has_closed_is_given_back_no_place(ending, enrolled, robin_person):
    ending(timezone.localdate() + timedelta(days=1), sure=True)
    Participant.objects.filter(pk=robin_person.pk).update(closed_at=timezone.now())
    ending(None, sure=True)
    enrolled.refresh_from_db()
    assert enrolled.end_reason == EndReason.ENDED


def test_lars_keeps_what_his_own_house_says_and_nobody_elses(lars, leader):
    unit = leader.membership.unit
    own = SupportFactory(organisation=unit, verified_on=None)
    sheet = SheetFactory(organisation=unit)
    strange = SupportFactory()
    for name, one in (("support_change", own), ("sheet_change", sheet)):
        address = page(name, one.slug)
        lars.post(address, answers(lars, address, summary="Ring när du vill."))
        one.refresh_from_db()
        assert one.summary == "Ring när du vill."
        assert one.verified_on == timezone.localdate(), "whoever saves has read it"
    assert lars.get(page("support_change", strange.slug)).status_code == 404
    shown = lars.get(page("sheet_list")).text
    assert own.name in shown
    assert strange.name not in shown


def test_alma_keeps_what_nobody_here_does_and_sends_them_the_link(alma, leader, client):
    ours = SupportFactory(organisation=leader.membership.unit)
    theirs = SupportFactory(name="Kvinnojouren", verified_on=None)
    shown = alma.get(page("sheet_list"))
    assert "Kvinnojouren" in shown.text
    assert ours.name not in shown.text
    ((organisation, link),) = shown.context["links"]
    assert organisation == theirs.organisation
    client.post(link, {"right": "yes", "sheet": [f"support-{theirs.pk}"]})
    theirs.refresh_from_db()
    assert theirs.verified_on == timezone.localdate()
    new = UnitFactory(name="Nattjouren")
    for name, model, said in (
        ("support_add", Support, {"name": "Samtal om natten", "how": "Ring."}),
        ("sheet_add", Sheet, {}),
    ):
        common = {"summary": "Vi svarar.", "what_they_do": "Vi lyssnar.", "organisation": new.pk}
        alma.post(page(name), answers(alma, page(name), **common, **said))
        assert model.objects.get(organisation=new).stale_on(timezone.localdate()) is False


def test_the_list_costs_the_same_for_much_and_little(lars, alma, kampen, queries_of, leader):
    browsers = (lars, alma)
    first = [queries_of(one, page("sheet_list")) for one in browsers]
    assert max(first) <= 12
    for _ in range(4):
        OpeningRuleFactory(activity__organiser=leader.membership.unit)
        SupportFactory(organisation=leader.membership.unit)
        SupportFactory()
        SheetFactory()
    assert [queries_of(one, page("sheet_list")) for one in browsers] == first
