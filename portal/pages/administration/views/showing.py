"""How the pages of administration are drawn: lists a page at a time, and a second look at acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Collate, Lower
from django.shortcuts import render

from participants.views.showing import bound
from portal.http import page_of
from portal.models import SWEDISH_ORDER

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse
    from django.utils.functional import _StrOrPromise

    from portal.forms import Form
    from portal.http import PortalRequest
    from portal.pages.administration.forms import Reviewed

PAGE = 50
FARTHEST = 200

# Names of organisations as a Swedish directory orders them.
ALPHABET = Collate(
    Lower(
        Func(
            F("name"),
            *map(Value, SWEDISH_ORDER),
            function="TRANSLATE",
            output_field=TextField(),
        )
    ),
    "C",
)


def paged(request: PortalRequest, found: QuerySet[Any]) -> dict[str, Any]:
    """Return a page of a list, and whether there is one more."""
    page = page_of(request, FARTHEST)
    rows = list(found[(page - 1) * PAGE : page * PAGE + 1])
    return {"rows": rows[:PAGE], "page": page, "has_next": len(rows) > PAGE}


@dataclass(frozen=True, slots=True)
class Act:
    """What is about to be done, in the words of the page that asks once more."""

    title: _StrOrPromise
    facts: list[tuple[_StrOrPromise, Any]]
    follows: list[_StrOrPromise]
    submit: _StrOrPromise


def answered[FormT: Reviewed](
    request: PortalRequest, form_class: type[FormT], **kwargs: Any
) -> FormT:
    """Return the form as posted; sent back from the second look, it may be changed again."""
    if request.method == "POST" and "change" in request.POST:
        known = {name: request.POST[name] for name in request.POST if name != "confirmed"}
        return form_class(initial=known, **kwargs)
    return bound(request, form_class, **kwargs)


def look_again(request: PortalRequest, form: Form, act: Act, back: str) -> HttpResponse:
    """Show what was answered and what follows, before anything touches somebody else."""
    context = {"sent": form, "act": act, "back": back}
    return render(request, "administration/review.html", context)


def shown(request: PortalRequest, template: str, **context: Any) -> HttpResponse:
    """Render a page; a form with faults answers 422, with its text kept."""
    form = context.get("form")
    status = 422 if form is not None and form.errors else 200
    return render(request, template, context, status=status)
