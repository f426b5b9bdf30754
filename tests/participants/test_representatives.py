"""God man, förvaltare and ombud read what their paper covers, for as long as it holds."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from participants.models import Contact, Participant, Protection, Representative, Step
from participants.services import protection, representatives
from participants.services.closing import ClosingReason, close_person
from portal.models import Access, AuditEvent, Ground, InfoType, Membership
from portal.permissions import Role
from tests.activities.factories import SessionFactory, SignUpFactory
from tests.conftest import actor_of
from tests.database import app_role
from tests.factories import (
    ConsentFactory,
    ContactFactory,
    ParticipantFactory,
    RepresentativeFactory,
    SpeakerFactory,
    StepFactory,
)

DAY = timedelta(days=1)
LIST, WHO_SEES = "represented_list", "participants:who_sees"


@pytest.fixture(autouse=True)
def no_difference(db):
    """After each test the rows of `Access` are what the rule would compute anew."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_differences()")
        assert cursor.fetchone() == (0,)


@pytest.fixture
def berit(db):
    """Berit is god man to some, and works nowhere here."""
    return actor_of(
        SpeakerFactory(
            user__first_name="Berit", user__last_name="Lind", user__email="berit@example.org"
        )
    )


@pytest.fixture
def mandate(robin_person, berit, guide):
    """The register says: who supports Robin, the plan and the activities."""
    return RepresentativeFactory(
        participant=robin_person, membership=berit.membership, author=guide.user
    )


@pytest.fixture
def power(robin_person, berit, guide):
    """Robin has written a power of attorney."""
    return RepresentativeFactory(
        participant=robin_person, membership=berit.membership, author=guide.user, kind="BY_POWER"
    )


def page(one):
    return reverse("represented_detail", args=[one.public_id])


def add_url(person):
    return reverse("participants:representative_add", args=[person.public_id])


def end_url(one):
    return reverse("participants:representative_end", args=[one.public_id])


def renew_url(one):
    return reverse("participants:representative_renew", args=[one.public_id])


def written(**answers):
    today = timezone.localdate()
    return {
        "submission_id": str(uuid4()),
        "membership": "berit@example.org",
        "kind": "GOOD_MAN",
        "proof": "REGISTER",
        "note": "Nummer 12",
        "seen_on": today,
        "info_types": [1, 2],
        "in_writing": "",
        "starts_on": today,
        "until": today + 200 * DAY,
        "told_on": today,
    } | answers


def test_samira_writes_down_what_the_paper_covers_and_berit_reads_that(
    acting, guide, berit, robin_person
):
    StepFactory(participant=robin_person, text="Ring verkstaden")
    assert acting(guide).post(add_url(robin_person), written()).status_code == 302
    one = Representative.objects.get()
    assert (one.info_types, one.seen_by, one.owner) == (
        [1, 2],
        guide.user,
        guide.membership.unit.owner,
    )
    browser = acting(berit)
    assert browser.get("/").url == reverse(LIST)
    assert "Robin Almqvist" in browser.get(reverse(LIST)).text
    shown = browser.get(page(one)).text
    assert "Ring verkstaden" in shown
    assert "Samira Lund" in shown
    assert "Robin svarar själv" in shown


def test_the_same_form_sent_twice_writes_one_and_a_second_one_is_refused(
    acting, guide, berit, robin_person
):
    form = written()
    for _time in range(2):
        assert acting(guide).post(add_url(robin_person), form).status_code == 302
    assert acting(guide).post(add_url(robin_person), written()).status_code == 422
    assert Representative.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"membership": "ingen@example.org"},
        {"membership": "samira@example.org"},
        {"info_types": []},
        {"info_types": [9]},
        {"info_types": [1, 8]},
        {"told_on": ""},
        {"seen_on": timezone.localdate() + 1 * DAY},
        {"seen_on": timezone.localdate() - 300 * DAY},
        {"until": timezone.localdate() + 400 * DAY},
        {"starts_on": timezone.localdate() + 201 * DAY},
    ],
)
def test_what_nobody_has_seen_in_writing_is_refused_and_opens_nothing(
    acting, guide, berit, robin_person, wrong
):
    guide.user.email = "samira@example.org"
    guide.user.save()
    assert acting(guide).post(add_url(robin_person), written(**wrong)).status_code == 422
    assert not Access.objects.filter(ground=Ground.REPRESENTATIVE).exists()


def test_whoever_works_with_robin_or_is_robin_cannot_speak_for_robin(
    acting, guide, robin_person, unit
):
    for user in (guide.user, robin_person.user):
        user.email = f"{user.username}@example.org"
        user.save()
        SpeakerFactory(user=user)
        answer = acting(guide).post(add_url(robin_person), written(membership=user.email))
        assert answer.status_code == 422
    assert not Representative.objects.exists()


def test_money_is_read_only_where_the_paper_says_so(acting, guide, berit, robin_person):
    StepFactory(participant=robin_person, info_type=InfoType.MONEY, text="Räkna på hyran")
    StepFactory(participant=robin_person, info_type=InfoType.HEALTH, text="Boka doktorn")
    form = written(info_types=[2, 8], in_writing="Förordnandet: förvalta egendom")
    acting(guide).post(add_url(robin_person), form)
    shown = acting(berit).get(page(Representative.objects.get())).text
    assert "Räkna på hyran" in shown
    assert "Boka doktorn" not in shown


@pytest.mark.parametrize(
    "broken",
    [
        {"info_types": [1, 7]},
        {"info_types": [1, 9]},
        {"info_types": []},
        {"until": timezone.localdate() + 380 * DAY},
        {"ended_at": timezone.now()},
    ],
)
def test_the_database_keeps_the_rules_of_the_paper_too(mandate, broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        Representative.objects.filter(pk=mandate.pk).update(**broken)


def test_no_note_is_open_to_berit_whatever_its_kind(acting, robin_person, berit, social):
    every = [kind for kind in InfoType if kind != InfoType.FOLLOW_UP]
    RepresentativeFactory(
        participant=robin_person,
        membership=berit.membership,
        info_types=every,
        in_writing="Rätten har skrivit det",
    )
    for kind in InfoType:
        note = ContactFactory(participant=robin_person, info_type=kind, text="Bara oss emellan")
        url = reverse("participants:contact_detail", args=[note.public_id])
        assert acting(berit).get(url).status_code in {403, 404}
    assert not Contact.objects.visible_to(berit).exists()
    elsewhere = StepFactory(participant=robin_person, owner=social, text="Hos socialen")
    assert elsewhere not in Step.objects.visible_to(berit)


def test_what_is_not_ticked_is_not_read(acting, berit, robin_person):
    session = SessionFactory(activity__name="Cykelverkstad", starts_at=timezone.now() + DAY)
    SignUpFactory(participant=robin_person, session=session, owner=robin_person.unit.owner)
    StepFactory(participant=robin_person, text="Ring verkstaden")
    one = RepresentativeFactory(
        participant=robin_person, membership=berit.membership, info_types=[InfoType.WISHES]
    )
    shown = acting(berit).get(page(one)).text
    for closed in ("Cykelverkstad", "Ring verkstaden", "Samira Lund"):
        assert closed not in shown
    RepresentativeFactory(
        participant=(kim := ParticipantFactory(first_name="Kim")), membership=berit.membership
    )
    assert Participant.objects.visible_to(berit).filter(pk=kim.pk).exists()
    assert "Cykelverkstad" not in acting(berit).get(page(one)).text


def test_berit_sees_the_week_where_activities_are_ticked(acting, berit, mandate):
    session = SessionFactory(activity__name="Cykelverkstad", starts_at=timezone.now() + DAY)
    SignUpFactory(participant=mandate.participant, session=session, owner=mandate.owner)
    assert "Cykelverkstad" in acting(berit).get(page(mandate)).text


def test_berit_reaches_no_page_of_the_staffs_and_changes_nothing(acting, berit, mandate):
    browser, robin = acting(berit), mandate.participant
    consent = ConsentFactory(participant=robin)
    step = StepFactory(participant=robin)
    for name, what in (
        ("person_record", robin),
        ("participants:sharing", robin),
        ("participants:consent_record", robin),
        ("participants:consent_detail", consent),
        ("extract", robin),
        ("participants:step_move", step),
    ):
        answer = browser.get(reverse(name, args=[what.public_id]))
        assert answer.status_code in {403, 404}, name
    withdraw = reverse("participants:consent_withdraw", args=[consent.public_id])
    assert browser.post(withdraw).status_code == 404
    assert browser.post(end_url(mandate)).status_code == 403


def test_an_ended_mandate_is_not_found_on_the_next_request(acting, guide, berit, mandate):
    browser = acting(berit)
    assert browser.get(page(mandate)).status_code == 200
    assert acting(guide).post(end_url(mandate)).status_code == 302
    assert browser.get(page(mandate)).status_code == 404
    assert "Robin" not in browser.get(reverse(LIST)).text
    mandate.refresh_from_db()
    assert mandate.ended_by == guide.user


def test_robin_takes_a_power_of_attorney_back_with_one_tap(acting, robin, berit, power):
    shown = acting(robin).get(reverse(WHO_SEES)).text
    assert "Berit Lind" in shown
    assert end_url(power) in shown
    answer = acting(robin).post(end_url(power), follow=True)
    assert "Nu ser Berit Lind inget om dig." in answer.text
    assert acting(berit).get(page(power)).status_code == 404


def test_what_a_court_has_decided_robin_sees_and_whom_to_call(acting, robin, mandate):
    shown = acting(robin).get(reverse(WHO_SEES)).text
    assert "Berit Lind" in shown
    assert end_url(mandate) not in shown
    assert "En domstol har bestämt det." in shown
    assert acting(robin).post(end_url(mandate)).status_code == 403


def test_the_mandate_opens_on_its_first_day_and_closes_after_its_last(acting, berit, robin_person):
    today = timezone.localdate()
    one = RepresentativeFactory(
        participant=robin_person,
        membership=berit.membership,
        starts_on=today + 3 * DAY,
        until=today + 5 * DAY,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT valid_from, valid_until FROM portal_access WHERE ground = 9")
        (opens, closes) = cursor.fetchone()
    assert timezone.localtime(opens).date() == one.starts_on
    assert timezone.localtime(closes).date() == one.until + DAY
    assert acting(berit).get(page(one)).status_code == 404


def test_the_last_day_comes_and_samira_looks_at_the_paper_again(acting, guide, berit, mandate):
    past = {"starts_on": timezone.localdate() - 9 * DAY, "until": timezone.localdate() - DAY}
    Representative.objects.filter(pk=mandate.pk).update(**past)
    assert acting(berit).get(page(mandate)).status_code == 404
    sharing = reverse("participants:sharing", args=[mandate.participant.public_id])
    assert "Sista dagen har gått" in acting(guide).get(sharing).text
    today = timezone.localdate()
    browser = acting(guide)
    too_long = {"seen_on": today, "until": today + 400 * DAY}
    assert browser.post(renew_url(mandate), too_long).status_code == 422
    again = {"seen_on": today, "until": today + 365 * DAY}
    assert browser.post(renew_url(mandate), again).status_code == 302
    assert acting(berit).get(page(mandate)).status_code == 200


def test_what_was_ended_in_another_window_is_not_renewed(guide, mandate):
    representatives.end_representative(representative=mandate, by=guide)
    with pytest.raises(representatives.NoLonger):
        representatives.renew_representative(
            representative=mandate, by=guide, seen_on=timezone.localdate(), until=mandate.until
        )


def test_the_role_ends_and_so_does_every_look(acting, berit, mandate):
    browser = acting(berit)
    Membership.objects.filter(pk=berit.membership.pk).update(ended_at=timezone.now())
    assert browser.get(page(mandate)).status_code in {302, 403, 404}
    assert not Access.objects.filter(
        ground=Ground.REPRESENTATIVE, valid_until__gt=timezone.now()
    ).exists()


def test_the_support_ends_and_nobody_reads_on(acting, guide, berit, mandate):
    close_person(participant=mandate.participant, by=guide, reason=ClosingReason.ARRIVED)
    assert acting(berit).get(page(mandate)).status_code == 404


def test_a_protected_person_is_read_only_if_the_manager_names_berit_too(
    acting, guide, manager, berit, mandate
):
    robin = mandate.participant
    protection.set_protection(
        participant=robin,
        protection=Protection.MARKED,
        alias="Alex",
        reason="Hotbild enligt polisen i går",
        named=[guide.membership],
        by=manager,
    )
    assert acting(berit).get(page(mandate)).status_code == 404
    name = reverse("participants:named_add", args=[robin.public_id, berit.membership.pk])
    assert acting(manager).post(name).status_code == 302
    shown = acting(berit).get(page(mandate)).text
    assert "Alex" in shown
    assert "Robin" not in shown


def test_robin_reads_that_berit_looked_and_on_what_ground(acting, berit, robin, mandate):
    acting(berit).get(page(mandate))
    line = AuditEvent.objects.get(act="VIEW", subject="representative")
    assert (line.ground, line.source_id) == (Ground.REPRESENTATIVE, mandate.pk)
    told = acting(robin).get(reverse("log:who_looked")).text
    assert "läste det som uppdraget gäller" in told
    assert "företräder dig" in told


def test_nobody_elses_mandate_is_found(acting, mandate, outsider, case_manager):
    other = actor_of(SpeakerFactory())
    for actor in (other, outsider, case_manager):
        assert acting(actor).get(page(mandate)).status_code == 404
        assert acting(actor).post(end_url(mandate)).status_code == 404
    assert "Robin" not in acting(other).get(reverse(LIST)).text


def test_web_and_worker_neither_widen_a_mandate_nor_delete_it(mandate):
    for sql in (
        "UPDATE participants_representative SET info_types = '{1,2,3,4}'",
        "UPDATE participants_representative SET participant_id = participant_id",
        "DELETE FROM participants_representative",
    ):
        with (
            pytest.raises(Exception, match="permission denied"),
            app_role(),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)


def test_a_role_alone_opens_nobody(acting, berit, robin_person):
    assert berit.role == Role.REPRESENTATIVE
    assert not Participant.objects.visible_to(berit).exists()
    assert "Just nu företräder du ingen här." in acting(berit).get(reverse(LIST)).text
