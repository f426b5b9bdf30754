from activities.models.absences import Absence, AbsenceReason
from activities.models.activities import Activity, Contract, Picture, Tempo, Threshold
from activities.models.calendars import CalendarAddress
from activities.models.hours import HoursRemark, OpeningException, OpeningRule, Weekday
from activities.models.places import Place, PlaceClosing, Room
from activities.models.releases import MandatedRelease, ReleaseState
from activities.models.sessions import CancelReason, Guest, Session, SessionState
from activities.models.taking_part import Attendance, Basis, EndReason, Enrolment, SignUp

__all__ = [
    "Absence",
    "AbsenceReason",
    "Activity",
    "Attendance",
    "Basis",
    "CalendarAddress",
    "CancelReason",
    "Contract",
    "EndReason",
    "Enrolment",
    "Guest",
    "HoursRemark",
    "MandatedRelease",
    "OpeningException",
    "OpeningRule",
    "Picture",
    "Place",
    "PlaceClosing",
    "ReleaseState",
    "Room",
    "Session",
    "SessionState",
    "SignUp",
    "Tempo",
    "Threshold",
    "Weekday",
]
