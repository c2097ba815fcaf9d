"""Cases that hang on the last bits of a processor's arithmetic, and how to find them.

A training run that is thrown about by its step size comes out otherwise where one product is
rounded otherwise, as other processors do. Such a case is held to its numbers only on processors
that round as the one which recorded it.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from tests.record import differences, files

OTHERS = (
    {"OPENBLAS_CORETYPE": "Haswell", "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL"},
    {"OPENBLAS_CORETYPE": "Nehalem", "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL"},
)
"""Environments in which NumPy computes as on older processors."""


@cache
def here() -> str:
    """Return a hash of how this processor rounds products, roots and functions."""
    grid = np.linspace(-3.0, 3.0, 60 * 60).reshape(60, 60)
    found = hashlib.sha256()
    for kind in (np.float32, np.float64):
        x = grid.astype(kind)
        stack = np.stack([x, x.T])
        for result in (x @ x, stack @ stack, np.exp(x), np.tanh(x), np.sin(x), np.log(np.abs(x))):
            found.update(np.ascontiguousarray(result).tobytes())
        found.update(np.linalg.svd(x + np.eye(60, dtype=kind), compute_uv=False).tobytes())
    return found.hexdigest()[:12]


def without_numbers(shown: Mapping[str, Any]) -> dict[str, Any]:
    """Return of what is seen only settings, charts and their columns."""
    charts = {name: _kinds(sets) for name, sets in shown["charts"].items()}
    return {**shown, "sentences": [], "charts": charts}


def _kinds(tables: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: {column: {"kind": digest["kind"]} for column, digest in columns.items()}
        for name, columns in tables.items()
    }


def fragile(keys: list[str], recorded: Path) -> dict[str, set[str]]:
    """Return the cases in that folder, by page, that come out otherwise on another processor."""
    found: dict[str, set[str]] = {key: set() for key in keys}
    for other in OTHERS:
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "tests.record", "--to", folder, *keys]
            subprocess.run(command, env={**os.environ, **other}, check=True)
            for key in keys:
                now = files.read(key, Path(folder)).cases
                before = files.read(key, recorded).cases
                found[key] |= {n for n, case in before.items() if differences.of(case, now[n])}
    return found
