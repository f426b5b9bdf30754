"""A place is written down, read by the person, changed by two at once, ended and followed up."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db.models.functions import Now
from django.urls import reverse

from employers.models import Employer, FollowUpNote, Placement, PlacementFollowUp
from participants.models import Contact
from portal.models import AuditEvent
from tests.factories import ConsentFactory, ParticipantFactory, TeamMemberFactory

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def a_tuesday():
    with time_machine.travel("2026-11-10 09:00+01:00", tick=False):
        yield


@pytest.fixture
def answers(guide):
    """What a guide answers about a new place."""
    return {
        "kind": "INTERNSHIP",
        "subsidy": "",
        "occupation": "Packa varor",
        "starts_on": "2026-11-12",
        "ends_on": "",
        "hours_per_week": "2,5",
        "supporter": str(guide.membership.pk),
        "may_lead_to_wage": "YES",
        "found_by": "",
        "submission_id": str(uuid4()),
    }


@pytest.fixture
def new_url(robin_person, employer):
    return reverse("employers:placement_new", args=[robin_person.public_id, employer.public_id])


def page_of(placement):
    return reverse("employers:placement_detail", args=[placement.public_id])


def words(answer):
    return answer.content.decode()


def test_guide_finds_the_employer_by_a_part_of_its_name(acting, guide, robin_person, employer):
    url = reverse("employers:employer_choose", args=[robin_person.public_id])
    assert "Norra Hamnens Lager AB" in words(acting(guide).get(url, {"q": "HAMN"}))


def test_register_is_never_shown_whole_to_choose_from(acting, guide, robin_person, employer):
    url = reverse("employers:employer_choose", args=[robin_person.public_id])
    assert "Norra Hamnens" not in words(acting(guide).get(url))


def test_new_employer_leads_straight_on_to_the_place(acting, guide, robin_person):
    url = reverse("employers:employer_add", query={"person": robin_person.public_id})
    sent = acting(guide).post(url, {"name": "Café Fyren", "submission_id": str(uuid4())})
    fyren = Employer.objects.get(name="Café Fyren")
    expected = reverse("employers:placement_new", args=[robin_person.public_id, fyren.public_id])
    assert sent.url == expected


def test_guide_writes_a_place_and_the_days_are_planned(
    acting, guide, robin_person, new_url, answers, days
):
    browser = acting(guide)
    page = browser.post(new_url, answers, follow=True)
    assert "Platsen är sparad och uppföljningarna är planerade." in words(page)
    placement = Placement.objects.get()
    assert str(placement.hours_per_week) == "2.5"
    assert (placement.participant, placement.owner) == (robin_person, guide.membership.unit.owner)
    assert days(placement)[:2] == ["2026-11-19", "2026-11-26"]
    browser.post(new_url, answers)
    assert Placement.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": ""}, "Välj vilken sorts plats det är"),
        ({"kind": "SUBSIDISED"}, "Välj vilket lönestöd det är."),
        ({"occupation": " "}, "Skriv vad man gör där"),
        ({"starts_on": "0026-11-12"}, "Välj en dag inom de senaste 20 åren."),
        ({"starts_on": "9999-01-01"}, "Välj en dag inom 2 år."),
        ({"ends_on": "9999-01-01"}, "Välj en dag inom 5 år."),
        ({"starts_on": "2026-02-30"}, "Skriv dagen så här: 2026-12-01."),
        ({"ends_on": "2026-11-11"}, "Sista dagen får inte komma före den första."),
        ({"hours_per_week": "0"}, "Skriv timmar i veckan, från 0,5 till 60."),
        ({"hours_per_week": "70"}, "Skriv timmar i veckan, från 0,5 till 60."),
        ({"hours_per_week": "två"}, "Skriv timmarna med siffror, till exempel 2,5."),
        ({"supporter": "999999"}, "Välj ett av svaren i listan."),
    ],
)
def test_wrong_answer_is_told_in_words_and_nothing_is_saved(
    acting, guide, new_url, answers, wrong, said
):
    page = acting(guide).post(new_url, answers | wrong)
    assert page.status_code == 422
    assert said in words(page)
    assert not Placement.objects.exists()


def test_study_visit_of_a_day_ends_the_same_day(acting, guide, new_url, answers):
    acting(guide).post(new_url, answers | {"kind": "STUDY_VISIT", "subsidy": "WAGE"})
    visit = Placement.objects.get()
    assert (visit.subsidy, visit.ends_on) == ("", date(2026, 11, 12))


def test_robin_reads_the_place_and_what_is_written_there(acting, robin, place, guide):
    placement = place()
    url = reverse("employers:follow_up_write", args=[placement.public_id])
    acting(guide).post(url, talk(text="Robin trivs med trucken. 🚚"))
    page = words(acting(robin).get(page_of(placement)))
    assert "Robin trivs med trucken. 🚚" in page
    assert "Skriv en uppföljning" not in page
    assert "Ring Samira" in page
    mine = acting(robin).get(reverse("employers:my_placements"))
    assert "Norra Hamnens Lager AB" in words(mine)


def talk(**wrong):
    return {
        "spoke_with": "PERSON",
        "mode": "PHONE",
        "how_it_goes": "WELL",
        "text": "",
        "occurred_on": "2026-11-10",
        "submission_id": str(uuid4()),
    } | wrong


def test_coach_writes_a_follow_up_that_closes_the_day(acting, coach, place, days):
    placement = place()
    url = reverse("employers:follow_up_write", args=[placement.public_id])
    sent = talk(text="<b>Bra</b>")
    browser = acting(coach)
    page = words(browser.post(url, sent, follow=True))
    assert "Uppföljningen är sparad." in page
    assert "&lt;b&gt;Bra&lt;/b&gt;" in page
    browser.post(url, sent)
    assert FollowUpNote.objects.count() == Contact.objects.count() == 1
    assert days(placement)[0] == "2026-11-16"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"occurred_on": "2026-11-11"}, "Välj en dag som har varit."),
        ({"occurred_on": "2025-01-01"}, "Välj en dag under det senaste året."),
        ({"how_it_goes": ""}, "Välj hur det går"),
        ({"text": "ö" * 4001}, "Korta texten till 4000 tecken. Nu är den 4001."),
    ],
)
def test_follow_up_with_a_fault_keeps_its_text(acting, guide, place, wrong, said):
    url = reverse("employers:follow_up_write", args=[place().public_id])
    page = acting(guide).post(url, talk(text="Det här ska finnas kvar") | wrong)
    assert page.status_code == 422
    assert said in words(page)
    assert wrong.get("text", "Det här ska finnas kvar") in words(page)
    assert not FollowUpNote.objects.exists()


def test_two_guides_save_at_once_and_the_second_is_told(acting, guide, place, answers):
    placement = place()
    url = reverse("employers:placement_change", args=[placement.public_id])
    browser, seen = acting(guide), {"version": "1"}
    assert browser.post(url, answers | seen).status_code == 302
    late = browser.post(url, answers | seen | {"occupation": "Köra truck"})
    assert late.status_code == 422
    assert "Någon annan har ändrat platsen." in words(late)
    assert "Köra truck" in words(late)
    placement.refresh_from_db()
    assert placement.occupation == "Packa varor"
    again = browser.post(url, answers | {"version": "2", "occupation": "Köra truck"})
    assert again.status_code == 302


def test_place_ends_with_a_reason_and_can_go_on_after_all(acting, guide, place, days):
    placement, browser = place(), acting(guide)
    ended = {"ended_on": "2026-11-10", "end_reason": "DID_NOT_FIT", "led_to_job": "NO"}
    url = reverse("employers:placement_end", args=[placement.public_id])
    assert "Det passade inte just nu" in words(browser.post(url, ended, follow=True))
    assert days(placement) == ["2026-11-13"]
    browser.post(reverse("employers:placement_reopen", args=[placement.public_id]))
    placement.refresh_from_db()
    assert (placement.ended_on, placement.end_reason) == (None, "")


def test_end_in_the_future_is_a_changed_last_day(acting, guide, place):
    url = reverse("employers:placement_end", args=[place().public_id])
    later = {"ended_on": "2026-12-24", "end_reason": "PERIOD_OVER", "led_to_job": "NO"}
    assert "Ändra sista dagen i stället." in words(acting(guide).post(url, later))


def test_person_who_wants_it_so_is_not_followed_up(acting, guide, place):
    placement, browser = place(), acting(guide)
    browser.post(reverse("employers:follow_up_stop", args=[placement.public_id]))
    assert not PlacementFollowUp.objects.open().exists()
    page = words(browser.get(page_of(placement)))
    assert "Inga fler uppföljningar. Det var önskemålet." in page
    browser.post(reverse("employers:follow_up_start", args=[placement.public_id]))
    assert PlacementFollowUp.objects.open().exists()


def test_look_at_a_place_stands_in_the_log(acting, guide, place, robin_person):
    acting(guide).get(page_of(place()))
    line = AuditEvent.objects.latest("pk")
    assert (line.participants, line.user_id) == ([robin_person.pk], guide.user.pk)


class TestOutOfReach:
    def test_stranger_gets_the_same_answer_as_for_a_place_that_is_not(
        self, acting, outsider, place
    ):
        browser = acting(outsider)
        mine = browser.get(page_of(place()))
        none = browser.get(reverse("employers:placement_detail", args=[uuid4()]))
        assert mine.status_code == none.status_code == 404

    def test_person_sees_nobody_elses_place(self, acting, robin, employer, guide, place):
        other = ParticipantFactory(main_contact=guide.membership)
        placement = place()
        Placement.objects.filter(pk=placement.pk).update(participant=other)
        assert acting(robin).get(page_of(placement)).status_code == 404

    def test_case_manager_of_another_department_reads_it_with_consent_only(
        self, acting, case_manager, robin_person, place, social
    ):
        placement = place()
        TeamMemberFactory(
            participant=robin_person,
            membership=case_manager.membership,
            rests_on_consent=True,
        )
        browser = acting(case_manager)
        assert browser.get(page_of(placement)).status_code == 404
        lasts = {"valid_from": Now() - DAY, "valid_until": Now() + DAY}  # by the database's clock
        yes = ConsentFactory(participant=robin_person, receiver=social, info_type=4, **lasts)
        assert browser.get(page_of(placement)).status_code == 200
        yes.withdrawn_at = yes.valid_from
        yes.save()
        assert browser.get(page_of(placement)).status_code == 404

    def test_person_cannot_end_or_change_the_place(self, acting, robin, place):
        placement = place()
        browser = acting(robin)
        for act in ("placement_change", "placement_end", "follow_up_write"):
            url = reverse(f"employers:{act}", args=[placement.public_id])
            assert browser.get(url).status_code == 403
        for act in ("placement_reopen", "follow_up_stop", "follow_up_start"):
            url = reverse(f"employers:{act}", args=[placement.public_id])
            assert browser.post(url).status_code == 403


class TestInTheRecord:
    def test_place_and_talk_stand_in_the_timeline_once_each(
        self, acting, guide, robin_person, place
    ):
        placement, browser = place(), acting(guide)
        url = reverse("employers:follow_up_write", args=[placement.public_id])
        browser.post(url, talk(text="Robin trivs med trucken.", how_it_goes="CHAFES"))
        record = reverse("person_record", args=[robin_person.public_id])
        page = words(browser.get(record, {"visa": "arbete"}))
        assert "<strong>Praktik</strong>: Packa varor" in page
        assert "<strong>Uppföljning på jobbet</strong>: något skaver" in page
        assert words(browser.get(record)).count('class="when"') == 2

    def test_place_written_by_mistake_is_not_shown(self, acting, guide, robin_person, place):
        placement, browser = place(), acting(guide)
        url = reverse("employers:placement_end", args=[placement.public_id])
        wrong = {"ended_on": "2026-11-10", "end_reason": "MISTAKE", "led_to_job": "NO"}
        browser.post(url, wrong)
        page = browser.get(reverse("person_record", args=[robin_person.public_id]))
        assert "Packa varor" not in words(page)
