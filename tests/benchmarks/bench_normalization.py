"""The training step with batch normalisation, against PyTorch's and against our plain step."""

from dataclasses import replace
from itertools import product

import numpy as np

from tests.benchmarks import timing
from tests.benchmarks.bench_training import NARROW, WIDE, peer, stepper, trainer
from vanishing.engine.nets import datasets
from vanishing.engine.nets.training import Trainer

BATCH = 256


def normalized(ours):
    """Return the trainer of the same run with batch normalisation."""
    settings = replace(ours.settings, normalization="batch")
    return Trainer(settings, datasets.load(settings.data, settings.samples))


def check_agreement(torch):
    """Print how far PyTorch's loss and sizes are from ours after two steps from the same start."""
    ours = normalized(trainer(10, 16, BATCH))
    theirs, mine = torch.stepper(ours, measured=True), stepper(ours, True)
    for _ in range(2):
        (their_loss, their_sizes), (loss, sizes) = theirs(), mine()
    worst = max(abs(their_loss / loss - 1), np.abs(np.asarray(their_sizes) / sizes - 1).max())
    print(f"  PyTorch and we agree after two steps of 10×16 to {worst:.0e}")


def main():
    """Print one line per net and type."""
    torch = peer("torch")
    print("normalization: NumPy", np.__version__, "with", timing.describe_blas())
    print(" ", torch.describe() if torch else "PyTorch: not installed")
    if torch:
        check_agreement(torch)
    print(f"\nOne training step with batch normalisation, batch {BATCH}, sigmoid, median of rounds")
    print(f"{'net':>7}  {'type':8}{'ours':>9}{'plain':>9}{'torch':>9}   torch/ours  ours/plain")
    for shape, dtype in product(NARROW + WIDE, ["float64", "float32"]):
        plain = trainer(*shape, BATCH, dtype)
        ours = normalized(plain)
        calls = {"ours": stepper(ours, False), "plain": stepper(plain, False)}
        if torch:
            calls["torch"] = torch.stepper(ours, measured=False)
        found = timing.take_turns(calls)
        times = [
            f"{np.median(found[name]) * 1e6:6.0f} µs" if name in found else "–"
            for name in ("ours", "plain", "torch")
        ]
        against = f"{timing.median_ratio(found, 'torch', 'ours'):8.2f} ×" if torch else "       –"
        dearer = f"{timing.median_ratio(found, 'ours', 'plain'):8.2f} ×"
        row = "".join(f"{t:>9}" for t in times)
        print(f"{shape[0]:>4}×{shape[1]:<3} {dtype:8}{row} {against} {dearer}", flush=True)


if __name__ == "__main__":
    print(timing.use_one_core())
    main()
