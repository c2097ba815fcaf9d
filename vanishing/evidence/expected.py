"""What is expected of a figure, whatever is measured."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from vanishing import text
from vanishing.evidence.finding import Figure, in_words


@dataclass(frozen=True)
class Expectation:
    """An interval in which a figure should lie, and why.

    Parameters
    ----------
    figure : str
        Name of the figure.
    value : float
        The number expected, published, or at the limit.
    low, high : float
        The interval, ends included; infinite where it is open.
    words : str
        The interval for a reader: "0.683 ± 0.005".
    basis : str
        Where number and tolerance come from, in one phrase.
    by_band : bool
        Whether it is enough that the figure's *band* reaches into the interval.
    """

    figure: str
    value: float
    low: float
    high: float
    words: str
    basis: str
    by_band: bool = False

    def met(self, figures: Mapping[str, Figure]) -> bool:
        """Tell whether the figure lies in the interval; what is not a number lies nowhere."""
        figure = figures[self.figure]
        bottom, top = figure.ends if self.by_band else (figure.value, figure.value)
        return bottom <= self.high and top >= self.low


def about(figure: str, value: float, *, within: float, basis: str, unit: str = "") -> Expectation:
    """Expect ``value`` ± ``within``."""
    tolerance = f"{100 * within:g} points" if unit == "%" else text.setting(within)
    words = f"{in_words(value, unit)} ± {tolerance}" if within else in_words(value, unit)
    return Expectation(figure, value, value - within, value + within, words, basis)


def factor(figure: str, value: float, *, times: float, basis: str, unit: str = "") -> Expectation:
    """Expect a positive ``value``, right within a factor ``times``."""
    words = f"{in_words(value, unit)}, within a factor {times:g}"
    return Expectation(figure, value, value / times, value * times, words, basis)


def at_most(
    figure: str, value: float, *, basis: str, unit: str = "", by_band: bool = False
) -> Expectation:
    """Expect ``value`` or less; with `by_band`, of the lower end of the band."""
    words = f"at most {in_words(value, unit)}"
    return Expectation(figure, value, -math.inf, value, words, basis, by_band)


def at_least(
    figure: str, value: float, *, basis: str, unit: str = "", by_band: bool = False
) -> Expectation:
    """Expect ``value`` or more; with `by_band`, of the upper end of the band."""
    words = f"at least {in_words(value, unit)}"
    return Expectation(figure, value, value, math.inf, words, basis, by_band)


def in_band(figure: str, value: float, *, basis: str, unit: str = "") -> Expectation:
    """Expect ``value`` inside the figure's band."""
    words = f"{in_words(value, unit)}, inside the band"
    return Expectation(figure, value, value, value, words, basis, by_band=True)
