"""What a sheet says in English: each question with the Swedish beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from portal.forms import Form, fit, reword

if TYPE_CHECKING:
    from activities.models import Activity, Sheet, Support


class EnglishForm(Form):
    """All of it may be left empty: then the Swedish stands there."""

    submit_label = _("Save")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, sheet: Activity | Support | Sheet, **kwargs: Any) -> None:
        begins = {"version": sheet.version} | sheet.english | kwargs.pop("initial", {})
        super().__init__(*args, initial=begins, **kwargs)
        for name in sheet.in_languages:
            if getattr(sheet, name):
                self.fields[name] = asked = question(sheet, name)
                reword(asked)
                fit(asked)

    @property
    def said(self) -> dict[str, str]:
        """What is written, by field."""
        written = {name: text for name, text in self.cleaned_data.items() if name != "version"}
        return {name: text for name, text in written.items() if text}

    def unlike(self, sheet: Activity | Support | Sheet) -> list[tuple[Any, str]]:
        """Return what stands there now, where it is unlike what is written here."""
        return [
            (self.fields[name].label, sheet.english.get(name, "-"))
            for name in self.fields
            if name != "version" and sheet.english.get(name, "") != self.cleaned_data.get(name, "")
        ]


def question(sheet: Activity | Support | Sheet, name: str) -> forms.CharField:
    field = sheet._meta.get_field(name)
    widget = forms.Textarea({"rows": 4}) if isinstance(field, models.TextField) else None
    return forms.CharField(
        label=capfirst(field.verbose_name),  # type: ignore[union-attr]
        help_text=getattr(sheet, name),
        max_length=field.max_length,  # type: ignore[union-attr]
        required=False,
        widget=widget,
    )
