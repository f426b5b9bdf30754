"""What a session remembers of its sign-in: how, since when, and when it ends.

Django only lets a session slide. Here one ends after a while without use and, in any case, some
hours after it began: staff and borrowed devices soon, one's own phone after a month. A session
without our stamp is nobody's.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self, cast

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.core import signing

from portal.models import PushSubscription
from portal.permissions import Assurance

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.sessions.backends.base import SessionBase
    from django.http import HttpRequest, HttpResponse

    from portal.models import User

STAMP = "sign_in"  # the session's key
BORROWED = "borrowed"  # the session's key on the way in: "Jag lånar telefonen"
WRITTEN_EVERY = 60  # seconds; a page that only reads should cost no write
WAS_STAFF = "staff"  # the cookie of a browser that staff have just used


class How(StrEnum):
    """The way somebody proved who they are; stored in sessions."""

    PASSWORD = "PASSWORD"  # noqa: S105 (a name)
    CODE = "CODE"  # by e-mail or SMS
    HANDED = "HANDED"  # a code that a guide read out
    CARD = "CARD"
    PASSKEY = "PASSKEY"
    EID = "EID"
    DIRECTORY = "DIRECTORY"  # the employer's own, with a second factor
    DEMO = "DEMO"


# Each is bound to one person, by more than something that was told or sent to them.
STRONG = {How.PASSKEY, How.EID, How.DIRECTORY, How.DEMO}
# Something that was told or sent to the person: enough once somebody has met them.
MET = {How.PASSWORD, How.CODE}


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who signed in, how and when; times are seconds since 1970."""

    user: int
    how: str
    began: int
    seen: int
    second_factor: bool = False
    staff: bool = False
    borrowed: bool = False

    @classmethod
    def of(cls, session: SessionBase) -> Self | None:
        """Return the stamp of a session, or None when it was not signed in by our rules."""
        held = session.get(STAMP)
        stamp = cls(**held) if isinstance(held, dict) else None
        return stamp if stamp and str(stamp.user) == session.get(SESSION_KEY) else None

    def put(self, session: SessionBase) -> None:
        session[STAMP] = asdict(self)

    @property
    def limits(self) -> tuple[int, int]:
        """Seconds without use, and in all, after which the session ends."""
        if self.borrowed:
            return settings.BORROWED_IDLE, settings.BORROWED_LONGEST
        if self.staff:
            return settings.STAFF_IDLE, settings.STAFF_LONGEST
        return settings.SESSION_COOKIE_AGE, settings.SESSION_COOKIE_AGE

    def is_over(self, now: int) -> bool:
        idle, longest = self.limits
        return now - self.seen >= idle or now - self.began >= longest

    def assurance(self, user: User) -> Assurance:
        """Say how sure we are of who this is: the only place that decides (decision 0013)."""
        if self.second_factor or self.how in STRONG:
            return Assurance.FULL
        if self.how in MET and user.confirmed_at is not None:
            return Assurance.FULL
        return Assurance.LIMITED


def begin(session: SessionBase, user: User, how: How, **marks: bool) -> None:
    """Stamp a session that has just been signed in; what is borrowed or at work forgets early."""
    now = int(time.time())
    Stamp(user=user.pk, how=how, began=now, seen=now, **marks).put(session)
    fit(session)


def fit(session: SessionBase) -> None:
    """Let the cookie of a borrowed device, and of staff, end with the browser as well."""
    stamp = Stamp.of(session)
    if stamp and (stamp.borrowed or stamp.staff):
        session.set_expiry(0)


def note_second_factor(session: SessionBase) -> None:
    """Remember that this account now has its second factor, set up in this very session."""
    if stamp := Stamp.of(session):
        replace(stamp, second_factor=True).put(session)


def end_all(user: User, *, but: str | None = None) -> None:
    """Sign an account out everywhere, or everywhere but in one session; no browser hears more.

    Call it when a role, a membership or a way to sign in is taken away.
    """
    PushSubscription.objects.filter(user=user).delete()
    for one in UserSession.objects.filter(user=user).exclude(session_key=but or ""):
        one.end()


def watch(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """End what has lasted too long, and remember, at most once a minute, that it is in use."""

    def middleware(request: HttpRequest) -> HttpResponse:
        before = kept(request)
        response = get_response(request)
        after = Stamp.of(request.session)
        if before and not after:
            response.headers.setdefault("Clear-Site-Data", leaves_behind(borrowed=before.borrowed))
        if after and after.borrowed:
            leave_in_time(response, after)
        at_work = next((one for one in (after, before) if one and one.staff), None)
        if at_work and (after != before or request.session.modified):
            remember_staff(response)
        return response

    return middleware


def kept(request: HttpRequest) -> Stamp | None:
    """Return the stamp of a session that goes on; one that is over is emptied."""
    if SESSION_KEY not in request.session:
        return None
    stamp, now = Stamp.of(request.session), int(time.time())
    if stamp is None or stamp.is_over(now):
        logout(request)
    elif now - stamp.seen >= WRITTEN_EVERY:
        replace(stamp, seen=now).put(request.session)
    return stamp


def leaves_behind(*, borrowed: bool) -> str:
    """Return what the browser is to forget. On one's own phone a service worker may stay."""
    return '"cache", "storage"' if borrowed else '"cache"'


def leave_in_time(response: HttpResponse, stamp: Stamp) -> None:
    """Let a borrowed screen go to the way out by itself, also without JavaScript."""
    if response.headers.get("Content-Type", "").startswith("text/html"):
        idle, _longest = stamp.limits
        response.headers.setdefault("Refresh", f"{idle + 1}; url={settings.BORROWED_EXIT}")


def remember_staff(response: HttpResponse) -> None:
    """Mark a browser that staff use: for half an hour no code is taken in it."""
    response.set_signed_cookie(
        WAS_STAFF,
        "1",
        salt=WAS_STAFF,
        max_age=settings.STAFF_IDLE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def was_staff(request: HttpRequest) -> bool:
    """Answer whether staff were signed in here in the last half hour."""
    try:
        request.get_signed_cookie(WAS_STAFF, salt=WAS_STAFF, max_age=settings.STAFF_IDLE)
    except (KeyError, signing.BadSignature):
        return False
    return True


def how_of(records: list[dict[str, Any]]) -> How:
    """Read from allauth's records of this sign-in the way that was used."""
    for record in reversed(records):
        match record.get("method"):
            case "mfa" if record.get("passwordless"):
                return How.PASSKEY
            case "socialaccount":
                is_staff = record.get("provider") == settings.OIDC_STAFF
                return How.DIRECTORY if is_staff else How.EID
            case "code" | "password" | "handed" | "card" | "demo" as method:
                return How(cast("str", method).upper())
    return How.PASSWORD
