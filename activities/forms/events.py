"""What is asked of those who make an event, and of those who come to it without an account."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.laying_out import instant
from activities.models import Activity, Audience, Place, Point
from activities.services.events import About
from portal.forms import Form, ModelForm, day_within
from portal.models import Organisation

if TYPE_CHECKING:
    from datetime import date

    from django.http import QueryDict

MOST_SEATS = 2000
YEARS_BACK = 2
OPEN, CLOSED = "alla", "inbjudna"


class TimeForm(Form):
    """One meeting: a day, from when to when."""

    submit_label = _("Add the time")

    on = forms.DateField(label=_("Which day?"), widget=forms.DateInput)
    opens = forms.TimeField(label=_("Begins"), widget=forms.TimeInput)
    closes = forms.TimeField(label=_("Ends"), widget=forms.TimeInput)

    def clean_on(self) -> date | None:
        return day_within(self.cleaned_data["on"], timezone.localdate())

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        on, opens, closes = (answers.pop(one, None) for one in ("on", "opens", "closes"))
        if on is None or opens is None or closes is None:
            return answers
        answers["starts_at"], answers["ends_at"] = instant(on, opens), instant(on, closes)
        if answers["ends_at"] <= answers["starts_at"]:
            self.add_error("closes", _("Write an end that comes after the start."))
        elif answers["starts_at"] <= timezone.now():
            self.add_error("opens", _("Choose a time that has not passed."))
        return answers


class AboutForm(Form):
    """What an event is and where, in the words of those who hold it."""

    name = forms.CharField(label=_("What is it called?"), max_length=120)
    summary = forms.CharField(label=_("In one sentence"), max_length=200)
    what_we_do = forms.CharField(
        label=_("What will happen?"), max_length=2000, widget=forms.Textarea({"rows": 4})
    )
    place = forms.ModelChoiceField(
        label=_("Where?"),
        queryset=Place.objects.order_by("name", "pk"),
        empty_label=_("Choose a place"),
    )
    seats = forms.IntegerField(
        label=_("How many places are there?"),
        min_value=1,
        max_value=MOST_SEATS,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        said = {one.name: answers.pop(one.name, None) for one in fields(About)}
        if not self.errors:
            answers["about"] = About(**said)
        return answers


class EventForm(TimeForm, AboutForm):
    """A new event, with its first meeting."""

    submit_label = _("Make the event")

    who = forms.ChoiceField(
        label=_("For whom?"),
        choices=[(OPEN, _("For everybody")), (CLOSED, _("Only for those who are invited"))],
        widget=forms.RadioSelect,
        help_text=_("What is for those invited stands nowhere. You get an address to send them."),
    )
    sign_up = forms.BooleanField(label=_("People sign up first"), required=False)
    follows = forms.ModelChoiceField(
        label=_("Is it the next meeting after another?"),
        queryset=Activity.objects.none(),
        required=False,
        empty_label=_("No"),
    )

    field_order = (
        *("name", "summary", "what_we_do", "place", "on", "opens", "closes"),
        *("who", "sign_up", "seats", "follows"),
    )

    def __init__(self, *args: Any, earlier: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["follows"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = earlier
        self.fields["seats"].help_text = _("Where people sign up first.")

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        if answers.pop("sign_up", False) and not answers.get("seats") and "seats" in answers:
            self.add_error("seats", _("Write how many places there are."))
        answers["by_invitation"] = answers.pop("who", OPEN) == CLOSED
        return answers


class ChangeForm(AboutForm):
    """What an event says; times are changed one by one, at the door."""

    def __init__(self, *args: Any, event: Activity, **kwargs: Any) -> None:
        told = ("name", "summary", "what_we_do", "place", "seats")
        initial = {name: getattr(event, name) for name in told}
        super().__init__(*args, initial=initial, **kwargs)
        if event.sign_up:
            self.fields["seats"].required = True
            self.fields["seats"].help_text = _("Nobody who has a place loses it.")
        else:
            del self.fields["seats"]


class InviteForm(Form):
    """Whom the next address invites."""

    submit_label = _("Make an address")

    audience = forms.TypedChoiceField(
        label=_("Who is invited?"), choices=Audience.choices, coerce=Audience
    )


class GuestSignUpForm(Form):
    """A name and an address, and nothing more."""

    submit_label = _("Sign me up")

    name = forms.CharField(
        label=_("Your name"),
        max_length=40,
        help_text=_("A first name is enough."),
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": _("Write a name, as you want to be called.")},
    )
    email = forms.EmailField(
        label=_("Your e-mail"),
        max_length=254,
        help_text=_("We write there, once now and once the day before."),
        widget=forms.EmailInput({"autocomplete": "email"}),
        error_messages={"required": _("Write your e-mail address, so that we can write to you.")},
    )
    wait = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_full: bool, **kwargs: Any) -> None:
        super().__init__(*args, initial={"wait": is_full}, **kwargs)
        if is_full:
            self.submit_label = _("Wait in line")  # type: ignore[misc]

    def must_wait(self) -> None:
        """Say that the last place went a moment ago; what was typed stays, to stand in line by."""
        self.add_error(None, _("It is full. Press once more, and you stand in line."))
        data = cast("QueryDict", self.data).copy()
        data["wait"] = "on"
        self.data = data
        self.submit_label = _("Wait in line")  # type: ignore[misc]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        return email


class GuestNameForm(Form):
    """Another name, on one's own page."""

    submit_label = _("Change the name")

    name = forms.CharField(label=_("Your name"), max_length=40)


class MinutesForm(Form):
    """What was said, and whether others read it now."""

    text = forms.CharField(
        label=_("What was said?"),
        max_length=20_000,
        widget=forms.Textarea({"rows": 12}),
        help_text=_("Without names. Write so that everybody who was there can read it."),
    )
    publish = forms.BooleanField(label=_("Show it to those who were invited"), required=False)


class PointForm(ModelForm):
    """*Du sa, vi gjorde*: one thing, and who answers for it."""

    class Meta:
        model = Point
        fields = ("said", "unit", "did", "done_on")
        widgets = {
            "did": forms.Textarea({"rows": 3}),
            "done_on": forms.DateInput,
        }
        help_texts = {
            "said": _("Without names: what was said, and not by whom."),
            "did": _("Or what is going on."),
            "done_on": _("Leave it empty while it is open."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.creates = kwargs["instance"].pk is None  # type: ignore[misc]
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Organisation.objects.open().order_by("name", "pk")
            field.empty_label = _("Choose who answers")

    def clean_done_on(self) -> date | None:
        today = timezone.localdate()
        done_on = day_within(self.cleaned_data["done_on"], today, back=YEARS_BACK)
        if done_on and done_on > today:
            raise forms.ValidationError(_("Choose a day that has come, or leave it empty."))
        return done_on
