"""What learners are told in several exercises: sections to reread, examples to run, sentences, hints."""

from __future__ import annotations

from grader.lessons.exercise import Hint

SECTIONS = {
    # name: the section that explains it, where that is another than the exercise's own
    "activation-skipped": "1.2 The network",
    "activation-twice": "1.2 The network",
    "wrong-activation": "1.2 The network",
    "bias-skipped": "1.2 The network",
    "hidden-layer-linear": "1.2 The network",
    "output-layer-linear": "1.2 The network",
    "wrong-log-base": "1.2 The network",
    "half-activation-derivative": "3.1 A network of two numbers",
    "derivative-of-activation": "3.1 A network of two numbers",
    "wrong-activation-derivative": "3.1 A network of two numbers",
    "extra-activation-derivative": "3.3 First step: $dZ_3$",
    "stops-at-activation": "3.3 First step: $dZ_3$",
    "missing-one-hot": "3.3 First step: $dZ_3$",
    "labels-swapped": "3.3 First step: $dZ_3$",
    "positive-term-only": "3.3 First step: $dZ_3$",
    "wrong-layer-input": "3.4 Second step: $dW_3$ and $db_3$",
    "bias-gradient-not-summed": "3.4 Second step: $dW_3$ and $db_3$",
    "bias-gradient-missing": "3.4 Second step: $dW_3$ and $db_3$",
    "wrong-axis": "3.4 Second step: $dW_3$ and $db_3$",
    "extra-axis": "3.4 Second step: $dW_3$ and $db_3$",
    "swapped-outputs": "3.4 Second step: $dW_3$ and $db_3$",
    "missing-activation-derivative": "3.5 Third step: into the hidden layer, $dZ_2$",
    "derivative-of-wrong-layer": "3.5 Third step: into the hidden layer, $dZ_2$",
    "wrong-layer-weights": "3.5 Third step: into the hidden layer, $dZ_2$",
    "weights-transposed": "3.5 Third step: into the hidden layer, $dZ_2$",
    "chain-cut": "3.5 Third step: into the hidden layer, $dZ_2$",
    "one-example-only": "4. What about a batch?",
    "missing-mean": "4.2 Where $1/m$ lives",
    "double-mean": "4.2 Where $1/m$ lives",
    "mean-over-wrong-count": "4.2 Where $1/m$ lives",
    "clipped": "7.3 Saturation",
    "numerically-unstable": "7.3 Saturation",
}

NETWORK = (
    "tiny_net, tiny_rows = initialize([3, 2, 1], seed=0), np.array([[1.0, 2.0, 3.0], [0.5, -1.0, 0.0]])\n"
    "tiny = tiny_net, forward(tiny_rows, tiny_net)[1], np.array([[1], [0]])"
)
NETWORK_EXAMPLES = {
    "tiny": NETWORK,
    "tiny_twice": (
        "tiny_twice = tiny_net, forward(np.tile(tiny_rows, (2, 1)), tiny_net)[1], np.tile(tiny[2], (2, 1))"
    ),
    "tiny_far": (
        'tiny_net, tiny_rows = {**initialize([3, 2, 1], seed=0), "b2": np.array([28.0])}, np.ones((2, 3))\n'
        "tiny_far = tiny_net, forward(tiny_rows, tiny_net)[1], np.array([[1], [0]])"
    ),
}
"""`Exercise.examples` where the arguments are `(params, cache, Y)`."""

NUDGED = "Nudge {}, and the cost changes by another amount than this gradient says."

SCALED_TWICE = Hint(
    experiment="Take an activation of one half, where the sigmoid is steepest, and follow the signal "
    "through your line: how often is it scaled?"
)
