"""Claims about dead ReLUs (C15–C20)."""

from vanishing.evidence import Claim

CLAIMS: tuple[Claim, ...] = ()
