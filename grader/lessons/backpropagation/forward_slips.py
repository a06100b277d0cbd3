"""Slips in the forward pass, for exercises that have it as the step `forward`."""

from __future__ import annotations

from collections.abc import Callable


def forward_with(hidden: Callable, output: Callable) -> dict[str, Callable]:
    """Spoil `forward`: these activations are in the place of the sigmoid."""

    def step(right, X, params):
        A, cache, depth = X, {"A0": X}, len(params) // 2
        for layer in range(1, depth + 1):
            Z = A @ params[f"W{layer}"] + params[f"b{layer}"]
            A = output(Z) if layer == depth else hidden(Z)
            cache[f"Z{layer}"], cache[f"A{layer}"] = Z, A
        return A, cache

    return {"forward": step}


def without_biases(params) -> dict:
    """The parameters with biases of 0."""
    return {name: value * (name[0] == "W") for name, value in params.items()}
