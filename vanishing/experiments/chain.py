"""Claims about the chain rule: what multiplying one factor per layer does (C5–C9, C26)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from vanishing.chain_weights import share_within_one
from vanishing.evidence import (
    Claim,
    Figure,
    Finding,
    Line,
    Picture,
    Verdict,
    about,
    at_least,
)

SPREADS = (0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0)
WEIGHTS = 100_000


def weights_within_one(seed: int) -> Iterator[float | Finding]:
    """Count the weights in [−1, 1], at the article's spread and at others."""
    shares = []
    for done, spread in enumerate(SPREADS, 1):
        shares.append(share_within_one(spread, WEIGHTS, seed))
        yield done / len(SPREADS)
    at = dict(zip(SPREADS, shares, strict=True))
    yield Finding(
        figures={
            "share": Figure(at[1.0].measured, unit="%"),
            "narrow": Figure(at[0.3].measured, unit="%"),
        },
        picture=Picture(
            x="Spread of the weights, σ_w",
            y="Share of weights in [−1, 1]",
            lines=(
                Line("counted", SPREADS, tuple(share.measured for share in shares)),
                Line(
                    "erf(1/(σ_w √2))",
                    SPREADS,
                    tuple(share.predicted for share in shares),
                    kind="predicted",
                ),
            ),
        ),
    )


CLAIMS: tuple[Claim, ...] = (
    Claim(
        key="C7",
        title="Weights lie between −1 and 1",
        says="Weights are usually drawn from N(0, 1), and so lie between −1 and 1.",
        conditions=f"{WEIGHTS:,} weights drawn from N(0, σ_w²), and counted.",
        figures={
            "share": "Share of N(0, 1) weights in [−1, 1]",
            "narrow": "The same for σ_w = 0.3",
        },
        page="chain",
        settings={"sigma": 1.0, "view": "product"},
        experiment=weights_within_one,
        budget=1.0,
        stated=(at_least("share", 0.99, unit="%", basis="“lie between” leaves out 1 % at most"),),
        narrowed=(at_least("narrow", 0.99, unit="%", basis="the same share, for smaller weights"),),
        only_if="their spread σ_w is about 0.3, not 1",
        predicted=(
            about(
                "share",
                math.erf(math.sqrt(0.5)),
                within=0.006,
                unit="%",
                basis="erf(1/√2); four standard errors of the count",
            ),
            about(
                "narrow",
                math.erf(math.sqrt(0.5) / 0.3),
                within=0.002,
                unit="%",
                basis="erf(1/(0.3 √2)); four standard errors of the count",
            ),
        ),
        why={
            Verdict.ONLY_IF: "Only {share} of N(0, 1) weights lie there; a third is larger than 1 "
            "in size. With σ_w = 0.3 it is {narrow}.",
        },
    ),
)
