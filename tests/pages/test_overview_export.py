"""The figures in a spreadsheet: no names, nobody to point out, nothing that runs."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portal.models import AuditEvent
from portal.pages.overview.export import safe, said
from portal.pages.overview.models import MonthFigures
from portal.permissions import Role
from tests.activities.factories import ActivityFactory, SessionFactory
from tests.factories import ContactFactory, ParticipantFactory, PlacementFactory, UnitFactory

pytestmark = pytest.mark.django_db
FILE = "/laget/siffror.csv"


@pytest.fixture
def sheet(acting, manager, count):
    """Count, fetch the file as Karin does and read it as a spreadsheet does: rows of dicts."""

    def read(by=manager):
        count()
        answer = acting(by).get(FILE)
        assert answer.status_code == 200
        return rows_of(answer)

    return read


def rows_of(answer):
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline=""), delimiter=";"))


@pytest.fixture
def this_month():
    return f"{timezone.localdate():%Y-%m}"


def now(rows, month, unit="Guiderna"):
    return next(row for row in rows if row["Månad"] == month and row["Enhet"] == unit)


def test_swedish_excel_opens_it_with_one_click(acting, manager, count):
    count()
    answer = acting(manager).get(FILE)
    assert answer.content.startswith(b"\xef\xbb\xbf")
    today = f"{timezone.localdate()}"
    assert answer["Content-Disposition"] == f'attachment; filename="laget-{today}.csv"'
    assert answer["Cache-Control"].count("no-store") == 1
    heading = answer.content.decode("utf-8-sig").split("\r\n")[0]
    assert heading.startswith('"Enhet";"Månad";"Nya personer";"Personer med kontakt";')


def test_everything_is_quoted(acting, manager, count, guide):
    ParticipantFactory(main_contact=guide.membership)
    count()
    text = acting(manager).get(FILE).content.decode("utf-8-sig")
    rows = csv.reader(StringIO(text, newline=""), delimiter=";", quoting=csv.QUOTE_NONE)
    assert all(cell.startswith('"') and cell.endswith('"') for row in rows for cell in row)


def test_there_is_a_row_for_each_month_of_a_year_and_this_one(sheet, manager):
    months = [row["Månad"] for row in sheet()]
    assert len(months) == 13
    assert months == sorted(months)


def test_four_people_are_fewer_than_five_and_five_are_five(sheet, guide, this_month):
    for number in range(5):
        person = ParticipantFactory(main_contact=guide.membership)
        ContactFactory(participant=person, occurred_at=timezone.now())
        if number < 4:
            PlacementFactory(participant=person, kind="ORDINARY", starts_on=timezone.localdate())
    row = now(sheet(), this_month)
    assert (row["Personer med kontakt"], row["Kontakter med personerna"]) == ("5", "5")
    assert row["I jobb utan stöd"] == "färre än 5"


@pytest.mark.parametrize(
    ("number", "told"), [(4, "färre än 5"), (5, "5"), (7, "5"), (8, "10"), (112, "110")]
)
def test_one_person_more_is_seen_in_no_difference(number, told):
    assert said("studies", number) == told


def test_nought_is_not_told_either(sheet, guide, this_month):
    assert now(sheet(), this_month)["I studier"] == "färre än 5"


def test_sessions_are_about_nobody_and_told_as_they_are(sheet, member, labour, this_month):
    unit = UnitFactory(parent=labour, name="Hantverkshuset")
    held = SessionFactory(
        activity=ActivityFactory(organiser=unit), starts_at=timezone.now(), guests=4
    )
    row = now(sheet(by=member(Role.MANAGER, labour)), this_month, "Hantverkshuset")
    assert (row["Enhetens pass"], row["Besök på enhetens pass"]) == ("1", "färre än 5")
    held.guests = 12
    held.save()
    row = now(sheet(by=member(Role.MANAGER, labour)), this_month, "Hantverkshuset")
    assert row["Besök på enhetens pass"] == "12"


def test_no_name_of_anybody_leaves_the_house(acting, manager, count, robin_person, guide):
    count()
    text = acting(manager).get(FILE).content.decode()
    for name in ("Robin", "Almqvist", "Samira", "Lund", "Karin"):
        assert name not in text


def test_manager_of_another_unit_gets_nothing_of_ours(sheet, guide, member, labour):
    stranger = member(Role.MANAGER, UnitFactory(parent=labour, name="Grannenheten"))
    assert {row["Enhet"] for row in sheet(by=stranger)} == {"Grannenheten"}


def test_export_stands_in_the_log(sheet, manager):
    sheet()
    line = AuditEvent.objects.get(act="EXPORT")
    assert (line.user_id, line.participants) == (manager.user.pk, [])


def test_old_months_stay_in_the_house(sheet, unit, count):
    count()
    old = timezone.localdate().replace(day=1) - timedelta(days=400)
    assert not MonthFigures.objects.filter(month__lte=old).exists()
    assert min(row["Månad"] for row in sheet()) > f"{old:%Y-%m}"


@pytest.mark.parametrize(
    "name",
    [
        '=HYPERLINK("http://example.org";"Klicka")',
        "+46701740605",
        "-2+3",
        "@SUM(A1:A9)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        " =1+1",
        "\u00a0=1+1",
        "\ufeff=1+1",
        "＝1+1",
        "＋1",
        "－1",
        "＠A1",
    ],
)
def test_unit_with_a_dangerous_name_is_only_text(sheet, member, labour, name):
    unit = UnitFactory(parent=labour, name=name)
    rows = sheet(by=member(Role.MANAGER, unit))
    assert {row["Enhet"] for row in rows} == {f"'{name}"}


def test_unit_with_a_semicolon_and_quotes_stays_in_its_cell(sheet, member, labour):
    name = 'Vuxna; "Söder"\nHelsingborg'
    unit = UnitFactory(parent=labour, name=name)
    rows = sheet(by=member(Role.MANAGER, unit))
    assert {row["Enhet"] for row in rows} == {name}
    assert all(None not in row for row in rows)


@pytest.mark.parametrize("name", ["Guiderna", "Ängen", "3:e huset", "A=B", "Ett-två"])
def test_ordinary_name_is_left_alone(name):
    assert safe(name) == name


@given(text=st.text(st.sampled_from(" \t\r\n\u2003\u200b\ufeff=+-@＝a1"), max_size=6))
def test_no_text_begins_as_a_formula(text):
    began = safe(text).lstrip(" \t\r\n\u2003\u200b\ufeff")
    assert not began.startswith(tuple("=+-@＝＋－＠"))
