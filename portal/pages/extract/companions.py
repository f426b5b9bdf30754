"""Who is beside a person and works nowhere here: who is shown a card, and who speaks for them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from participants.models import PeerCard, Representative
from portal.pages.extract.section import UNTIL, WRITTEN, Section

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
        lambda person, actor: (
            PeerCard.objects.visible_to(actor)
            .filter(participant=person)
            .select_related("membership__unit", "author", "owner")
            .order_by("created_at", "pk")
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
        lambda person, actor: (
            Representative.objects.visible_to(actor)
            .filter(participant=person)
            .select_related("membership__unit", "owner", "author", "seen_by", "ended_by")
            .order_by("created_at", "pk")
        ),
    ),
)
