"""Independent named random streams: changing one setting leaves every other draw untouched."""

import hashlib

import numpy as np

from vanishing.engine import limits

MAX_SEED = 2**63 - 1


def stream(seed: int, *path: str | int) -> np.random.Generator:
    """Return the generator of the stream named by `path` under `seed`.

    The same seed and path give the same stream on every machine; two different paths give
    independent streams. Draw "the weights of layer 3" from ``stream(seed, "weights", 3)`` and they
    do not change when the data, the biases or another layer do. ``("layer", 1)`` and
    ``("layer", "1")`` are different streams.

    The path is hashed (BLAKE2b) into the `spawn_key` of a `numpy.random.SeedSequence`, which mixes
    it with the seed: https://numpy.org/doc/stable/reference/random/parallel.html
    """
    limits.whole("seed", seed, 0, MAX_SEED)
    for part in path:
        if not (isinstance(part, str) or limits.is_whole(part)):
            limits.refuse("path", "of strings and whole numbers", part)
    # Hashing the written-out tuple keeps types and borders apart: ("a", 1), ("a", "1"), ("a1",).
    # int() first: an index out of a NumPy array must name the same stream as a Python int.
    named = repr(tuple(part if isinstance(part, str) else int(part) for part in path))
    digest = hashlib.blake2b(named.encode(), digest_size=16).digest()
    key = tuple(int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4))
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(int(seed), spawn_key=key)))
