"""Claims about what training comes to (C24, C27)."""

from vanishing.evidence import Claim

CLAIMS: tuple[Claim, ...] = ()
