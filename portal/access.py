"""Which rows may an actor see? The only place that answers; acts are portal/permissions.py.

`Access` is computed in PostgreSQL by `refresh_access(participant_id)` from team, main contact,
consent, membership and enrolment, in the transaction of the change. Here it is joined to what is
fetched, and its dates are compared at every read: a withdrawal acts on the next request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, BooleanField, F, Func, Q

from portal.models import Ground, InfoType, Level
from portal.permissions import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models.sql.compiler import SQLCompiler

    from portal.actor import Actor

# Which kinds of information a role reaches, once it has a ground (domain.md R2, R9). The view
# `access_expected` holds the same table; a test compares them.
REACH: dict[Role, set[InfoType]] = {
    Role.GUIDE: set(InfoType),
    Role.CASE_MANAGER: set(InfoType),
    Role.JOB_COACH: set(InfoType) - {InfoType.HEALTH, InfoType.MONEY},
    Role.MANAGER: {InfoType.CONTACT},
    Role.ACTIVITY_LEADER: {InfoType.ACTIVITY},
}

# What a person reaches of their own when only a code or a card has let them in (domain.md R26).
REACH_LIMITED = (InfoType.CONTACT, InfoType.ACTIVITY)

# Grounds that open items of every owner: the person's own, and what the person has said yes to.
ACROSS_OWNERS = (Ground.OWN, Ground.CONSENT)

# The conditions, as SQL and not as querysets: a page asks a dozen times, and to build them anew
# took a third of its time. `{0}` and on stand for columns of the row that is asked about, each
# pair of `%s` for user and membership; portal/policies.py makes the policies of the same words.
NOW = (
    "held.valid_from <= statement_timestamp()"
    " AND (held.valid_until IS NULL OR held.valid_until > statement_timestamp())"
)
GROUNDS = f"FROM portal_access held WHERE held.user_id = %s AND held.membership_id = %s AND {NOW}"
HELD = f"EXISTS (SELECT {GROUNDS}"
UNIT_WITHIN = (
    f"{{0}} IN (SELECT held.unit_id {GROUNDS}"
    f" AND held.level >= {int(Level.NAME)} AND held.unit_id IS NOT NULL)"
)
NAMED = (  # by name, so as to reach the person
    f"{HELD} AND held.participant_id = {{0}} AND {int(InfoType.CONTACT)} = ANY (held.info_types))"
)
SENT = f"{HELD} AND held.participant_id = {{0}} AND held.ground = {int(Ground.MANDATED)})"
# A yes to what is shown opens the items that were, within that very yes: after a new one they are
# shown anew.
OPENS = (
    "held.participant_id = {0} AND {1} = ANY (held.info_types)"
    " AND (held.organisation_id = {2}"
    f" OR held.ground IN ({', '.join(str(int(ground)) for ground in ACROSS_OWNERS)})"
    f" OR (held.ground = {int(Ground.RELEASE)} AND EXISTS ("
    "SELECT FROM released_item given WHERE given.consent_id = held.source_id"
    " AND given.item_id = {3})))"
)
PERSON_COLUMNS = ("pk", "unit_id", "in_intake", "user_id")
ITEM_COLUMNS = ("participant_id", "info_type", "owner_id", "public_id")
ITEM = f"{HELD} AND {OPENS})"
# Whoever speaks for a person reads what that very row opens: the row, and no other of theirs.
SPEAKS = f"{HELD} AND held.ground = {int(Ground.REPRESENTATIVE)} AND held.source_id = {{0}})"
TAKING_PART = f"{HELD} AND held.participant_id = {{0}} AND held.ground = {int(Ground.ACTIVITY)})"


def person_within(level: Level, *, but: Iterable[Ground] = ()) -> str:
    """Return the condition on a person: by name, or through a unit that the person belongs to."""
    held = f"{HELD} AND held.level >= {int(level)}"
    held += "".join(f" AND held.ground <> {int(ground)}" for ground in but)
    # nobody reaches the own record by working here
    unit = f"{held} AND held.unit_id = {{1}} AND {{3}} IS DISTINCT FROM held.user_id"
    unit += " AND held.ground ="
    return (
        f"({held} AND held.participant_id = {{0}})"
        f" OR {unit} {int(Ground.MANAGER)})"
        f" OR ({{2}} AND {unit} {int(Ground.INTAKE)})))"
    )


class Asked(Func):
    """Whether a condition holds for the actor at this moment, on the row that is asked about."""

    output_field = BooleanField()

    def __init__(self, actor: Actor, condition: str, *columns: str) -> None:
        super().__init__(*map(F, columns))
        self.condition = condition
        self.of = (actor.user_id, actor.membership_id) * (condition.count("%s") // 2)

    def as_sql(self, compiler: SQLCompiler, *_args: Any, **_kwargs: Any) -> Any:
        columns = [compiler.compile(one)[0] for one in self.source_expressions]
        return self.condition.format(*columns), self.of


def people(actor: Actor, level: Level = Level.NAME) -> Q:
    """Return the condition on `Participant`: those the actor reaches at this level or above."""
    return Q(Asked(actor, person_within(level), *PERSON_COLUMNS))


def by_own_work(actor: Actor, level: Level = Level.READ) -> Asked:
    """Return whether the actor reaches a person without leaning on the person's yes."""
    condition = person_within(level, but=(Ground.CONSENT, Ground.RELEASE))
    return Asked(actor, condition, *PERSON_COLUMNS)


def reach(actor: Actor) -> Q:
    """Return the condition on an item: its person, its kind and its owner are within reach.

    Whom only a code or a card has let in reaches times and contact, and nothing else of theirs.
    """
    within = Q(Asked(actor, ITEM, *ITEM_COLUMNS))
    return within & Q(info_type__in=sorted(REACH_LIMITED)) if actor.is_limited else within


def named(actor: Actor) -> Q:
    """Return the condition on a row about a person: a ground by name opens how to reach them."""
    return Q(Asked(actor, NAMED, "participant_id"))


def is_behind_the_wall(actor: Actor) -> bool:
    """Whether the actor decides on money, and so reads only what has been sent there."""
    return actor.role == Role.BENEFITS_OFFICER


def sent(actor: Actor) -> Q:
    """Return the condition on a row about a person: something has been sent to the actor."""
    return Q(Asked(actor, SENT, "participant_id"))


def speaks(actor: Actor) -> Q:
    """Return the condition on who speaks for a person: it is the actor, and it holds now."""
    return Q(Asked(actor, SPEAKS, "pk"))


def reads_no_notes(actor: Actor) -> bool:
    """Whether the actor speaks for people: notes from talks are theirs and the colleagues'."""
    return actor.role == Role.REPRESENTATIVE


class OpensTo(Func):
    """Whether a colleague reads an item at this moment, whoever asks: for what is said to them.

    `item` is the way from the row that is asked about to the item, such as `placement__`. Only the
    system's own work sees whose grounds there are.
    """

    output_field = BooleanField()

    def __init__(self, membership: str, item: str = "") -> None:
        super().__init__(F(membership), *(F(f"{item}{name}") for name in ITEM_COLUMNS))

    def as_sql(self, compiler: SQLCompiler, *_args: Any, **_kwargs: Any) -> Any:
        membership, *item = (compiler.compile(one)[0] for one in self.source_expressions)
        held = f"SELECT FROM portal_access held WHERE held.membership_id = {membership}"
        return f"EXISTS ({held} AND {NOW} AND {OPENS.format(*item)})", ()


class ReaderOf(Func):
    """The membership that hears of an item, given the one that it was given to.

    Who reads it no longer is followed by the main contact, else by who has been on the team for
    longest; each must read it at this moment. `item` is the way to the item, as above. It asks
    about others than the actor, so it is a function of the owner's.
    """

    output_field = BigIntegerField()
    function = "reader_of"

    def __init__(self, membership: str, item: str = "") -> None:
        super().__init__(F(membership), *(F(f"{item}{name}") for name in ITEM_COLUMNS))


def only_activities_of(actor: Actor) -> int | None:
    """Return the unit whose activities are all that the actor sees, or None for other roles."""
    if actor.membership and actor.role == Role.ACTIVITY_LEADER:
        return actor.membership.unit_id
    return None


def employer_of(actor: Actor) -> int | None:
    """Return the organisation whose placements an employer contact is shown, None for others."""
    if actor.membership and actor.role == Role.EMPLOYER_CONTACT:
        return actor.organisation_id
    return None


def taking_part(actor: Actor) -> Q:
    """Return the condition on an item: its person takes part in what the actor's unit runs.

    Whoever wrote it: a guide enrols, a person signs up, the door takes note. To be used together
    with the unit of `only_activities_of`, since the ground says nothing about which activity.
    """
    return Q(Asked(actor, TAKING_PART, "participant_id"))


class Manages(Func):
    """Whether a row's unit is one that the actor manages; who acts for themself manages none.

    The units are gathered into an array first: PostgreSQL expects one, where there are hundreds.
    """

    output_field = BooleanField()
    sql = (
        "{} = ANY (ARRAY (SELECT held.unit_id FROM portal_access held"  # noqa: S608 (our own number)
        f" WHERE held.ground = {int(Ground.MANAGER)}"
        " AND held.user_id = %s AND held.membership_id = %s"
        " AND held.valid_from <= statement_timestamp()"
        " AND (held.valid_until IS NULL OR held.valid_until > statement_timestamp())))"
    )

    def __init__(self, actor: Actor) -> None:
        super().__init__(F("unit_id"))
        self.of = (actor.user_id, actor.membership_id)

    def as_sql(self, compiler: SQLCompiler, *_args: Any, **_kwargs: Any) -> Any:
        (unit,) = (compiler.compile(one)[0] for one in self.source_expressions)
        return self.sql.format(unit), self.of


class Reads(Func):
    """Whether a colleague of a team reads the person's record at this moment.

    To be asked of a row with `membership_id` and `participant_id`: who rests on a yes that was
    taken back is still on the team until somebody says that the work has ended. It asks about
    others than the actor, whose rows of `Access` are closed, so it is a function of the owner's.
    """

    output_field = BooleanField()
    function = "reads_record"

    def __init__(self) -> None:
        super().__init__(F("membership_id"), F("participant_id"))
