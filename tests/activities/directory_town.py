"""The directory of the invented town, as the demo has it, and as many others as one likes."""

from django.db import connection

from activities.models import Sheet, Support
from portal.management.town import words
from tests.activities.factories import ActivityFactory, PlaceFactory
from tests.factories import DepartmentFactory, UnitFactory

OF_ACTIVITY = (
    *("slug", "name", "contract", "tempo", "thresholds", "groups", "also", "picture"),
    *("summary", "what_we_do", "welcome", "leads_to", "food", "cost"),
)
OF_SUPPORT = (
    *("slug", "name", "summary", "what_they_do", "how", "hours", "evening", "thresholds"),
    *("groups", "also"),
)
OF_SHEET = ("slug", "summary", "what_they_do", "also")


def settle():
    """Write the places, activities, supports and sheets of the demo."""
    units, read = {}, words.read("activities.toml")
    places = {one["name"]: PlaceFactory(**one) for one in read["places"]}

    def unit(name):
        if name not in units:
            units[name] = UnitFactory(name=name, parent=DepartmentFactory(name=f"Bakom {name}"))
        return units[name]

    for one in read["activities"]:
        ActivityFactory(
            place=places[one["place"]],
            organiser=unit(one["organiser"]),
            **{name: one[name] for name in OF_ACTIVITY if name in one},
        )
    read = words.read("directory.toml")
    for model, named, rows in (
        (Support, OF_SUPPORT, read["supports"]),
        (Sheet, OF_SHEET, read["sheets"]),
    ):
        for one in rows:
            said = {name: one[name] for name in named if name in one}
            model.objects.create(organisation=unit(one["organisation"]), **said)


# Other things to do, so many that a town has them all.
SUBJECTS = (
    "frimärken schack körsång vävning biodling släktforskning gitarr akvarell origami fågelskådning"
    " yoga simning boule bridge astronomi poesi teater dans drejning silversmide fiske segling"
    " orientering bordtennis badminton klättring meditation kalligrafi broderi stickning"
    " bokbinderi improvisation dragspel filmkväll quiz historia latin spanska finska italienska"
    " arabiska geologi botanik svamp bakning ostmakeri surdeg vinbär paddling curling"
)
SHAPES = "Cirkel Förening Kväll Grupp Klubb Kurs Träff Sällskap Studio Lördag"
STREETS = "Norr Öster Väster Rya Elineberg Planteringen Ramlösa Berga Laröd Pålsjö"
FILL = """
INSERT INTO activities_activity (slug, name, place_id, organiser_id, owner_id, contract, tempo,
  thresholds, groups, also, picture, summary, what_we_do, welcome, leads_to, how_many, cost, food,
  quiet_room, pick_up, sign_up, phone, version, level, how_long, bus_card)
SELECT 'annat-' || n, subject || ' ' || lower(shape) || ' ' || street || ' ' || n,
  %(place)s, %(unit)s, %(owner)s, 'DAY_BY_DAY', 'CALM',
  CASE WHEN n %% 3 = 0 THEN ARRAY['SOBER'] ELSE '{}' END,
  CASE WHEN n %% 7 = 0 THEN ARRAY['OLDER'] ELSE '{}' END, '', 'DOOR',
  'Vi träffas och ägnar oss åt ' || lower(subject) || ' i ' || street || '.',
  'Kom som du är. Det finns kaffe och någon att prata med. Vi hjälper dig i gång med '
    || lower(subject) || ' och visar hur man gör. Ingen behöver kunna något innan.',
  'Någon möter dig i dörren.', 'En kurs till, eller en egen grupp.', '10', n %% 2 * 20, 'Kaffe',
  false, false, false, '', 1, 1, '', false
FROM (
  SELECT n, initcap((string_to_array(%(subjects)s, ' '))[n %% 50 + 1]) AS subject,
    (string_to_array(%(shapes)s, ' '))[n / 50 %% 10 + 1] AS shape,
    (string_to_array(%(streets)s, ' '))[n / 500 %% 10 + 1] AS street
  FROM generate_series(1, %(number)s) n
) made
"""


def fill(number):
    """Write as many others, in the way of a bulk load."""
    unit = UnitFactory()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0; SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE activities_activity DISABLE TRIGGER USER")
        cursor.execute(
            FILL,
            {
                "place": PlaceFactory().pk,
                "unit": unit.pk,
                "owner": unit.owner_id,
                "subjects": SUBJECTS,
                "shapes": SHAPES,
                "streets": STREETS,
                "number": number,
            },
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE activities_activity ENABLE TRIGGER USER")
        cursor.execute("SELECT rebuild_directory()")
        for table in ("entry", "entryword", "word", "activity"):
            cursor.execute(f"ANALYZE activities_{table}")
