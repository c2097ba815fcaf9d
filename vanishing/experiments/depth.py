"""Claims about how deep each technique trains (C23)."""

from vanishing.evidence import Claim

CLAIMS: tuple[Claim, ...] = ()
