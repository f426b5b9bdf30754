"""Activities and hours from files: row by row, all or nothing, and never twice the same."""

import json
from contextlib import suppress
from datetime import date, time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from activities.models import Activity, Level, OpeningException, OpeningRule, Session
from activities.services import activity_file, hours
from tests.activities.factories import ActivityFactory, OpeningRuleFactory, SessionFactory, at
from tests.factories import UnitFactory
from tests.size import examples

pytestmark = pytest.mark.django_db
HEAD = (
    "Aktivitet;Enhet;Ställe;Adress;Kort;Sätt;Platser;Hur ofta;Öppnar;Stänger;Från;Röda dagar;Nivå"
)
CHOIR = (
    "Körsång;Kämpen;Kämpen;Exempelgatan 4;Vi sjunger ihop.;dag för dag;12;"
    "tis, tors;18.00;20.00;2026-01-01;nej;3"
)
FIRST = "Körsång;Kämpen;;;;;;FREQ=MONTHLY;10.00;12.00;2026-01-15;ja"


@pytest.fixture
def unit(db):
    return UnitFactory(name="Kämpen")


@pytest.fixture
def bring(tmp_path):
    """Import what is written, and return the report."""

    def run(text, ending="csv", **options):
        path = tmp_path / f"fil.{ending}"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        said = StringIO()
        try:
            call_command("import_activities", path, stdout=said, **options)
        except CommandError as error:
            return f"{said.getvalue()}{error}"
        return said.getvalue()

    return run


def test_a_file_makes_an_activity_with_all_its_hours_and_a_second_run_changes_nothing(unit, bring):
    said = bring(f"{HEAD}\n{CHOIR}\n{FIRST}\n")
    assert "Rad 2, Körsång: ny" in said
    assert "Rad 3, Körsång: ändrad" in said
    choir = Activity.objects.get()
    assert (choir.organiser, choir.seats, str(choir.place)) == (unit, 12, "Kämpen")
    assert choir.verified_on is None, "a file is no confirmation"
    assert choir.level == Level.PRACTICE
    rules = choir.opening_rules.order_by("pk")
    assert [one.recurrence for one in rules] == [
        "FREQ=WEEKLY;BYDAY=TU,TH",
        "FREQ=MONTHLY;BYMONTHDAY=15",
    ]
    assert choir.sessions.count() > 10
    before = list(Session.objects.order_by("pk").values())
    again = bring(f"{HEAD}\n{CHOIR}\n{FIRST}\n")
    assert "0 nya, 0 ändrade, 2 finns redan, 0 fel. Inget skrevs." in again
    assert list(Session.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (";Kämpen;;;;;;tis;10;12;2026-01-01;", "Aktivitet saknas"),
        ("Kör;Okänd;Kämpen;;Kort;;;tis;10.00;12.00;2026-01-01;", "det finns ingen enhet som heter"),
        ("Kör;Kämpen;;;;;;tis;10.00;12.00;2026-01-01;", "en ny aktivitet behöver ett ställe"),
        (
            "Kör;Kämpen;K;;Kort;;;tisdag;10.00;12.00;2026-01-01;",
            "Hur ofta ska vara dagar som mån-fre",
        ),
        ("Kör;Kämpen;K;;Kort;;;tis;tio;12.00;2026-01-01;", "Öppnar ska vara en tid som 13.00"),
        ("Kör;Kämpen;K;;Kort;;;tis;10.00;10.00;2026-01-01;", "Välj en tid för stängning"),
        ("Kör;Kämpen;K;;Kort;;;tis;10.00;12.00;1 maj;", "Skriv dagen så här: 2026-12-01."),
        ("Kör;Kämpen;K;;Kort;;många;tis;10.00;12.00;2026-01-01;", "Platser ska vara ett tal"),
        ("Kör;Kämpen;K;;Kort;kanske;;tis;10.00;12.00;2026-01-01;", "Sätt ska vara tomt eller"),
        (
            "Kör;Kämpen;K;;Kort;;;FREQ=DAILY;10.00;12.00;2028-02-29;\nKör;Kämpen;;;;;;"
            "FREQ=YEARLY;13.00;14.00;2028-02-29;",
            "Den 29 februari finns inte varje år.",
        ),
        (
            "Kör;Kämpen;K;;Kort;;;mån-sön;10.00;12.00;2026-01-01;\nKör;Kämpen;;;;;;"
            "fre;11.00;13.00;2026-01-01;",
            "det är redan öppet då: Varje dag",
        ),
    ],
)
def test_a_row_that_is_wrong_says_why_and_nothing_is_written(unit, bring, row, why):
    said = bring(f"{HEAD}\n{row}\n")
    assert why in said
    assert "Inget togs in: 1 rad är fel." in said
    assert not Activity.objects.exists()


def test_partial_writes_the_good_rows(unit, bring):
    said = bring(f"{HEAD}\n{CHOIR}\nKör;Okänd;;;;;;tis;10.00;12.00;2026-01-01;\n", partial=True)
    assert "1 nya, 0 ändrade, 0 finns redan, 1 fel. De som är rätt är importerade." in said
    assert Activity.objects.get().name == "Körsång"


@pytest.mark.parametrize(
    ("text", "ending", "why"),
    [
        ("Namn;Tid\n", "csv", "Första raden ska ha rubriker som"),
        (b"\xff\xfe\x00", "csv", "spara filen som CSV UTF-8"),
        ("BEGIN:VCALENDAR", "txt", "Filen ska sluta på .csv, .ics eller .json."),
        ("hej", "ics", "Det här är ingen kalender som vi kan läsa."),
        ("{", "json", "Det här är ingen JSON som vi kan läsa."),
        ('["hej"]', "json", "Det här är ingen lista med händelser."),
    ],
)
def test_a_file_that_cannot_be_read_says_so_in_one_sentence(unit, bring, text, ending, why):
    assert why in bring(text, ending)


def calendar(*events):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test"]
    for event in events:
        lines += ["BEGIN:VEVENT", *event, "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


CAFE = [
    "UID:1",
    "SUMMARY:Språkkafé",
    "DESCRIPTION:Prata svenska.",
    "LOCATION:Biblioteket\\, Exempelgatan 3",
    "DTSTART;TZID=Europe/Stockholm:20300903T180000",
    "DTEND;TZID=Europe/Stockholm:20300903T200000",
]


def test_a_calendar_brings_its_rule_its_closed_days_and_its_moved_one(unit, bring):
    rule = [*CAFE, "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=10"]
    left_out = "EXDATE;TZID=Europe/Stockholm:20300910T180000"
    moved = [
        "UID:1",
        "SUMMARY:Språkkafé",
        "RECURRENCE-ID;TZID=Europe/Stockholm:20300917T180000",
        "DTSTART;TZID=Europe/Stockholm:20300918T170000",
        "DTEND;TZID=Europe/Stockholm:20300918T190000",
    ]
    text = calendar([*rule, left_out], moved)
    assert "1 nya" in bring(text, "ics", unit="Kämpen")
    kept = OpeningRule.objects.get()
    assert (kept.recurrence, kept.opens) == ("FREQ=WEEKLY;BYDAY=TU;COUNT=10", time(18))
    assert dict(OpeningException.objects.values_list("on", "opens")) == {
        date(2030, 9, 10): None,
        date(2030, 9, 17): None,
        date(2030, 9, 18): time(17),
    }
    assert "0 nya, 0 ändrade, 1 finns redan" in bring(text, "ics", unit="Kämpen")


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["RRULE:FREQ=SECONDLY"], "Tider kommer högst en gång om dagen."),
        (["RRULE:FREQ=DAILY;COUNT=100000"], "100000 är för många."),
        (["RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"], "Skriv en regel för varje händelse."),
    ],
)
def test_an_event_that_nobody_can_mean_is_refused(unit, bring, lines, why):
    assert why in bring(calendar([*CAFE, *lines]), "ics", unit="Kämpen")


def test_times_in_utc_do_not_come_back_at_another_hour_in_summer(unit, bring):
    event = [*CAFE[:4], "DTSTART:20300903T160000Z", "DTEND:20300903T180000Z"]
    said = bring(calendar([*event, "RRULE:FREQ=WEEKLY"]), "ics", unit="Kämpen")
    assert "Tider i UTC följer inte sommartiden" in said


def test_what_idag_json_gives_is_read_back_and_changes_nothing(client, settings, bring):
    settings.CACHES = settings.CACHES | {
        "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    }
    everyday = OpeningRuleFactory(
        activity=ActivityFactory(organiser=UnitFactory(name="Kämpen")),
        recurrence="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU",
        on_public_holidays=True,
        closes=time(23, 59),
    )
    hours.lay_out(today=timezone.localdate(), now=timezone.now())
    given_out = client.get("/idag.json").content
    assert len(json.loads(given_out)["@graph"]) == 1
    assert "0 nya, 0 ändrade, 1 finns redan, 0 fel." in bring(given_out, "json")
    everyday.activity.sessions.all().delete()
    everyday.delete()
    assert "0 nya, 1 ändrade" in bring(given_out, "json")
    there = Session.objects.filter(activity=everyday.activity)
    assert [one.starts_at for one in there] == [at(timezone.localdate(), "10.00")]
    assert "1 finns redan" in bring(given_out, "json")


def test_one_occasion_never_takes_the_place_of_the_days_own_hours(unit, bring):
    activity = ActivityFactory(organiser=unit, name="Språkkafé")
    OpeningRuleFactory(activity=activity, opens=time(9), closes=time(12))
    said = bring(calendar(CAFE), "ics", unit="Kämpen")
    assert "den dagen har redan andra tider" in said
    assert not OpeningException.objects.exists()


def test_what_somebody_keeps_true_here_is_not_the_files_to_change(unit, bring):
    kept = ActivityFactory(organiser=unit, name="Körsång", verified_on=timezone.localdate())
    SessionFactory(activity=kept)
    bring(f"{HEAD}\n{CHOIR}\n")
    kept.refresh_from_db()
    assert kept.summary == "Kaffe och någon att prata med."
    assert kept.opening_rules.count() == 1


@examples(40)
@given(
    st.binary(max_size=200) | st.text(max_size=200).map(str.encode),
    st.sampled_from(["csv", "ics", "json"]),
)
def test_any_file_is_read_or_refused(content, kind):
    with suppress(activity_file.Unreadable):
        assert all(row.wrong or row.name for row in activity_file.read(content, kind))
