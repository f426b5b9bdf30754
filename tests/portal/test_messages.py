"""Swedish for every text, without gettext on the machine."""

import gettext

import pytest
from babel.messages.catalog import Catalog
from django.core.management import call_command

from portal import translations


@pytest.fixture
def po(tmp_path):
    """A catalogue with a singular, a plural and one word in two contexts, all translated."""
    path = tmp_path / "django.po"
    catalogue = template()
    catalogue["Sign in"].string = "Logga in"
    catalogue["%(n)d day"].string = ("%(n)d dag", "%(n)d dagar")
    catalogue.get("May", "month").string = "maj"
    catalogue.get("May", "permission").string = "Får"
    translations.store(catalogue, path)
    return path


def template():
    catalogue = Catalog(locale="sv")
    catalogue.add("Sign in")
    catalogue.add(("%(n)d day", "%(n)d days"), flags=["python-format"])
    catalogue.add("May", context="month")
    catalogue.add("May", context="permission")
    return catalogue


def test_django_reads_what_was_compiled(po):
    assert translations.compile_stale(po)
    with po.with_suffix(".mo").open("rb") as compiled:
        swedish = gettext.GNUTranslations(compiled)
    assert swedish.gettext("Sign in") == "Logga in"
    assert [swedish.ngettext("%(n)d day", "%(n)d days", n) for n in (1, 2)] == [
        "%(n)d dag",
        "%(n)d dagar",
    ]
    assert swedish.pgettext("month", "May") == "maj"
    assert swedish.pgettext("permission", "May") == "Får"


def test_second_run_changes_nothing(po):
    merged = translations.merge(template(), translations.read(po))
    translations.store(merged, po)
    before = po.read_bytes()
    assert not translations.store(translations.merge(template(), translations.read(po)), po)
    assert po.read_bytes() == before
    assert translations.compile_stale(po)
    assert not translations.compile_stale(po)


def test_text_that_goes_and_comes_back_keeps_its_swedish(po):
    translations.store(translations.merge(Catalog(locale="sv"), translations.read(po)), po)
    assert list(translations.read(po).obsolete) != []
    back = translations.merge(template(), translations.read(po))
    assert translations.untranslated(back) == []
    assert back["%(n)d day"].string == ("%(n)d dag", "%(n)d dagar")


def test_new_text_is_told_of(po):
    changed = template()
    changed.add("Sign out")
    merged = translations.merge(changed, translations.read(po))
    assert translations.untranslated(merged) == ["Sign out"]


def test_half_translated_plural_is_told_of(po):
    catalogue = translations.read(po)
    catalogue["%(n)d day"].string = ("%(n)d dag", "")
    assert len(translations.untranslated(catalogue)) == 1


def test_placeholder_that_the_code_does_not_have_is_refused(po):
    catalogue = translations.read(po)
    catalogue["%(n)d day"].string = ("%(m)d dag", "%(n)d dagar")
    translations.store(catalogue, po)
    with pytest.raises(translations.BrokenTranslation, match="unknown named placeholder"):
        translations.compile_stale(po)


def test_texts_are_found_in_code_and_templates(tmp_path, monkeypatch):
    monkeypatch.setattr(translations, "BASE_DIR", tmp_path)
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal" / "views.py").write_text('_("From Python")\npgettext("month", "May")\n')
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        '{% load i18n %}\n   <a title="{% translate "From a page" %}">\n'
        "{% blocktranslate count n=n trimmed %}\n  {{ n }} day\n"
        "{% plural %}\n  {{ n }} days\n{% endblocktranslate %}"
    )
    found = translations.collect()
    assert {message.id for message in found if message.id} == {
        "From Python",
        "May",
        "From a page",
        ("%(n)s day", "%(n)s days"),
    }
    assert found.get("May", "month").locations[0][0] == "portal/views.py"


def test_every_text_has_its_swedish():
    stored = translations.read()
    merged = translations.merge(translations.collect(), stored)
    assert translations.untranslated(merged) == []


def test_compiling_alone_leaves_the_catalogue_as_it_is():
    before = translations.CATALOGUE.read_bytes()
    call_command("messages", "--compile")
    assert translations.CATALOGUE.read_bytes() == before
