"""*Öppettider*: Lars changes when it is open, and reads first what that changes and for whom."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import OpeningException, OpeningRule, PlaceClosing, Room, Session
from activities.services import hours
from portal.reminders.models import Reminder, Status
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    OpeningRuleFactory,
    SessionFactory,
    SignUpFactory,
    at,
)
from tests.factories import UnitFactory

pytestmark = pytest.mark.django_db
ALL_DAYS = [0, 1, 2, 3, 4, 5, 6]


@pytest.fixture
def lars(acting, leader):
    return acting(leader)


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def every_day(kampen, today):
    """Open every day 10 to 16, and laid out."""
    rule = OpeningRuleFactory(activity=kampen, weekdays=ALL_DAYS, on_public_holidays=True)
    hours.lay_out(today=today, now=timezone.now())
    return rule


@pytest.fixture
def tomorrow(every_day, today):
    return Session.objects.get(starts_at=at(today + timedelta(days=1), "10.00"))


def answers(**changed):
    return {
        "often": "1",
        "weekdays": ALL_DAYS,
        "opens": "10:00",
        "closes": "16:00",
        "valid_from": "2020-01-01",
        "on_public_holidays": "on",
    } | changed


def send(browser, name, *ids, sure=False, **fields):
    page = reverse(f"activities:{name}", args=ids)
    return browser.post(page, fields | ({"sure": "yes"} if sure else {}), follow=True)


def change(browser, rule, *, sure=False, **changed):
    ids = rule.activity.slug, rule.pk
    return send(browser, "rule_change", *ids, sure=sure, **answers(**changed))


def told(kind):
    return sorted(
        Reminder.objects.filter(kind=kind, status=Status.PLANNED).values_list(
            "recipient_id", flat=True
        )
    )


def test_lars_reads_what_changes_and_how_many_are_told_before_anything_is_saved(
    lars, every_day, tomorrow
):
    SignUpFactory(session=tomorrow)
    before = list(Session.objects.order_by("pk").values())
    page = change(lars, every_day, opens="11:00").text
    assert "Så här blir det" in page
    assert "1 person tänkte komma och får veta det direkt." in page
    assert "pass får andra tider" in page
    assert list(Session.objects.order_by("pk").values()) == before
    assert OpeningRule.objects.get().opens == time(10)


def test_whoever_meant_to_come_keeps_the_place_and_is_told_once(lars, every_day, today):
    days = [
        Session.objects.get(starts_at=at(today + timedelta(days=n), "10.00")) for n in (1, 2, 3)
    ]
    person = SignUpFactory(session=days[0]).participant
    for day in days[1:]:
        SignUpFactory(session=day, participant=person)
    change(lars, every_day, sure=True, opens="11:00")
    for day, n in zip(days, (1, 2, 3), strict=True):
        day.refresh_from_db()
        assert day.starts_at == at(today + timedelta(days=n), "11.00")
        assert day.sign_ups.standing().count() == 1
        assert day.is_moved
    assert told("hours_changed") == [person.pk]
    assert told("session_cancelled") == []


def test_a_timetable_is_told_once_of_all_its_days(lars, workshop, enrolled, today, leader):
    rule = OpeningRuleFactory(activity=workshop, weekdays=ALL_DAYS, on_public_holidays=True)
    hours.lay_out(today=today, now=timezone.now())
    send(lars, "rule_remove", workshop.slug, rule.pk)
    assert told("hours_changed") == [enrolled.participant_id]
    assert told("session_cancelled") == []
    assert Session.objects.held().filter(starts_at__gt=timezone.now()).count() == 0


def test_what_the_hours_cancelled_is_on_again_when_they_come_back(
    lars, every_day, tomorrow, kampen, today
):
    SignUpFactory(session=tomorrow)
    on = today + timedelta(days=1)
    send(lars, "days_add", kampen.slug, sure=True, on=on, reason="Vi har planering")
    tomorrow.refresh_from_db()
    assert tomorrow.is_off_by_the_hours
    Reminder.objects.filter(kind="session_cancelled").update(
        status=Status.ACCEPTED, ended_at=timezone.now(), lease_token=None
    )
    send(lars, "days_remove", kampen.slug, OpeningException.objects.get().pk)
    tomorrow.refresh_from_db()
    assert tomorrow.cancelled_at is None
    assert told("session_restored") == told("session_restored") != []


def test_every_other_week_and_the_first_wednesday_are_rules_like_any_other(lars, kampen, today):
    second = answers(often="first", weekdays=[2], opens="18:00", closes="20:00", times="5")
    for fields in (answers(often="2", weekdays=[1]), second | {"valid_from": today}):
        send(lars, "rule_add", kampen.slug, sure=True, **fields)
    kept = OpeningRule.objects.order_by("pk").values_list("recurrence", flat=True)
    assert list(kept) == ["FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "FREQ=MONTHLY;BYDAY=1WE;COUNT=5"]
    page = lars.get(reverse("activities:hours_detail", args=[kampen.slug])).text
    assert "Tisdag, varannan vecka, 10.00 till 16.00" in page
    assert "Onsdag, den första i månaden, 5 gånger, 18.00 till 20.00" in page
    same = lars.get(
        reverse("activities:rule_change", args=[kampen.slug, OpeningRule.objects.first().pk])
    )
    assert '<option value="2" selected>Varannan vecka' in same.text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"weekdays": []}, "Välj minst en veckodag."),
        ({"opens": "10:00", "closes": "10:00"}, "Välj en tid för stängning"),
        ({"valid_from": "2026-01-02", "until": "2026-01-01"}, "Sista dagen får inte komma före"),
        ({"until": "2027-01-01", "times": "3"}, "inte båda"),
        ({"times": "100000"}, "Skriv ett tal som är högst 500."),
        ({"until": "9999-12-31"}, "Välj en sista dag inom fem år"),
        ({"valid_from": "2020-01-01", "until": "2020-02-01"}, "Då blir det aldrig öppet."),
        ({"often": "FREQ=MINUTELY"}, "Välj ett av svaren i listan."),
        ({"opens": "", "closes": ""}, "Fyll i: Öppnar"),
    ],
)
def test_hours_that_nobody_can_mean_are_refused_with_a_sentence(lars, kampen, changed, said):
    answer = send(lars, "rule_add", kampen.slug, sure=True, **answers(**changed))
    assert answer.status_code == 422
    assert said in answer.text
    assert not OpeningRule.objects.exists()


def test_two_rules_that_overlap_are_refused_and_the_page_says_which(lars, every_day, kampen):
    answer = send(
        lars,
        "rule_add",
        kampen.slug,
        sure=True,
        **answers(often="last", weekdays=[4], opens="15:00", closes="2:00"),
    )
    assert answer.status_code == 422
    assert "Det är redan öppet då: Varje dag 10.00 till 16.00" in answer.text
    assert OpeningRule.objects.count() == 1


def test_other_hours_for_a_day_are_said_whole_or_not_at_all(lars, every_day, kampen, today):
    add = {"on": today + timedelta(days=3)}
    for fields, said in [
        ({"opens": "12:00"}, "Skriv både när det öppnar och när det stänger."),
        ({"last_on": today}, "Sista dagen får inte komma före den första."),
        ({"last_on": today + timedelta(days=99)}, "Välj högst sextio dagar"),
        ({"on": today - timedelta(days=1)}, "Välj i dag eller en senare dag."),
    ]:
        answer = send(lars, "days_add", kampen.slug, sure=True, **add | fields)
        assert answer.status_code == 422
        assert said in answer.text
    send(lars, "days_add", kampen.slug, sure=True, **add, opens="12:00", closes="14:00")
    again = send(lars, "days_add", kampen.slug, sure=True, **add)
    assert "Den dagen har redan andra tider." in again.text
    send(lars, "days_add", kampen.slug, sure=True, **add, opens="12:00", closes="14:00")
    assert OpeningException.objects.count() == 1, "sent twice"
    moved = Session.objects.get(starts_at=at(add["on"], "12.00"))
    assert moved.ends_at == at(add["on"], "14.00")


def test_hours_that_are_sent_twice_are_kept_once(lars, kampen):
    for _ in range(2):
        answer = send(lars, "rule_add", kampen.slug, sure=True, **answers())
        assert "Sparat." in answer.text
    assert OpeningRule.objects.count() == 1


def test_a_room_that_is_taken_is_shown_before_saving_and_until_it_is_solved(
    lars, every_day, kampen, today
):
    choir = ActivityFactory(name="Körsång", place=kampen.place, organiser=UnitFactory())
    send(lars, "room_choose", kampen.slug, room="Stora salen")
    choir.room = Room.objects.get(name="Stora salen")
    choir.save()
    on = today + timedelta(days=2)
    sings = SessionFactory(activity=choir, starts_at=at(on, "17.00"), ends_at=at(on, "19.00"))
    page = change(lars, every_day, closes="18:00").text
    assert "Det här krockar" in page
    assert "Körsång är i Stora salen 17.00 till 19.00." in page
    change(lars, every_day, sure=True, closes="18:00")
    listed = lars.get(reverse("activities:session_list")).text
    assert "Körsång är i Stora salen samtidigt." in listed
    Session.objects.filter(pk=sings.pk).update(cancelled_at=timezone.now(), cancel_reason="WEATHER")
    assert "samtidigt" not in lars.get(reverse("activities:session_list")).text


def test_moving_one_session_into_anothers_room_asks_first(lars, every_day, kampen, tomorrow):
    room = Room.objects.create(place=kampen.place, name="Köket")
    kampen.room = room
    kampen.save()
    choir = ActivityFactory(name="Körsång", place=kampen.place, room=room)
    SessionFactory(
        activity=choir,
        starts_at=tomorrow.ends_at + timedelta(minutes=30),
        ends_at=tomorrow.ends_at + timedelta(hours=2),
    )
    hours_ = {"opens": "10:00", "closes": "17:00"}
    page = send(lars, "session_move", tomorrow.pk, **hours_)
    assert "Det här krockar" in page.text
    assert Session.objects.get(pk=tomorrow.pk).moved_at is None
    send(lars, "session_move", tomorrow.pk, sure=True, **hours_)
    assert Session.objects.get(pk=tomorrow.pk).moved_at is not None


def test_a_place_that_shuts_says_what_clashes_first_and_then_stays_on_the_list(
    lars, every_day, kampen, today
):
    on = today + timedelta(days=2)
    shut = {"first_on": on, "last_on": on, "reason": "Golvet läggs om"}
    page = send(lars, "closing_add", kampen.slug, **shut)
    assert "Kaffe och samtal: 1 gång" in page.text
    assert not PlaceClosing.objects.exists()
    send(lars, "closing_add", kampen.slug, sure=True, **shut)
    place = str(kampen.place)
    assert f"{place} är stängt den dagen." in lars.get(reverse("activities:session_list")).text
    send(lars, "closing_remove", kampen.slug, PlaceClosing.objects.get().pk)
    assert "är stängt den dagen" not in lars.get(reverse("activities:session_list")).text


def test_saving_hours_confirms_them(lars, every_day, kampen, today):
    change(lars, every_day, sure=True, closes="15:00")
    kampen.refresh_from_db()
    assert kampen.verified_on == today


def test_nobody_changes_the_hours_of_another_unit(lars, today):
    strange = OpeningRuleFactory()
    for name, ids in [
        ("hours_detail", []),
        ("rule_add", []),
        ("rule_change", [strange.pk]),
        ("rule_remove", [strange.pk]),
        ("days_add", []),
        ("closing_add", []),
        ("room_choose", []),
    ]:
        page = reverse(f"activities:{name}", args=[strange.activity.slug, *ids])
        assert lars.get(page).status_code == 404


def test_a_rule_is_found_only_below_its_own_activity(lars, kampen, every_day, leader):
    other = ActivityFactory(organiser=leader.membership.unit)
    page = reverse("activities:rule_change", args=[other.slug, every_day.pk])
    assert lars.get(page).status_code == 404


def test_the_pages_cost_the_same_for_much_and_little(lars, every_day, kampen, queries_of, leader):
    pages = [
        reverse("activities:sheet_list"),
        reverse("activities:hours_detail", args=[kampen.slug]),
        reverse("activities:rule_remove", args=[kampen.slug, every_day.pk]),
    ]
    first = [queries_of(lars, page) for page in pages]
    assert max(first) <= 12
    for number in range(5):
        OpeningRuleFactory(activity__organiser=leader.membership.unit)
        OpeningException.objects.create(activity=kampen, on=date(2031, 1, 1 + number))
    SignUpFactory.create_batch(3, session=Session.objects.latest("starts_at"))
    assert [queries_of(lars, page) for page in pages] == first


def test_expected_people_of_another_unit_are_counted_and_never_named(
    lars, workshop, enrolled, today
):
    rule = OpeningRuleFactory(activity=workshop, weekdays=ALL_DAYS, on_public_holidays=True)
    hours.lay_out(today=today, now=timezone.now())
    EnrolmentFactory(activity=workshop, weekdays=ALL_DAYS)
    page = lars.get(reverse("activities:rule_remove", args=[workshop.slug, rule.pk])).text
    assert "2 personer tänkte komma och får veta det direkt." in page
