"""The names that a diagnosis uses: what each means, and what to tell a learner.

`meaning` finishes the sentence "the answer ..."; `headline` finishes "Your function ..."; `advice` leads to the
step without giving the formula.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Misconception:
    """A named way of being wrong."""

    name: str
    meaning: str
    headline: str
    advice: str


def _table(*rows: tuple[str, str, str, str]) -> dict[str, Misconception]:
    return {row[0]: Misconception(*row) for row in rows}


RESULT = _table(
    (
        "not-implemented",
        "is still the stub, or returns None",
        "gives nothing back yet",
        "Replace the `raise` line with your own code, and end with a `return`.",
    ),
    (
        "raises",
        "raises an exception",
        "stops with an exception",
        "Call it yourself with small arrays and print the shapes just before the line that is quoted.",
    ),
    (
        "wrong-keys",
        "lacks or misnames an entry of a dict or tuple",
        "returns other entries than it is asked for",
        "Compare the names, and how many there are, with the docstring: one entry for each thing it lists, no other.",
    ),
    (
        "swapped-outputs",
        "has the right values in each other's places",
        "returns the right values in each other's places",
        "Check the order in which you return them against the docstring.",
    ),
    (
        "transposed",
        "is the transpose of the right one",
        "returns the transpose of what is asked for",
        "Write the shapes under every factor of the product: here an example is a row, and a gradient has the shape "
        "of what it is the gradient of.",
    ),
    (
        "extra-axis",
        "has the right values with an axis of length 1 too many or too few",
        "returns the right values in another shape",
        "A sum over an axis drops that axis unless it is told to keep it; a gradient has exactly the shape of what it "
        "belongs to.",
    ),
    (
        "not-a-scalar",
        "is an array where a float is asked for",
        "returns an array where a single number is asked for",
        "One number describes the whole batch: look for the axis that is still left.",
    ),
    (
        "wrong-sign",
        "is the negative of the right one, or steps uphill",
        "has a sign the wrong way round",
        "A loss is never negative, the logarithm of a probability never positive, and the gradient points uphill: the "
        "minus sign belongs to the update that walks down. Ask yourself: if the prediction is too high, must the cost "
        "rise or fall when z grows?",
    ),
    (
        "factor-two",
        "is twice or half the right one",
        "is off by a factor of two everywhere",
        "Look for a 2 that belongs to another cost (squared error has one, cross-entropy has none), or for a term "
        "that is counted twice or halved.",
    ),
    (
        "constant-factor",
        "is the right one times another constant, the same in every case",
        "is off by the same constant factor everywhere",
        "The shape of your answer is right, so the chain of factors is too; look for a number that is multiplied in "
        "and depends on nothing.",
    ),
    (
        "missing-mean",
        "sums over the batch where the mean is asked for",
        "adds up the examples of the batch where the mean is asked for",
        "The cost is a mean over m examples, and its gradient inherits that. Give your function the same batch twice "
        "over: the cost stays the same, so must its gradient. Where does the batch size enter your code?",
    ),
    (
        "double-mean",
        "divides by m twice",
        "divides by the batch size once too often",
        "The division by m lives in one place, in the cost, and reaches everything else through the error signal. "
        "Find the second place in your code that divides, or takes a mean.",
    ),
    (
        "mean-over-wrong-count",
        "divides by another count than it should",
        "divides by the wrong count",
        "What is the mean taken over, the examples of a batch or all entries of an array? Their number, and no other "
        "size, belongs under the fraction.",
    ),
    (
        "needless-mean",
        "averages where no mean is asked for",
        "averages where no mean is asked for",
        "Here each entry speaks for itself; nothing is to be averaged over the others.",
    ),
    (
        "one-example-only",
        "uses only the first or last example of the batch",
        "looks at a single example of the batch",
        "Every row of the batch has its say. Look for an index that picks one row, or a loop that overwrites instead "
        "of adding.",
    ),
    (
        "mutates-arguments",
        "changes an array or dict that it was given",
        "changes the arguments that it was given",
        "The caller goes on using those arrays. Operators such as `-=` and assignments to slices work in place: make "
        "a new array, or a copy, first.",
    ),
    (
        "ignores-argument",
        "does not depend on an argument that it should depend on",
        "does not use all of its arguments",
        "It gives the same answer whatever that argument is. Look for a number or a variable of the notebook that "
        "stands where the argument should.",
    ),
    (
        "hard-coded-size",
        "is right only for the lesson's own sizes or depth",
        "is right for the lesson's network only",
        "Read the number of layers, units and examples from the arguments: the same function must serve any network.",
    ),
    (
        "integer-truncation",
        "loses fractions on integer inputs",
        "loses fractions when its inputs are integers",
        "An array made like an integer array is an integer array, and what is stored in it is cut to whole numbers. "
        "Ask for float64 where you create it.",
    ),
    (
        "low-precision",
        "is right only to float32",
        "is right to about seven digits only",
        "Somewhere a number passes through float32; in this lesson everything is float64.",
    ),
    (
        "numerically-unstable",
        "is right for moderate inputs, and inf, nan or a warning for saturated ones",
        "is right for moderate inputs but breaks down at extreme ones: a saturated unit, a feature that never varies",
        "Look for an exponential of a large number, a logarithm of 0 or a division by something that vanishes, and "
        "for a form of the same expression in which they cancel.",
    ),
    (
        "clipped",
        "is finite but wrong where saturated, since something was clipped or a small number added",
        "is right for moderate inputs but off at extreme ones: a saturated unit, a feature that never varies",
        "Clipping, or adding a small number, hides a breakdown and changes the answer. The right expression needs "
        "neither.",
    ),
    (
        "uses-autodiff",
        "calls TensorFlow, Keras, JAX, PyTorch or another autograd tool where it is to be derived by hand",
        "leaves the differentiating to a library",
        "This function is to be derived by hand, in NumPy; TensorFlow is what it is compared with afterwards.",
    ),
)

FORWARD = _table(
    (
        "activation-skipped",
        "leaves out the activation (uses z for a)",
        "uses a pre-activation z where the activation a is needed",
        "Every layer makes two arrays, first z and then a. Which of them is asked for here, and which one does the next "
        "layer receive in the forward pass?",
    ),
    (
        "bias-skipped",
        "leaves out the bias",
        "leaves out the biases",
        "Compare your function with the definition of z, term by term.",
    ),
    (
        "weights-transposed",
        "multiplies by the transpose where shapes permit",
        "multiplies by the transpose of the matrix that it needs",
        "Write the shapes under the product. Forwards, a row of activations meets the columns of W; on the way back, "
        "which axis of W has to meet the error signal?",
    ),
    (
        "activation-twice",
        "applies the activation to a value already activated",
        "applies the activation to a value that is already activated",
        "Follow one number through your function, from z to a: how often does the activation meet it? What a layer hands "
        "on is activated already.",
    ),
    (
        "wrong-activation",
        "applies another activation",
        "applies another activation than the one asked for",
        "Try your function on inputs of -2, 0 and 2 and look at the three results: between which limits do they lie, what "
        "stands at 0, and do they grow?",
    ),
    (
        "positive-term-only",
        "leaves out the (1-y) log(1-f) term",
        "leaves out the term for examples labelled 0",
        "Call it with a single example whose label is 0 and whose prediction is far off. Does it cost anything?",
    ),
    (
        "labels-swapped",
        "swaps the roles of y and 1-y",
        "swaps the two labels",
        "Take one example with label 1 and a prediction near 1: that should be cheap, and its answer is class 1. Which "
        "of your terms, or branches, does it come to?",
    ),
    (
        "wrong-log-base",
        "uses log2 or log10",
        "takes the logarithm to another base",
        "The natural logarithm is the one whose derivative is 1/x. A prediction of one half should cost about 0.693, the "
        "natural logarithm of 2.",
    ),
    (
        "sequential-update",
        "updates one parameter with the other's new value",
        "updates one parameter with the other's new value",
        "Both gradients belong to the same point of the cost surface. Compute both before you move either, and see "
        "whether your first step changes.",
    ),
    (
        "history-before-update",
        "records the cost before the update instead of after it",
        "records the cost before the update instead of after it",
        "Run it for a single iteration: the one entry of the history should be the cost of the parameters that you "
        "return.",
    ),
    (
        "hidden-layer-linear",
        "activates only the last layer",
        "leaves the hidden layers without their activation",
        "Look at the A of a hidden layer: every entry should lie between 0 and 1. Without an activation, two layers do no"
        " more than one.",
    ),
    (
        "output-layer-linear",
        "activates every layer but the last",
        "leaves the last layer without its activation",
        "The prediction is a probability: look at the largest and the smallest entry of what you return.",
    ),
)

BACKPROPAGATION = _table(
    (
        "missing-activation-derivative",
        "leaves g'(z) out of a delta that needs it",
        "leaves out the derivative of a hidden layer's activation",
        "The error signal of a hidden layer passes through two steps: the weights of the next layer, then this "
        "layer's own sigmoid. How much does a change of z move a, where the sigmoid is flat, where it is steep?",
    ),
    (
        "extra-activation-derivative",
        "multiplies the output delta by g'(z), as for squared error, or applies softmax's derivative again",
        "multiplies an error signal by the derivative of an activation once too often",
        "With cross-entropy the derivative of the output function, sigmoid or softmax, cancels against the derivative of "
        "the logarithm. Go through that cancellation again: what is left when you write dJ/da times da/dz?",
    ),
    (
        "half-activation-derivative",
        "uses a, or 1-a, for a(1-a)",
        "uses only one of the two factors of the sigmoid's derivative",
        "Differentiate 1 / (1 + e^-z) once more and write the result in terms of a. It is symmetric: what must happen "
        "when a is near 0, and what when it is near 1?",
    ),
    (
        "derivative-of-activation",
        "evaluates g' at a instead of at z",
        "evaluates the sigmoid's derivative at a instead of at z",
        "The slope of the sigmoid is taken where the sigmoid was evaluated. If you already hold a, you do not "
        "need to apply the sigmoid to it again.",
    ),
    (
        "derivative-of-wrong-layer",
        "uses another layer's activations in g'",
        "takes the derivative of the activation from another layer",
        "dZ of layer l needs the slope of layer l's own sigmoid. Follow the index l through your line.",
    ),
    (
        "wrong-layer-weights",
        "sends the delta back through its own layer's weights where shapes permit",
        "sends the error signal back through the wrong layer's weights",
        "The signal arrives over the same connections that carried the activations forward: those between this layer "
        "and the next one. Which W holds them? Write the shapes under the product and see which one fits.",
    ),
    (
        "wrong-layer-input",
        "multiplies by the layer's own activations instead of the previous layer's",
        "multiplies by the layer's own activations instead of what the layer was fed",
        "A weight's gradient is what came into it times the error signal that came back to it. What came into layer l?",
    ),
    (
        "wrong-activation-derivative",
        "uses another activation's derivative",
        "uses the derivative of another activation",
        "Which activation is it here? Nudge that one at -2 and at 2 and compare the slopes with yours. (1 - a^2 belongs to "
        "tanh, a sigmoid's slope is never above one quarter.)",
    ),
    (
        "stops-at-activation",
        "returns dJ/dA where dJ/dZ is asked for",
        "stops at dJ/dA, one step before dJ/dZ",
        "There is one more link in the chain between a and z: how much a moves when z does.",
    ),
    (
        "chain-cut",
        "uses the output delta for every layer instead of the recursion",
        "uses one layer's error signal for another layer, without sending it through the weights between them",
        "Each hidden unit gets its own share of the blame, and the share is decided by the weights that lead from it "
        "to the next layer. Where do those weights enter your code?",
    ),
    (
        "bias-gradient-not-summed",
        "leaves a bias gradient one row an example, or takes one row of it",
        "does not add up the bias gradient over the examples",
        "One bias serves all examples of the batch, so every example adds to its gradient; the result has the "
        "shape of the bias. Over which axis do the examples lie?",
    ),
    (
        "bias-gradient-missing",
        "leaves a bias gradient zero",
        "leaves the bias gradient at zero, or the biases as they were",
        "A bias is a weight whose input is always 1. Put 1 where the input stands and see what its gradient is.",
    ),
    (
        "one-sided-difference",
        "uses forward or backward instead of central differences",
        "compares the nudged value with the value in the middle, on one side only",
        "Nudge both ways and the errors of first order cancel. How far apart are the two points then?",
    ),
    (
        "difference-step-error",
        "divides by eps where 2 eps is right, or the reverse",
        "divides by the wrong distance",
        "The slope is rise over run: how far apart are the two points at which you evaluate f?",
    ),
)

SOFTMAX = _table(
    (
        "wrong-axis",
        "normalises, sums or takes argmax over another axis than it should, or over all",
        "works along the wrong axis",
        "Examples lie along the first axis, units along the second. Which of them has to disappear? Print the shapes of "
        "the arrays that you combine, too: NumPy lays a flat one along the last axis.",
    ),
    (
        "missing-one-hot",
        "leaves out the subtraction of the label",
        "does not compare each output with its own target",
        "An error signal compares what came out with what should have come out. What does yours compare?",
    ),
    (
        "diagonal-jacobian",
        "keeps only p(1-p) on the diagonal",
        "leaves out the entries off the diagonal",
        "Raise one logit and leave the others: only its own probability can grow, but all of them sum to 1. What happens "
        "to the others?",
    ),
    (
        "off-diagonal-sign",
        "has +p_i p_j off the diagonal",
        "has the wrong sign off the diagonal",
        "When one logit grows, the other probabilities shrink. Add up a row of your matrix: since the probabilities sum "
        "to 1, what must come out?",
    ),
    (
        "class-off-by-one",
        "counts classes from 1",
        "counts the classes from 1",
        "The first class is 0, as the first position of an array is. Which column does your code look at for class 0?",
    ),
    (
        "softmax-of-probabilities",
        "applies softmax to probabilities, or takes logits for probabilities",
        "takes probabilities for logits, or logits for probabilities",
        "Logits are any numbers; probabilities are positive and a row of them sums to 1. Print a row of what comes in: "
        "which of the two is it?",
    ),
)

TRAINING = _table(
    (
        "no-bias-correction",
        "leaves out Adam's correction for starting at zero, of both moments or of one",
        "leaves out the correction for moments that start at zero",
        "Take a first step by hand: both moments start at zero, so after one step they hold only a small share of the "
        "gradient. What makes up for it?",
    ),
    (
        "step-off-by-one",
        "corrects with t-1 or t+1",
        "counts the steps of the correction wrongly",
        "The state holds the number of steps taken so far. Which number does the present step have, in the very first "
        "call?",
    ),
    (
        "epsilon-inside-root",
        "adds epsilon under the square root",
        "adds epsilon under the square root",
        "Epsilon is there to keep the division finite. Where would it have to stand to be added to the root itself?",
    ),
    (
        "epsilon-unscaled",
        "is Adam as the paper has it, epsilon outside the correction of v",
        "adds epsilon after v has been corrected",
        "Keras folds both corrections into the step size and leaves v as it is. Write both forms under each other: by "
        "what is epsilon multiplied in one of them?",
    ),
    (
        "moments-swapped",
        "swaps beta_1 and beta_2, or m and v",
        "swaps the two moments or their betas",
        "One moment averages the gradient, over about ten steps, the other its square, over about a thousand. Which beta "
        "belongs to which?",
    ),
    (
        "last-batch-dropped",
        "skips the smaller last batch",
        "skips the examples after the last full batch",
        "Count the examples that an epoch has seen when the batch size does not divide their number.",
    ),
    (
        "unweighted-history",
        "averages batch costs without their sizes, or reports the cost after the epoch",
        "does not report the loss as Keras does",
        "Keras keeps a running mean over the examples while the weights move: each batch is measured before its own "
        "update. What does a small last batch weigh?",
    ),
    (
        "gradient-after-update",
        "computes a gradient with parameters updated in the same step",
        "computes a gradient with a parameter that the same step has already changed",
        "All gradients of a step belong to the same parameters. Finish the way back before you change anything.",
    ),
    (
        "test-statistics",
        "standardises with the wrong set's mean or deviation",
        "standardises with the wrong set's statistics",
        "What you measure once on the training set belongs to the model. Standardise a single new example: can its own "
        "mean be of use?",
    ),
    (
        "variance-for-deviation",
        "divides by the variance",
        "divides by the variance instead of the deviation",
        "Look at the units: a feature in metres has a variance in square metres. Standardised features have none.",
    ),
    (
        "sample-deviation",
        "divides by the deviation with m-1",
        "divides by m-1 in the standard deviation",
        "Two divisors are in use for a standard deviation. Which one does the exercise name, and which does your function"
        " use?",
    ),
    (
        "strict-threshold",
        "counts 0.5 as class 0",
        "counts a prediction of exactly one half as class 0",
        "Try the smallest input that has to tell: a single prediction of exactly one half. The exercise says to which "
        "class it belongs.",
    ),
    (
        "path-overwritten",
        "keeps the last path's gradient instead of the sum",
        "keeps one path's gradient where several paths meet",
        "A value that is used twice influences the result in two ways. What happens in your code to the gradient of the "
        "first path when the second arrives?",
    ),
    (
        "shared-gradient",
        "adds into an array that another gradient also holds",
        "adds into an array that another gradient also holds",
        "Two names can stand for one array. What becomes of the other gradient when you add to this one in place? "
        "Print both, before and after.",
    ),
    (
        "broadcast-not-summed",
        "returns a bias gradient in the broadcast shape, or averages it",
        "does not add up over the axis that was broadcast",
        "In the forward pass one row was used for every example. The gradient comes back once for each use: what becomes "
        "of one gradient for each row?",
    ),
    (
        "forward-order",
        "walks the tape from its start",
        "walks the tape from its start",
        "When you come to a step, the gradient of its output has to be complete. Which steps must have been visited "
        "before that?",
    ),
    (
        "operands-swapped",
        "gives each operand the other's gradient",
        "gives each operand the other one's gradient",
        "The first gradient belongs to the first operand. Compare shapes: each gradient has the shape of its own operand.",
    ),
)

MISCONCEPTIONS: dict[str, Misconception] = RESULT | FORWARD | BACKPROPAGATION | SOFTMAX | TRAINING
