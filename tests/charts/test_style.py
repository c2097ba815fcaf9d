"""The app's colours on its own pages: lines reach 3:1, words 4.5:1 (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
import tomllib
from pathlib import Path

import pytest

from vanishing.charts import style

CONFIG = Path(__file__).parents[2] / ".streamlit" / "config.toml"
THEMES = tomllib.loads(CONFIG.read_text("utf-8"))["theme"]
LINES = (style.NEUTRAL, style.WARNING)
WORDS = (style.INK, style.QUIET, style.ALARM)


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    light = [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return sum(share * v for share, v in zip((0.2126, 0.7152, 0.0722), light, strict=True))


def contrast(one, other):
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("which", ["light", "dark"])
def test_colours_stand_out_from_their_page(which):
    theme = THEMES[which]
    page = theme["backgroundColor"]
    for colour in (*theme["chartCategoricalColors"], *LINES):
        assert contrast(colour, page) >= 3, colour
    for words in WORDS:
        colour = re.findall("#[0-9A-F]{6}", words["expr"])[which == "dark"]
        assert contrast(colour, page) >= 4.5, colour


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.005)
    assert contrast("#888888", "#FFFFFF") < 4.5
