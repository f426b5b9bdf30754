"""What a register extract leaves out, and why: a test fails when a new field is in neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

from activities.models import CompanyWish, DoorCode, Referral, Suggestion
from employers.models import EmployerCard
from participants.models import (
    Caseload,
    Consent,
    ConsentQuestion,
    IntakeOpening,
    Participant,
    PersonalNumber,
    Release,
)
from portal.models import Access, AuditEvent, Draft, User
from portal.pages.log.models import Decision, Finding
from portal.pages.overview.models import Mark
from portal.pages.record.models import Colleague, Current, Happening
from portal.reminders.models import (
    PastReminder,
    Receipt,
    Reminder,
    ReminderAttempt,
    Reply,
    Wish,
)

if TYPE_CHECKING:
    from django.db.models import Model

# Said for each table once: keys between tables, and what keeps a form from being saved twice.
KEYS = {"id", "public_id", "submission_id", "participant", "version", "sort_key"}
COPY = "worked out from what the extract holds, and made anew from it"
SECURITY = "keeps the account or the message safe, and says nothing of the person"
OTHERS = "about somebody else than the person"
LEFT_OUT: dict[type[Model], dict[str, str] | str] = {
    Participant: {"user": "the account has a heading of its own"},
    User: {"password": SECURITY, "confirmed_by": OTHERS},
    PersonalNumber: "the person knows it; it is sealed, and shown only by an act of its own",
    IntakeOpening: {"intake": "a key; the place in intake has a heading of its own"},
    Consent: {"witness": OTHERS},
    EmployerCard: {"witness": OTHERS},
    ConsentQuestion: {
        "put_off_at": "a pause before the question is put again, and no answer",
        "consent": "the yes stands under a heading of its own",
    },
    Release: dict.fromkeys(("item_id", "kind"), "the thing itself stands in the extract"),
    DoorCode: dict.fromkeys(("look_up", "sealed"), "the figures stand on a page of their own"),
    Referral: {"remind_on": "when the one who is asked is reminded", "answered_by": OTHERS},
    CompanyWish: {
        "refused": OTHERS,
        **dict.fromkeys(("news_at", "let_go_at"), "when somebody is told: it stands in messages"),
    },
    Suggestion: {"slot": "which of three places it stands in: holds the number down"},
    Reminder: dict.fromkeys(
        (
            *("kind", "subject_id", "recipient_kind", "recipient_id", "participant_id"),
            *("next_at", "ready_at", "not_after", "priority", "attempt", "repeats", "lease_token"),
            *("stopped_at", "created_at", "late", "gateway", "address", "is_owed"),
        ),
        "how the machine sends; what was sent, how and when stands in the extract",
    ),
    PastReminder: dict.fromkeys(
        ("kind", "subject_id", "recipient_kind", "recipient_id", "participant_id", "repeats"),
        "how the machine sent; what was sent, how and when stands in the extract",
    ),
    Wish: dict.fromkeys(("recipient_kind", "recipient_id", "participant_id"), "whose it is"),
    ReminderAttempt: "what the mail server answered to each try",
    Receipt: "what the gateway said of it; what became of the message stands in the extract",
    Reply: "that an answer came; what it did, or what it said, stands where it was done",
    Finding: dict.fromkeys(
        ("source", "user_id", "membership_id", "reasons", "events"),
        "what a log review looks for is told once it has found something",
    ),
    Decision: "the answer stands in *Vem har tittat*; the note is about a colleague",
    AuditEvent: "in the extract by day, under a heading of its own",
    Draft: "typed and not saved: kept for a day, sealed, for the one who typed it",
    Access: COPY,
    Caseload: COPY,
    Mark: COPY,
    Happening: COPY,
    Colleague: COPY,
    Current: COPY,
}
