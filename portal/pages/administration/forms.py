"""What an administrator fills in; what touches somebody else is read once more before."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from portal.forms import FilterForm, Form, day_within
from portal.permissions import PEERS, Role

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from portal.models import Membership, Organisation, OrganisationKind, User

ROLES = [(role.value, role.label) for role in Role if role != Role.PARTICIPANT]
MOST_PERSONS = 200
PAIR = 2
PLEDGE = 10  # years after which a pledge is signed anew


def is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


class SearchForm(FilterForm):
    """Find a unit by a part of its name."""

    submit_label = _("Search")
    q = forms.CharField(label=_("Search unit"), required=False, max_length=100)


class OrganisationSearch(SearchForm):
    """Find an organisation or a unit."""

    page = "administration:organisation_list"
    q = forms.CharField(label=_("Search organisation or unit"), required=False, max_length=100)


class AccountSearch(SearchForm):
    """Find a colleague's account."""

    page = "administration:account_list"
    q = forms.CharField(label=_("Search by name or e-mail"), required=False, max_length=100)
    visa = forms.ChoiceField(
        label=_("Who"),
        required=False,
        choices=[
            ("", _("Everybody")),
            ("har", _("Work here")),
            ("inbjudna", _("Invited, not signed in yet")),
            ("slutat", _("Have no role")),
        ],
    )


def name_field() -> forms.CharField:
    """Return the question for what an organisation is called."""
    return forms.CharField(
        label=_("Name"), max_length=200, error_messages={"required": _("Write the name")}
    )


def reached_field() -> forms.CharField:
    """Return the question for a number that anybody may ring."""
    return forms.CharField(
        label=_("Phone"),
        max_length=30,
        required=False,
        help_text=_("Where somebody answers, for example 040-628 04 00."),
    )


class OrganisationAddForm(Form):
    """A new organisation, or a unit of one."""

    creates = True
    submit_label = _("Add")

    name = name_field()
    kind = forms.ChoiceField(label=_("What is it?"), widget=forms.RadioSelect)
    phone = reached_field()

    def __init__(self, *args: Any, kinds: Iterable[OrganisationKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [(kind.value, kind.label) for kind in kinds]
        if len(allowed) == 1:  # there is nothing to choose
            del self.fields["kind"]
            self.only_kind = allowed[0][0]
        else:
            self.fields["kind"].choices = allowed  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if "kind" not in self.fields:
            answers["kind"] = self.only_kind
        return answers


class OrganisationChangeForm(Form):
    """What it is called and how it is reached; saving says that both are right today."""

    name = name_field()
    phone = reached_field()
    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def about(cls, organisation: Organisation) -> dict[str, Any]:
        """Return what the form begins with."""
        return {
            "name": organisation.name,
            "phone": organisation.phone,
            "version": organisation.version,
        }


class Reviewed(Form):
    """A form whose answers are shown once more before they are carried out."""

    submit_label = _("Go on")
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    @property
    def is_confirmed(self) -> bool:
        return bool(self.cleaned_data.pop("confirmed", False))


class AboutForm(Form):
    """Who the colleague is, and where the letter goes."""

    first_name = forms.CharField(label=_("First name"), max_length=100)
    last_name = forms.CharField(label=_("Last name"), max_length=100)
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, help_text=_("The colleague's own address at work.")
    )
    phone = PhoneNumberField(
        label=_("Phone"),
        required=False,
        region="SE",
        widget=forms.TextInput({"type": "tel", "autocomplete": "off"}),
        error_messages={"invalid": _("Write the number, for example 070-174 06 05.")},
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        return email.lower()

    @classmethod
    def about(cls, user: User) -> dict[str, Any]:
        """Return what the form begins with."""
        return {name: getattr(user, name) for name in ("first_name", "last_name", "email", "phone")}


class RoleForm(Reviewed):
    """What the colleague does, from when and until when."""

    creates = True

    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Choose")), *ROLES])
    caseload_limit = forms.IntegerField(
        label=_("At most this many persons"),
        min_value=0,
        max_value=MOST_PERSONS,
        initial=30,
        help_text=_("Counts for those who are somebody's contact."),
    )
    first_day = forms.DateField(
        label=_("First day"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Leave it empty to begin now."),
    )
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Leave it empty if it is not known."),
    )

    pledged_on = forms.DateField(
        label=_("The pledge of confidentiality was signed"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Needed for a peer supporter or a volunteer. Keep the paper."),
    )

    def clean_first_day(self) -> date | None:
        return day_within(self.cleaned_data["first_day"], timezone.localdate())

    def clean_pledged_on(self) -> date | None:
        pledged: date | None = self.cleaned_data["pledged_on"]
        if pledged and pledged > timezone.localdate():
            raise forms.ValidationError(_("Choose today or an earlier day."))
        return day_within(pledged, timezone.localdate(), back=PLEDGE)

    def clean_last_day(self) -> date | None:
        return day_within(self.cleaned_data["last_day"], timezone.localdate(), ahead=10)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        first, last = answers.get("first_day"), answers.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day must not come before the first."))
        is_peer = answers.get("role") in PEERS
        if is_peer and not answers.get("pledged_on") and "pledged_on" not in self.errors:
            self.add_error("pledged_on", _("Write the day: without a pledge there is no role."))
        if not is_peer:
            answers["pledged_on"] = None
        return answers

    def membership(self) -> dict[str, Any]:
        """Return the answers as `start_membership` takes them."""
        first, last = self.cleaned_data["first_day"], self.cleaned_data["last_day"]
        today = timezone.localdate()
        return {
            "role": Role(self.cleaned_data["role"]),
            "caseload_limit": self.cleaned_data["caseload_limit"],
            "pledged_on": self.cleaned_data["pledged_on"],
            "started_at": morning(first) if first and first > today else None,
            "ended_at": morning(last + timedelta(days=1)) if last else None,
            "submission_id": self.cleaned_data["submission_id"],
        }


class InviteForm(AboutForm, RoleForm):
    """A new colleague: who, and as what."""

    field_order = ("first_name", "last_name", "email", "phone", "role")


class MembershipEndForm(Form):
    """When it ends; what follows stands above the form."""

    submit_label = _("End the role")

    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Leave it empty to end it now."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_last_day(self) -> date | None:
        return day_within(self.cleaned_data["last_day"], timezone.localdate())

    def ended_at(self) -> datetime | None:
        """Return the moment after the last day; None ends it now."""
        last: date | None = self.cleaned_data["last_day"]
        return morning(last + timedelta(days=1)) if last else None


class MembershipLimitForm(Form):
    """How many persons at most."""

    caseload_limit = forms.IntegerField(
        label=_("At most this many persons"), min_value=0, max_value=MOST_PERSONS
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class AccountCloseForm(Form):
    """Nothing to fill in; `read` says which roles stood on the page, and how they were."""

    submit_label = _("Close the account")
    read = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)

    def clean_read(self) -> list[tuple[int, int]]:
        """Read `role:version` pairs; what is none of them matches no role."""
        pairs = [one.split(":") for one in self.cleaned_data["read"].split(",") if one]
        if not all(len(pair) == PAIR and all(map(is_number, pair)) for pair in pairs):
            return [(0, 0)]
        return [(int(pk), int(version)) for pk, version in pairs]

    @classmethod
    def about(cls, held: Iterable[Membership]) -> dict[str, str]:
        """Return what the form begins with."""
        return {"read": ",".join(f"{one.pk}:{one.version}" for one in held)}


class ConfirmForm(Form):
    """Nothing to fill in: what follows stands above the button."""

    creates = True

    def __init__(self, *args: Any, submit: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.submit_label = submit or self.submit_label  # type: ignore[misc]


def morning(day: date) -> datetime:
    """Return the moment a day begins."""
    return timezone.make_aware(datetime.combine(day, time.min))
