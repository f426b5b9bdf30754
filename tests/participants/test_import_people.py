"""A municipality hands over its people in a file: everybody or nobody, and never twice."""

import io
from contextlib import suppress
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from participants.models import Intake, MainContact, Participant, PersonalNumber
from participants.services import people_file, personal_numbers
from portal import crypto
from portal.models import AuditEvent
from portal.permissions import Role
from tests.factories import DepartmentFactory, UnitFactory

ONE, OTHER = "19121212-1212", "640883-3231"
TODAY = date(2026, 11, 23)
HEADING = "Personnummer;Förnamn;Efternamn;Mobil;E-post;Enhet;Guide (e-post);Startdatum"


@pytest.fixture
def bring(tmp_path):
    """Import rows under the usual heading; return what the command says, also when it fails."""

    def run(*rows, heading=HEADING, partial=False, encoding="utf-8"):
        path = tmp_path / "people.csv"
        path.write_bytes("\r\n".join([heading, *rows, ""]).encode(encoding))
        said = io.StringIO()
        try:
            call_command("import_people", str(path), partial=partial, stdout=said)
        except CommandError as error:
            said.write(f"FEL: {error}\n")
        return said.getvalue()

    return run


def test_somebody_with_a_guide_gets_a_main_contact(bring, unit, guide):
    row = (
        f"{ONE};Anna;Åkesson;070-174 06 10;anna@example.org;guiderna;{guide.user.email};2026-03-02"
    )
    said = bring(row)
    assert "Rad 2, Anna Åkesson: ny, Samira Lund" in said
    assert "1 nya, 0 fanns redan, 0 möjliga dubbletter, 0 fel. De nya är intagna." in said
    anna = Participant.objects.get()
    assert (anna.name, anna.phone.as_e164, anna.email) == (
        "Anna Åkesson",
        "+46701740610",
        "anna@example.org",
    )
    contact = MainContact.objects.get()
    assert contact.membership == guide.membership
    assert timezone.localdate(contact.started_at) == date(2026, 3, 2)
    assert Participant.objects.visible_to(guide).get() == anna


def test_somebody_without_a_guide_waits_in_the_intake_of_the_unit(bring, unit, guide):
    assert "Bo Ek: ny, väntar på kontakt i Guiderna" in bring(";Bo;Ek;;;Guiderna;;")
    assert Intake.objects.get().unit == unit
    assert Participant.objects.get().in_intake


def test_only_names_and_unit_are_needed_and_headings_come_in_any_order(bring, unit):
    said = bring("Guiderna;Ek;Bo", heading="ENHET; efternamn ;Förnamn")
    assert "Rad 2, Bo Ek: ny" in said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_swedish_letters_survive_whatever_program_wrote_them(bring, unit, encoding):
    bring(";Åsa;Öberg;;;Guiderna;;", encoding=encoding)
    assert Participant.objects.get().name == "Åsa Öberg"


def test_a_second_run_changes_nothing(bring, unit, guide):
    rows = [
        f"{ONE};Anna;Åkesson;;;Guiderna;;",
        ";Bo;Ek;0701740611;;Guiderna;;",
        ";Cia;Falk;;;Guiderna;;",
    ]
    bring(*rows)
    before = [*Participant.objects.values().order_by("pk"), *Intake.objects.values()]
    log = AuditEvent.objects.count()
    said = bring(*rows)
    assert "0 nya, 1 fanns redan, 2 möjliga dubbletter, 0 fel. Inget skrevs." in said
    assert "FEL" not in said
    assert [*Participant.objects.values().order_by("pk"), *Intake.objects.values()] == before
    assert AuditEvent.objects.count() == log


def test_a_number_is_the_same_person_under_another_name(bring, unit):
    bring(f"{ONE};Anna;Åkesson;;;Guiderna;;")
    said = bring("121212+1212;Annika;Ek;;;Guiderna;;")
    assert "Annika Ek: finns redan" in said
    assert Participant.objects.get().name == "Anna Åkesson"


def test_same_name_and_mobile_is_never_merged(bring, unit):
    bring(";Bo;Ek;0701740611;;Guiderna;;")
    said = bring(
        f"{ONE};bo;EK;+46701740611;;Guiderna;;",
        ";Bo;Ek;0701740612;;Guiderna;;",
        ";Bo;Ek;070-1740612;;Guiderna;;",
    )
    assert "Rad 2, bo EK: möjlig dubblett, togs inte in" in said
    assert "Rad 3, Bo Ek: ny" in said
    assert "Rad 4, Bo Ek: möjlig dubblett" in said
    assert Participant.objects.count() == 2
    assert not PersonalNumber.objects.exists()


def test_a_number_is_sealed_and_stands_in_no_report(bring, unit):
    said = bring(f"{OTHER};Dag;Lind;;;Guiderna;;")
    assert "3231" not in said
    kept = PersonalNumber.objects.get()
    assert b"3231" not in bytes(kept.sealed)
    context = f"personal number of {kept.participant.public_id}"
    assert crypto.unseal(bytes(kept.sealed), context=context) == "196408833231"


def test_the_log_names_everybody_and_says_why(bring, unit):
    bring(";Bo;Ek;;;Guiderna;;", ";Cia;Falk;;;Guiderna;;")
    line = AuditEvent.objects.get()
    assert sorted(line.participants) == sorted(Participant.objects.values_list("pk", flat=True))
    assert (line.subject, line.purpose) == ("import_people", "Personer hämtades in från en fil")


GOOD = ";Bo;Ek;;;Guiderna;;"
WRONG = [
    (";;Ek;;;Guiderna;;", "Förnamn saknas"),
    (";Bo;Ek;;;;;", "Enhet saknas"),
    (";Bo;Ek;;;Rymden;;", "det finns ingen enhet som heter Rymden"),
    (";Bo;Ek;abc;;Guiderna;;", "mobilnumret är inget telefonnummer"),
    (";Bo;Ek;;bo;Guiderna;;", "E-post är ingen e-postadress"),
    (";Bo;Ek;;;Guiderna;x@example.org;", "x@example.org är inte guide eller"),
    (";Bo;Ek;;;Guiderna;;1/12 2025", "startdatum ska skrivas som 2026-12-01"),
    (";Bo;Ek;;;Guiderna;;2999-01-01", "startdatum ska vara en dag som har varit"),
    ("19121212-1213;Bo;Ek;;;Guiderna;;", "personnumret stämmer inte"),
    ("640893-3231;Bo;Ek;;;Guiderna;;", "personnumret stämmer inte"),
    ("hemligt;Bo;Ek;;;Guiderna;;", "personnumret stämmer inte"),
    (";Bo;Ek;;;Guiderna;;;mer", "det finns fler fält än rubriker"),
    (f";{'B' * 101};Ek;;;Guiderna;;", "Förnamn kan inte vara ett namn"),
]


@pytest.mark.parametrize(("row", "why"), WRONG)
def test_one_wrong_row_stops_the_others(bring, unit, row, why):
    said = bring(GOOD, row)
    assert "Rad 2, Bo Ek: ny" in said
    assert f"fel, {why}" in said
    assert "Inget skrevs." in said
    assert "FEL: Inget togs in: 1 rad är fel." in said
    assert not Participant.objects.exists()


def test_good_rows_are_imported_where_that_is_asked_for(bring, unit):
    said = bring(GOOD, ";;Ek;;;Guiderna;;", partial=True)
    assert "1 nya, 0 fanns redan, 0 möjliga dubbletter, 1 fel. De nya är intagna." in said
    assert "FEL" not in said
    assert Participant.objects.count() == 1


def test_a_number_that_stands_twice_in_a_file_is_wrong(bring, unit):
    said = bring(f"{ONE};Bo;Ek;;;Guiderna;;", f"{ONE};Bosse;Ek;;;Guiderna;;")
    assert "Rad 3, Bosse Ek: fel, personnumret står också på rad 2" in said


def test_a_unit_whose_name_two_have_must_be_told_apart(bring, unit):
    UnitFactory(name="Guiderna", parent=DepartmentFactory())
    assert "det finns flera enheter som heter Guiderna" in bring(GOOD)


def test_a_guide_of_another_unit_does_not_become_the_contact(bring, unit, social_unit, guide):
    said = bring(f";Bo;Ek;;;Vuxen;{guide.user.email};")
    assert "är inte guide eller vård- och stödsamordnare i Vuxen" in said


def test_a_leader_of_activities_does_not_become_the_contact(bring, unit, member):
    leader = member(Role.ACTIVITY_LEADER)
    assert "är inte guide" in bring(f";Bo;Ek;;;Guiderna;{leader.user.email};")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Filen är tom"),
        (b"\xff\xfeF\x00", "Filen är ingen CSV-fil"),
        (b"F\x00r", "Filen är ingen CSV-fil"),
        (b"\x81", "Bokstäverna går inte att läsa"),
        (b"a,b,c\n", "Rubrikerna saknas"),
        ("Förnamn;Efternamn\n".encode(), "Rubriken Enhet saknas."),
        ("Förnamn;Efternamn;Enhet;Skostorlek\n".encode(), "Rubriken Skostorlek känns inte igen"),
        ("Enhet;Förnamn;Efternamn;Enhet\n".encode(), "Rubriken Enhet står två gånger."),
        (f'{HEADING}\n;"Bo"x;Ek'.encode(), "ett citattecken står fel"),
    ],
)
def test_a_file_that_cannot_be_read_is_answered_with_one_sentence(db, tmp_path, content, sentence):
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=sentence):
        call_command("import_people", str(path))


def test_a_file_that_is_not_there_is_answered_with_one_sentence(tmp_path):
    with pytest.raises(CommandError, match="Det finns ingen fil"):
        call_command("import_people", str(tmp_path / "none.csv"))
    with pytest.raises(CommandError, match="går inte att läsa"):
        call_command("import_people", str(tmp_path))


def test_a_file_without_people_is_no_fault(bring, unit):
    assert "0 nya" in bring()


def test_a_thousand_people_come_in_with_few_queries(bring, unit, django_assert_max_num_queries):
    rows = [f";Bo;Ek{number};;;Guiderna;;" for number in range(1000)]
    with django_assert_max_num_queries(25):
        bring(*rows)
    assert Participant.objects.count() == 1000


def test_invented_numbers_are_refused_among_real_people(bring, unit, settings):
    settings.PORTAL_DEMO = settings.DEBUG = False
    assert "fel, personnumret är ett testnummer" in bring(f"{ONE};Bo;Ek;;;Guiderna;;")


def test_real_numbers_are_refused_among_invented_people(bring, unit, monkeypatch):
    monkeypatch.setattr(personal_numbers, "NOBODYS", {"191212121212"})
    said = bring(f"{OTHER};Bo;Ek;;;Guiderna;;")
    assert "fel, här får bara de två personnumren för test användas" in said
    assert "640883" not in said


@pytest.mark.parametrize(
    "written", ["19121212-1212", "191212121212", "121212+1212", " 19121212 1212 "]
)
def test_a_number_is_read_however_it_is_written(written):
    assert personal_numbers.read(written, today=TODAY).digits == "191212121212"


@given(text=st.text(max_size=30))
def test_no_text_breaks_the_reading_of_numbers(text):
    with pytest.raises((personal_numbers.NoNumber, personal_numbers.RealNumber)):
        personal_numbers.read(text, today=TODAY)


@given(content=st.binary(max_size=200))
def test_no_file_breaks_the_reading(content):
    with suppress(people_file.Unreadable):
        assert all(row.number > 1 for row in people_file.lines(content))
