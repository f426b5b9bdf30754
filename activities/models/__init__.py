from activities.models.absences import Absence, AbsenceReason
from activities.models.activities import (
    Activity,
    Contract,
    Group,
    Level,
    Picture,
    Tempo,
    Threshold,
)
from activities.models.attendance import Attendance, HowNoted
from activities.models.calendars import CalendarAddress
from activities.models.company import (
    CompanyAnswer,
    CompanyKind,
    CompanyState,
    CompanyWish,
    Meeting,
)
from activities.models.directory import (
    Entry,
    EntryKind,
    EntryWord,
    Sheet,
    Support,
    Topic,
    UnmetDemand,
    Word,
)
from activities.models.door_codes import DoorCode
from activities.models.events import Audience, GuestSignUp, Invitation, Minutes, Point
from activities.models.hours import HoursRemark, OpeningException, OpeningRule, Weekday
from activities.models.kept import Kept
from activities.models.leading import NextStep
from activities.models.places import Entrance, Place, PlaceClosing, Room
from activities.models.referrals import Referral, ReferralAnswer, ReferralState
from activities.models.releases import MandatedRelease, ReleaseState
from activities.models.sessions import CancelReason, Guest, Session, SessionState
from activities.models.suggestions import Answer, Suggestion
from activities.models.taking_part import Basis, EndReason, Enrolment, SignUp
from activities.models.taps import DoorTap

__all__ = [
    "Absence",
    "AbsenceReason",
    "Activity",
    "Answer",
    "Attendance",
    "Audience",
    "Basis",
    "CalendarAddress",
    "CancelReason",
    "CompanyAnswer",
    "CompanyKind",
    "CompanyState",
    "CompanyWish",
    "Contract",
    "DoorCode",
    "DoorTap",
    "EndReason",
    "Enrolment",
    "Entrance",
    "Entry",
    "EntryKind",
    "EntryWord",
    "Group",
    "Guest",
    "GuestSignUp",
    "HoursRemark",
    "HowNoted",
    "Invitation",
    "Kept",
    "Level",
    "MandatedRelease",
    "Meeting",
    "Minutes",
    "NextStep",
    "OpeningException",
    "OpeningRule",
    "Picture",
    "Place",
    "PlaceClosing",
    "Point",
    "Referral",
    "ReferralAnswer",
    "ReferralState",
    "ReleaseState",
    "Room",
    "Session",
    "SessionState",
    "Sheet",
    "SignUp",
    "Suggestion",
    "Support",
    "Tempo",
    "Threshold",
    "Topic",
    "UnmetDemand",
    "Weekday",
    "Word",
]
