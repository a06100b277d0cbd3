"""What exercises on the parameters of a network share: random parameters and gradients, names, axes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from grader.lessons.draws import nonzero_integers, normals, shuffled, with_zeros_and_equal_rows
from grader.lessons.exercise import Case
from grader.lessons.networks import DEEP, LESSON_SIZES, TWO_LAYERS, lesson_layer

PARAMETER_AXES = {
    f"{start}{kind}": axes
    for start in ("", "params['", "state['m']['", "state['v']['")
    for kind, axes in (("W", ("input", "unit")), ("b", ("unit",)))
}

NETWORKS = (
    # label, sizes, tags
    ("the lesson's 64-25-15-1 network", LESSON_SIZES, {"lesson"}),
    ("a 7-5-3-1 network", (7, 5, 3, 1), set()),
    ("square layers, 4-4-4-1", (4, 4, 4, 1), {"square"}),
    ("the lesson's 64-25-15-10 network", (64, 25, 15, 10), {"lesson"}),
    ("integer parameters and gradients", (5, 4, 3, 2), {"integer"}),
    ("layers of one unit", (3, 1, 1, 1), {"one unit"}),
    ("one feature and one unit a layer", (1, 1, 1, 1), {"one unit"}),
    (TWO_LAYERS, (5, 4, 3), set()),
    ("a network of four layers", (6, 5, 4, 3, 1), set()),
    ("a network of one layer", (2, 4), set()),
    ("a network of eleven layers", DEEP, {"one unit"}),
    ("floats in the parameters alone", (3, 2, 1), {"integer"}),
    ("floats in the gradients alone", (3, 2, 1), {"integer"}),
    ("large gradients", (3, 2, 1), set()),
)


def parameters_and_gradients(rng) -> Iterator[tuple[dict, dict, dict]]:
    """For each of `NETWORKS`: the fields of a case other than its arguments, parameters and gradients.

    The entries `W` `(n_in, n_out)` and `b` `(n_out,)` are in a random order. The context of the case is the
    number of layers.
    """
    for label, sizes, tags in NETWORKS:
        draw = partial(nonzero_integers, largest=3) if "integer" in tags else normals
        shapes, depth = _shapes(sizes), len(sizes) - 1
        draw_params = normals if label == "floats in the parameters alone" else draw
        draw_grads = normals if label == "floats in the gradients alone" else draw
        params = shuffled(rng, {name: draw_params(rng, shape) for name, shape in shapes.items()})
        grads = shuffled(rng, {f"d{name}": draw_grads(rng, shape) for name, shape in shapes.items()})
        if label == TWO_LAYERS:
            params, grads = _with_zeros(params), _with_zeros(grads)
        if label == "large gradients":
            grads = {name: 1e5 * gradient for name, gradient in grads.items()}
        fields = {"label": label, "tags": frozenset(tags) | {f"depth {depth}"}, "context": depth}
        yield fields, params, grads


def _with_zeros(arrays) -> dict:
    return {n: with_zeros_and_equal_rows(value) if value.ndim == 2 else value for n, value in arrays.items()}


def _shapes(sizes) -> dict[str, tuple[int, ...]]:
    shapes = {}
    for layer, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
        shapes[f"W{layer}"], shapes[f"b{layer}"] = (n_in, n_out), (n_out,)
    return shapes


def with_old_biases(new, old) -> dict:
    """The `new` weights with the `old` biases: what a learner returns who leaves the biases out."""
    return {name: old[name] if name[0] == "b" else value for name, value in new.items()}


def biases_unchanged(right, params, *others) -> dict:
    """A replacement of a step from parameters to parameters: it leaves the biases out."""
    return with_old_biases(right(params, *others), params)


def layer_by_layer(params) -> list[str]:
    """The names of the parameters in the order of a verdict: "W1", "b1", "W2", ..."""
    return sorted(params, key=lambda name: (int(name[1:]), name))


def counted_from_output(part: str, case: Case) -> str:
    """The part of the lesson's three layers that is as far from the output.

    In a network of four layers, `state['m']['W4']` plays the role of `state['m']['W3']`.
    """
    depth = case.context

    def renamed(found):
        kind, layer = found[1], int(found[2])
        return f"{kind}{lesson_layer(layer, depth)}" if 1 <= layer <= depth else found[0]

    return re.sub(r"\b([Wb])(\d{1,3})\b", renamed, part)
