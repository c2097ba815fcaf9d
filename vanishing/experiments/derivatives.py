"""Claims about one derivative (C4, C13, C14)."""

from vanishing.evidence import Claim

CLAIMS: tuple[Claim, ...] = ()
