"""What every form has in common: the pack `vag`, one button, and errors that say what to do."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import uuid4

from crispy_forms.helper import FormHelper
from crispy_forms.layout import LayoutObject, Submit
from dateutil.relativedelta import relativedelta
from django import forms
from django.db import ProgrammingError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy
from psycopg.errors import InsufficientPrivilege

from portal.submissions import SentBefore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.http import QueryDict
    from django.utils.functional import _StrOrPromise

NUMBERS = dict(
    enumerate(
        (_("Two"), _("Three"), _("Four"), _("Five"), _("Six"), _("Seven"), _("Eight"), _("Nine")),
        start=2,
    )
)

OUT_OF_REACH = _(
    "You may not write this here: the person has not said yes to sharing it. Nothing that you wrote"
    " is gone. Call the person's contact."
)
SENT_BEFORE = _(
    "This has been saved once already, with other content."
    " What you have written now stands here. Save again to keep it as well."
)
CHOOSE = _("Choose: {question}")
FILL_IN = _("Fill in: {question}")

# Django's own words, said again so that they tell what to do; by kind of field, then by code.
WORDING: list[tuple[type[forms.Field], dict[str, _StrOrPromise]]] = [
    (
        forms.Field,
        {
            "max_length": ngettext_lazy(
                "Shorten the text to %(limit_value)d character. Now it has %(show_value)d.",
                "Shorten the text to %(limit_value)d characters. Now it has %(show_value)d.",
                "limit_value",
            ),
            "min_value": _("Write a number that is at least %(limit_value)s."),
            "max_value": _("Write a number that is at most %(limit_value)s."),
            "null_characters_not_allowed": _("Write without hidden characters."),
        },
    ),
    (forms.IntegerField, {"invalid": _("Write a number in figures, such as 3.")}),
    (forms.DateField, {"invalid": _("Write the day like this: 2026-12-01.")}),
    (forms.TimeField, {"invalid": _("Write the time like this: 13.00.")}),
    (forms.DateTimeField, {"invalid": _("Choose a day and write the time like this: 13:00.")}),
    (forms.EmailField, {"invalid": _("Write the e-mail address like this: name@example.org.")}),
    (
        forms.ChoiceField,
        {"invalid_choice": _("Choose one of the answers in the list.")},
    ),
]


class Look(forms.BaseForm):
    """Give a form its helper and its words; the two classes below add it to Django's own."""

    submit_label: ClassVar[_StrOrPromise] = _("Save")
    form_method: ClassVar[str] = "post"
    template: ClassVar[str] = "vag/form.html"
    creates: ClassVar[bool] = False  # True adds `submission_id`: sending twice makes one row
    draft_ticket: str = ""  # from `portal.drafts`; with one, the text is kept as it is typed
    restored: bool = False  # what was typed and never saved stands in the form again
    sticky: ClassVar[bool] = False  # True keeps the button in sight while a long form is read

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.creates:
            self.fields["submission_id"] = submission_id()
        for field in self.fields.values():
            reword(field)
            fit(field)

    @cached_property
    def helper(self) -> FormHelper:
        helper = FormHelper(self)  # a layout of all fields, in order: the pack counts on one
        helper.template = self.template
        helper.form_method = self.form_method
        helper.include_media = False
        if self.draft_ticket:
            helper.draft_ticket = self.draft_ticket
            helper.attrs = {"data-draft": reverse("keep_draft")}
        helper.restored = self.restored
        helper.sticky = self.sticky
        helper.add_input(Submit("", self.submit_label))
        return helper

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Hold what stores the answers: the same sending with other words asks once more.

        Everything typed stays, under a new `submission_id`, so that saving stores it on its own. So
        does what the database refuses, since it is out of the writer's reach.
        """
        try:
            yield
        except SentBefore:
            self.add_error(None, SENT_BEFORE)
            data = cast("QueryDict", self.data).copy()
            data[self.add_prefix("submission_id")] = str(uuid4())
            self.data = data
        except ProgrammingError as error:
            if not isinstance(error.__cause__, InsufficientPrivilege):
                raise
            self.add_error(None, OUT_OF_REACH)

    @property
    def error_title(self) -> str:
        """The heading of the error summary: how many things, and whether they are only missing."""
        errors = [one for found in self.errors.as_data().values() for one in found]
        count = len(errors)
        words = {"count": NUMBERS.get(count, count)}
        if all(one.code == "required" for one in errors):
            return ngettext("One thing is missing", "%(count)s things are missing", count) % words
        return ngettext("One thing needs mending", "%(count)s things need mending", count) % words


class Form(Look, forms.Form):
    """A form of questions."""


class ModelForm(Look, forms.ModelForm):  # type: ignore[type-arg]  # plain at run time
    """A form over one record."""


class FormSet(forms.BaseFormSet):  # type: ignore[type-arg]  # plain at run time
    """Several of the same form under one button: formset_factory(..., formset=FormSet)."""

    submit_label: ClassVar[_StrOrPromise] = _("Save")

    @cached_property
    def helper(self) -> FormHelper:
        helper = FormHelper(self.empty_form)
        helper.template = "vag/formset.html"
        helper.add_input(Submit("", self.submit_label))
        return helper


class FilterForm(Form):
    """Choices that narrow a list: sent by GET, kept in the address, drawn on one line.

    With the URL name of its page, the rows (`#rows`) follow as one types; the button stays.
    """

    submit_label = _("Show")
    form_method = "get"
    template = "vag/filter.html"
    page: ClassVar[str] = ""

    @cached_property
    def helper(self) -> FormHelper:
        helper = super().helper
        if self.page:
            helper.attrs = {
                "hx-get": reverse(self.page),
                "hx-target": "#rows",
                "hx-trigger": "input delay:200ms, submit",
                "hx-sync": "this:replace",
                "hx-push-url": "true",
            }
        return helper


class Answered(forms.Select):
    """A list in which one answer always stands: nothing there may be left out."""

    is_answered = True


class Fold(LayoutObject):  # type: ignore[misc]  # crispy has no types
    """Questions that are rarely asked, under a heading that opens them."""

    def __init__(self, title: _StrOrPromise, *fields: str) -> None:
        self.title = title
        self.fields = list(fields)
        self.is_open = False

    def render(self, form: forms.BaseForm, context: Any, **kwargs: Any) -> str:
        self.is_open = any(form[name].errors or form[name].value() for name in self.fields)
        inside = self.get_rendered_fields(form, context, **kwargs)
        return render_to_string("vag/layout/fold.html", {"fold": self, "fields": inside})


def submission_id() -> forms.UUIDField:
    """Return the hidden name of one sending; the same after an error, new for each new page."""
    return forms.UUIDField(
        widget=forms.HiddenInput,
        initial=uuid4,
        error_messages={
            "required": _("This page had grown old. Send it once more."),
            "invalid": _("This page had grown old. Send it once more."),
        },
    )


def reword(field: forms.Field) -> None:
    """Say Django's default errors in our words; what a form words itself stays."""
    defaults: dict[str, Any] = {}
    for base in reversed(type(field).__mro__):
        defaults |= getattr(base, "default_error_messages", {})
    ours: dict[str, Any] = {}
    for kind, words in WORDING:
        if isinstance(field, kind):
            ours |= words
    if field.label:
        pattern = CHOOSE if isinstance(field.widget, forms.widgets.ChoiceWidget) else FILL_IN
        ours["required"] = format_lazy(pattern, question=field.label)
    for code, message in ours.items():
        if field.error_messages.get(code) is defaults.get(code):
            field.error_messages[code] = message


def day_within(day: date | None, today: date, *, back: int = 0, ahead: int = 2) -> date | None:
    """Refuse a day that nobody means: so many years back or ahead, a year is mistyped."""
    if day is None:
        return None
    if day > today + relativedelta(years=ahead):
        message = ngettext(
            "Choose a day within a year.", "Choose a day within %(years)d years.", ahead
        )
        raise forms.ValidationError(message, params={"years": ahead})
    if back == 0 and day < today:
        raise forms.ValidationError(_("Choose today or a later day."))
    if day < today - relativedelta(years=back):
        raise forms.ValidationError(
            _("Choose a day of the last %(years)d years."), params={"years": back}
        )
    return day


def fit(field: forms.Field) -> None:
    """Let the browser help with days and times; without its help 13.00 is a time as well.

    A browser given `maxlength` cuts what is pasted without a word. Here the server counts, says
    how much is too much, and gives every word back.
    """
    field.widget.attrs.pop("maxlength", None)
    if isinstance(field, forms.TimeField) and "input_formats" not in vars(field):
        field.input_formats = ["%H:%M", "%H.%M", "%H:%M:%S"]
    kinds = [
        (forms.DateTimeInput, "datetime-local", "%Y-%m-%dT%H:%M"),
        (forms.DateInput, "date", "%Y-%m-%d"),
        (forms.TimeInput, "time", "%H:%M"),
    ]
    for kind, input_type, pattern in kinds:
        if isinstance(field.widget, kind):
            field.widget.input_type = input_type
            field.widget.format = pattern
            break
