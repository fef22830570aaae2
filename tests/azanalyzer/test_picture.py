"""The picture of the automaton in docs/ is the one that its script draws from the data file."""

from __future__ import annotations

from xml.etree import ElementTree

from azanalyzer.language import shared_morphology
from docs import draw_morphotactics


def test_the_picture_shows_the_data_file() -> None:
    expected = draw_morphotactics.svg(draw_morphotactics.SOURCE.read_text("utf-8"))
    stored = draw_morphotactics.PICTURE.read_text("utf-8")
    assert expected == stored, "run python docs/draw_morphotactics.py"


def test_every_state_and_suffix_is_in_the_picture() -> None:
    root = ElementTree.parse(draw_morphotactics.PICTURE).getroot()
    texts = [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]
    for name, state in shared_morphology().morphotactics.states.items():
        assert name in texts
        assert {f"-{suffix.form}  {suffix.label}" for suffix in state.transitions} <= {*texts}
