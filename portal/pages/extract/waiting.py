"""What a person's way onwards waits for, in the register extract."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from participants.models import AwaitedDecision, Handover
from portal.pages.extract.section import OF_AN_ITEM, WRITTEN, Section, items, rows

WAITING: tuple[Section, ...] = (
    Section(
        "decisions",
        _("Answers that you wait for"),
        AwaitedDecision,
        {
            "text": _("what is decided"),
            "authority": _("from whom"),
            "asked_on": _("asked on"),
            "expected_on": _("answer expected by"),
            "watcher": _("who watches it"),
            "answer": _("answer"),
            "answer_text": _("in short"),
            "answered_on": _("answer came"),
            "answered_at": _("written down"),
            "answered_by": _("written down by"),
            **OF_AN_ITEM,
        },
        items(AwaitedDecision, "created_at"),
    ),
    Section(
        "handovers",
        _("When you got a new contact"),
        Handover,
        {
            "giver": _("contact before"),
            "taker": _("new contact"),
            "words": _("what the new contact should know"),
            "meets_on": _("first meeting"),
            "comes_along": _("the contact before comes along"),
            "met_at": _("you had met"),
            "let_go_at": _("the contact before had handed over"),
            "ended_at": _("done"),
            "owner": _("answers for it"),
            "author": _("written by"),
            "created_at": WRITTEN,
        },
        rows(Handover, "created_at", "giver__unit", "taker__unit", "owner", "author"),
    ),
)
