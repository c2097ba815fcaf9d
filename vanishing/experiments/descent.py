"""Claims about gradient descent and number types (C1–C3, C11)."""

from vanishing.evidence import Claim

CLAIMS: tuple[Claim, ...] = ()
