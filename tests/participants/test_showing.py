"""A yes to what is shown: nothing is open until the owner shows it, and then that thing alone."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from participants.models import Consent, Contact, Release
from participants.services import consents, releases
from portal.models import AuditEvent, InfoType
from tests.factories import ConsentFactory, ContactFactory, ReleaseFactory, StepFactory


def note_url(note):
    return reverse("participants:contact_detail", args=[note.public_id])


def show_url(item):
    return reverse("participants:release_make", args=[item.public_id])


def show(browser, item, consent):
    return browser.post(show_url(item), {"consent": consent.public_id}, follow=True)


def test_a_yes_to_what_is_shown_opens_the_record_and_no_note_in_it(
    acting, case_manager, yes_to_what_is_shown, note
):
    browser = acting(case_manager)
    record = browser.get(reverse("person_record", args=[note.participant.public_id]))
    assert record.status_code == 200
    assert "Vill prova cyklar." not in record.text
    assert browser.get(note_url(note)).status_code == 404


def test_samira_shows_a_note_in_one_tap_and_noor_reads_that_one(
    acting, guide, case_manager, yes_to_what_is_shown, note
):
    other = ContactFactory(participant=note.participant, text="Något helt annat.")
    samira, noor = acting(guide), acting(case_manager)
    assert "Visa för Socialförvaltningen" in samira.get(show_url(note)).text
    assert "Socialförvaltningen kan läsa det här nu." in (
        show(samira, note, yes_to_what_is_shown).text
    )
    assert "Vill prova cyklar." in noor.get(note_url(note)).text
    record = noor.get(reverse("person_record", args=[note.participant.public_id])).text
    assert "Vill prova cyklar." in record
    assert "Något helt annat." not in record
    assert noor.get(note_url(other)).status_code == 404


def test_a_step_that_is_shown_stands_in_the_list_of_her_people(
    acting, guide, case_manager, yes_to_what_is_shown, robin_person
):
    Consent.objects.filter(pk=yes_to_what_is_shown.pk).update(info_type=InfoType.PLAN)
    step = StepFactory(participant=robin_person, text="Ring Fontänhuset")
    people = reverse("participants:person_list")
    assert "Ring Fontänhuset" not in acting(case_manager).get(people).text
    show(acting(guide), step, yes_to_what_is_shown)
    assert "Ring Fontänhuset" in acting(case_manager).get(people).text
    with connection.cursor() as cursor:
        cursor.execute("SELECT caseload_differences() + access_differences()")
        assert cursor.fetchone() == (0,)


def test_showing_twice_is_showing_once_and_is_written_in_the_log(
    acting, guide, yes_to_what_is_shown, note
):
    for _ in range(2):
        show(acting(guide), note, yes_to_what_is_shown)
    release = Release.objects.get()
    line = AuditEvent.objects.get(subject="release")
    assert (line.act, line.subject_id) == ("CREATE", release.pk)
    assert line.participants == [note.participant.pk]
    assert line.info_types == [InfoType.FOLLOW_UP]


def test_what_is_taken_back_is_closed_on_the_next_request_and_stays_in_the_list(
    acting, guide, case_manager, robin, yes_to_what_is_shown, note
):
    release = ReleaseFactory(consent=yes_to_what_is_shown, item=note, author=guide.user)
    noor = acting(case_manager)
    assert noor.get(note_url(note)).status_code == 200
    page = acting(robin).get(reverse("participants:my_releases")).text
    assert "Vill prova cyklar." in page
    take_back = reverse("participants:release_take_back", args=[release.public_id])
    assert acting(robin).post(take_back).status_code == 302
    assert noor.get(note_url(note)).status_code == 404
    assert "Togs tillbaka i dag." in acting(robin).get(reverse("participants:my_releases")).text
    release.refresh_from_db()
    assert release.taken_back_by == robin.user


def test_who_was_shown_something_cannot_take_it_back_or_show_it_on(
    acting, case_manager, yes_to_what_is_shown, note
):
    release = ReleaseFactory(consent=yes_to_what_is_shown, item=note)
    noor = acting(case_manager)
    take_back = reverse("participants:release_take_back", args=[release.public_id])
    assert noor.post(take_back).status_code == 404
    assert noor.get(show_url(note)).status_code == 404
    with pytest.raises(releases.NotOurs):
        releases.release_item(item=note, consent=yes_to_what_is_shown, by=case_manager)


def test_a_new_yes_shows_nothing_of_what_was_shown_within_the_old_one(
    acting, case_manager, guide, robin, yes_to_what_is_shown, note
):
    ReleaseFactory(consent=yes_to_what_is_shown, item=note)
    consents.withdraw_consents(
        participant=note.participant, receiver=yes_to_what_is_shown.receiver, by=robin
    )
    ConsentFactory(
        participant=note.participant,
        receiver=yes_to_what_is_shown.receiver,
        sharing="PUSH",
        valid_from=timezone.now(),
    )
    assert acting(case_manager).get(note_url(note)).status_code == 404


def test_a_yes_that_ended_while_the_page_stood_open_shows_nothing(
    acting, guide, robin, case_manager, yes_to_what_is_shown, note
):
    samira = acting(guide)
    samira.get(show_url(note))
    consents.withdraw_consents(
        participant=note.participant, receiver=yes_to_what_is_shown.receiver, by=robin
    )
    answer = show(samira, note, yes_to_what_is_shown)
    assert "Jaet har slutat gälla. Inget visades." in answer.text
    assert not Release.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"info_type": InfoType.PLAN}, {"sharing": "CONSENTED_VIEW"}, {"withdrawn_at": "now"}],
)
def test_only_a_yes_to_just_this_lets_it_out(guide, yes_to_what_is_shown, note, wrong):
    wrong = {name: timezone.now() if value == "now" else value for name, value in wrong.items()}
    Consent.objects.filter(pk=yes_to_what_is_shown.pk).update(**wrong)
    with pytest.raises(releases.NoYes):
        releases.release_item(item=note, consent=yes_to_what_is_shown, by=guide)


def test_a_note_for_the_own_organisation_is_never_shown(guide, yes_to_what_is_shown, note):
    Contact.objects.filter(pk=note.pk).update(audience="OWN_ORGANISATION")
    note.refresh_from_db()
    with pytest.raises(releases.ForUsAlone):
        releases.release_item(item=note, consent=yes_to_what_is_shown, by=guide)


def may_read(case):
    """The rule in plain words, to hold against the database."""
    if case["ended"] or not case["same_kind"]:
        return False
    return case["sharing"] == "CONSENTED_VIEW" or (case["shown"] and not case["taken_back"])


CASES = [
    dict(zip(("sharing", "same_kind", "shown", "taken_back", "ended"), values, strict=True))
    for values in product(["PUSH", "CONSENTED_VIEW"], *[[False, True]] * 4)
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_noor_reads_just_what_the_rule_says(
    case_manager, noor_walks_along, robin_person, social, guide, note, case
):
    consent = ConsentFactory(
        participant=robin_person,
        receiver=social,
        sharing=case["sharing"],
        info_type=InfoType.FOLLOW_UP if case["same_kind"] else InfoType.PLAN,
    )
    if case["shown"]:
        back = {"taken_back_at": timezone.now(), "taken_back_by": guide.user}
        ReleaseFactory(consent=consent, item=note, **(back if case["taken_back"] else {}))
    if case["ended"]:
        over = timezone.now() - timedelta(minutes=1)
        Consent.objects.filter(pk=consent.pk).update(valid_until=over)
    seen = Contact.objects.visible_to(case_manager).filter(pk=note.pk)
    assert seen.exists() == may_read(case)
