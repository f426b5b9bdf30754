"""Who is beside a person and works nowhere here: who is shown a card, and who speaks for them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from activities.models import CompanyWish
from employers.models import EmployerCard
from participants.models import PeerCard, Representative
from portal.pages.extract.section import UNTIL, WRITTEN, Section, rows

COMPANIONS: tuple[Section, ...] = (
    Section(
        "cards",
        _("What you show a peer or a volunteer"),
        PeerCard,
        {
            "membership": _("to whom"),
            "reason": _("why"),
            "author": _("proposed by"),
            "owner": _("answers for it"),
            "created_at": _("proposed"),
            "first_name": _("first name"),
            "reach": _("how to reach you"),
            "line": _("in your own words"),
            "times": _("times"),
            "shown_at": _("shown"),
            "until": UNTIL,
            "taken_back_at": _("taken back"),
        },
        rows(PeerCard, "created_at", "membership__unit", "author", "owner"),
    ),
    Section(
        "company",
        _("When you have asked for company"),
        CompanyWish,
        {
            "session": _("session"),
            "kind": _("what you asked for"),
            "asked_at": _("asked"),
            "meeting": _("where to meet"),
            "words": _("in your own words"),
            "answer": _("answer"),
            "answered_at": _("answered"),
            "membership": _("who answered"),
            "first_name": _("first name"),
            "handed_on_at": _("your contact was told"),
            "step": _("what it led to"),
            "ended_at": _("taken back"),
        },
        rows(CompanyWish, "asked_at", "session__activity", "membership__unit", "step"),
    ),
    Section(
        "employer_cards",
        _("What you show an employer"),
        EmployerCard,
        {
            "receiver": _("to whom"),
            "placement": _("workplace"),
            "author": _("asked by"),
            "owner": _("answers for it"),
            "created_at": _("asked"),
            "first_name": _("first name"),
            "days": _("days and times"),
            "tasks": _("tasks"),
            "adjustments": _("what makes it work"),
            "supporter": _("who supports you there"),
            "given": _("how the yes was given"),
            "shown_at": _("shown"),
            "until": UNTIL,
            "taken_back_at": _("taken back"),
            "was_refused": _("you said no"),
        },
        rows(
            EmployerCard,
            "created_at",
            "receiver",
            "placement",
            "author",
            "owner",
            "supporter__user",
        ),
    ),
    Section(
        "representatives",
        _("Who speaks for you"),
        Representative,
        {
            "membership": _("who"),
            "kind": _("as what"),
            "info_types": _("kind of information"),
            "in_writing": _("where health or money is written"),
            "proof": _("what proves it"),
            "note": _("about the paper"),
            "seen_on": _("the paper was seen"),
            "seen_by": _("by whom"),
            "told_on": _("the person was told"),
            "starts_on": _("first day"),
            "until": UNTIL,
            "ended_at": _("ended"),
            "ended_by": _("ended by"),
            "owner": _("answers for it"),
            "author": _("written by"),
            "created_at": WRITTEN,
        },
        rows(
            Representative,
            "created_at",
            "membership__unit",
            "owner",
            "author",
            "seen_by",
            "ended_by",
        ),
    ),
)
