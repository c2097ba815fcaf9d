"""Numbers as a reader wants them: two or three digits, and powers of ten written as 10⁻⁶."""

import math
from decimal import ROUND_HALF_UP, Decimal

_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def power(exponent: int) -> str:
    """Return a power of ten: −6 becomes "10⁻⁶"."""
    return "10" + str(exponent).translate(_SUPERSCRIPTS)


def number(value: float, digits: int = 3) -> str:
    """Return a number with that many significant digits, readable at any size.

    From 0.001 up to a million it is written out; beyond, as 3.1·10⁻⁶. Zero, infinities and NaN
    are named as what they are.
    """
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    shown = rounded(value, digits)
    if 1e-3 <= abs(shown) < 1e6:
        decimals = max(0, digits - 1 - math.floor(math.log10(abs(shown))))
        return f"{shown:,.{decimals}f}".replace("-", "−")
    mantissa, exponent = f"{shown:.{digits - 1}e}".split("e")
    return f"{mantissa}·{power(int(exponent))}".replace("-", "−")


def rounded(value: float, digits: int) -> float:
    """Return the number that a reader sees where that many significant digits are shown.

    A half is rounded away from 0, as 5/4 = 1.25 is to 1.3: as a reader does, who sees no binary.
    """
    if value == 0 or not math.isfinite(value):
        return value
    written = Decimal(repr(float(value)))
    last = Decimal(1).scaleb(written.adjusted() - digits + 1)
    return float(written.quantize(last, ROUND_HALF_UP))


def unlike(value: float, mark: float, digits: int = 3) -> str:
    """Return a number with more digits where fewer would read like `mark`, which it is not."""
    while digits < 9 and value != mark and rounded(value, digits) == rounded(mark, digits):
        digits += 1
    return number(value, digits)


def unbroken(words: str) -> str:
    """Keep on one line what is one: a number and its %, and the two sides of a derivative."""
    return words.replace(" %", "\u00a0%").replace("/∂", "/\u2060∂")


def setting(value: float) -> str:
    """Return a number that was chosen, not measured: as short as it can be written."""
    mantissa, _, exponent = f"{value:g}".partition("e")
    if exponent:
        mantissa = power(int(exponent)) if mantissa == "1" else f"{mantissa}·{power(int(exponent))}"
    return mantissa.replace("-", "−")


def of_log10(log10: float, digits: int = 2) -> str:
    """Return the number whose log₁₀ is given, also where no float can hold it."""
    if math.isnan(log10):
        return "not a number"
    if math.isinf(log10):
        return "∞" if log10 > 0 else "0"
    if abs(log10) < 300:
        return number(10.0**log10, digits)
    whole = math.floor(log10)
    # 9.99 may be rounded to 10.0: then the exponent takes one more.
    mantissa, carried = f"{10.0 ** (log10 - whole):.{digits - 1}e}".split("e")
    return f"{mantissa}·{power(whole + int(carried))}"


def percent(share: float, mark: float | None = None) -> str:
    """Return a share as a percentage that never rounds a part to nothing or to everything.

    It has more digits where fewer would read like `mark`, which it is not.
    """
    if share in (0.0, 1.0):
        return f"{share:.0%}".replace("%", " %")
    if share < 0.001:
        return "< 0.1 %"
    if share > 0.999:
        return "> 99.9 %"
    return f"{hundredths(share, 1 if share < 0.1 or share > 0.9 else 0, mark)} %"


def hundredths(share: float, decimals: int, mark: float | None = None) -> str:
    """Return a share in hundredths with that many decimals, halves rounded as in `rounded`.

    With more where fewer would read like `mark`, which it is not.
    """
    while mark not in (None, share) and hundredths(share, decimals) == hundredths(mark, decimals):
        decimals += 1
    last = Decimal(1).scaleb(-decimals)
    return f"{Decimal(repr(float(share))).scaleb(2).quantize(last, ROUND_HALF_UP):,}"


def count(quantity: int, singular: str, plural: str | None = None) -> str:
    """Return a counted noun: "1 step", "2,000 steps"."""
    noun = singular if quantity == 1 else (plural or singular + "s")
    return f"{quantity:,} {noun}"


def duration(seconds: float) -> str:
    """Return a time in words, as rough as an estimate deserves."""
    if seconds < 1.5:
        return "1 s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    return (
        f"{number(seconds / 60, 2)} minutes"
        if seconds < 6000
        else f"{number(seconds / 3600, 2)} hours"
    )


def sentence(text: str) -> str:
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]
