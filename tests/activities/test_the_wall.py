"""The wall: who decides on money reads what has been sent, and nothing else exists."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from activities.laying_out import midnight
from activities.models import (
    Absence,
    Activity,
    Basis,
    Contract,
    Enrolment,
    MandatedRelease,
    Session,
)
from activities.services import releases, taking_part
from participants.models import MainContact, Participant
from portal.models import Access, AuditEvent, Ground
from portal.permissions import Role
from tests.activities.factories import (
    ActivityFactory,
    AttendanceFactory,
    EnrolmentFactory,
    MandatedReleaseFactory,
    SessionFactory,
)
from tests.database import app_role
from tests.factories import (
    ContactFactory,
    MembershipFactory,
    StepFactory,
    TeamMemberFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ALL_WEEK = [0, 1, 2, 3, 4, 5, 6]


@pytest.fixture(autouse=True)
def no_difference():
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_differences()")
        assert cursor.fetchone() == (0,)


@pytest.fixture
def maja(member, labour):
    """Maja decides on income support, in the same department as the guides."""
    money = UnitFactory(parent=labour, name="Ekonomiskt bistånd")
    return member(Role.BENEFITS_OFFICER, money, first_name="Maja", last_name="Ström")


@pytest.fixture
def decided(robin_person, guide, leader):
    """Corner is decided in Robin's plan for money, all week; Robin was there yesterday."""
    corner = ActivityFactory(
        name="Corner",
        organiser=leader.membership.unit,
        owner=guide.membership.unit.owner,
        contract=Contract.SCHEDULE,
    )
    enrolment = EnrolmentFactory(
        participant=robin_person,
        activity=corner,
        weekdays=ALL_WEEK,
        basis=Basis.MANDATED,
        owner=guide.membership.unit.owner,
    )
    noon = midnight(timezone.localdate()) + timedelta(hours=12)
    for days in (1, 2, -2):
        SessionFactory(activity=corner, starts_at=noon - days * DAY)
    yesterday = Session.objects.get(starts_at=noon - DAY)
    AttendanceFactory(participant=robin_person, session=yesterday)
    return enrolment


@pytest.fixture
def sent(robin_person, guide, maja, decided):
    """Samira has made the week ready for Robin to read."""
    today = timezone.localdate()
    return releases.release(
        participant=robin_person,
        receiver=maja.membership.unit,
        first_on=today - 7 * DAY,
        last_on=today + 3 * DAY,
        by=guide,
        now=timezone.now(),
    )


def opened(release):
    """Let the day come on which it opens."""
    MandatedRelease.objects.filter(pk=release.pk).update(
        released_at=timezone.now() - 4 * DAY, opens_at=timezone.now() - timedelta(minutes=1)
    )


def detail(release):
    return reverse("activities:release_detail", args=[release.public_id])


def test_robin_reads_first_and_maja_nothing_until_the_day(acting, robin, maja, sent):
    mine = acting(robin)
    page = mine.get(reverse("activities:my_release", args=[sent.public_id])).text
    assert "Det här skickas till Ekonomiskt bistånd" in page
    assert "Samira Lund" in page
    assert "Corner" in page
    assert "Det här skickas till Ekonomiskt bistånd" in mine.get(reverse("activities:today")).text
    browser = acting(maja)
    assert browser.get(detail(sent)).status_code == 404
    assert "Robin" not in browser.get(reverse("activities:release_list")).text
    opened(sent)
    assert browser.get(detail(sent)).status_code == 200
    assert "Robin Almqvist" in browser.get(reverse("activities:release_list")).text


def test_robin_lets_it_go_at_once(acting, robin, maja, sent):
    acting(robin).post(reverse("activities:my_release_confirm", args=[sent.public_id]))
    assert acting(maja).get(detail(sent)).status_code == 200


def test_it_waits_when_robin_says_so_even_after_the_day(acting, robin, maja, sent):
    acting(robin).post(reverse("activities:my_release_hold", args=[sent.public_id]))
    opened(sent)
    assert acting(maja).get(detail(sent)).status_code == 404
    acting(robin).post(reverse("activities:my_release_confirm", args=[sent.public_id]))
    assert acting(maja).get(detail(sent)).status_code == 200


def test_what_is_taken_back_is_closed_on_the_next_request(acting, guide, maja, sent):
    opened(sent)
    browser = acting(maja)
    assert browser.get(detail(sent)).status_code == 200
    acting(guide).post(reverse("activities:release_take_back", args=[sent.public_id]))
    assert browser.get(detail(sent)).status_code == 404
    assert not Access.objects.filter(user_id=maja.user_id, valid_until=None).exists()


def test_it_holds_the_decided_days_and_nothing_voluntary(robin_person, sent, guide, leader):
    assert [one["was_there"] for one in sent.days] == [False, True, None]
    assert [one["activity"] for one in sent.plan] == ["Corner"]


def test_voluntary_places_visits_and_notes_never_cross(
    acting, guide, maja, robin_person, decided, leader, robin
):
    own = {"organiser": leader.membership.unit, "owner": guide.membership.unit.owner}
    choir = ActivityFactory(name="Kören", contract=Contract.SCHEDULE, **own)
    EnrolmentFactory(participant=robin_person, activity=choir, weekdays=ALL_WEEK)
    cafe = ActivityFactory(name="Kaffe", **own)
    noon = midnight(timezone.localdate()) - 12 * timedelta(hours=1)
    for activity in (choir, cafe):
        session = SessionFactory(activity=activity, starts_at=noon)
        AttendanceFactory(participant=robin_person, session=session)
    ContactFactory(participant=robin_person, text="Mår bättre nu.", author=guide.user)
    release = releases.release(
        participant=robin_person,
        receiver=maja.membership.unit,
        first_on=timezone.localdate() - 7 * DAY,
        last_on=timezone.localdate(),
        by=guide,
        now=timezone.now(),
    )
    opened(release)
    page = acting(maja).get(detail(release)).text
    assert "Corner" in page
    assert "Inte antecknat betyder inte att någon var borta." in page
    for word in ("Kören", "Kaffe", "Mår bättre", "Samira", "frånvar"):
        assert word not in page


def test_coming_freely_to_the_same_door_is_no_decided_day(robin_person, decided, guide, maja):
    """Robin came to Corner by own choice before it was decided, and comes on other days too."""
    today, corner = timezone.localdate(), decided.activity
    began = today - 3 * DAY
    only = [(today - DAY).weekday()]
    Enrolment.objects.filter(pk=decided.pk).update(started_on=began, weekdays=only)
    EnrolmentFactory(
        participant=robin_person,
        activity=corner,
        weekdays=ALL_WEEK,
        started_on=began - 60 * DAY,
        ended_on=began - DAY,
        end_reason="OTHER_ACTIVITY",
        owner=decided.owner,
    )
    for back in (2, 5):  # a day that is not in the timetable, and one from before
        day = today - back * DAY
        session, _new = Session.objects.get_or_create(
            activity=corner,
            starts_at=midnight(day) + timedelta(hours=12),
            defaults={"ends_at": midnight(day) + timedelta(hours=15)},
        )
        AttendanceFactory(participant=robin_person, session=session)
    made = releases.release(
        participant=robin_person,
        receiver=maja.membership.unit,
        first_on=today - 7 * DAY,
        last_on=today,
        by=guide,
        now=timezone.now(),
    )
    assert [one["was_there"] for one in made.days] == [True]
    assert [one["started_on"] for one in made.plan] == [began.isoformat()]


def test_own_job_search_is_a_step_and_never_a_day_and_silence_is_no_absence(
    robin_person, decided, guide, maja
):
    """Looking for work by oneself has time in the plan. Nobody notes it, and nobody counts it."""
    StepFactory(participant=robin_person, text="Söka jobb på egen hand", finished_at=None)
    today = timezone.localdate()
    made = releases.release(
        participant=robin_person,
        receiver=maja.membership.unit,
        first_on=today - 7 * DAY,
        last_on=today,
        by=guide,
        now=timezone.now(),
    )
    assert "jobb" not in f"{made.plan} {made.days}"
    assert {key for one in made.plan for key in one} == {
        *("activity", "weekdays", "started_on", "ended_on")
    }  # and no hours to hold attendance against
    assert [one["was_there"] for one in made.days] == [False, True]
    assert not Absence.objects.exists()  # of the day that nobody marked
    assert robin_person.steps.count() == 1


def test_without_decided_days_nothing_is_sent(robin_person, guide, maja):
    EnrolmentFactory(participant=robin_person)
    with pytest.raises(releases.NothingMandated):
        releases.release(
            participant=robin_person,
            receiver=maja.membership.unit,
            first_on=timezone.localdate() - 7 * DAY,
            last_on=timezone.localdate(),
            by=guide,
            now=timezone.now(),
        )


def test_another_office_reads_nothing(acting, member, labour, sent):
    opened(sent)
    other = member(Role.BENEFITS_OFFICER, UnitFactory(parent=labour))
    assert acting(other).get(detail(sent)).status_code == 404


def test_no_row_of_any_table_about_people_is_open_to_maja(maja, sent, robin_person, guide):
    """Not one row through `visible_to`, but what was sent."""
    ContactFactory(participant=robin_person, author=guide.user)
    opened(sent)
    asked = 0
    for model in apps.get_models():
        rows = model._default_manager.all()
        if not hasattr(rows, "visible_to") or model is MandatedRelease:
            continue
        asked += 1
        assert not rows.visible_to(maja).exists(), model.__name__
    assert asked >= 12
    assert list(MandatedRelease.objects.visible_to(maja)) == [sent]


def test_the_table_of_access_holds_no_other_ground_for_maja(maja, sent):
    held = Access.objects.filter(user_id=maja.user_id)
    assert [(one.ground, one.level, one.info_types) for one in held] == [(Ground.MANDATED, 0, [])]


def test_maja_can_be_nobodys_contact_and_on_nobodys_team(maja, robin_person):
    with pytest.raises(IntegrityError, match="supports nobody"), transaction.atomic():
        TeamMemberFactory(participant=robin_person, membership=maja.membership)
    held = MainContact.objects.filter(participant=robin_person)
    with pytest.raises(IntegrityError, match="supports nobody"), transaction.atomic():
        held.update(membership=maja.membership)


def test_a_guide_who_also_decides_on_money_reads_no_release_of_an_own_person(
    guide, maja, sent, robin_person
):
    both = MembershipFactory(user=guide.user, unit=maja.membership.unit, role=Role.BENEFITS_OFFICER)
    opened(sent)
    assert not Access.objects.filter(membership_id=both.pk).exists()


def test_what_was_chosen_never_becomes_a_duty(robin_person, decided, leader):
    choir = ActivityFactory(contract=Contract.SCHEDULE, organiser=leader.membership.unit)
    own = EnrolmentFactory(participant=robin_person, activity=choir, weekdays=[1])
    for enrolment, basis in ((own, Basis.MANDATED), (decided, Basis.VOLUNTARY)):
        with pytest.raises(IntegrityError, match="never becomes a duty"), transaction.atomic():
            Enrolment.objects.filter(pk=enrolment.pk).update(basis=basis)


@pytest.mark.parametrize("contract", [Contract.MEMBER, Contract.DAY_BY_DAY])
def test_only_a_timetable_can_be_decided(guide, robin_person, contract, decided):
    activity = ActivityFactory(contract=contract)
    with pytest.raises(IntegrityError, match="only a timetable"), transaction.atomic():
        EnrolmentFactory(participant=robin_person, activity=activity, basis=Basis.MANDATED)
    with pytest.raises(IntegrityError, match="only a timetable"), transaction.atomic():
        Activity.objects.filter(pk=decided.activity_id).update(contract=contract)


def test_a_guide_decides_from_today_and_never_backwards(acting, guide, robin_person):
    activity = ActivityFactory(contract=Contract.SCHEDULE)
    url = reverse("activities:enrolment_add", args=[robin_person.public_id])
    form = {
        "submission_id": "6f1bc2a1-0a4e-4a53-8c19-6d53b1a7f2a1",
        "activity": activity.pk,
        "weekdays": [0],
        "basis": "MANDATED",
        "started_on": timezone.localdate() - DAY,
    }
    answer = acting(guide).post(url, form)
    assert answer.status_code == 422
    assert "Inget blir ett måste i efterhand." in answer.text
    form["started_on"] = timezone.localdate()
    assert acting(guide).post(url, form).status_code == 302
    assert Enrolment.objects.get().basis == Basis.MANDATED


def test_a_coach_decides_nothing(job_coach, robin_person):
    activity = ActivityFactory(contract=Contract.SCHEDULE)
    with pytest.raises(Exception, match="release_write"):
        taking_part.enrol(
            participant=robin_person,
            activity=activity,
            by=job_coach,
            started_on=timezone.localdate(),
            weekdays=[0],
            basis=Basis.MANDATED,
        )


def test_nobody_rewrites_what_was_sent(sent):
    denied = pytest.raises(DatabaseError, match="permission denied")
    with app_role(), denied, transaction.atomic():
        MandatedRelease.objects.filter(pk=sent.pk).update(days=[])


def test_a_protected_person_is_sent_by_no_machine(guide, manager, robin_person, maja, decided):
    Participant.objects.filter(pk=robin_person.pk).update(protection=1, unit=None)
    robin_person.refresh_from_db()
    with pytest.raises(releases.IsProtected):
        releases.release(
            participant=robin_person,
            receiver=maja.membership.unit,
            first_on=timezone.localdate() - DAY,
            last_on=timezone.localdate(),
            by=guide,
            now=timezone.now(),
        )


def test_each_step_across_the_wall_is_in_the_log(acting, robin, maja, sent, robin_person):
    acting(robin).post(reverse("activities:my_release_confirm", args=[sent.public_id]))
    acting(maja).get(detail(sent))
    lines = AuditEvent.objects.filter(subject="mandated_release").order_by("pk")
    assert [one.act for one in lines] == ["CREATE", "CHANGE", "VIEW"]
    assert all(one.participants == [robin_person.pk] for one in lines)


def test_other_people_s_releases_do_not_exist_for_robin(acting, robin, sent):
    other = MandatedReleaseFactory()
    for name in ("my_release", "my_release_confirm", "my_release_hold"):
        url = reverse(f"activities:{name}", args=[other.public_id])
        browser = acting(robin)
        answer = browser.get(url) if name == "my_release" else browser.post(url)
        assert answer.status_code == 404
