"""How far a long computation has come."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """A sign of life: `step` of `steps` are made; `words` say it where that needs more."""

    step: int
    steps: int
    words: str = ""
