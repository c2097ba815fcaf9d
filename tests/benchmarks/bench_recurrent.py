"""A step of recurrent training, clipped, against PyTorch's own recurrent layers with autograd.

Only PyTorch's LSTM in float32 can be ahead, by up to a half: it is oneDNN's, compiled for the
machine, all steps of time and the elementwise work in one call. NumPy needs some twenty calls for
each step, of about 1 µs with nothing in them, and every one reads and writes its arrays anew; and
OpenBLAS takes AVX2 where it does not know the processor, PyTorch's library AVX-512.
"""

import importlib
from itertools import product

import numpy as np

from tests.benchmarks import timing
from vanishing.engine.recurrent.training import Settings, Trainer

CELLS = ("plain", "lstm")
SIZES = [(20, 16, 20), (40, 16, 20), (100, 16, 20), (40, 64, 20), (40, 64, 100)]
"""Length, units and batch; the second is the page's."""

TYPES = ("float32", "float64")
STACKED = 5
"""Nets that the page trains side by side."""


def trainer(cell, length, units, batch, dtype, seeds=1):
    """A trainer on the adding problem."""
    return Trainer(
        Settings(
            cell=cell,
            length=length,
            units=units,
            batch=batch,
            dtype=dtype,
            seeds=seeds,
            threshold=1.0,
        )
    )


def stepper(ours):
    """Return our step: sequences, gradient, clipping, Adam; it returns loss and norm."""

    def step():
        ours.step()
        ours.apply()
        ours.clipped.clear()
        return float(ours.norms.pop()[0])

    return step


def peer():
    """Return PyTorch's module, or None where it is not installed."""
    try:
        return importlib.import_module("tests.benchmarks.torch_recurrent_peer")
    except ModuleNotFoundError as missing:
        if missing.name != "torch":
            raise
        return None


def check_agreement(torch):
    """Print how far PyTorch's gradient norm is from ours over three steps on the same sequences."""
    for cell in CELLS:
        ours, theirs = (trainer(cell, 10, 8, 5, "float64") for _ in range(2))
        step, their_step = stepper(ours), torch.stepper(theirs)
        worst = max(abs(their_step()[1] / step() - 1) for _ in range(3))
        print(f"  {cell}: gradient norms agree over three steps to {worst:.0e}")


def main():
    """Print the table."""
    torch = peer()
    print("recurrent: NumPy", np.__version__, "with", timing.describe_blas())
    print(" ", torch.describe() if torch else "PyTorch: not installed")
    if torch:
        check_agreement(torch)
    print("\nOne training step (new sequences, BPTT, clipping, Adam), median of rounds in turns")
    print(f"  stack: {STACKED} nets side by side, time per net; ratios: how many times as long")
    print(f"  PyTorch takes for one net, against one of ours and against one of {STACKED}")
    head = f"{'cell':6}{'T':>5}{'n':>4}{'batch':>6} {'type':8}"
    print(f"{head}{'ours':>10}{'per net':>10}{'torch':>10}   torch/ours   torch/per net")
    for cell, (length, units, batch), dtype in product(CELLS, SIZES, TYPES):
        case = cell, length, units, batch, dtype
        calls = {"ours": stepper(trainer(*case)), "stack": stepper(trainer(*case, STACKED))}
        if torch:
            calls["torch"] = torch.stepper(trainer(*case))
        found = timing.take_turns(calls)
        found["stack"] = [seconds / STACKED for seconds in found["stack"]]
        times = [
            f"{np.median(found[name]) * 1e6:7.0f} µs" if name in found else "–"
            for name in ("ours", "stack", "torch")
        ]
        ratios = "PyTorch: not installed"
        if torch:
            one, many = (timing.median_ratio(found, "torch", name) for name in ("ours", "stack"))
            ratios = f"{one:8.2f} ×   {many:8.2f} ×"
        line = f"{cell:6}{length:>5}{units:>4}{batch:>6} {dtype:8}"
        print(line + "".join(f"{t:>10}" for t in times) + f"   {ratios}", flush=True)


if __name__ == "__main__":
    print(timing.use_one_core())
    main()
