"""A decision that is waited for: what, from whom, until when, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from participants.forms.people import colleagues
from participants.models import Authority, DecisionAnswer, MainContact, TeamMember
from portal import access
from portal.forms import Form, day_within

if TYPE_CHECKING:
    from datetime import date

    from participants.models import Participant
    from portal.models import Membership

TOO_EARLY = _("The answer cannot come before the question.")
YEARS = 3  # back: some have waited for long when we hear of it


if TYPE_CHECKING:
    Chosen = forms.ModelChoiceField[Membership]
else:
    Chosen = forms.ModelChoiceField


class ByName(Chosen):
    """Colleagues by their names."""

    def label_from_instance(self, obj: Any) -> str:
        name: str = obj.user.name
        return name


def watcher_field() -> ByName:
    """Return the question who watches it, of those who work with the person."""
    return ByName(
        label=_("Who watches it?"),
        queryset=colleagues().none(),
        empty_label=None,
        help_text=_("Is told when the answer is late, and at most once a month after that."),
    )


class Watched(Form):
    """When the answer is expected, and who of the team is told when it is late."""

    def __init__(
        self, *args: Any, person: Participant, told: int | None, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        held = MainContact.objects.open().filter(participant=person)
        team = TeamMember.objects.open().filter(participant=person)
        reads = team.annotate(reads=access.Reads()).filter(reads=True)
        within = Q(pk__in=held.values("membership")) | Q(pk__in=reads.values("membership"))
        watcher = self.fields["watcher"]
        if isinstance(watcher, forms.ModelChoiceField):
            watcher.queryset = colleagues().filter(within | Q(pk=told or 0))
            watcher.initial = told

    def clean_expected_on(self) -> date | None:
        return day_within(self.cleaned_data["expected_on"], self.today, back=YEARS)


def expected_on_field() -> forms.DateField:
    """Return the question how long to wait before asking again."""
    return forms.DateField(
        label=_("When do you count on an answer, at the latest?"),
        widget=forms.DateInput,
        help_text=_("Does nobody know? Choose the day on which you ask again."),
    )


class DecisionForm(Watched):
    """What is waited for; most of it is filled in already."""

    creates = True
    submit_label = _("Save")

    authority = forms.ChoiceField(label=_("Whom do you wait for?"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What is to be decided?"),
        max_length=200,
        help_text=_("The person reads this. Write what is decided, and not why."),
        error_messages={"required": _("Write what is to be decided")},
    )
    asked_on = forms.DateField(label=_("When did you ask?"), widget=forms.DateInput)
    expected_on = expected_on_field()
    watcher = watcher_field()
    meanwhile = forms.CharField(
        label=_("What happens while you wait?"),
        max_length=200,
        required=False,
        help_text=_("It becomes a step in the plan. Leave it empty if there is a step already."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        authority = self.fields["authority"]
        if isinstance(authority, forms.ChoiceField):
            authority.choices = [(one.value, capfirst(one.label)) for one in Authority]
        self.fields["asked_on"].initial = self.today

    def clean_asked_on(self) -> date | None:
        return been(self.cleaned_data["asked_on"], self.today)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        asked, expected = answers.get("asked_on"), answers.get("expected_on")
        if asked and expected and expected < asked:
            self.add_error("expected_on", TOO_EARLY)
        return answers


class DecisionMoveForm(Watched):
    """Another day to count on, or another pair of eyes."""

    submit_label = _("Save")

    expected_on = expected_on_field()
    watcher = watcher_field()

    def clean_expected_on(self) -> date | None:
        return day_within(self.cleaned_data["expected_on"], self.today)


class DecisionAnswerForm(Form):
    """What came: one tap, and a few words for who wants."""

    submit_label = _("Save the answer")

    answer = forms.ChoiceField(
        label=_("What was the answer?"), choices=DecisionAnswer.choices, widget=forms.RadioSelect
    )
    answer_text = forms.CharField(
        label=_("In short"),
        max_length=200,
        required=False,
        help_text=_("The person reads this."),
    )
    answered_on = forms.DateField(label=_("When did it come?"), widget=forms.DateInput)

    def __init__(self, *args: Any, asked_on: date, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked_on, self.today = asked_on, today
        self.fields["answered_on"].initial = today

    def clean_answered_on(self) -> date | None:
        day = been(self.cleaned_data["answered_on"], self.today)
        if day and day < self.asked_on:
            raise forms.ValidationError(TOO_EARLY)
        return day


def been(day: date | None, today: date) -> date | None:
    """Return a day that has been, today at the latest."""
    if day and day > today:
        raise forms.ValidationError(_("Choose today or an earlier day."))
    return day_within(day, today, back=YEARS)
