"""A table of numbers and texts in a few figures, and how two such digests differ.

The figures bear what another processor's last bits change, and nothing else: order, size, sign and
the small numbers of a column each have a figure that would move.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

RELATIVE = 1e-6
"""The largest change of a figure that does not count."""

NOISE = 1e-12
"""Numbers this small beside their column's RMS, in the average, may be anything near 0."""

DIGITS = 8

Digest: TypeAlias = dict[str, Any]


def of(table: pa.Table) -> dict[str, Digest]:
    """Return each column's digest, by name; an index without a name is not shown and left out."""
    names = [name for name in table.column_names if not name.startswith("__index_level_")]
    return {name: of_column(table.column(name)) for name in names}


def of_column(column: pa.ChunkedArray) -> Digest:
    """Return what kind of values a column has, how many, and what they are like."""
    found: Digest = {"count": len(column), "kind": _kind(column.type)}
    if column.null_count:
        found["nulls"] = column.null_count
    if found["kind"] in "if":
        values = np.asarray(column.drop_null().to_numpy(), dtype=np.float64)
        return found | _of_numbers(values)
    return found | {"values": _hashed(column.to_pylist())}


def _kind(kind: pa.DataType) -> str:
    if pa.types.is_boolean(kind):
        return "b"
    if pa.types.is_integer(kind):
        return "i"
    return "f" if pa.types.is_floating(kind) or pa.types.is_decimal(kind) else "s"


def _hashed(values: list[Any]) -> str:
    return hashlib.sha256("\x1f".join(map(str, values)).encode()).hexdigest()[:12]


def _of_numbers(values: np.ndarray) -> Digest:
    finite = values[np.isfinite(values)]
    counts = {
        "nan": int(np.isnan(values).sum()),
        "+inf": int((values == np.inf).sum()),
        "-inf": int((values == -np.inf).sum()),
    }
    found: Digest = {name: count for name, count in counts.items() if count}
    return found | (_figures(finite) if finite.size else {})


def _figures(x: np.ndarray) -> dict[str, float]:
    """Return the figures of finite numbers, of which the largest squares may overflow."""
    unit = float(np.abs(x).max()) or 1.0
    scaled = x / unit
    figures = {
        "min": x.min(),
        "max": x.max(),
        "mean": scaled.mean() * unit,
        "rms": math.sqrt(np.square(scaled).mean()) * unit,
        # Two numbers that change places move this one.
        "order": (scaled * _weights(x.size)).mean() * unit,
    }
    sizes = np.abs(x[x != 0])
    if sizes.size:
        # On a logarithmic axis the small numbers count as much as the large ones.
        figures["log10"] = np.log10(sizes).mean()
    for name in ("mean", "order"):
        # What is left where numbers cancel is their rounding.
        if abs(figures[name]) < NOISE * figures["rms"]:
            figures[name] = 0.0
    return {name: float(f"{value:.{DIGITS}g}") for name, value in figures.items()}


def _weights(n: int) -> np.ndarray:
    """Return n weights in [0, 1) that do not repeat and have no direction."""
    return np.modf(np.arange(1, n + 1) * (math.sqrt(5) - 1) / 2)[0]


# --- comparing -----------------------------------------------------------------------------------


def differences(before: Mapping[str, Digest], now: Mapping[str, Digest]) -> list[str]:
    """Return in words how a table has changed, column by column."""
    found = [f"column {name!r} is gone" for name in before if name not in now]
    found += [f"column {name!r} is new" for name in now if name not in before]
    for name in before.keys() & now.keys():
        found += [f"column {name!r}: {one}" for one in of_columns(before[name], now[name])]
    return sorted(found)


def of_columns(before: Digest, now: Digest) -> list[str]:
    """Return in words how a column has changed."""
    close = _closeness(before)
    return [
        f"{name} was {before.get(name, 'none')}, is {now.get(name, 'none')}"
        for name in dict.fromkeys([*before, *now])
        if not _same(before.get(name), now.get(name), close.get(name))
    ]


def _closeness(before: Digest) -> dict[str, Callable[[float, float], bool]]:
    """Return for each figure how near is near enough."""
    rms = before.get("rms", 0.0)

    def relative(a: float, b: float) -> bool:
        return math.isclose(a, b, rel_tol=RELATIVE, abs_tol=NOISE * rms)

    def beside_rms(a: float, b: float) -> bool:
        return math.isclose(a, b, rel_tol=RELATIVE, abs_tol=RELATIVE * rms)

    def logarithm(a: float, b: float) -> bool:
        return math.isclose(a, b, abs_tol=RELATIVE)

    return {
        "min": relative,
        "max": relative,
        "rms": relative,
        "mean": beside_rms,
        "order": beside_rms,
        "log10": logarithm,
    }


def _same(before: Any, now: Any, close: Callable[[float, float], bool] | None) -> bool:
    if before is None or now is None or close is None:
        return bool(before == now)
    return close(before, now)
