"""Random values for the cases of several exercises."""

from __future__ import annotations


def nonzero_integers(rng, shape):
    """Integers from -3 to 3 without 0, of dtype int64."""
    return rng.integers(1, 4, size=shape) * rng.choice([-1, 1], size=shape)


def shuffled(rng, entries: dict) -> dict:
    """The same entries in a random order."""
    keys = list(entries)
    return {keys[i]: entries[keys[i]] for i in rng.permutation(len(keys))}
