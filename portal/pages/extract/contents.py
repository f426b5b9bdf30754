"""What a register extract holds (domain.md R20), and in the order it is read.

Each field of each table that tells of a person stands here or in left_out.py: a test fails when a
new one does not. A guide's extract for the person holds what the guide may read: each organisation
answers for its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from activities.models import (
    Absence,
    Attendance,
    DoorCode,
    Enrolment,
    MandatedRelease,
    Referral,
    SignUp,
    Suggestion,
)
from employers.models import FollowUpNote, Placement, PlacementFollowUp
from participants.models import (
    Consent,
    ConsentQuestion,
    Contact,
    Disclosure,
    Goal,
    Intake,
    IntakeOpening,
    MainContact,
    NamedStaff,
    Participant,
    ProtectedDetails,
    ProtectionChange,
    Release,
    Step,
    TeamMember,
)
from portal.models import User
from portal.pages.extract.companions import COMPANIONS
from portal.pages.extract.messages import MESSAGES
from portal.pages.extract.section import OF_AN_ITEM, UNTIL, WRITTEN, Rows, Section, items, rows
from portal.pages.extract.waiting import WAITING
from portal.pages.log.models import Finding, Source

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


WHEN = _("when")
OF_WORK: dict[str, _StrOrPromise] = {
    "membership": _("who"),
    "reason": _("why"),
    "started_at": _("from"),
    "ended_at": UNTIL,
    "end_reason": _("why it ended"),
}


def work(model: Any) -> Rows:
    return lambda person, _actor: (
        model.objects.filter(participant=person)
        .select_related("membership__unit")
        .order_by("started_at", "pk")
    )


SECTIONS: tuple[Section, ...] = (
    Section(
        "person",
        _("You"),
        Participant,
        {
            "first_name": _("first name"),
            "last_name": _("last name"),
            "phone": _("mobile number"),
            "email": _("e-mail"),
            "registered_at": _("registered"),
            "closed_at": _("ended"),
            "unit": _("unit"),
            "in_intake": _("waits for a contact"),
            "protection": _("protection"),
        },
        lambda person, _actor: [person],
    ),
    Section(
        "account",
        _("Your account"),
        User,
        {
            "username": _("user name"),
            "email": _("e-mail"),
            "first_name": _("first name"),
            "last_name": _("last name"),
            "phone": _("phone"),
            "hours": _("when you can be reached"),
            "is_active": _("can be used"),
            "created_at": _("opened"),
            "last_login": _("signed in last"),
            "confirmed_at": _("somebody who met you said so"),
            "confirmed_how": _("how they knew that it was you"),
        },
        lambda person, _actor: [person.user] if person.user else [],
    ),
    Section("contacts", _("Your contact"), MainContact, OF_WORK, work(MainContact)),
    Section(
        "intake",
        _("Before you had a contact"),
        Intake,
        {
            "unit": _("unit"),
            "asked": _("what you asked for"),
            "opened_at": _("from"),
            "closed_at": UNTIL,
        },
        lambda person, _actor: person.intakes.select_related("unit").order_by("opened_at"),
    ),
    Section(
        "openings",
        _("At your first meeting"),
        IntakeOpening,
        {"membership": _("who"), "reason": _("why"), "opened_at": _("from"), "until": UNTIL},
        rows(IntakeOpening, "opened_at"),
    ),
    Section(
        "protected_details",
        _("Your protected details"),
        ProtectedDetails,
        {
            "first_name": _("first name"),
            "last_name": _("last name"),
            "phone": _("mobile number"),
            "email": _("e-mail"),
        },
        rows(ProtectedDetails, "pk"),
    ),
    Section(
        "protection",
        _("How you are protected"),
        ProtectionChange,
        {"protection": _("protection"), "reason": _("why"), "at": WHEN, "by": _("written by")},
        rows(ProtectionChange, "at"),
    ),
    Section(
        "named_staff",
        _("Those who alone may see you"),
        NamedStaff,
        {
            "membership": _("who"),
            "started_at": _("from"),
            "ended_at": UNTIL,
            "named_by": _("chosen by"),
        },
        rows(NamedStaff, "started_at"),
    ),
    Section(
        "team",
        _("Others around you"),
        TeamMember,
        {
            **OF_WORK,
            "rests_on_consent": _("rests on your yes"),
            "planned_end_on": _("last day"),
        },
        work(TeamMember),
    ),
    Section(
        "consents",
        _("What you have said yes to"),
        Consent,
        {
            "receiver": _("who may read"),
            "info_type": _("what"),
            "purpose": _("what for"),
            "given": _("how the yes was given"),
            "sharing": _("what a yes opens"),
            "text_version": _("version of the text"),
            "valid_from": _("from"),
            "valid_until": UNTIL,
            "withdrawn_at": _("taken back"),
            "recorded_by": _("written down by"),
        },
        rows(Consent, "valid_from", "receiver", "recorded_by"),
    ),
    Section(
        "asked_to_share",
        _("What you have been asked to share"),
        ConsentQuestion,
        {
            "receiver": _("who may read"),
            "info_type": _("what"),
            "purpose": _("what for"),
            "sharing": _("what a yes opens"),
            "text_version": _("version of the text"),
            "until": UNTIL,
            "created_at": _("asked"),
            "author": _("asked by"),
            "organisation": _("answers for it"),
            "answer": _("answer"),
            "answered_at": _("answered"),
        },
        rows(ConsentQuestion, "created_at", "receiver", "author", "organisation"),
    ),
    Section(
        "shown",
        _("What has been shown"),
        Release,
        {
            "consent": _("to whom"),
            "created_at": WHEN,
            "author": _("shown by"),
            "owner": _("answers for it"),
            "taken_back_at": _("taken back"),
            "taken_back_by": _("taken back by"),
        },
        rows(Release, "created_at", "consent__receiver", "author", "owner", "taken_back_by"),
    ),
    *COMPANIONS,
    Section(
        "handed_out_by_law",
        _("Handed out by law"),
        Disclosure,
        {
            "receiver": _("to whom"),
            "info_types": _("kind of information"),
            "what": _("what was handed out"),
            "ground": _("ground"),
            "reason": _("reason"),
            "disclosed_on": _("day"),
            "owner": _("answers for it"),
            "author": _("written by"),
            "created_at": WRITTEN,
        },
        rows(Disclosure, "disclosed_on", "owner", "author"),
    ),
    Section(
        "goals",
        _("Your goal"),
        Goal,
        {"text": _("my goal, in my words"), "replaced_at": _("replaced"), **OF_AN_ITEM},
        items(Goal, "created_at"),
    ),
    Section(
        "steps",
        _("Your steps"),
        Step,
        {
            "text": _("step"),
            "due_on": _("no later than"),
            "assignee": _("who does it"),
            "finished_at": _("done"),
            "finished_by": _("marked as done by"),
            "removed_at": _("taken back"),
            **OF_AN_ITEM,
        },
        items(Step, "created_at"),
    ),
    *WAITING,
    Section(
        "notes",
        _("Talks and notes"),
        Contact,
        {
            "occurred_at": WHEN,
            "mode": _("how"),
            "counterpart": _("with whom"),
            "venue": _("where"),
            "outcome": _("outcome"),
            "minutes": _("minutes"),
            "text": _("note"),
            "audience": _("who reads it"),
            "held_back_until": _("held back until"),
            "held_back_reason": _("why it is held back"),
            "removed_at": _("taken back"),
            **OF_AN_ITEM,
        },
        items(Contact, "occurred_at"),
    ),
    Section(
        "enrolments",
        _("Your places in activities"),
        Enrolment,
        {
            "activity": _("activity"),
            "basis": _("on what basis"),
            "weekdays": _("weekdays"),
            "started_on": _("first day"),
            "ended_on": _("last day"),
            "end_reason": _("why it ends"),
            "on_list": _("on the members' list"),
            **OF_AN_ITEM,
        },
        items(Enrolment, "started_on"),
    ),
    Section(
        "sign_ups",
        _("What you meant to come to"),
        SignUp,
        {
            "session": _("session"),
            "withdrawn_at": _("taken back"),
            "waiting_since": _("in line since"),
            "offered_at": _("offered a place"),
            "answer_by": _("place held until"),
            **OF_AN_ITEM,
        },
        items(SignUp, "created_at"),
    ),
    Section(
        "suggestions",
        _("What has been suggested to you"),
        Suggestion,
        {
            "entry": _("what"),
            "answer": _("answer"),
            "answered_at": _("answered"),
            "withdrawn_at": _("taken back"),
            **OF_AN_ITEM,
        },
        items(Suggestion, "created_at"),
    ),
    Section(
        "referrals",
        _("What we have asked for you"),
        Referral,
        {
            "owner": _("answers for it"),
            "sender": _("asked by"),
            "receiver": _("who is asked"),
            "entry": _("what"),
            "first_name": _("first name"),
            "told": _("what they may know"),
            "sent_at": _("sent"),
            "expires_on": _("to be answered by"),
            "answer": _("answer"),
            "reason": _("why"),
            "answered_at": _("answered"),
            "taken_back_at": _("taken back"),
        },
        rows(Referral, "sent_at"),
    ),
    Section(
        "releases",
        _("What we have sent to those who decide about money"),
        MandatedRelease,
        {
            "owner": _("answers for it"),
            "receiver": _("who reads it"),
            "name": _("name"),
            "first_on": _("first day"),
            "last_on": _("last day"),
            "plan": _("plan"),
            "days": _("days"),
            "released_at": WRITTEN,
            "released_by": _("written by"),
            "opens_at": _("opens"),
            "confirmed_at": _("you said that it is right"),
            "held_at": _("held back"),
            "taken_back_at": _("taken back"),
            "taken_back_by": _("taken back by"),
        },
        rows(MandatedRelease, "released_at"),
    ),
    Section(
        "absences",
        _("Days when you did not come"),
        Absence,
        {
            "session": _("session"),
            "reason": _("why"),
            "withdrawn_at": _("taken back"),
            "step": _("what it led to"),
            **OF_AN_ITEM,
        },
        items(Absence, "created_at"),
    ),
    Section(
        "door_codes",
        _("Your codes at the door"),
        DoorCode,
        {"unit": _("unit"), "drawn_on": _("drawn"), "used_on": _("last used")},
        rows(DoorCode, "drawn_on", "unit"),
    ),
    Section(
        "attendances",
        _("When you came"),
        Attendance,
        {
            "session": _("session"),
            "arrived_at": _("came"),
            "left_at": _("left"),
            "companions": _("company along"),
            "removed_at": _("taken back"),
            "how": _("how we know"),
            "history": _("what stood before"),
            **OF_AN_ITEM,
        },
        items(Attendance, "arrived_at"),
    ),
    Section(
        "placements",
        _("Your workplaces"),
        Placement,
        {
            "employer": _("employer"),
            "kind": _("what kind of place"),
            "subsidy": _("which wage support"),
            "occupation": _("what one does there"),
            "starts_on": _("first day"),
            "ends_on": _("last day"),
            "hours_per_week": _("hours a week"),
            "permanent": _("the job has no last day"),
            "supporter": _("who supports you there"),
            "may_lead_to_wage": _("may it lead to a wage?"),
            "found_by": _("who found it"),
            "ended_on": _("last day there"),
            "ended_by": _("ended by"),
            "end_reason": _("why it ended"),
            "led_to_job": _("did it lead to a job?"),
            "follow_ups_stopped_at": _("no more questions from"),
            "follow_ups_stopped_by": _("who decided that"),
            **OF_AN_ITEM,
        },
        items(Placement, "starts_on"),
    ),
    Section(
        "follow_ups",
        _("How it goes at your workplace"),
        FollowUpNote,
        {
            "occurred_at": WHEN,
            "placement": _("workplace"),
            "how_it_goes": _("how does it go?"),
            "spoke_with": _("with whom"),
            "text": _("note"),
            **OF_AN_ITEM,
        },
        items(FollowUpNote, "occurred_at"),
    ),
    Section(
        "planned_follow_ups",
        _("When we ask how it goes"),
        PlacementFollowUp,
        {"placement": _("workplace"), "due_on": _("no later than"), "note": _("what was written")},
        lambda person, actor: (
            PlacementFollowUp.objects.visible_to(actor)
            .filter(placement__participant=person)
            .select_related("placement", "note")
            .order_by("due_on", "pk")
        ),
    ),
    *MESSAGES,
    Section(
        "questions",
        _("What you have asked about the log"),
        Finding,
        {"on": _("day"), "text": _("what looks wrong?"), "created_at": WRITTEN},
        lambda person, actor: (
            Finding.objects.visible_to(actor)
            .filter(participant=person, source=Source.REPORT)
            .order_by("created_at", "pk")
        ),
    ),
)
