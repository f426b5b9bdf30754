"""Forms ask one thing at a time, and say what to do when something is missing."""

import re
from datetime import date, time
from uuid import UUID

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.utils.translation import override

from portal.forms import FilterForm, Form, FormSet, ModelForm
from portal.models import User

WAYS = [("phone", "Telefon"), ("meeting", "Möte")]


class NoteForm(Form):
    creates = True
    submit_label = "Spara"

    way = forms.ChoiceField(label="Hur hördes ni?", choices=WAYS, widget=forms.RadioSelect)
    text = forms.CharField(
        label="Vad kom ni fram till?", help_text="En mening.", max_length=10, required=False
    )
    step = forms.CharField(label="Nästa steg", error_messages={"required": "Skriv nästa steg"})
    due_on = forms.DateField(label="Senast", required=False)
    at = forms.TimeField(label="Klockan", required=False)
    hours = forms.IntegerField(label="Timmar", min_value=2, required=False)
    tell = forms.BooleanField(label="Berätta för Robin", required=False)


class PhoneBook(ModelForm):
    class Meta:
        model = User
        fields = ["first_name", "email"]


def sent(**fields):
    return NoteForm({"submission_id": "6f9b0f3e-1d57-4c0c-9f0d-0a3c5b1f7a11"} | fields)


def page(form, **context):
    return render_crispy_form(form, context=context)


def test_question_stands_before_hint_before_fault_before_answer():
    drawn = page(sent(text="alldeles för långt"))
    parts = ["Vad kom ni fram till?", "En mening.", "Korta texten", 'name="text"']
    summary_ends = drawn.index("</ul>")
    places = [drawn.index(part, summary_ends) for part in parts]
    assert places == sorted(places)


def test_what_may_be_left_out_is_marked_and_nothing_else():
    drawn = page(NoteForm())
    assert drawn.count("(frivilligt)") == 4  # text, day, time and hours; never a lone tick box
    assert "*" not in drawn


def test_ear_finds_hint_and_fault_from_the_answer():
    drawn = page(sent(text="alldeles för långt"))
    described = re.search(r'name="text"[^>]* aria-describedby="([^"]+)"', drawn).group(1)
    assert described.split() == ["id_text_helptext", "id_text_error"]
    for one in described.split():
        assert f'id="{one}"' in drawn


def test_choices_are_a_group_with_its_question_as_legend():
    drawn = page(NoteForm())
    assert re.search(r"<fieldset[^>]*>\s*<legend>Hur hördes ni\?</legend>", drawn)
    assert drawn.count('type="radio"') == 2


def test_summary_counts_in_words_and_links_to_each_question():
    form = sent()
    drawn = page(form)
    assert form.error_title == "Två saker saknas"
    assert "<h2" in drawn
    assert re.findall(r'<li><a href="#([^"]+)">([^<]+)<', drawn) == [
        ("id_way_0", "Välj ett svar: Hur hördes ni?"),
        ("id_step", "Skriv nästa steg"),
    ]


def test_summary_takes_focus_with_and_without_script():
    assert re.search(r'role="alert" tabindex="-1" autofocus data-focus', page(sent()))


def test_form_without_faults_has_no_summary():
    assert "errsum" not in page(NoteForm())


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"way": "phone"}, "En sak saknas"),
        ({"way": "phone", "step": "x", "due_on": "i går"}, "En sak behöver ändras"),
        ({"way": "phone", "due_on": "i går"}, "Två saker behöver ändras"),
        ({"way": "x", "due_on": "x", "at": "x", "hours": "x"}, "Fem saker behöver ändras"),
    ],
)
def test_heading_says_whether_things_are_missing_or_wrong(fields, title):
    assert sent(**fields).error_title == title


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"due_on": "förra veckan"}, "Skriv dagen så här: 2026-12-01."),
        ({"at": "lunch"}, "Skriv tiden så här: 13.00."),
        ({"hours": "många"}, "Skriv ett tal med siffror, till exempel 3."),
        ({"hours": "1"}, "Skriv ett tal som är minst 2."),
        ({"text": "a" * 10_000}, "Korta texten till 10 tecken. Nu är den 10000."),
        ({"text": "a\0b"}, "Skriv om texten utan dolda tecken."),
        ({"way": "brev"}, "Välj ett av svaren i listan."),
        ({"submission_id": "x"}, "Sidan hade blivit gammal. Skicka en gång till."),
    ],
)
def test_fault_tells_what_to_do(fields, words):
    form = sent(**({"way": "phone", "step": "Ring"} | fields))
    assert [str(one) for found in form.errors.values() for one in found] == [words]


def test_time_may_be_written_as_swedes_do():
    form = sent(way="phone", step="Ring", at="13.30")
    assert form.is_valid()
    assert form.cleaned_data["at"] == time(13, 30)


def test_day_and_time_get_the_phones_own_picker():
    form = NoteForm(initial={"due_on": date(2026, 12, 1), "at": time(13, 0)})
    drawn = page(form)
    assert '<input type="date" name="due_on" value="2026-12-01"' in drawn
    assert '<input type="time" name="at" value="13:00"' in drawn


def test_each_new_page_names_its_own_sending_and_keeps_it_after_a_fault():
    first, second = (
        re.search(r'name="submission_id" value="([^"]+)"', page(NoteForm())).group(1)
        for _ in range(2)
    )
    assert first != second
    again = page(NoteForm({"submission_id": first}))
    assert f'name="submission_id" value="{first}"' in again
    assert sent(way="phone", step="x").is_valid()


def test_sending_has_a_name_that_is_handed_on():
    form = sent(way="phone", step="x")
    form.full_clean()
    assert form.cleaned_data["submission_id"] == UUID("6f9b0f3e-1d57-4c0c-9f0d-0a3c5b1f7a11")


def test_what_is_typed_is_kept_only_with_a_ticket():
    form = NoteForm()
    form.draft_ticket = "signed"
    drawn = page(form)
    assert 'data-draft="/utkast/"' in drawn
    assert '<input type="hidden" name="draft_ticket" value="signed">' in drawn
    assert "data-draft" not in page(NoteForm())


def test_typed_markup_comes_back_as_text():
    drawn = page(sent(step="<script>alert(1)</script>"))
    assert "<script>" not in drawn
    assert "&lt;script&gt;alert(1)" in drawn


def test_right_to_left_and_emoji_come_back_as_typed():
    assert 'value="اتصل بالورشة 🚲"' in page(sent(step="اتصل بالورشة 🚲"))


def test_filter_is_sent_in_the_address_without_token():
    class People(FilterForm):
        q = forms.CharField(label="Sök person", required=False)

    drawn = page(People({}), csrf_token="secret")  # noqa: S106 - a token of nothing
    assert 'method="get"' in drawn
    assert "secret" not in drawn
    assert "frivilligt" not in drawn
    assert ">Visa</button>" in drawn


def test_several_of_a_kind_have_headings_and_one_button():
    class HourForm(Form):
        opens = forms.TimeField(label="Öppnar")

    several = forms.formset_factory(HourForm, formset=FormSet, extra=2)(prefix="hours")
    drawn = page(several)
    assert re.findall(r"<legend>([^<]+)</legend>", drawn) == ["Nummer 1", "Nummer 2"]
    assert drawn.count("<button") == 1
    assert 'name="hours-TOTAL_FORMS"' in drawn


def test_form_over_a_record_is_worded_alike():
    form = PhoneBook({"email": "robin"})
    assert form.errors["email"] == ["Skriv e-postadressen så här: namn@example.org."]
    assert form.errors["first_name"][0].startswith("Fyll i: ")


def test_words_follow_the_readers_language():
    with override("en"):
        assert sent().error_title == "Two things are missing"
