"""The training step against PyTorch eager, JAX jit and the bare matrix products it consists of.

Once it has compiled, JAX is ahead by 1.3 to 1.6: it makes one loop of all elementwise work between
two products, and of measuring it, where NumPy passes over memory once for each operation. In wide
nets the products and f alone take longer than all of JAX's step; in narrow ones NumPy's calls, of
about 1 µs with nothing in them, take more than half of ours.
"""

import importlib
import time
from itertools import product

import numpy as np

from tests.benchmarks import timing
from vanishing.engine.nets import datasets, measures
from vanishing.engine.nets.training import Settings, Trainer

NARROW, WIDE = [(4, 16), (10, 16), (20, 16)], [(10, 64), (5, 100)]
BATCHES = (256, 1000)
STEPS = 500
AIM_TORCH_NARROW, AIM_TORCH_WIDE, AIM_JAX, AIM_PRODUCTS = 3.0, 1.3, 1.5, 2.0


def trainer(depth, width, batch, dtype="float64", activation="sigmoid"):
    """Full-batch training on `batch` of the digits: 64 inputs, 10 classes."""
    settings = Settings(
        data="digits",
        samples=batch,
        depth=depth,
        width=width,
        dtype=dtype,
        activation=activation,
        initializer="he_normal",
    )
    return Trainer(settings, datasets.load("digits", batch))


def stepper(ours, measured):
    """Return our training step; with `measured` it returns what the peers' steps return."""

    def step():
        done = ours.step()
        assert not ours.broken
        ours.apply()
        if not measured:
            return None
        gradients = done.gradients
        loss = ours.head.loss(done.trace.zs[-1], done.targets)
        sizes = measures.norms([*gradients.deltas, *gradients.weights, *gradients.biases])
        delta, of_weights, of_biases = sizes[0].reshape(3, -1)
        rms = measures.per_entry(delta, gradients.deltas)
        return float(loss[0]), np.stack([rms, of_weights, of_biases])

    return step


def products(ours):
    """Return a function that makes only the step's matrix products, into arrays that are ready."""
    weights = ours.parameters.weights
    rows = ours.inputs.shape[1]
    rng = np.random.default_rng(0)
    shapes = [(1, rows, n) for n in ours.parameters.widths]
    signals = [rng.normal(size=shape).astype(ours.flat.dtype) for shape in shapes]
    deltas = [np.empty_like(signal) for signal in signals]
    gradients = [np.empty_like(w) for w in weights]

    def step():
        for layer, w in enumerate(weights):
            np.matmul(signals[layer], w, out=deltas[layer + 1])
        for layer in reversed(range(len(weights))):
            signal, delta = signals[layer], signals[layer + 1]
            np.matmul(signal.swapaxes(1, 2), delta, out=gradients[layer])
            if layer:
                np.matmul(delta, weights[layer].swapaxes(1, 2), out=deltas[layer])

    return step


def peer(name):
    """Return the module of a peer, or None where its library is not installed."""
    try:
        return importlib.import_module(f"tests.benchmarks.{name}_peer")
    except ModuleNotFoundError as missing:
        if missing.name != name:
            raise
        return None


def verdict(value, aim, *, at_least):
    """Write a ratio beside its aim."""
    met = value >= aim if at_least else value <= aim
    sign = "≥" if at_least else "≤"
    return f"{value:5.2f} × ({sign} {aim:g}: {'yes' if met else 'no'})"


def against_torch_and_products(torch):
    """Print one line per net, batch and type: times, and ratios beside their aims."""
    print("\nOne training step, median of rounds taken in turns")
    print("  sizes: with the loss and every layer's RMS ∂J/∂z, ‖∂J/∂W‖, ‖∂J/∂b‖ each step")
    print("  torch/ours: how many times as long PyTorch takes; products: the bare GEMMs")
    head = (
        f"{'net':>7}{'batch':>6} {'type':8}{'f':8}{'ours':>8}{'sizes':>8}{'torch':>8}{'sizes':>8}"
    )
    print(f"{head}{'GEMMs':>8}   {'torch/ours':12}{'with sizes':24}ours/GEMMs")
    cases = [*product(NARROW + WIDE, BATCHES, ["float64"], ["sigmoid"])]
    cases += [*product(NARROW + WIDE, BATCHES[:1], ["float32"], ["sigmoid"])]
    cases += [*product(NARROW + WIDE, BATCHES[:1], ["float64"], ["relu"])]
    for shape, batch, dtype, activation in cases:
        ours = trainer(*shape, batch, dtype, activation)
        calls = {"ours": stepper(ours, False), "sizes": stepper(ours, True)}
        calls["products"] = products(ours)
        if torch:
            calls["torch"] = torch.stepper(ours, measured=False)
            calls["torch sizes"] = torch.stepper(ours, measured=True)
        found = timing.take_turns(calls)
        times = [
            f"{np.median(found[name]) * 1e6:5.0f} µs" if name in found else "–"
            for name in ("ours", "sizes", "torch", "torch sizes", "products")
        ]
        plain, sizes = "–", "PyTorch: not installed"
        if torch:
            plain = f"{timing.median_ratio(found, 'torch', 'ours'):5.2f} ×"
            aim = AIM_TORCH_NARROW if shape in NARROW else AIM_TORCH_WIDE
            ratio = timing.median_ratio(found, "torch sizes", "sizes")
            sizes = verdict(ratio, aim, at_least=True)
        bare = verdict(timing.median_ratio(found, "ours", "products"), AIM_PRODUCTS, at_least=False)
        line = f"{shape[0]:>4}×{shape[1]:<3}{batch:>5} {dtype:8}{activation:8}"
        print(
            line + "".join(f"{t:>8}" for t in times) + f"   {plain:12}{sizes:24}{bare}", flush=True
        )


def against_jax(jax):
    """Print one line per net: a run of 500 steps, with the time to compile and without."""
    print(f"\nA run of {STEPS} steps, every layer's sizes at each, float64, sigmoid, median of 3")
    if not jax:
        print("  JAX: not installed")
        return
    print(
        f"{'net':>7}{'batch':>6}{'ours':>10}{'JAX first':>11}{'again':>9}   "
        "first/ours        ours/again"
    )
    for shape in NARROW + WIDE:
        ours = trainer(*shape, BATCHES[0])
        step, run = stepper(ours, True), jax.runner(ours, STEPS)
        first = _clock(run)
        rounds = [
            (_clock(lambda step=step: [step() for _ in range(STEPS)]), _clock(run))
            for _ in range(3)
        ]
        mine, again = np.median(rounds, axis=0)
        ahead = verdict(first / mine, 1.0, at_least=True)
        after = verdict(mine / again, AIM_JAX, at_least=False)
        times = f"{mine:>8.2f} s{first:>9.2f} s{again:>7.2f} s"
        print(f"{shape[0]:>4}×{shape[1]:<3}{BATCHES[0]:>5}{times}   {ahead:18}{after}", flush=True)


def check_agreement(torch, jax):
    """Print how far the peers' loss and sizes are from ours after the same two steps."""
    ours = trainer(10, 16, 256)
    theirs = {}
    if torch:
        step = torch.stepper(ours, measured=True)
        theirs["PyTorch"] = [step(), step()][1]
    if jax:
        theirs["JAX"] = jax.runner(ours, 2)()
    step = stepper(ours, True)
    loss, sizes = [step(), step()][1]
    for name, (their_loss, their_sizes) in theirs.items():
        worst = max(abs(their_loss / loss - 1), np.abs(np.asarray(their_sizes) / sizes - 1).max())
        print(f"  {name} and we agree after two steps of 10×16 to {worst:.0e}")


def _clock(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def main():
    """Print the tables."""
    torch, jax = peer("torch"), peer("jax")
    print("training: NumPy", np.__version__, "with", timing.describe_blas())
    for name, module in (("PyTorch", torch), ("JAX", jax)):
        print(" ", module.describe() if module else f"{name}: not installed")
    check_agreement(torch, jax)
    against_torch_and_products(torch)
    against_jax(jax)


if __name__ == "__main__":
    print(timing.use_one_core())
    main()
