"""What a sheet says. Those who are tired read it: the hints say how one writes for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from activities import reading
from activities.models import Activity, Contract, Group, Place, Sheet, Support, Threshold
from portal.forms import ModelForm, day_within, submission_id
from portal.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from crispy_forms.helper import FormHelper

YEARS_BACK = 5
MOST_SEATS, MOST_KRONOR = 2_000, 9_999
SHORT = _("Write as you say it. Short sentences, 15 words at most.")
ALSO = _("What people may type when they look for you, such as bike bicycle repair.")
WEB = _("Write the whole address, such as https://www.example.org.")


def ticks(label: Any, choices: Any, help_text: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=help_text,
    )


def number(help_text: Any = "") -> PhoneNumberField:
    return PhoneNumberField(
        label=_("Phone"),
        required=False,
        region="SE",
        help_text=help_text,
        widget=forms.TextInput({"type": "tel", "autocomplete": "off"}),
        error_messages={"invalid": _("Write the number, for example 070-174 06 05.")},
    )


def kronor() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("What does it cost, in kronor?"),
        min_value=0,
        max_value=MOST_KRONOR,
        required=False,
        help_text=_("Empty: it is free."),
    )


class Written(ModelForm):
    """A form over one sheet, which knows what it was when it was read."""

    submit_label = _("Save")
    sticky = True
    groups_of: ClassVar[tuple[tuple[Any, tuple[str, ...]], ...]] = ()

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 4
        if self.instance.pk:
            self.fields["version"].initial = self.instance.version
        else:
            del self.fields["version"]
            self.fields["submission_id"] = submission_id()

    @cached_property
    def helper(self) -> FormHelper:
        helper = super().helper
        groups = [
            Fieldset(title, *(one for one in names if one in self.fields))
            for title, names in self.groups_of
        ]
        named = {name for _title, names in self.groups_of for name in names}
        rest = [name for name in self.fields if name not in named]
        helper.layout = Layout(*groups, *rest)
        return helper

    def clean_cost(self) -> int:
        return self.cleaned_data["cost"] or 0

    @property
    def said(self) -> dict[str, Any]:
        """What the sheet is to say, and under which version or sending."""
        return dict(self.cleaned_data)

    @property
    def hard(self) -> list[str]:
        """The questions whose answers are hard to read."""
        long_ones = (name for name, one in self.fields.items() if is_text(one))
        return [
            str(self.fields[name].label)
            for name in long_ones
            if reading.is_hard(self.cleaned_data.get(name) or "")
        ]


def is_text(field: forms.Field) -> bool:
    return isinstance(field, forms.CharField) and (field.max_length or 0) >= 200  # noqa: PLR2004


class ActivityForm(Written):
    """What one does, for whom, what it takes, and where."""

    thresholds = ticks(
        _("What is asked at the door?"),
        Threshold.choices,
        _("Tick only what you do ask. Nothing ticked: come as you are."),
    )
    groups = ticks(_("For whom?"), Group.choices, _("Nothing ticked: for everybody."))
    cost = kronor()
    phone = number(_("Who answers about this. Empty: your unit's own number."))
    place = forms.ModelChoiceField(
        label=_("Where?"),
        queryset=Place.objects.order_by("name"),
        required=False,
        empty_label=_("A new place"),
        help_text=_("If you move, ring those who mean to come."),
    )
    new_place = forms.CharField(
        label=_("What is the new place called?"),
        max_length=100,
        required=False,
        help_text=_("Only if it is not in the list."),
    )
    address = forms.CharField(label=_("Its address"), max_length=200, required=False)

    groups_of = (
        (_("What it is"), ("name", "summary", "what_we_do", "picture", "also")),
        (_("How one takes part"), ("contract", "owner", "level", "tempo", "seats")),
        (_("When one comes"), ("welcome", "how_long", "how_many", "thresholds", "groups")),
        (_("What there is"), ("cost", "food", "quiet_room", "pick_up", "bus_card", "phone")),
        (_("Where it is"), ("place", "new_place", "address")),
        (_("What it can lead to"), ("leads_to",)),
    )

    class Meta:
        model = Activity
        fields = (
            *("name", "summary", "what_we_do", "picture", "also", "contract", "level", "tempo"),
            *("seats", "welcome", "how_long", "how_many", "thresholds", "groups", "cost", "food"),
            *("quiet_room", "pick_up", "bus_card", "phone", "place", "leads_to"),
        )
        help_texts: ClassVar[dict[str, Any]] = {
            "summary": _("The first thing people read. What is good about it?"),
            "what_we_do": SHORT,
            "also": ALSO,
            "seats": _("Empty: as many as like may come. With a number people sign up."),
            "welcome": _("Who meets one at the door? What happens first?"),
            "how_long": _("Such as: two hours, with a break. One may always leave early."),
            "how_many": _("Such as: ten to fifteen."),
            "leads_to": _("In your own words. On the next page you choose where it can lead."),
        }

    def __init__(self, *args: Any, owners: Collection[Organisation] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seats"].min_value = 1  # type: ignore[attr-defined]
        if self.instance.pk:
            del self.fields["contract"]
        else:  # an event has no hours, and pages of its own
            with_hours = [(one.value, one.label) for one in Contract if one != Contract.EVENT]
            self.fields["contract"].choices = with_hours  # type: ignore[attr-defined]
        if len(owners) > 1:
            self.fields["owner"] = forms.ModelChoiceField(
                label=_("Who answers for the list of those who take part?"),
                queryset=Organisation.objects.filter(pk__in=[one.pk for one in owners]),
                empty_label=_("Choose"),
            )

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        name, address = answers.get("new_place", ""), answers.get("address", "")
        contract = answers.get("contract") or self.instance.contract
        if contract == Contract.SCHEDULE and answers.get("seats"):
            self.add_error("seats", _("People with a timetable have their place already."))
        self.instance.sign_up = bool(answers.get("seats"))
        if not name:
            if not answers.get("place"):
                self.add_error("place", _("Choose a place, or write the name of a new one."))
        elif there := Place.objects.filter(name__iexact=name).first():
            answers["place"] = there
        elif not address:
            self.add_error("address", _("Write the address of the new place."))
        else:
            answers["place"] = None
        return answers

    @property
    def said(self) -> dict[str, Any]:
        return super().said | {"sign_up": bool(self.cleaned_data["seats"])}


class WayForm(Written):
    """How one gets to a place, in words; what stands here stands for all that is there."""

    groups_of = ()

    class Meta:
        model = Place
        fields = ("address", "way", "bus", "minutes_on_foot", "entrance", "door")
        help_texts: ClassVar[dict[str, Any]] = {
            "way": _("From the station or the bus stop, as you would tell a friend."),
            "bus": _("The line and the stop, such as: Bus 3 to Exempeltorget."),
            "entrance": _("It is drawn on the page, so that one knows what to look for."),
            "door": _("Its colour, where the bell is, whether it is locked."),
        }


class SupportForm(Written):
    """Help that one contacts and does not attend."""

    thresholds = ticks(
        _("What is asked?"), Threshold.choices, _("Tick only what you do ask. Nothing: anybody.")
    )
    groups = ticks(_("For whom?"), Group.choices, _("Nothing ticked: for everybody."))
    cost = kronor()
    phone = number()
    ended_on = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput,
        required=False,
        help_text=_("Only if it ends. After that day nobody finds it."),
    )

    groups_of = (
        (_("What it is"), ("organisation", "name", "summary", "what_they_do", "also")),
        (_("How one gets in touch"), ("how", "hours", "evening", "phone", "email", "website")),
        (_("Good to know"), ("thresholds", "groups", "cost", "ended_on")),
    )

    class Meta:
        model = Support
        fields = (
            *("name", "summary", "what_they_do", "also", "how", "hours", "evening", "phone"),
            *("email", "website", "thresholds", "groups", "cost", "ended_on"),
        )
        help_texts: ClassVar[dict[str, Any]] = {
            "summary": _("The first thing people read. What is good about it?"),
            "what_they_do": SHORT,
            "also": ALSO,
            "how": _("Who answers, and what happens then? Does one have to say one's name?"),
            "hours": _("Such as: Monday to Thursday, 9 to 15."),
        }
        error_messages: ClassVar[dict[str, Any]] = {"website": {"invalid": WEB}}

    def __init__(self, *args: Any, own: Iterable[Organisation] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_organisation(self, own)

    def clean_ended_on(self) -> date | None:
        return day_within(self.cleaned_data["ended_on"], timezone.localdate(), back=YEARS_BACK)


class SheetForm(Written):
    """What an organisation says of itself; its name and number are the administrator's."""

    groups_of = (
        (_("What it is"), ("organisation", "summary", "what_they_do", "also")),
        (_("How one gets in touch"), ("email", "website")),
    )

    class Meta:
        model = Sheet
        fields = ("summary", "what_they_do", "also", "email", "website")
        help_texts: ClassVar[dict[str, Any]] = {
            "summary": _("The first thing people read. What is good about it?"),
            "what_they_do": SHORT,
            "also": ALSO,
        }
        error_messages: ClassVar[dict[str, Any]] = {"website": {"invalid": WEB}}

    def __init__(self, *args: Any, own: Iterable[Organisation] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_organisation(self, own)


def choose_organisation(form: Written, own: Iterable[Organisation]) -> None:
    """Ask whose the new sheet is; whose an old one is does not change."""
    if not form.instance.pk:
        form.fields["organisation"] = forms.ModelChoiceField(
            label=_("Whose?"),
            queryset=Organisation.objects.filter(pk__in=[one.pk for one in own]).order_by("name"),
            empty_label=_("Choose"),
        )
