"""What a line of the log says to the person it tells about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.models import AuditAct, Ground, InfoType
from portal.permissions import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from django.utils.functional import _StrOrPromise

    from portal.pages.log.reading import Line, Look

READ: dict[int, _StrOrPromise] = {
    InfoType.CONTACT: gettext_lazy("opened a page about you"),
    InfoType.PLAN: gettext_lazy("read your plan"),
    InfoType.ACTIVITY: gettext_lazy("read about your activities"),
    InfoType.PLACEMENT: gettext_lazy("read about your workplaces"),
    InfoType.FOLLOW_UP: gettext_lazy("read your page"),
}

DONE: dict[tuple[str, str], _StrOrPromise] = {
    (AuditAct.LIST, "caseload"): gettext_lazy("had you in a list of their people"),
    (AuditAct.LIST, "intake"): gettext_lazy("had you in the list of new people"),
    (AuditAct.LIST, "overview"): gettext_lazy("saw that you wait for a contact"),
    (AuditAct.CREATE, "calendar"): gettext_lazy("made an address for your calendar"),
    (AuditAct.CHANGE, "calendar"): gettext_lazy("ended the address of your calendar"),
    (AuditAct.EXPORT, "calendar"): gettext_lazy("fetched your times to your calendar"),
    (AuditAct.LIST, "session"): gettext_lazy("had you in the list at the door"),
    (AuditAct.LIST, "placement"): gettext_lazy("saw you at a workplace"),
    (AuditAct.CHANGE, "reminder"): gettext_lazy("had a message sent to you once more"),
    (AuditAct.CHANGE, "participant"): gettext_lazy("changed your number or your e-mail address"),
    (AuditAct.CREATE, "participant"): gettext_lazy("registered you"),
    (AuditAct.CREATE, "import_people"): gettext_lazy("registered you"),
    (AuditAct.CREATE, "user"): gettext_lazy("opened your account"),
    (AuditAct.CHANGE, "user"): gettext_lazy("gave you a new password"),
    (AuditAct.CHANGE, "maincontact"): gettext_lazy("gave you a contact"),
    (AuditAct.CREATE, "teammember"): gettext_lazy("let a colleague walk along with you"),
    (AuditAct.CHANGE, "teammember"): gettext_lazy("wrote that a colleague is done"),
    (AuditAct.CREATE, "handover"): gettext_lazy("handed the contact with you over to somebody"),
    (AuditAct.CHANGE, "handover"): gettext_lazy("wrote that you have met your new contact"),
    (AuditAct.LIST, "handover"): gettext_lazy("saw that you have a new contact"),
    (AuditAct.CREATE, "contact"): gettext_lazy("wrote a note about you"),
    (AuditAct.CHANGE, "contact"): gettext_lazy("changed a note about you"),
    (AuditAct.CREATE, "step"): gettext_lazy("wrote a step in your plan"),
    (AuditAct.CHANGE, "step"): gettext_lazy("changed a step in your plan"),
    (AuditAct.CREATE, "awaiteddecision"): gettext_lazy("wrote what you wait for an answer about"),
    (AuditAct.CHANGE, "awaiteddecision"): gettext_lazy("changed what you wait for an answer about"),
    (AuditAct.CREATE, "goal"): gettext_lazy("wrote your goal"),
    (AuditAct.CREATE, "consent"): gettext_lazy("wrote down your yes"),
    (AuditAct.CHANGE, "consent"): gettext_lazy("ended a yes of yours"),
    (AuditAct.CREATE, "consentquestion"): gettext_lazy("asked what you want to share"),
    (AuditAct.CHANGE, "consentquestion"): gettext_lazy("saved an answer or took back a question"),
    (AuditAct.CREATE, "release"): gettext_lazy("showed something about you to another office"),
    (AuditAct.CHANGE, "release"): gettext_lazy("took back what was shown to another office"),
    (AuditAct.CREATE, "peercard"): gettext_lazy("proposed a peer to you"),
    (AuditAct.CHANGE, "peercard"): gettext_lazy("showed or took back your card"),
    (AuditAct.LIST, "peercard"): gettext_lazy("read the card you show"),
    (AuditAct.CREATE, "company"): gettext_lazy("asked for company for you"),
    (AuditAct.CHANGE, "company"): gettext_lazy("said or changed something about company for you"),
    (AuditAct.LIST, "company"): gettext_lazy("read your first name and where you meet"),
    (AuditAct.CREATE, "employercard"): gettext_lazy("asked what an employer may see"),
    (AuditAct.CHANGE, "employercard"): gettext_lazy("showed or took back what an employer sees"),
    (AuditAct.LIST, "employercard"): gettext_lazy("read what you show at work"),
    (AuditAct.CREATE, "representative"): gettext_lazy("wrote down who speaks for you"),
    (AuditAct.CHANGE, "representative"): gettext_lazy("changed who speaks for you"),
    (AuditAct.VIEW, "representative"): gettext_lazy("read what you are helped with"),
    (AuditAct.LIST, "representative"): gettext_lazy("had you in the list of those they speak for"),
    (AuditAct.CREATE, "disclosure"): gettext_lazy("wrote what was handed out by law"),
    (AuditAct.LIST, "disclosure"): gettext_lazy("saw what was handed out by law"),
    (AuditAct.SEARCH, "disclosure"): gettext_lazy("searched for who it was about"),
    (AuditAct.CREATE, "enrolment"): gettext_lazy("gave you a place in an activity"),
    (AuditAct.CHANGE, "enrolment"): gettext_lazy("changed your place in an activity"),
    (AuditAct.CREATE, "referral"): gettext_lazy("asked about a place for you"),
    (AuditAct.CHANGE, "referral"): gettext_lazy("answered or took back a question for you"),
    (AuditAct.LIST, "referral"): gettext_lazy("had a question for you in a list"),
    (AuditAct.VIEW, "referral"): gettext_lazy("read what you have agreed to tell"),
    (AuditAct.CREATE, "suggestion"): gettext_lazy("suggested something to you"),
    (AuditAct.CHANGE, "suggestion"): gettext_lazy("answered or took back a suggestion"),
    (AuditAct.CREATE, "sign_up"): gettext_lazy("wrote that you are coming"),
    (AuditAct.CHANGE, "sign_up"): gettext_lazy("wrote that you are not coming"),
    (AuditAct.CREATE, "absence"): gettext_lazy("noted that you do not come"),
    (AuditAct.CHANGE, "absence"): gettext_lazy("noted that you come after all"),
    (AuditAct.CREATE, "attendance"): gettext_lazy("noted that you came"),
    (AuditAct.CHANGE, "attendance"): gettext_lazy("noted when you went home"),
    (AuditAct.CREATE, "attendance_by_code"): gettext_lazy("noted that your code was written"),
    (AuditAct.CREATE, "attendance_on_list"): gettext_lazy("noted on the list that you came"),
    (AuditAct.CHANGE, "attendance_on_list"): gettext_lazy("changed on the list that you came"),
    (AuditAct.LIST, "members_list"): gettext_lazy("had you on the members' list"),
    (AuditAct.CHANGE, "members_list"): gettext_lazy("saved your answer on the members' list"),
    (AuditAct.CHANGE, "wish"): gettext_lazy("changed what messages you get"),
    (AuditAct.CREATE, "doorcode"): gettext_lazy("drew a code for the door"),
    (AuditAct.CHANGE, "doorcode"): gettext_lazy("took away a code for the door"),
    (AuditAct.CHANGE, "correction"): gettext_lazy("corrected when you came and went home"),
    (AuditAct.LIST, "correction"): gettext_lazy("looked at when you came and went home"),
    (AuditAct.CHANGE, "session"): gettext_lazy("changed something you were coming to"),
    (AuditAct.CREATE, "placement"): gettext_lazy("wrote about a workplace for you"),
    (AuditAct.CHANGE, "placement"): gettext_lazy("changed something about your workplace"),
    (AuditAct.CREATE, "followupnote"): gettext_lazy("wrote how it goes at your workplace"),
    (AuditAct.EXPORT, "extract"): gettext_lazy("took out all that is held about you"),
    (AuditAct.VIEW, "extract"): gettext_lazy("opened a page about you"),
    (AuditAct.VIEW, "log_review"): gettext_lazy("checked who had looked at you"),
    (AuditAct.LIST, "log_review"): gettext_lazy("checked who had looked at you"),
    (AuditAct.CHANGE, "log_review"): gettext_lazy("checked who had looked at you"),
    (AuditAct.CREATE, "log_report"): gettext_lazy("asked about the log"),
}

LISTED = (AuditAct.LIST, AuditAct.SEARCH)
# All that their reader sees, so a list of them is a look.
SHOWN = ("peercard", "employercard", "company")

ANY: dict[str, _StrOrPromise] = {
    AuditAct.VIEW: gettext_lazy("opened a page about you"),
    AuditAct.LIST: gettext_lazy("had you in a list"),
    AuditAct.SEARCH: gettext_lazy("found you in a search"),
    AuditAct.CREATE: gettext_lazy("wrote something about you"),
    AuditAct.CHANGE: gettext_lazy("changed something about you"),
    AuditAct.EXPORT: gettext_lazy("took out a copy of something about you"),
    AuditAct.PRINT: gettext_lazy("printed something about you"),
    AuditAct.DENIED: gettext_lazy("tried to open your page, and was stopped"),
}


def did(act: str, subject: str, info_types: list[int]) -> str:
    """Say what was done, beginning with the verb."""
    if act == AuditAct.VIEW and subject == "participant" and len(info_types) == 1:
        return str(READ.get(info_types[0], READ[InfoType.FOLLOW_UP]))
    return str(DONE.get((act, subject), ANY.get(act, "")))


def who(look: Look) -> str:
    """Say who it was: role and unit, and the name where the organisation has chosen so (R14)."""
    if look.is_own:
        return _("You")
    if not look.role:
        return _("The portal")
    role = Role(look.role).label
    if look.role == Role.PARTICIPANT:
        return _("Somebody without a role here")
    words = {"name": f"{look.first_name} {look.last_name}", "role": role, "unit": look.unit}
    if settings.PORTAL_LOG_NAMES:
        return _("%(name)s, %(role)s at %(unit)s,") % words
    return _("A %(role)s at %(unit)s") % words


@dataclass(frozen=True, slots=True)
class Told:
    """One line as it is read: who did what, when last, and why."""

    day: date
    at: datetime
    told: str
    why: str
    purpose: str
    organisation: str
    is_list: bool


def told(looks: Iterable[Look]) -> Iterator[Told]:
    """Yield the lines of the log in words, newest first; what reads the same is said once a day."""
    same: dict[tuple[date, str, str, str], list[Look]] = {}
    for one in looks:
        words = {"who": who(one), "did": did(one.act, one.subject, one.info_types)}
        sentence = _("%(who)s %(did)s") % words
        same.setdefault((one.day, sentence, why(one.ground), one.purpose), []).append(one)
    for (day, sentence, reason, purpose), held in same.items():
        yield Told(
            day=day,
            at=held[0].last_at,
            told=counted(sentence, sum(one.times for one in held)),
            why=reason,
            purpose=purpose,
            organisation=held[0].organisation if held[0].organisation != held[0].unit else "",
            is_list=held[0].act in LISTED and held[0].subject not in SHOWN,
        )


def counted(sentence: str, times: int) -> str:
    if times == 1:
        return f"{sentence}."
    many = ngettext("%(sentence)s, %(count)d time.", "%(sentence)s, %(count)d times.", times)
    return many % {"sentence": sentence, "count": times}


def why(ground: int | None) -> str:
    """Say on what ground, in the words of `Ground`; lists say none."""
    return str(Ground(ground).label) if ground in Ground.values and ground != Ground.OWN else ""


# The same, to the one who reviews: never what stood there, only what kind of thing it was.
ACTS: dict[str, _StrOrPromise] = {
    AuditAct.VIEW: gettext_lazy("Opened"),
    AuditAct.LIST: gettext_lazy("Showed in a list"),
    AuditAct.SEARCH: gettext_lazy("Found in a search"),
    AuditAct.CREATE: gettext_lazy("Wrote"),
    AuditAct.CHANGE: gettext_lazy("Changed"),
    AuditAct.EXPORT: gettext_lazy("Took out a copy"),
    AuditAct.PRINT: gettext_lazy("Printed"),
    AuditAct.DENIED: gettext_lazy("Was stopped"),
}
GROUNDS: dict[int, _StrOrPromise] = {
    Ground.OWN: gettext_lazy("their own record"),
    Ground.MAIN_CONTACT: gettext_lazy("is the person's contact"),
    Ground.TEAM: gettext_lazy("works with the person"),
    Ground.CONSENT: gettext_lazy("the person has said yes"),
    Ground.RELEASE: gettext_lazy("the person has said yes to what is shown"),
    Ground.MANAGER: gettext_lazy("manager of the unit"),
    Ground.INTAKE: gettext_lazy("receives new people"),
    Ground.ACTIVITY: gettext_lazy("leads an activity the person takes part in"),
    Ground.REPRESENTATIVE: gettext_lazy("speaks for the person"),
}


def line_in_words(line: Line) -> dict[str, str]:
    """Return what the reviewer reads of a line: what, about what, and on what ground."""
    kinds = [str(InfoType(one).label) for one in line.info_types if one in InfoType.values]
    people = ngettext("%(count)d person", "%(count)d people", line.people) % {"count": line.people}
    return {
        "act": str(ACTS.get(line.act, line.act)),
        "about": ", ".join(kinds),
        "people": people if line.people > 1 else "",
        "ground": str(GROUNDS.get(line.ground or 0, "")),
        "purpose": line.purpose,
        "role": str(Role(line.role).label) if line.role else "",
        "looker": line.looker,
    }
