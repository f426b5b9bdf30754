"""Charts say the same to those who see, hear and print them."""

import re

from django.utils.translation import override

from portal import charts

LOAD = [("Samira Lund", 22), ("Johan Ek", 19), ("Leila Nasser", 0)]
WORDS = charts.Words("load", "Personer per guide", "Samira har 22 personer, fler än 20.")
LIMIT = charts.Limit(20, "högst 20")


def widths(drawn):
    return [float(width) for width in re.findall(r'<rect[^>]* width="([\d.]+)%"', drawn)]


def test_screen_reader_hears_the_conclusion():
    drawn = charts.hbar(LOAD, WORDS, LIMIT)
    assert 'role="img" aria-labelledby="load-title load-desc"' in drawn
    assert '<desc id="load-desc">Samira har 22 personer, fler än 20.</desc>' in drawn
    assert '<g aria-hidden="true">' in drawn


def test_table_below_holds_every_figure():
    drawn = charts.hbar(LOAD, WORDS, LIMIT)
    assert "<summary>Visa som tabell</summary>" in drawn
    cells = re.findall(r'<th scope="row">([^<]+)</th><td class="n">([^<]+)</td>', drawn)
    assert cells == [("Samira Lund", "22"), ("Johan Ek", "19"), ("Leila Nasser", "0")]


def test_longest_bar_fills_the_width_and_zero_draws_nothing():
    assert widths(charts.hbar(LOAD, WORDS)) == [100, 86.4, 0]


def test_one_above_the_limit_is_marked_by_more_than_colour():
    drawn = charts.hbar(LOAD, WORDS, LIMIT)
    assert "22</tspan> ▲" in drawn
    assert drawn.count("▲") == 1
    assert re.findall(r'class="(c\d)"', drawn) == ["c2", "c1", "c1"]


def test_limit_line_stands_where_the_limit_is():
    drawn = charts.hbar(LOAD, WORDS, LIMIT)
    assert '<line class="limit" x1="90.9%" x2="90.9%"' in drawn
    assert 'text-anchor="end">högst 20<' in drawn


def test_limit_above_every_bar_still_fits():
    drawn = charts.hbar([("Samira", 4)], WORDS, LIMIT)
    assert widths(drawn) == [20]
    assert 'x1="100.0%"' in drawn


def test_each_bar_may_have_a_limit_of_its_own():
    drawn = charts.hbar([("Birgitta", 16), ("Samira", 22)], WORDS, limits=[12, 25])
    assert re.findall(r'class="(c\d)"', drawn) == ["c2", "c1"]
    assert "16</tspan> av högst 12 ▲" in drawn
    assert "22</tspan> av högst 25<" in drawn
    assert re.findall(r'class="limit own" x1="([\d.]+)%"', drawn) == ["48.0", "100.0"]


def test_too_few_everywhere_fills_no_bar():
    drawn = charts.hbar([("Praktik", None), ("Studier", None)], WORDS)
    assert widths(drawn) == [20, 20]
    assert drawn.count("färre än 5") == 4  # at the bars and in the table


def test_swedish_does_not_put_commas_into_the_drawing():
    with override("sv"):
        drawn = charts.hbar(LOAD, WORDS, LIMIT)
    assert not re.findall(r'="\d+,\d', drawn)


def test_name_cannot_bring_markup():
    drawn = charts.hbar([("<b>x</b>", 1)], WORDS)
    assert "<b>" not in drawn
    assert "&lt;b&gt;" in drawn


def test_too_few_to_show_reads_in_words_and_gives_no_size_away():
    few = charts.stacked([("Provar på", 40), ("Anställd", None)], WORDS)
    assert "färre än 5" in few
    assert widths(few) == widths(charts.stacked([("Provar på", 40), ("Studier", None)], WORDS))


def test_parts_of_a_stacked_bar_follow_each_other_and_have_words():
    drawn = charts.stacked([("Komma igång", 10), ("Provar på", 30)], WORDS)
    assert re.findall(r'x="([\d.]+)%" y="0" width="([\d.]+)%"', drawn) == [
        ("0.0", "24.6"),
        ("25.0", "74.6"),
    ]
    assert "<span>Komma igång <b>10</b></span>" in drawn


def test_columns_grow_from_zero():
    months = [("jan", 6), ("feb", 0), ("mar", 12)]
    drawn = charts.columns(months, charts.Words("new", "Nya", "Flest i mars."))
    assert re.findall(r' height="([\d.]+)em" rx="3"', drawn) == ["4.5", "0.0", "9.0"]
    assert re.findall(r'text-anchor="middle">([^<]+)<', drawn) == ["6", "j", "0", "f", "12", "m"]


def test_twelve_columns_stay_within_the_width():
    drawn = charts.columns([(str(month), month) for month in range(12)], WORDS)
    ends = [
        float(x) + float(width)
        for x, width in re.findall(r'x="([\d.]+)%" y="[\d.]+em" width="([\d.]+)%"', drawn)
    ]
    assert len(ends) == 12
    assert max(ends) <= 100


def test_two_charts_on_a_page_share_no_id():
    two = charts.hbar(LOAD, WORDS) + charts.hbar(LOAD, charts.Words("other", "Andra", "Lika."))
    ids = re.findall(r' id="([^"]+)"', two)
    assert len(ids) == len(set(ids)) == 4


def test_nothing_to_draw_says_so():
    nothing = charts.columns([], charts.Words("none", "Nya", "Ingen har börjat än."))
    assert nothing == '<p class="muted">Ingen har börjat än.</p>'
