"""The tapes that the cases of `backward` are made of: the lesson's network, written ones, random ones."""

from __future__ import annotations

import string

import numpy as np

from grader.lessons.automatic_differentiation.tapes import OPS, Tape, network_tape, parse, run
from grader.lessons.draws import nonzero_integers, normals, shuffled
from grader.lessons.networks import LESSON_SIZES, random_network

NETWORK = "the lesson's network and cost"
CHAIN = "a chain"
TWO_STEPS = "a name that several steps use"
TWICE = "a name that one step uses twice"
UNREACHED = "names that do not reach the output"
SUM = "add: a bias, or two of one shape"
EXAMPLE = "a single example"
INTEGER = "integers"
RANDOM = "random tapes"
LARGE = "large gradients"

RANDOM_TAPES = 10
RANDOM_STEPS = 9  # before the mean
LARGEST = 20.0  # no value of a random tape is larger
SMALLEST = 0.05  # all entries of a logarithm's input are larger


def tapes(rng: np.random.Generator) -> list[Tape]:
    """The tapes of a seed: the lesson's own network, those of `WRITTEN`, random ones.

    The values are in a random order, and some tapes have a value whose name is not on them.
    """
    network = random_network(rng, "the lesson's 64-25-15-1 network", LESSON_SIZES, 12)
    return [
        _complete_tape(rng, NETWORK, network.label, *network_tape(network), {"lesson"}),
        *(_with_random_values(rng, *tape) for tape in WRITTEN),
        *(_random_tape(rng, f"random tape {number}") for number in range(1, RANDOM_TAPES + 1)),
        _with_random_values(rng, *LARGE_TAPE, scale=1e3),
        _with_random_values(rng, CHAIN, "a chain of four steps, other numbers", *WRITTEN[0][2:]),
    ]


def _complete_tape(rng, kind, label, steps, given, tags=()) -> Tape:
    values = run(steps, given)
    if kind == UNREACHED:
        values["never_used"] = normals(rng, (2, 3))
    return Tape(kind, label, steps, shuffled(rng, values), frozenset(tags))


WRITTEN = (
    # kind, label, steps, shapes of the values they start from, tags
    (
        CHAIN,
        "a chain of four steps",
        """p = matmul(x, w)
        z = add(p, b)
        a = sigmoid(z)
        j = mean(a)""",
        {"x": (5, 4), "w": (4, 3), "b": (3,)},
    ),
    (
        CHAIN,
        "a chain with a logarithm",
        """a = log(x)
        s = sigmoid(a)
        b = mul(s, c)
        j = mean(b)""",
        {"x": (3, 5), "c": (3, 5)},
    ),
    (CHAIN, "a mean and nothing else", "j = mean(x)", {"x": (4, 3)}),
    (
        TWO_STEPS,
        "a branch and a join",
        """p = mul(a, b)
        q = sigmoid(a)
        r = mul(p, q)
        j = mean(r)""",
        {"a": (3, 4), "b": (3, 4)},
    ),
    (
        TWO_STEPS,
        "a way around a layer",
        """p = matmul(x, w)
        a = sigmoid(p)
        r = add(a, x)
        q = matmul(r, w)
        t = add(q, r)
        j = mean(t)""",
        {"x": (4, 4), "w": (4, 4)},
        {"square"},
    ),
    (
        TWO_STEPS,
        "a sum whose parts are used again",
        """s = add(a, b)
        p = mul(s, a)
        t = add(p, s)
        q = mul(t, b)
        u = add(q, t)
        j = mean(u)""",
        {"a": (3, 2), "b": (3, 2)},
    ),
    (
        TWICE,
        "a tape with mul(a, a)",
        """p = mul(a, a)
        q = mul(p, b)
        j = mean(q)""",
        {"a": (4, 3), "b": (4, 3)},
    ),
    (
        TWICE,
        "a tape with add(a, a)",
        """p = add(a, a)
        q = sigmoid(p)
        j = mean(q)""",
        {"a": (2, 5)},
    ),
    (
        TWICE,
        "a tape with matmul(a, a)",
        """p = matmul(a, a)
        q = mul(p, c)
        r = add(q, a)
        j = mean(r)""",
        {"a": (3, 3), "c": (3, 3)},
        {"square"},
    ),
    (
        UNREACHED,
        "a branch that leads nowhere",
        """p = sigmoid(a)
        d = mul(p, c)
        e = matmul(d, w)
        q = mul(p, b)
        f = mean(d)
        j = mean(q)""",
        {"a": (3, 4), "b": (3, 4), "c": (3, 4), "w": (4, 2)},
    ),
    (
        UNREACHED,
        "a branch that comes first and leads nowhere",
        """d = mul(a, c)
        e = sigmoid(d)
        p = sigmoid(a)
        j = mean(p)""",
        {"a": (2, 3), "c": (2, 3)},
    ),
    (
        SUM,
        "a bias and a square matrix added to a square matrix",
        """p = matmul(x, w)
        z = add(p, b)
        t = add(z, c)
        a = sigmoid(t)
        j = mean(a)""",
        {"x": (3, 4), "w": (4, 3), "b": (3,), "c": (3, 3)},
        {"square"},
    ),
    (
        SUM,
        "a bias that is computed and used twice",
        """b = mul(c, d)
        z = add(x, b)
        a = sigmoid(z)
        y = add(a, b)
        j = mean(y)""",
        {"x": (5, 3), "c": (3,), "d": (3,)},
    ),
    (
        EXAMPLE,
        "a tape for a single example",
        """p = matmul(x, w)
        z = add(p, b)
        t = add(z, c)
        a = sigmoid(t)
        q = mul(a, p)
        j = mean(q)""",
        {"x": (1, 3), "w": (3, 4), "b": (4,), "c": (1, 4)},
        {"one example"},
    ),
    (
        EXAMPLE,
        "a tape for a single example and a single unit",
        """p = matmul(x, w)
        z = add(p, b)
        t = add(z, p)
        a = sigmoid(t)
        j = mean(a)""",
        {"x": (1, 2), "w": (2, 1), "b": (1,)},
        {"one example", "one unit"},
    ),
    (
        INTEGER,
        "a tape that is given integers",
        """p = matmul(x, w)
        z = add(p, b)
        d = mul(z, z)
        a = sigmoid(z)
        q = mul(a, c)
        r = mul(q, a)
        j = mean(r)""",
        {"x": (4, 3), "w": (3, 2), "b": (2,), "c": (4, 2)},
        {"integer"},
    ),
)


LARGE_TAPE = (
    LARGE,
    "a tape with large gradients",
    """p = matmul(x, w)
    z = add(p, b)
    q = mul(z, z)
    j = mean(q)""",
    {"x": (4, 3), "w": (3, 2), "b": (2,)},
)


def _with_random_values(rng, kind, label, text, shapes, tags=(), scale=1) -> Tape:
    steps = parse(text)
    draw = nonzero_integers if "integer" in tags else normals
    positive = {inputs[0] for op, inputs, _ in steps if op == "log"}
    given = {
        n: (_positive_of_many_sizes if n in positive else draw)(rng, shape) * scale
        for n, shape in shapes.items()
    }
    return _complete_tape(rng, kind, label, steps, given, tags)


def _positive(rng, shape):
    return np.asarray(rng.uniform(0.1, 2, size=shape))


def _positive_of_many_sizes(rng, shape):
    """Positive numbers: some are so small that clipping would show, some are above 1."""
    return np.asarray(10 ** rng.uniform(-6, 0.5, size=shape))


def _random_tape(rng, label) -> Tape:
    """Random steps on random values, with a mean at the end."""
    names = iter(rng.permutation(list(string.ascii_lowercase)).tolist())
    m, n = rng.choice([2, 3, 4], size=2)
    shapes = [(m, n), (n, m), (n, n), (m, n), (n,)][: rng.integers(3, 6)]
    given = {next(names): (_positive if rng.integers(2) else normals)(rng, shape) for shape in shapes}
    values, steps = dict(given), []
    while len(steps) < RANDOM_STEPS:
        op = str(rng.choice(["matmul", "add", "mul", "sigmoid", "log"]))
        inputs = _operands(rng, op, values, {name for _, read, _ in steps for name in read})
        value = np.asarray(OPS[op](*(values[name] for name in inputs))) if inputs else np.inf
        if np.abs(value).max() <= LARGEST:
            output = next(names)
            values[output] = value
            steps.append((op, inputs, output))
    steps.append(("mean", (steps[-1][2],), next(names)))
    return _complete_tape(rng, RANDOM, label, steps, given)


def _operands(rng, op, values, used) -> tuple[str, ...] | None:
    """Random inputs for `op`, or None if the first has no partner. Names not in `used` are more likely."""
    names = list(values)
    chances = np.array([1.0 if name in used else 8.0 for name in names])
    first = str(rng.choice(names, p=chances / chances.sum()))
    a = values[first]
    if op in ("sigmoid", "log"):
        return (first,) if op == "sigmoid" or a.min() > SMALLEST else None
    if op != "mul" and a.ndim != 2:
        return None
    fits = {
        "matmul": lambda b: b.ndim == 2 and b.shape[0] == a.shape[1],
        "add": lambda b: b.shape in (a.shape, a.shape[1:]),
        "mul": lambda b: b.shape == a.shape,
    }[op]
    partners = [name for name in names if fits(values[name])]
    return (first, str(rng.choice(partners))) if partners else None
