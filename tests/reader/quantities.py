"""Numbers as they stand in a sentence, and whether one reads as a value does."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

_POWER = "10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+"
_PLAIN = r"(?:\d\d?\d?(?:,\d\d\d)+|\d+)(?:\.\d+)?"
NUMBER = rf"−?(?:{_POWER}|{_PLAIN}(?:·{_POWER})?|∞)"
"""A number as `vanishing.text` writes it, or a power of ten."""
SHARE = r"(?:< 0\.1 %|> 99\.9 %|\d[\d,]*(?:\.\d+)? %)"
"""A share as `vanishing.text.percent` writes it."""

_DIGITS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-", ",")
SLACK = 1e-6
"""What a frame in single precision may change, relatively."""


@dataclass(frozen=True)
class Log10:
    """A value by its log₁₀, that no float may hold."""

    value: float


def reads(text: str, value: Any) -> bool:
    """Tell whether a text is how a value reads: a number rounded, a count or a word exactly."""
    match value:
        case str():
            return text == value
        case bool() | None:
            return value is True
        case int():
            return text.translate(_DIGITS) == str(value)
        case Log10():
            return _as_log(text, value.value)
    number = float(value)
    if text.endswith("%"):
        return _as_share(text, number)
    if math.isnan(number):
        return text == "not a number"
    if math.isinf(number):
        return text == ("∞" if number > 0 else "−∞")
    if "∞" in text:
        return False
    return _as_number(text, number)


def _as_share(text: str, share: float) -> bool:
    if text.startswith("<"):
        return 0.0 < share < 0.001
    if text.startswith(">"):
        return 0.999 < share < 1.0
    digits = text.removesuffix(" %").translate(_DIGITS)
    if digits in ("0", "100"):
        return share == float(digits) / 100
    return abs(100 * share - float(digits)) <= half(digits) * 1.001


def parts(text: str) -> tuple[str, int]:
    """Return mantissa and exponent: "3.1·10⁻⁶" becomes "3.1", −6."""
    mantissa, _, exponent = text.partition("·10")
    if not exponent and re.fullmatch(_POWER, text):
        mantissa, exponent = "1", text.removeprefix("10")
    return mantissa.translate(_DIGITS), int(exponent.translate(_DIGITS) or 0)


def half(digits: str) -> float:
    """Return half a unit of the last digit that counts; zeros at a whole number's end do not."""
    decimals = len(digits.partition(".")[2])
    if decimals:
        return 0.5 * 10.0**-decimals
    whole = digits.lstrip("-")
    zeros = min(len(whole) - len(whole.rstrip("0")), max(len(whole) - 2, 0))
    return 0.5 * 10.0**zeros


def _as_number(text: str, value: float) -> bool:
    digits, exponent = parts(text)
    if value == 0.0 or float(digits) == 0.0:
        # Nothing that is not 0 may read as 0.
        return value == float(digits)
    return _near(digits, value / 10.0**exponent) if exponent > -300 else _log_near(text, value)


def _near(digits: str, scaled: float) -> bool:
    return abs(scaled - float(digits)) <= 1.001 * half(digits) + SLACK * abs(scaled)


def _log_near(text: str, value: float) -> bool:
    return _as_log(text, math.log10(abs(value)))


def _as_log(text: str, log10: float) -> bool:
    if math.isnan(log10):
        return text == "not a number"
    if log10 == -math.inf:
        return text in ("0", "exactly 0")
    if log10 == math.inf:
        return text == "∞"
    digits, exponent = parts(text)
    if not -30 < log10 - exponent < 30:
        return False
    return float(digits) != 0.0 and _near(digits, 10.0 ** (log10 - exponent))


def value_of(text: str) -> float:
    """Return the number that a text is read as."""
    if "∞" in text:
        return -math.inf if text.startswith("−") else math.inf
    digits, exponent = parts(text)
    return float(f"{digits}e{exponent}")
