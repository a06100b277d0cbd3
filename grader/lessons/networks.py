"""Sigmoid networks to probe an exercise with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from utils.network import forward

LESSON_SIZES = (64, 25, 15, 1)


@dataclass(frozen=True)
class Network:
    """A network with its batch: `params` (keys in any order), `X` `(m, n)` and labels `Y` `(m, 1)`."""

    label: str
    sizes: tuple[int, ...]
    params: dict[str, np.ndarray]
    X: np.ndarray
    Y: np.ndarray
    tags: frozenset[str]

    @property
    def depth(self) -> int:
        return len(self.sizes) - 1

    @property
    def counts(self) -> dict[str, int]:
        m, units = len(self.X), sum(self.sizes[1:])
        features = self.sizes[0]
        return {
            "m": m,
            "features": features,
            "units": units,
            "layers": self.depth,
            "entries of X": m * features,
        }

    def cache(self) -> dict[str, np.ndarray]:
        """What `forward` returns beside the predictions, its entries in an order of their own."""
        _, cache = forward(self.X, self.params)
        cache["A0"] = self.X
        return dict(sorted(cache.items(), key=lambda item: item[0][::-1]))


def networks(rng: np.random.Generator) -> list[Network]:
    """The networks that every exercise on a whole network is probed with; the lesson's own comes first."""
    return [
        random_network(rng, "the lesson's 64-25-15-1 network", LESSON_SIZES, 12, {"lesson"}),
        random_network(rng, "a 7-5-3-1 network", (7, 5, 3, 1), 9),
        random_network(rng, "square layers, 4-4-4-1, with as many examples", (4, 4, 4, 1), 4, {"square"}),
        random_network(rng, "integer inputs and weights", (5, 4, 3, 1), 6, {"integer"}),
        random_network(rng, "saturated units", (6, 5, 4, 1), 8, {"saturated"}),
        random_network(rng, "a single example", (5, 4, 3, 1), 1, {"one example"}),
        random_network(rng, "layers of one unit", (3, 1, 1, 1), 5, {"one unit"}),
        random_network(rng, "one feature and one unit a layer", (1, 1, 1, 1), 5, {"one unit"}),
        random_network(rng, "a network of two layers", (5, 4, 1), 7),
        random_network(rng, "a network of four layers", (6, 5, 4, 3, 1), 5),
        random_network(rng, "a network of one layer", (4, 1), 6),
    ]


def random_network(rng, label, sizes, m, tags=()) -> Network:
    """Draw a network; `tags` may ask for `integer` inputs and weights or for `saturated` units."""
    tags = frozenset(tags) | {f"depth {len(sizes) - 1}"}
    draw = _integers if "integer" in tags else _reals
    X = draw(rng, (m, sizes[0]))
    params = {}
    for layer, (n_in, n_out) in enumerate(zip(sizes, sizes[1:], strict=False), start=1):
        scale = 1 if "integer" in tags else 1.5 / np.sqrt(n_in)
        params[f"W{layer}"] = draw(rng, (n_in, n_out)) * scale
        params[f"b{layer}"] = draw(rng, (n_out,))
    if "saturated" in tags:
        params = _saturate(X, params, len(sizes) - 1)
    Y = _labels(rng, m, np.int64 if "integer" in tags else np.float64)
    return Network(label, tuple(sizes), _shuffled(rng, params), X, Y, tags)


def _reals(rng, shape):
    return rng.normal(size=shape)


def _integers(rng, shape):
    """Small integers other than 0, of dtype int64."""
    return rng.integers(1, 3, size=shape) * rng.choice([-1, 1], size=shape)


def _labels(rng, m, dtype) -> np.ndarray:
    """Labels `(m, 1)`, 0 or 1: either class at least once, if there is more than one example."""
    labels = rng.integers(2, size=m)
    labels[: min(m, 2)] = [0, 1][:m] if rng.integers(2) else [1, 0][:m]
    return rng.permutation(labels).reshape(m, 1).astype(dtype)


def _saturate(X, params, depth, largest=30.0):
    """Scale each layer so that its largest |z| is `largest`, where the contract still judges."""
    params = dict(params)
    for layer in range(1, depth + 1):
        _, cache = forward(X, params)
        factor = largest / np.abs(cache[f"Z{layer}"]).max()
        params[f"W{layer}"] = params[f"W{layer}"] * factor
        params[f"b{layer}"] = params[f"b{layer}"] * factor
    return params


def _shuffled(rng, entries: dict) -> dict:
    keys = list(entries)
    return {keys[i]: entries[keys[i]] for i in rng.permutation(len(keys))}


def derivation_order(depth: int) -> list[str]:
    """`dW` and `db` of every layer from the output back, the order in which they are derived."""
    return [f"{kind}{layer}" for layer in range(depth, 0, -1) for kind in ("dW", "db")]
