"""The colours of DESIGN.md, as readers with poor sight or in sunlight meet them."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from members.colour import NIGHT_PAPER, PAPER, contrast
from pages.styles import STYLESHEETS


def stylesheet(name: str) -> str:
    return Path(finders.find(f"css/{name}.css")).read_text(encoding="utf-8")


TOKENS = stylesheet("tokens")
DAY, NIGHT = TOKENS.split("@media (prefers-color-scheme: dark)")[0], TOKENS.split("@media")[1]


def colour(block: str, name: str) -> str:
    return re.search(rf"--{name}: (#[0-9A-F]{{6}});", block)[1]


def test_the_tokens_are_those_of_the_design():
    names = ["paper", "ink", "accent", "warm", "muted", "error", *(f"level-{level}" for level in (5, 4, 3, 2, 1))]

    assert [colour(DAY, name) for name in names] == [
        "#FBF7EF",
        "#10302F",
        "#0B5D5A",
        "#8A4B00",
        "#5B6B6A",
        "#A3201D",
        "#0B6E4F",
        "#5BA37A",
        "#C9C2B0",
        "#E39A4B",
        "#A83232",
    ]
    assert [colour(NIGHT, name) for name in ("paper", "ink", "accent")] == ["#0E1B1B", "#EAF3F1", "#6FD0C6"]
    assert (colour(DAY, "paper"), colour(NIGHT, "paper")) == (PAPER, NIGHT_PAPER)


@pytest.mark.parametrize(
    ("block", "name", "least"),
    [
        (DAY, "ink", 13.2),
        (DAY, "accent", 7.2),
        (DAY, "warm", 6.3),
        (DAY, "muted", 5.2),
        (DAY, "error", 7.0),
        (NIGHT, "ink", 15.5),
        (NIGHT, "accent", 9.6),
        (NIGHT, "warm", 7.0),
        (NIGHT, "muted", 7.0),
        (NIGHT, "error", 7.0),
    ],
)
def test_every_text_colour_reads_on_paper(block, name, least):
    assert contrast(colour(block, name), colour(block, "paper")) >= least


@pytest.mark.parametrize("block", [pytest.param(DAY, id="day"), pytest.param(NIGHT, id="night")])
@pytest.mark.parametrize("surface", ["sheet", "shade"])
@pytest.mark.parametrize("text", ["ink", "accent", "warm", "muted", "error"])
def test_every_text_colour_reads_on_cards_and_strips(block, surface, text):
    assert contrast(colour(block, text), colour(block, surface)) >= 4.5


@pytest.mark.parametrize("block", [pytest.param(DAY, id="day"), pytest.param(NIGHT, id="night")])
@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("on-accent", "accent"),
        ("on-accent", "accent-strong"),
        ("accent", "accent-tint"),
        ("ink", "accent-tint"),
        ("muted", "accent-tint"),
        ("ink", "warm-tint"),
        ("warm", "warm-tint"),
        ("ink", "error-tint"),
        ("error", "error-tint"),
        ("on-foot", "foot"),
        ("on-foot-muted", "foot"),
    ],
)
def test_words_read_on_their_own_ground(block, text, surface):
    assert contrast(colour(block, text), colour(block, surface)) >= 4.5


@pytest.mark.parametrize("level", [5, 4, 3, 2, 1])
def test_the_word_of_a_level_reads_on_its_colour(level):
    assert contrast(colour(DAY, f"on-level-{level}"), colour(DAY, f"level-{level}")) >= 4.5


def test_css_names_no_physical_side():
    physical = re.compile(
        r"(?<![-\w])(margin|padding|border|inset)-(left|right|top|bottom)"
        r"|(?<![-\w])(left|right|float)\s*:"
        r"|text-align: (left|right)"
    )

    assert [name for name in STYLESHEETS if physical.search(stylesheet(name))] == []
