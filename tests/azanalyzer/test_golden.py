"""The golden vocabulary: every form gets its term, and the file is what its maker makes."""

from __future__ import annotations

from tests.azanalyzer import make_golden


def test_every_form_gets_its_term() -> None:
    rows = make_golden.stored()
    assert len(rows) >= 5_500
    moved = make_golden.differences(rows)
    assert not moved, "\n".join([f"{len(moved)} of {len(rows)} words differ:", *moved])


def test_the_file_is_what_the_model_roots_give() -> None:
    made, stored = make_golden.golden(), make_golden.stored()
    assert make_golden.text(made) == make_golden.GOLDEN.read_text("utf-8"), sorted({*made} ^ {*stored})[:50]


def test_each_form_stands_once() -> None:
    forms = [row.form for row in make_golden.stored()]
    assert len(set(forms)) == len(forms)


def test_harmony_of_the_generator() -> None:
    assert make_golden.add("göz", "lArImIzdAn") == "gözlərimizdən"
    assert make_golden.add("oxu", "mAlIyIK") == "oxumalıyıq"
    assert make_golden.Stem("otaq", "otağ") + "I|sI" == "otağı"
    assert make_golden.Stem("su", "su", y=True) + "In|nIn" == "suyun"
    assert make_golden.Verb("get", "ged") + "AcAK" == "gedəcək"
