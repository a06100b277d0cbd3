"""The exercise `softmax_jacobian`: the derivatives of the probabilities with respect to the logits."""

from __future__ import annotations

import numpy as np

from grader.lessons import withheld
from grader.lessons.exercise import Case, Exercise, Hint
from grader.lessons.headings import no_later_than
from grader.lessons.invariants import of_part, rows_sum_to, symmetric
from grader.lessons.right_answers import SINGLE_ROW, TRANSPOSE, wrapped
from grader.lessons.slips import replaced_by, slips_in, unchanged, with_hints
from grader.lessons.softmax_cross_entropy import sections
from grader.lessons.tensors import float64
from utils.network import sigmoid, softmax
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def softmax_jacobian(z, *, probabilities, jacobian):
    """The derivatives `(N, N)` of the probabilities by the logits `z` `(N,)`, float64.

    A row belongs to a probability, a column to a logit.
    """
    return jacobian(probabilities(softmax_of_one(z), z))


def softmax_of_one(z):
    """The probabilities `(N,)` of one example's logits `z` `(N,)`."""
    return softmax(z[np.newaxis])[0]


def jacobian(p):
    """The same `(N, N)` from the probabilities `p` `(N,)`.

    Source: Bishop, "Pattern Recognition and Machine Learning" (2006), equation 4.106.
    """
    return np.diag(p) - np.outer(p, p)


# --- Slips ------------------------------------------------------------------------------------------


def off_diagonal_plus(p):
    """The Jacobian with the sign of its entries off the diagonal turned."""
    return np.diag(p * (1 - p)) + np.outer(p, p) * (1 - np.eye(len(p)))


def _by_the_exponentials(shifted):
    """The derivatives of the probabilities by the exponentials, of shifted logits or of the logits."""

    def answer(z):
        u = np.exp(z - z.max() if shifted else z)
        return (np.eye(len(u)) - (u / u.sum())[:, np.newaxis]) / u.sum()

    return answer


SLIPS = (
    *slips_in(
        "jacobian",
        ("broadcast-term", replaced_by(lambda p: np.diag(p) - p @ p)),
        ("broadcast-term", replaced_by(lambda p: np.diag(p) - p * p)),
        ("broadcast-term", replaced_by(lambda p: np.diag(p[np.newaxis]) - np.outer(p, p))),
        ("chain-unfinished", replaced_by(lambda p: np.diag(p) - p[:, np.newaxis])),
        ("chain-unfinished", replaced_by(lambda p: np.eye(len(p)) - p[:, np.newaxis])),
        ("diagonal-jacobian", replaced_by(lambda p: np.diag(p * (1 - p)))),
        ("diagonal-jacobian", replaced_by(lambda p: p * (1 - p))),
        ("off-diagonal-sign", replaced_by(off_diagonal_plus)),
        ("off-diagonal-sign", replaced_by(lambda p: np.diag(p) + np.outer(p, p))),
        ("wrong-sign", lambda right, p: -right(p)),
    ),
    *slips_in(
        "probabilities",
        ("softmax-of-probabilities", lambda right, p, z: softmax_of_one(right(p, z))),
        ("softmax-of-probabilities", replaced_by(lambda p, z: z)),
        ("wrong-activation", replaced_by(lambda p, z: sigmoid(z))),
        ("wrong-axis", replaced_by(lambda p, z: np.ones(len(z)))),
    ),
    *slips_in(
        "answer",
        ("wrong-activation-derivative", replaced_by(lambda z: np.diag(sigmoid(z) * (1 - sigmoid(z))))),
        ("wrong-activation-derivative", replaced_by(lambda z: sigmoid(z) * (1 - sigmoid(z)))),
        ("wrong-activation-derivative", replaced_by(lambda z: np.diag(1 - np.tanh(z) ** 2))),
        ("chain-unfinished", replaced_by(_by_the_exponentials(shifted=False))),
        ("chain-unfinished", replaced_by(_by_the_exponentials(shifted=True))),
        ("chain-unfinished", replaced_by(lambda z: np.diag(np.exp(z)))),
    ),
)


# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    """Arguments `(z,)`."""
    sizes = {"ten classes as in the lesson": 10, "three classes": 3, "two classes": 2, "six classes": 6}
    logits = {label: rng.normal(scale=1.5, size=N) for label, N in sizes.items()}
    logits["six classes"][:2] = [0.0, 1e-7]
    logits["integer logits"] = rng.permutation([-2, -1, 0, 1, 3])
    logits["a single class"] = rng.normal(size=1)
    logits["ties for the largest logit"] = np.array([1.0, 1.0, 0.0, -0.5]) + rng.normal()
    logits["logits up to 30 either way"] = 30.0 * rng.permutation([-1.0, -0.9, 0.96, 1.0, 0.1])
    tags = {
        "ten classes as in the lesson": "lesson",
        "integer logits": "integer",
        "a single class": "one class",
    }
    return [
        Case(label, (z,), frozenset({tags[label]} if label in tags else ()), {"m": len(z)})
        for label, z in logits.items()
    ]


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    tf = import_tensorflow()
    z = float64(tf, case.arguments[0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(z)
        p = tf.nn.softmax(z)
    return tape.jacobian(p, z, experimental_use_pfor=False).numpy()


# --- Invariants -------------------------------------------------------------------------------------

NOT_SHIFT_INVARIANT = "{} not sum to 0, though nothing moves when all logits rise alike."


RAISED_LOGIT = Hint(
    code="tiny = (np.array([1.0, 2.0, 0.5]),)\n"
    "print(softmax(np.array([tiny[0], tiny[0] + [0.1, 0.0, 0.0]])))\n"
    "print(softmax_jacobian(*tiny))"
)

# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="softmax_jacobian",
    points=3,
    asks="the derivatives of the probabilities with respect to the logits",
    reread=sections.JACOBIAN,
    general_hints=(
        "If one logit goes up, what happens to its own probability, and what to all the others?",
        (
            "Derive two cases, i equal to j and i different from j. They share one term, and one of them "
            "has a term more."
        ),
        (
            "An (N, N) matrix from the probabilities p alone: a matrix with p on its diagonal, and one "
            "with a product of two probabilities at every place."
        ),
    ),
    sections=no_later_than(
        "4.2",
        {**sections.SECTIONS, "wrong-sign": sections.CHECKS},
    ),
    examples={"tiny": "tiny = (np.array([1.0, 2.0, 0.5]),)"},
    hints={
        "integer-truncation": Hint(
            code=(
                "tiny = (np.array([1, 2, 0]),)\n"
                "print(softmax_jacobian(*tiny))\n"
                "print(softmax_jacobian(1.0 * tiny[0]))"
            ),
        ),
    },
    arguments=("z",),
    cases=_cases,
    reference=_reference,
    withheld=withheld.LESSON_4,
    solve=softmax_jacobian,
    steps={"probabilities": unchanged, "jacobian": jacobian},
    slips=with_hints(SLIPS, dict.fromkeys(("diagonal-jacobian", "chain-unfinished"), RAISED_LOGIT)),
    parts=("J",),
    extra_mean="needless-mean",
    axes={"J": ("class", "class")},
    invariants=(
        symmetric("J"),
        rows_sum_to(0, "J", NOT_SHIFT_INVARIANT.format("In your `J` a row does")),
        of_part(
            "J",
            lambda J: np.all(np.diag(J) >= 0),
            "In your `J` a probability falls when its own logit rises.",
        ),
    ),
    equivalent={
        "The Jacobian of the softmax is symmetric.": wrapped("np.diag(p) - np.outer(p, p)", TRANSPOSE),
        SINGLE_ROW: ("p = softmax(z[np.newaxis])[0] -> p = softmax(z[np.newaxis])[-1]",),
    },
)
