"""Claims about gradients layer by layer (C10, C12, C22, C25)."""

from vanishing.evidence import Claim

CLAIMS: tuple[Claim, ...] = ()
