"""A session as a card: what it says, and the one act that is open to this reader."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils import timezone

from activities.models import (
    CompanyAnswer,
    CompanyKind,
    CompanyState,
    CompanyWish,
    Contract,
    Session,
    SessionState,
    SignUp,
)

if TYPE_CHECKING:
    from datetime import datetime

    from activities.week import Week


class Act(StrEnum):
    """What the button of a card does; templates ask by these words."""

    NONE = ""
    COME = "COME"  # drop-in: helps the leader, binds nobody
    SIGN_UP = "SIGN_UP"  # takes one of the places
    FULL = "FULL"  # may wait in line
    WAITING = "WAITING"  # stands in line
    OFFERED = "OFFERED"  # a place is held until the person has answered
    COMING = "COMING"  # has said so; may take it back
    BY_TIMETABLE = "BY_TIMETABLE"  # has a place by timetable
    AWAY = "AWAY"  # has it, and does not come


# To what one means to come, or may come to without asking, one may ask for company.
WITH_COMPANY = {Act.COME, Act.COMING, Act.BY_TIMETABLE}


@dataclass(frozen=True, slots=True)
class Company:
    """How a wish for company stands, and who comes along."""

    kind: CompanyKind
    state: CompanyState
    name: str


@dataclass(frozen=True, slots=True)
class Card:
    """One session, for one reader."""

    session: Session
    state: SessionState
    act: Act
    sign_up: SignUp | None = None
    is_stale: bool = False  # nobody has confirmed the hours for long
    company: Company | None = None
    may_ask: bool = False  # for company


def card(session: Session, *, now: datetime, week: Week | None = None) -> Card:
    """Return the card of a session for a person, or for a visitor, who has no week."""
    state = session.state(now)
    mine = week.signed_up.get(session.pk) if week else None
    is_stale = session.activity.stale_on(timezone.localdate(now))
    if state in {SessionState.CANCELLED, SessionState.CLOSED}:
        return Card(session, state, Act.NONE, mine, is_stale)
    act = _own_act(mine) if mine else _open_act(session, week)
    wish = week.company.get(session.pk) if week else None
    before = now < session.starts_at
    if wish and (before or wish.answer == CompanyAnswer.YES):
        return Card(session, state, act, mine, is_stale, company_of(wish, session, now))
    may_ask = before and week is not None and act in WITH_COMPANY
    may_ask = may_ask and not session.activity.by_invitation
    return Card(session, state, act, mine, is_stale, may_ask=may_ask)


def company_of(wish: CompanyWish, session: Session, now: datetime) -> Company:
    """Return how a wish stands that was read without its session."""
    wish.session = session
    return Company(CompanyKind(wish.kind), wish.state(now), wish.first_name)


def _own_act(sign_up: SignUp) -> Act:
    if sign_up.waiting_since:
        return Act.WAITING
    return Act.OFFERED if sign_up.answer_by else Act.COMING


def _open_act(session: Session, week: Week | None) -> Act:
    activity = session.activity
    takes_part = week is not None and activity.pk in week.member_of
    if activity.contract == Contract.SCHEDULE:
        if week is None or all(one.session != session for one in week.entries):
            return Act.NONE
        return Act.AWAY if session.pk in week.away_from else Act.BY_TIMETABLE
    if activity.contract == Contract.MEMBER and not takes_part:
        return Act.NONE
    if session.is_full:
        return Act.FULL
    return Act.COME if session.seats is None else Act.SIGN_UP
