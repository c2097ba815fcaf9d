"""Claims about what is learnt in the end: heads on ReLU, and deep sigmoid nets (C24, C27)."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from vanishing.engine.arrays import Array
from vanishing.engine.nets import activations, boundary, heads, training
from vanishing.engine.nets.training import Run, Settings
from vanishing.evidence.expected import about, at_least, at_most
from vanishing.evidence.finding import Finding, Line, Picture, figure, line
from vanishing.evidence.model import Claim, Planted, Verdict
from vanishing.evidence.trying import in_turn

TWO = Settings(
    data="moons",
    samples=200,
    depth=3,
    width=16,
    activation="relu",
    initializer="he_normal",
    learning_rate=0.3,
    steps=300,
    seeds=5,
    records=20,
)
SEVERAL = replace(TWO, data="digits", width=32, learning_rate=0.1, samples=300, batch=50)
SIGMOID = replace(SEVERAL, activation="sigmoid", samples=400, depth=8, width=24)
RELU = replace(SIGMOID, activation="relu")
SHALLOW = replace(SIGMOID, depth=2)
NORMED = replace(SIGMOID, normalization="batch")


def _accuracies(name: str, run: Run) -> Line:
    """Return the accuracy of the nets at each record."""
    accuracies = np.stack([record.accuracy for record in run.records], axis=1)
    return line(name, [record.step for record in run.records], accuracies)


def probabilities(run: Run) -> Array:
    """Return what the trained nets answer to all their data."""
    head = heads.for_classes(run.data.classes)
    return boundary.answers(run.final.parameters, run.data.x, activations.get("relu"), head)


def heads_on_relu(seed: int, depth: int = 3, steps: int = 300) -> Iterator[float | Finding]:
    """Train ReLU nets with a sigmoid and with a softmax output, and add up what they answer."""
    wanted = {"two": TWO, "several": SEVERAL}
    wanted = {key: replace(one, depth=depth, steps=steps) for key, one in wanted.items()}
    trained = yield from in_turn(training.runs, seed, **wanted)
    two, several = trained["two"], trained["several"]
    single = probabilities(two)
    lines = (
        _accuracies("two classes, sigmoid", two),
        _accuracies("ten classes, softmax", several),
    )
    yield Finding(
        {
            "two": figure(two.final.accuracy, "%"),
            "several": figure(several.final.accuracy, "%"),
            "sum": figure(boundary.sum_error(probabilities(several))),
            "outside": figure(((single < 0) | (single > 1)).sum(), "answers"),
        },
        Picture("Training step", "Share of right answers", lines),
    )


def sigmoid_against_relu(
    seed: int,
    depth: int = 8,
    width: int = 24,
    rate: float = 0.1,
    steps: int = 300,
    normalization: str = "none",
) -> Iterator[float | Finding]:
    """Train the same deep nets, from the same draws, with sigmoid and with ReLU."""
    deep = replace(SIGMOID, depth=depth, normalization=normalization)
    wanted = {"sigmoid": deep, "relu": replace(RELU, depth=depth)}
    wanted |= {"shallow": SHALLOW, "normed": replace(NORMED, depth=depth)}
    wanted = {
        key: replace(one, width=width, learning_rate=rate, steps=steps)
        for key, one in wanted.items()
    }
    trained = yield from in_turn(training.runs, seed, **wanted)
    told = {"sigmoid": "sigmoid", "relu": "ReLU", "shallow": "sigmoid, 2 layers"}
    told |= {"normed": "sigmoid, batch norm"}
    lines = tuple(_accuracies(words, trained[name]) for name, words in told.items())
    yield Finding(
        {name: figure(run.final.accuracy, "%") for name, run in trained.items()},
        Picture("Training step", "Share of right answers", lines),
    )


_POOR = (
    at_most("sigmoid", 0.3, unit="%", basis="little better than one in ten"),
    at_least("relu", 0.8, unit="%", basis="the same net can learn it"),
)


CLAIMS: tuple[Claim, ...] = (
    Claim(
        key="C24",
        title="ReLU nets can give probabilities",
        says="A sigmoid output for two classes, or softmax for several, still gives probabilities "
        "on top of ReLU layers.",
        conditions=f"{TWO.seeds} ReLU nets of 3 layers each, He's weights, 300 steps: 16 units on "
        "200 points of two moons; 32 units on 300 digits, batches of 50. Band: 10–90 % of the "
        "nets. Accuracy on the data they train on.",
        figures={
            "two": "Right answers, two classes, sigmoid",
            "several": "Right answers, ten classes, softmax",
            "sum": "Largest |Σ p − 1| of the softmax answers",
            "outside": "Sigmoid answers outside [0, 1]",
        },
        page="training",
        settings={"data": "digits"},
        experiment=heads_on_relu,
        budget=12.0,
        planted=Planted("an output layer that answers 1 % too much", Verdict.FAILS),
        near={"depth": (2, 4), "steps": (250, 400)},
        stated=(
            at_least("two", 0.9, unit="%", basis="the net has learnt"),
            at_least("several", 0.9, unit="%", basis="the net has learnt"),
            at_most("sum", 1e-12, basis="probabilities add up to 1"),
            about("outside", 0, within=0, unit="answers", basis="a probability"),
        ),
        predicted=(at_most("sum", 1e-14, basis="ten roundings of float64"),),
        why_holds="Both outputs learn, {two} and {several} right, and the ten "
        "probabilities add up to 1 within {sum}.",
    ),
    Claim(
        key="C27",
        title="Deep sigmoid nets perform poorly",
        says="For the user, vanishing gradients mean training that takes forever or performs "
        "poorly.",
        conditions=f"{SIGMOID.seeds} nets of {SIGMOID.depth} layers, 24 units, on 400 "
        "standardised handwritten digits, batches of 50, 300 steps of plain gradient descent, step "
        "size 0.1; the same draws of He's weights with sigmoid and with ReLU, biases 0. Also 2 "
        "sigmoid layers, and 8 with batch norm. Band: 10–90 % of the nets. Accuracy on the data "
        "they train on.",
        figures={
            "sigmoid": "Right answers with sigmoid",
            "relu": "Right answers with ReLU",
            "shallow": "Right answers with sigmoid, 2 layers",
            "normed": "Right answers with sigmoid and batch norm",
        },
        page="training",
        settings={"data": "digits", "samples": 400, "batch": 50, "steps": 300},
        experiment=sigmoid_against_relu,
        budget=15.0,
        planted=Planted("sigmoid for ReLU", Verdict.FAILS),
        near={
            "depth": (4, 6, 10),
            "width": (20, 32),
            "rate": (0.07, 0.15),
            "steps": (200, 500),
        },
        beyond={"depth": (2, 3), "normalization": ("batch",)},
        changed="Nets were 16 units wide; of 10 layers so narrow, some ReLU nets do not learn. It "
        "was said to hold without a condition, by 8 layers alone.",
        stated=(
            *_POOR,
            at_most("shallow", 0.3, unit="%", basis="poor in few layers too"),
            at_most("normed", 0.3, unit="%", basis="and with batch norm"),
        ),
        narrowed=(
            *_POOR,
            at_least("shallow", 0.6, unit="%", basis="two layers learn in the same time"),
            at_least("normed", 0.8, unit="%", basis="so do deep nets with batch norm"),
        ),
        only_if="nets have about 4 layers or more and no normalisation (plain gradient descent, "
        "300 steps)",
        predicted=(about("sigmoid", 0.1, within=0.05, unit="%", basis="a guess among ten digits"),),
        why_only_if="After the same training from the same draws sigmoid nets give {sigmoid} right "
        "answers, ReLU nets {relu}; sigmoid with 2 layers gives {shallow}, with batch norm "
        "{normed}.",
    ),
)
