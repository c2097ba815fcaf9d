"""Claims about recurrent nets (C21)."""

from vanishing.evidence import Claim

CLAIMS: tuple[Claim, ...] = ()
