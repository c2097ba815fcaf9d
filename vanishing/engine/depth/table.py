"""The table of depth limits that comes with the package: read it, or make it (run this module)."""

import csv
import json
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, astuple, fields
from pathlib import Path

from vanishing.engine.depth.limits import (
    SHIPPED,
    TECHNIQUES,
    Budget,
    Cell,
    Outcome,
    Technique,
    cells,
    measure,
)
from vanishing.engine.lanes import Process, spread

FILE = Path(__file__).parent / "data" / "depth_limits.csv"
MAKE = "python -m vanishing.engine.depth.table"

_TECHNIQUE = [field.name for field in fields(Technique)]


def header(budget: Budget = SHIPPED) -> list[str]:
    """Return the first lines of the table: how it was made, and its columns."""
    networks = [f"right_{network + 1}" for network in range(budget.seeds)]
    return [
        f"# Right answers of each network, by technique and depth. Made by: {MAKE}",
        f"# {json.dumps(asdict(budget))}",
        ",".join([*_TECHNIQUE, "depth", "step_size", *networks]),
    ]


def row(cell: Cell, outcome: Outcome) -> str:
    """Return a cell's line: accuracies as the number of right answers; ValueError see `read`."""
    if outcome.diverged != outcome.accuracies.count(0.0):
        raise ValueError(f"0 means that it diverged, and a network of {cell} only errs: {outcome}")
    right = [round(accuracy * cell.budget.samples) for accuracy in outcome.accuracies]
    values = [*astuple(cell.technique), cell.depth, f"{outcome.step_size:g}", *right]
    return ",".join(map(str, values))


def read(file: Path = FILE, budget: Budget = SHIPPED) -> dict[Cell, Outcome]:
    """Return what a table holds; ValueError if it was made with another budget.

    No right answer at all is that of a network that diverged: one that answers at random, or
    always the same, is right about some of hundreds of samples.
    """
    with file.open(encoding="utf-8", newline="") as lines:
        found = [next(lines).rstrip("\r\n") for _ in range(3)]
        if found != header(budget):
            raise ValueError(f"{file.name} was made with another budget; make it anew: {MAKE}")
        known = {}
        for values in csv.reader(lines):
            technique, (depth, step_size, *right) = Technique(*values[:4]), values[4:]
            accuracies = tuple(int(count) / budget.samples for count in right)
            found_here = Outcome(float(step_size), accuracies, accuracies.count(0.0))
            known[Cell(technique, int(depth), budget)] = found_here
    return known


def write(known: Mapping[Cell, Outcome], file: Path = FILE, budget: Budget = SHIPPED) -> None:
    """Write a table, technique by technique, each from the smallest depth to the largest."""
    ordered = sorted(known, key=lambda cell: (TECHNIQUES.index(cell.technique), cell.depth))
    lines = [*header(budget), *(row(cell, known[cell]) for cell in ordered)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def make(
    lanes: Sequence[Executor], wanted: Iterable[Cell] | None = None, file: Path = FILE
) -> None:
    """Compute the cells that the table lacks, adding each to it, and put them in order.

    Stopped in between, it goes on from there when it is called again.
    """
    wanted = tuple(cells(TECHNIQUES) if wanted is None else wanted)
    if not file.exists():
        write({}, file)
    known = read(file)
    fresh = [cell for cell in wanted if cell not in known]
    whole, made, began = sum(cell.cost() for cell in fresh), 0, time.perf_counter()
    with file.open("a", encoding="utf-8") as rows:
        for number, (cell, outcome) in enumerate(spread(lanes, measure, fresh), 1):
            known[cell] = outcome
            print(row(cell, outcome), file=rows, flush=True)
            made += cell.cost()
            left = (time.perf_counter() - began) * (whole / made - 1)
            done = f"{len(wanted) - len(fresh) + number} of {len(wanted)} cells"
            print(f"{done}, about {left / 60:.1f} minutes to go", flush=True)
    write(known, file)


def main(workers: int) -> None:
    """Make the table with so many processes."""
    lanes = [Process() for _ in range(workers)]
    make(lanes)
    for lane in lanes:
        lane.shutdown()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
