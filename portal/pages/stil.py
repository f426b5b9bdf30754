"""Every component in every state, for those who build and those who test; never in production.

The words here are specimens, as the names are: they are not translated.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any

from crispy_forms.layout import Fieldset, Layout, Row
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from portal import charts
from portal.forms import FilterForm, Form, FormSet

if TYPE_CHECKING:
    from collections.abc import Callable

    from crispy_forms.helper import FormHelper
    from django.http import HttpRequest, HttpResponse

WAYS = [
    ("phone", "Telefon"),
    ("meeting", "Möte"),
    ("message", "Meddelande"),
    ("missed", "Nådde inte"),
]
LONG = "Arbetsmarknadsförvaltningens samordningsenhet för sysselsättningsplatser"


class SpecimenForm(Form):
    """One of each kind of question, in the order a note is written."""

    creates = True

    way = forms.ChoiceField(
        label="Hur hördes ni?",
        choices=WAYS,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj hur ni hördes"},
    )
    note = forms.CharField(
        label="Vad kom ni fram till?",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="En eller två meningar. Robin kan läsa det här.",
    )
    step = forms.CharField(
        label="Nästa steg", error_messages={"required": "Skriv nästa steg, hur litet som helst"}
    )
    due_on = forms.DateField(label="Senast", required=False)
    at = forms.TimeField(label="Klockan", required=False)
    hours = forms.IntegerField(label="Timmar i veckan", min_value=2, max_value=40, required=False)
    place = forms.ChoiceField(label="Var?", choices=[("", "Välj"), ("a", "Corner"), ("b", LONG)])
    days = forms.MultipleChoiceField(
        label="Vilka dagar?",
        choices=list(
            zip("12345", ["måndag", "tisdag", "onsdag", "torsdag", "fredag"], strict=True)
        ),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    paper = forms.FileField(label="Papper att lägga till", required=False)
    tell = forms.BooleanField(label="Berätta för Robin med sms", required=False)

    @cached_property
    def helper(self) -> FormHelper:
        helper = super().helper
        when = Fieldset("När och var", Row("due_on", "at", "hours"), "place", "days")
        helper.layout = Layout("submission_id", "way", "note", "step", when, "paper", "tell")
        return helper


class SpecimenFilter(FilterForm):
    """Two choices that narrow a list."""

    q = forms.CharField(label="Sök person", required=False)
    order = forms.ChoiceField(
        label="Ordna", choices=[("need", "Behöver mig först"), ("name", "A till Ö")], required=False
    )


class HoursForm(Form):
    """One opening time."""

    opens = forms.TimeField(label="Öppnar")
    closes = forms.TimeField(label="Stänger")

    @cached_property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout = Layout(Row("opens", "closes"))
        return helper


HoursFormSet = forms.formset_factory(HoursForm, formset=FormSet, extra=2)


def workshop[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Open a page in the demo and while developing; elsewhere there is no such page."""

    @login_not_required
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not (settings.PORTAL_DEMO or settings.DEBUG):
            raise Http404
        return view(*args, **kwargs)

    return guarded


@workshop
@require_safe
def stil(request: HttpRequest) -> HttpResponse:
    messages.success(request, "Sparat. Du kan ångra i tio minuter.")
    messages.info(request, "Vi sparar inte ditt svar.")
    messages.warning(request, "Cykelverkstaden är inställd i dag.")
    messages.error(request, "Det gick inte att spara. Det du skrev finns kvar.")
    now = timezone.now()
    return render(
        request, "stil/index.html", {"now": now, "today": timezone.localdate(), "long": LONG}
    )


@workshop
@require_http_methods(["GET", "POST"])
def stil_form(request: HttpRequest) -> HttpResponse:
    wrong = {"hours": "1", "due_on": "förra veckan", "note": "a" * 501}
    form = SpecimenForm(
        request.POST if request.method == "POST" else wrong if "fel" in request.GET else None
    )
    return render(
        request,
        "stil/form.html",
        {"form": form, "narrow": SpecimenFilter(), "formset": HoursFormSet(prefix="hours")},
        status=422 if form.errors else 200,
    )


@workshop
@require_safe
def stil_tables(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    people = [
        ("Robin A.", "danger", "Väntar på mig, 2 dagar", 1, "Träff på Corner", 2, "Provar på"),
        ("Kim B.", "warn", "Försenat steg", 8, "Ring Fontänhuset", -2, "Komma igång"),
        ("Alex C.", "warn", "Ingen kontakt på 14 dagar", 15, "", 0, "Komma igång"),
        ("Mika D.", "info", "Ny på plats", 4, "Möte med handledaren", 0, "Arbetsträning"),
        ("Sam E.", "ok", "Flyter på", 2, "Studiebesök på " + LONG, 6, "Anställd, stöd"),
        ("محمد الأمين", "ok", "Flyter på", 0, "زيارة", 1, "Provar på"),
    ]
    rows: list[dict[str, Any]] = [
        {
            "name": name,
            "kind": kind,
            "reason": reason,
            "seen": today - timedelta(days=seen),
            "step": step,
            "due": today + timedelta(days=due),
            "phase": phase,
        }
        for name, kind, reason, seen, step, due, phase in people
    ]
    return render(request, "stil/tables.html", {"rows": rows, "today": today, **drawn()})


def drawn() -> dict[str, Any]:
    """Return one chart of each kind."""
    load = [("Samira Lund", 22), ("Johan Ek", 19), ("Amal Haddad", 17), ("Leila Nasser", 8)]
    phases = [
        ("Komma igång", 41),
        ("Provar på", 62),
        ("Arbetsträning", 23),
        ("Anställd, stöd", None),
    ]
    months = [6, 4, 9, 7, 5, 8, 3, 0, 6, 11, 9, 12]
    names = ["jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]
    return {
        "load": charts.hbar(
            load,
            charts.Words("load", "Personer per guide", "Samira har 22 personer, fler än 20."),
            charts.Limit(20, "högst 20"),
        ),
        "phases": charts.stacked(
            phases, charts.Words("phases", "Faser", "Flest, 62 personer, provar på.")
        ),
        "starts": charts.columns(
            list(zip(names, months, strict=True)),
            charts.Words("starts", "Nya per månad", "Flest började i december, 12 personer."),
        ),
        "nothing": charts.hbar([], charts.Words("none", "Tomt", "Det finns inget att visa än.")),
        "heat": [
            ("Måndag", [(0, 0), (2, 2), (4, 3), (1, 1)]),
            ("Onsdag", [(1, 1), (3, 2), (5, 3), (2, 2)]),
            ("Lördag", [(0, 0), (0, 0), (1, 1), (1, 1)]),
        ],
    }
