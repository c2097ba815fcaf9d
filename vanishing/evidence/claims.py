"""The article's claims, C1 to C27, each with the experiment that judges it.

``python -m vanishing.evidence.claims`` measures them, and the paper cards, and prints the table;
with ``--write`` it also renews what the app and the README show. Its exit status is 1 if a paper
card is out of band.
"""

from __future__ import annotations

import sys

from vanishing.concepts.chain import claims as chain
from vanishing.concepts.chain import claims_scale as chain_scale
from vanishing.concepts.depth import claims as depth
from vanishing.concepts.derivatives import claims as derivatives
from vanishing.concepts.descent import claims as descent
from vanishing.concepts.dying import claims as dying
from vanishing.concepts.dying import claims_leaky as leaky
from vanishing.concepts.layers import claims as layers
from vanishing.concepts.recurrent import claims as recurrent
from vanishing.concepts.training import claims as learning
from vanishing.evidence.model import Claim

CLAIMS: tuple[Claim, ...] = tuple(
    sorted(
        (
            *descent.CLAIMS,
            *derivatives.CLAIMS,
            *chain.CLAIMS,
            *chain_scale.CLAIMS,
            *layers.CLAIMS,
            *dying.CLAIMS,
            *leaky.CLAIMS,
            *recurrent.CLAIMS,
            *learning.CLAIMS,
            *depth.CLAIMS,
        ),
        key=lambda claim: int(claim.key.removeprefix("C")),
    )
)
"""Every claim, in the article's order."""


def get(key: str) -> Claim:
    """Return the claim of that key.

    Raises
    ------
    KeyError
        If there is none.
    """
    return {claim.key: claim for claim in CLAIMS}[key]


if __name__ == "__main__":
    from vanishing.evidence.report import main

    sys.exit(main(sys.argv[1:]))
