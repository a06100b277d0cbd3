"""The misconceptions by the names that a diagnosis uses, each with its meaning and the words for learners."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Misconception:
    """A named way of being wrong.

    `meaning` finishes the sentence "the answer ...", `headline` the sentence "Your function ...". `advice` leads to
    the step without giving the formula. `experiment` is something to try, in one or two sentences that hold in every
    exercise where the name can occur. `example` is the kind of code for it, a key of `KINDS` in
    `grader/feedback/explanation.py`, or "" for none.
    """

    name: str
    meaning: str
    headline: str
    advice: str
    experiment: str
    example: str = "call"

    @property
    def explanation(self) -> str:
        """What is wrong, and the advice."""
        return f"Your function {self.headline}. {self.advice}"


def _table(*rows: tuple[str, ...]) -> dict[str, Misconception]:
    return {row[0]: Misconception(*row) for row in rows}


RESULT = _table(
    (
        "not-implemented",
        "is still the stub, or returns None",
        "gives nothing back yet",
        "Replace the `raise` line with your own code, and end with a `return`.",
        "Work out on paper what should come back for these few numbers. What your hand does, your code has to"
        " do; then run it on them.",
    ),
    (
        "raises",
        "raises an exception",
        "stops with an exception",
        "Something in it does not fit what it was given. Look at the line that is quoted, and print the "
        "shapes and types just before it.",
        "Run it on these few numbers and read the traceback from the bottom: the last line of it that is "
        "yours is the place to print. If it goes through, the sizes or types of the case named above are "
        "what it can't take.",
    ),
    (
        "wrong-keys",
        "lacks or misnames an entry of a dict or tuple",
        "returns other entries than it is asked for",
        "Compare the names, and how many there are, with the docstring: one entry for each thing it "
        "lists, no other.",
        "Print what comes back for a small case and lay it beside the docstring, name by name.",
    ),
    (
        "swapped-outputs",
        "has the right values in each other's places",
        "returns its values in each other's places",
        "Check the order in which you return them against the docstring.",
        "Print what comes back for a small case: has each thing the shape of what should stand in its place?",
    ),
    (
        "transposed",
        "is the transpose of the right one",
        "returns the transpose of what is asked for",
        "An example is a row here, and a layer's weights have a row for each input. Write the shape under"
        " every array that you combine, and under the one that you return.",
        "Call it with sizes that all differ and look at the shape of what comes back: which axis should "
        "be the longer one?",
    ),
    (
        "extra-axis",
        "has the right values with an axis of length 1 too many or too few",
        "returns its values in another shape than it is asked for",
        "An axis of length 1 is an axis too: slices, `keepdims` and `reshape` keep one or make one, an "
        "index or a sum drops one. Where does that happen in your code?",
        "Call it with a small case, count the brackets around what comes back, and compare with the shape"
        " in the docstring.",
    ),
    (
        "not-a-scalar",
        "is an array where a float is asked for",
        "returns an array where a single number is asked for",
        "A batch of any size gives one number: look for the axis that is still left, be it of length 1.",
        "Call it with a small case: are there brackets around a number that should stand alone?",
    ),
    (
        "number-for-array",
        "is a single number where an array of equal ones is asked for",
        "gives back one number where an array is asked for",
        "A gradient has an entry for each entry of what it belongs to, even if all of them are equal. Which shape "
        "does the docstring ask for?",
        "Call it with a small case and count: are there as many numbers as the docstring asks for?",
    ),
    (
        "signs-lost",
        "has the absolute values of the right one",
        "loses the signs",
        "The sign of a derivative says whether the result grows or shrinks. Which step of yours makes all numbers "
        "positive?",
        "Nudge an entry of the input up by a thousandth, one after the other: does the result grow or shrink, and "
        "what does your function say?",
    ),
    (
        "wrong-sign",
        "is the negative of the right one, or steps uphill",
        "has a sign the wrong way round",
        "A loss is never negative, the logarithm of a probability never positive, a gradient points "
        "uphill, an update walks down. Which of these does your answer break, by which of your minus signs?",
        "Before you run it, say of each number which sign it must have, and why.",
    ),
    (
        "factor-two",
        "is twice or half the right one",
        "is off by a factor of two",
        "Look for a 2 or a 1/2 that belongs to another definition (some books halve the squared error, "
        "this course and Keras don't), or for a term that is counted twice.",
        "Work out one small case by hand and compare: which factor of yours does your hand not need?",
    ),
    (
        "constant-factor",
        "is the right one times another constant, the same in every case",
        "is off by the same constant factor in every case",
        "All that depends on the inputs is as it should be. Look for a number that is multiplied in and "
        "depends on nothing.",
        "Work out one small case by hand and compare: which number of yours stands nowhere in the "
        "derivation?",
    ),
    (
        "missing-mean",
        "sums over the batch where the mean is asked for",
        "gives a sum's result, not a mean's",
        "A mean knows how many things it is taken over, and so does every gradient that comes from one. "
        "Where does their number enter your code?",
        "Call it with a few rows, then with the same rows twice over: the mean of all stays as it is. "
        "What must become of your numbers, and of their sum?",
        "twice",
    ),
    (
        "double-mean",
        "divides by m twice",
        "takes the mean of what is a mean already",
        "The division belongs in one place, and reaches all the rest from there. Find the second place "
        "that divides, or takes a mean, in your function or in one that it calls.",
        "Call it with a few rows, then with the same rows twice over: the mean of all stays as it is. "
        "What must become of your numbers, and of their sum?",
        "twice",
    ),
    (
        "mean-over-wrong-count",
        "divides by another count than it should",
        "divides by the wrong count",
        "What is the mean taken over, the examples of a batch or all entries of an array? Their number, "
        "and no other size, belongs under the fraction.",
        "Call it with the same rows twice over, so that their number doubles and no other size changes. "
        "Does your answer follow the number that it should?",
        "twice",
    ),
    (
        "needless-mean",
        "averages where no mean is asked for",
        "averages where no mean is asked for",
        "Each entry speaks for itself here, and where a batch has a mean, the cost takes it. Find the "
        "place that divides by a number of things, in your function or in one that it calls.",
        "Call it with a few rows, then with the same rows twice over: should what belongs to one row "
        "change because others came along?",
        "twice",
    ),
    (
        "examples-summed",
        "adds the examples together where each has a row of its own",
        "adds the examples together where each keeps a row of its own",
        "Every example has its own row here, forward and back. In which step of yours do the rows disappear?",
        "Call it with a few rows and count the rows of what comes back.",
    ),
    (
        "one-example-only",
        "uses only the first or last example of the batch",
        "uses a single row where all of them count",
        "Every row of the batch has its say. Look for an index that picks one row, or a loop that "
        "overwrites instead of adding.",
        "Start from this call, change the last row and call it again, then the first: does your answer"
        " take notice both times?",
    ),
    (
        "mutates-arguments",
        "changes an array or dict that it was given",
        "changes the arguments that it was given",
        "The caller goes on using those arrays. Operators such as `-=` and assignments to slices work in "
        "place: make a new array, or a copy, first.",
        "Print the arguments, call your function, and print them again: what has moved?",
        "args",
    ),
    (
        "ignores-argument",
        "does not depend on an argument that it should depend on",
        "does not use all of its arguments",
        "It gives the same answer whatever that argument is. Look for a number or a variable of the "
        "notebook that stands where the argument should.",
        "Start from this call, change one argument at a time and call it again: after which change does nothing "
        "happen?",
    ),
    (
        "hard-coded-size",
        "is right only for the lesson's own sizes or depth",
        "fits some sizes only",
        "Look for a number that is a size, or a depth, of the lesson's own arrays, and read it from the "
        "arguments instead: the same function must serve any sizes.",
        "Call it with sizes that the lesson does not use, such as these, and see in which line it still "
        "thinks of the lesson's.",
    ),
    (
        "shared-state",
        "depends on earlier calls, through something that all calls share",
        "remembers its earlier calls",
        "A list or dict that is made outside of the function, or as the default of an argument, is made once "
        "and serves every call. Where does yours come from?",
        "Call it twice in a row with the same numbers: should the second answer differ from the first?",
        "again",
    ),
    (
        "integer-truncation",
        "loses fractions on integer inputs",
        "loses fractions when its inputs are integers",
        "An array made like an integer array is an integer array, and what is stored in it is cut to "
        "whole numbers. Ask for float64 where you create it.",
        "Call it with whole numbers as integers, then with the same numbers as floats, `2.` in the place "
        "of `2`: the two must agree.",
    ),
    (
        "low-precision",
        "is right only to float32",
        "keeps about seven digits only",
        "Somewhere a number passes through float32; in this lesson everything is float64. Look for a "
        "`dtype`, or for a number that was rounded on its way in.",
        "Print the `dtype` of every array on the way, from the arguments to what you return: where does "
        "it change?",
        "",
    ),
    (
        "numerically-unstable",
        "is right for moderate inputs, and inf, nan or a warning for saturated ones",
        "breaks down at extreme inputs",
        "Look for an exponential of a large number, a logarithm of 0 or a division by something that "
        "vanishes, and for a form of the same expression in which they cancel.",
        "Call it with numbers far out, and say before you run it what should come out there. Then follow "
        "them line by line: where does the first inf, nan or warning appear?",
        "far",
    ),
    (
        "clipped",
        "is finite but wrong where saturated, since something was clipped or a small number added",
        "is off as if something were clipped, or a small number added",
        "Clipping, or adding a small number, hides a breakdown and changes the answer. The right "
        "expression needs neither.",
        "Call it where the right answer is extreme. Before you run it, say how large or how small each "
        "result should be: what keeps yours from getting there?",
        "far",
    ),
    (
        "uses-autodiff",
        "calls TensorFlow, Keras, JAX, PyTorch or another autograd tool where it is to be derived by hand",
        "leaves the differentiating to a library",
        "This function is to be derived by hand, in NumPy; TensorFlow is what it is compared with "
        "afterwards.",
        "Take one derivative of it by hand, for a single example, and nudge that number a little to see "
        "whether you are right: that is all the tool that you need.",
        "",
    ),
    (
        "borrowed-solution",
        "calls a function of the course, or of a library, that does the work which the answer is to do",
        "hands its work on to a function that somebody else wrote",
        "That very work is what the exercise is about, so write it yourself: in NumPy, with `math` and "
        "`scipy.special` if you like.",
        "Call the borrowed function on a small case and keep its numbers. Then work one of them out by hand: "
        "the steps that you take are the ones that your own code needs.",
        "",
    ),
)

FORWARD = _table(
    (
        "activation-skipped",
        "leaves out the activation (uses z for a)",
        "uses a pre-activation where the activation is needed",
        "An activation makes another array of the one that it gets. Which of the two is asked for here, and "
        "which one does your code use?",
        "Print both arrays of a small case side by side: which of the two has limits that it can't leave, "
        "and which one do you find in your answer?",
    ),
    (
        "bias-skipped",
        "leaves out the bias",
        "leaves out the biases",
        "Every unit has one number of its own beside its weights. Compare your function with the "
        "formula of a unit, term by term.",
        "Set all inputs to 0, so that the weights have nothing to say: what is left of a unit's sum?",
        "zeros",
    ),
    (
        "weights-transposed",
        "multiplies by the transpose where shapes permit",
        "multiplies by the transpose of the matrix that it needs",
        "Write the shapes under the product. Forwards, a row of what comes in meets the columns of the matrix; "
        "on the way back, which of its axes has to meet the signal?",
        "Call it with sizes that all differ, so that NumPy can't form a wrong product, and read its "
        "complaint: which two axes did you let meet?",
    ),
    (
        "activation-twice",
        "applies the activation to a value already activated",
        "applies the activation to a value that is already activated",
        "Follow one number through your function, from end to end: how often does the activation meet it? "
        "What a layer hands on is activated already.",
        "Put a number through the activation, put the result through it again, and print all three: which"
        " of them should your code work with?",
    ),
    (
        "wrong-activation",
        "applies another activation",
        "applies another activation than the one asked for",
        "Activations differ in their limits, in their value at 0 and in how they go on far out. Which one is "
        "asked for here, and which one did you write?",
        "Try your activation alone on -2, 0 and 2: between which limits do the results lie, what stands "
        "at 0, and do they grow?",
    ),
    (
        "positive-term-only",
        "leaves out the (1-y) log(1-f) term",
        "leaves out the term for examples labelled 0",
        "An example labelled 0 has its say too, in the cost and so in every gradient: the surer the "
        "prediction is of a 1, the louder. Which part of your code speaks for it?",
        "Call it with a single example whose label is 0 and whose prediction is far off: does anything "
        "come of it?",
    ),
    (
        "labels-swapped",
        "swaps the roles of y and 1-y",
        "swaps the two labels",
        "Take one example with label 1 and a prediction near 1: that should be cheap, and its answer is "
        "class 1. Which of your terms, or branches, does it come to?",
        "Start from this call: give it a prediction that is good, then one that is bad, and say before you run "
        "it which of the two should make the larger number.",
    ),
    (
        "hard-labels",
        "takes a soft label, between 0 and 1, for 0 or 1",
        "takes every label for a clear 0 or 1",
        "A label of 0.7 says that seven parts in ten speak for a 1, and three against it. Which of your terms "
        "does such a label come to, and how loudly should each of them speak?",
        "Call it with the labels 0, 0.3, 0.7 and 1 in turn: does your answer move when the label moves a "
        "little, from 0.7 to 0.8?",
    ),
    (
        "wrong-log-base",
        "uses log2 or log10",
        "takes the logarithm to another base",
        "All logarithms of this course are natural ones. To which base is the logarithm that you call, or"
        " whose derivative you use?",
        "Take the logarithm of 2 with the function that you use: the natural one gives about 0.693, and a "
        "prediction of one half should cost just that.",
    ),
    (
        "sequential-update",
        "updates one parameter with the other's new value",
        "updates one parameter with the other's new value",
        "Both gradients belong to the same point of the cost surface. Which point does each of yours "
        "belong to?",
        "Run a single iteration and print, where each gradient is computed, the parameters that it sees: "
        "are they the same?",
    ),
    (
        "history-before-update",
        "records the cost before the update instead of after it",
        "records the cost before the update instead of after it",
        "An entry of the history belongs to the parameters that its iteration ends with. Which ones does "
        "your code measure?",
        "Run it for a single iteration: the one entry of the history should be the cost of the parameters"
        " that come back.",
    ),
    (
        "hidden-layer-linear",
        "activates only the last layer",
        "leaves the hidden layers without their activation",
        "Without an activation between them, two layers can do no more than one. Follow your loop turn by"
        " turn: which layers get theirs?",
        "Print the smallest and the largest A of a hidden layer, for inputs of some size: between which "
        "limits must they lie?",
    ),
    (
        "output-layer-linear",
        "activates every layer but the last",
        "leaves the last layer without its activation",
        "The last layer has its activation too, since a prediction is a probability. Follow your loop to "
        "its last turn: is it treated otherwise than the others?",
        "Make the last bias 100 and print the prediction: can it be a probability?",
    ),
    (
        "last-layer-missing",
        "stops one layer before the last",
        "stops before the last layer",
        "A network of three layers has three matrices of weights, and each of them is used once. With which "
        "number does your loop begin, and with which does it end?",
        "Print the number of the layer in every turn of your loop, for a network of two layers: which one "
        "never comes?",
    ),
    (
        "pre-activation-overwritten",
        "keeps a where z belongs",
        "keeps the activation where the pre-activation belongs",
        "Every layer makes two arrays, and the cache has a place for each. At which moment is what you keep "
        "for Z put through the activation?",
        "Print Z and A of the first layer: should a pre-activation stay between the limits of its activation?",
    ),
    (
        "bias-for-input",
        "counts a bias for every input, too",
        "gives the inputs biases of their own",
        "An input is a number that comes in; nothing is added to it. To which of the sizes in the list does "
        "a bias for each belong?",
        "Draw a network of three inputs and one unit, and count its lines and its biases by hand.",
    ),
)

BACKPROPAGATION = _table(
    (
        "missing-activation-derivative",
        "leaves g'(z) out of a delta that needs it",
        "leaves out the derivative of an activation",
        "On its way back through an activation the signal is scaled by how fast the output moves when the "
        "input does. Where does your code ask whether the activation is flat there, or steep?",
        "Compare a unit where its activation is flat with one where it is steep: should as much of the "
        "signal come back through both?",
    ),
    (
        "extra-activation-derivative",
        "multiplies the output delta by g'(z), as for squared error, or applies softmax's derivative again",
        "multiplies by the derivative of an activation once too often",
        "Each activation counts once on the way back, and the last one may cancel against the loss. To which "
        "link of your chain does each factor belong?",
        "Take an output that is certain and wrong, where the activation is flat: should its error signal "
        "be small there?",
        "far",
    ),
    (
        "activation-derivative-at-input",
        "multiplies by the slope of an activation at the inputs, which did not come out of one",
        "treats the inputs as if they came out of an activation",
        "A slope belongs to an array that an activation made. Which arrays of the network did come out of one, "
        "and which did not?",
        "Take inputs of 0 and 1: should the gradient be 0 at all of them, whatever the weights are?",
    ),
    (
        "half-activation-derivative",
        "uses a, or 1-a, for a(1-a)",
        "uses only one factor of the sigmoid's derivative",
        "Differentiate 1 / (1 + e^-z) once more, and write the result in terms of the sigmoid's own value. It is "
        "symmetric: what must it be where that value is near 0, and what where it is near 1?",
        "Call it with activations near 0, at one half and near 1: is your slope the same at both ends, as"
        " the sigmoid's is?",
    ),
    (
        "derivative-of-activation",
        "evaluates g' at a instead of at z",
        "evaluates the sigmoid's derivative at its output instead of at its input",
        "The slope of the sigmoid is taken where the sigmoid was evaluated. If you already hold what it put "
        "out, you do not need to apply the sigmoid to it again.",
        "Call it with activations near 0, at one half and near 1: at which of the three is the sigmoid "
        "steep, and where is it flat?",
    ),
    (
        "derivative-of-wrong-layer",
        "uses another layer's activations in g'",
        "takes the derivative of the activation from another layer",
        "dZ of layer l needs the slope of layer l's own sigmoid. Follow the index l through your line.",
        "Take a network whose layers all differ in size, and print in each turn of your loop the number "
        "of the layer and the shape of what you multiply: which two do not belong together?",
    ),
    (
        "wrong-layer-weights",
        "sends the delta back through its own layer's weights where shapes permit",
        "sends the error signal back through the wrong layer's weights",
        "The signal comes back over the same connections that carried the activations forward, those "
        "between this layer and the next one. Write the shapes under the product: which W fits?",
        "Take a network whose layers all differ in size, and print in each turn of your loop the shapes "
        "of the signal and of W: which W can it pass through?",
    ),
    (
        "wrong-layer-input",
        "multiplies by the layer's own activations instead of the previous layer's",
        "multiplies by the layer's own activations instead of what the layer was fed",
        "A weight stands between what came into the layer and what the layer made of it. What came into "
        "layer l, and which array holds that?",
        "Take a network whose layers all differ in size, and print the shape of each dW beside that of "
        "its W: which of them can't be right?",
    ),
    (
        "wrong-activation-derivative",
        "uses another activation's derivative",
        "uses the derivative of another activation",
        "Every activation has a derivative of its own, and yours belongs to another one. Which activation"
        " is it here, where is it steepest, and how steep is it there?",
        "Put -2, 0 and 2 through the activation, then the same numbers a thousandth larger. By how many "
        "thousandths did each result move, and what does your derivative say there?",
    ),
    (
        "stops-at-activation",
        "returns dJ/dA where dJ/dZ is asked for",
        "stops at dJ/dA, one step before dJ/dZ",
        "There is one more link in the chain between a and z: how much a moves when z does.",
        "Take a prediction that is almost certain, and right: z could move a lot and the cost would "
        "hardly notice. What does your answer say there?",
        "far",
    ),
    (
        "chain-cut",
        "uses the output delta for every layer instead of the recursion",
        "cuts the chain on the way back",
        "Each hidden unit gets its own share of the blame, and the share is decided by the weights that "
        "lead from it to the next layer. Where do those weights enter your code?",
        "Set the weights behind a hidden layer to 0: then it has no part in the cost. What does your "
        "function say of it?",
    ),
    (
        "bias-gradient-not-summed",
        "leaves a bias gradient one row an example, or takes one row of it",
        "does not add up the bias gradient over the examples",
        "One bias serves all examples of the batch, so every example adds to its gradient; the result has"
        " the shape of the bias. Over which axis do the examples lie?",
        "Call it with a few rows, then with the same rows twice over: should the bias's gradient have "
        "another shape, and which rows have their say in it?",
        "twice",
    ),
    (
        "bias-gradient-missing",
        "leaves a bias gradient zero",
        "leaves the bias gradient at zero, or the biases as they were",
        "A bias is a weight whose input is always 1. Put 1 where the input stands and see what its "
        "gradient is.",
        "Nudge one bias by a thousandth and compute the cost again: does it move? Then see what your "
        "function says of that bias.",
    ),
    (
        "one-sided-difference",
        "uses forward or backward instead of central differences",
        "compares the nudged value with the value in the middle, on one side only",
        "Nudge both ways and the errors of first order cancel. How far apart are the two points then?",
        "Try it on the square, whose slope at 3 is 6, with a large step: how far off are you, and how far"
        " should you be?",
    ),
    (
        "difference-step-error",
        "divides by eps where 2 eps is right, or the reverse",
        "divides by the wrong distance",
        "The slope is rise over run: how far apart are the two points at which you evaluate f?",
        "Try it on the square, whose slope at 3 is 6: how many times too large or too small is yours?",
    ),
    (
        "all-nudged-at-once",
        "nudges all entries together, not one at a time",
        "nudges all entries at the same time",
        "The slope in one entry is what that entry does while all others stand still. How many entries move "
        "in a single evaluation of yours?",
        "Try it on the sum of the squares at 3 and -1, where the slopes are 6 and -2: what comes of moving "
        "both at once?",
    ),
)

SOFTMAX = _table(
    (
        "wrong-axis",
        "normalises, sums or takes argmax over another axis than it should, or over all",
        "works along another axis than it should, or over all of them",
        "Examples lie along the first axis, and what belongs to one example along the second. Which of "
        "the two should your step run over, and which one does it?",
        "Start from this call, change one row and leave the others, and call it again: what of the answer should "
        "move, and what of yours does?",
    ),
    (
        "keepdims-missing",
        "loses the axis that a sum or maximum of each row has to keep",
        "combines each row with a number that belongs to another row",
        "A sum over the classes leaves one number for each row, side by side in a flat array. Along which "
        "axis does NumPy lay a flat array when it meets a matrix, and what would keep each number with its row?",
        "Call it with three rows of three classes, then with two rows of three, and read the complaint: which "
        "number meets which row?",
        "square",
    ),
    (
        "every-pair-picked",
        "picks the entries of all labels from every row, not one entry a row",
        "picks an entry of every row for every label",
        "Each example has one label and wants one number, that of its own row. How many numbers does your "
        "index pick from a batch of three?",
        "Print the shape of what you pick, within your function, and call it with these two examples: how many "
        "numbers should that be?",
    ),
    (
        "labels-as-rows",
        "takes the labels for numbers of rows",
        "takes the labels for numbers of rows",
        "The label of an example says which class is right, and every class has a column. Where in your index "
        "stand the numbers of the examples, and where those of the classes?",
        "Call it with two examples of three classes, one of them labelled 2: along which axis is there a place 2?",
    ),
    (
        "shift-lost",
        "shifts the logits in one of the places that need it only",
        "shifts the logits in one place and forgets it in another",
        "Taking the same number from all logits of a row changes nothing, as long as every place sees the "
        "shifted ones. In which of your terms do the logits stand as they came?",
        "Call it with a row of logits, then with the same row ten higher: should the answer change?",
    ),
    (
        "binary-for-classes",
        "uses the cross-entropy of yes-or-no questions on classes that exclude each other",
        "asks of every class a yes-or-no question of its own",
        "An example belongs to one class, and its loss is the surprise at that class alone; the others have "
        "their say through the shares that they take. Which terms of yours speak of classes that are not right?",
        "Give the right class one half, and share the other half among the wrong classes in two ways: should "
        "the cost notice?",
    ),
    (
        "missing-one-hot",
        "leaves out the subtraction of the label",
        "does not compare each output with its own target",
        "A cost and an error signal compare what came out with what should have come out. What does yours"
        " compare?",
        "Start from this call, give an example another label and call it again: which entries of the answer "
        "should change, and which of yours do?",
    ),
    (
        "diagonal-jacobian",
        "keeps only p(1-p) on the diagonal",
        "leaves out how a logit moves the other probabilities",
        "Raise one logit and leave the others: only its own probability can grow, but all of them sum to "
        "1. What happens to the others?",
        "Raise one logit by a tenth and print the probabilities before and after: how many of them have moved, "
        "and what does your answer say of those?",
    ),
    (
        "broadcast-term",
        "has a number, or a flat array, where a matrix of the formula belongs",
        "has a number or a flat array where a matrix belongs, and NumPy spreads it over the entries",
        "A flat array is neither a row nor a column, so turning it does nothing, and a matrix of one row has one "
        "number on its diagonal. Which of your terms is no matrix yet?",
        "Print the shape of each term within your function, just before you combine them, and call it with three "
        "logits: what should each shape be?",
    ),
    (
        "chain-unfinished",
        "leaves a factor of the chain rule out, or applies it to one of two terms only",
        "stops before the chain rule is at its end",
        "The way from the logits to the probabilities leads over the exponentials and their sum, and each step "
        "has a factor that every term needs. By which variable does yours differentiate?",
        "Raise one logit by a tenth: the probabilities still sum to 1, so what must the changes of all three "
        "add up to, and what do your columns?",
    ),
    (
        "off-diagonal-sign",
        "has +p_i p_j off the diagonal",
        "gets the sign wrong with which a logit moves the other probabilities",
        "When one logit grows, the other probabilities shrink. What does a row of derivatives add up to, "
        "if the probabilities always add up to 1?",
        "Call it with a small case and add up each row of what comes back.",
        "sums",
    ),
    (
        "class-off-by-one",
        "counts classes from 1",
        "counts the classes from 1",
        "The first class is 0, as the first position of an array is. Which column does your code look at "
        "for class 0?",
        "Start from this call and let one example be of the first class and one of the last: which column should "
        "your code look at for each, and which one does it?",
    ),
    (
        "softmax-of-probabilities",
        "applies softmax to probabilities, or takes logits for probabilities",
        "takes probabilities for logits, or logits for probabilities",
        "Logits are any numbers; probabilities are positive and a row of them sums to 1. Print a row of "
        "what comes in: which of the two is it?",
        "Start from this call: add up a row of what comes in, then put it through softmax once more and print "
        "both. What becomes of the differences within the row?",
    ),
)

TRAINING = _table(
    (
        "no-bias-correction",
        "leaves out Adam's correction for starting at zero, of both moments or of one",
        "leaves out the correction for moments that start at zero",
        "Both moments start at zero, so after one step they hold only a small share of what they average."
        " What makes up for that, and does it for both?",
        "Make a first step: in Adam it is as long as the learning rate, here 0.1, whatever the gradient. "
        "How long is yours?",
    ),
    (
        "correction-without-power",
        "corrects every step of Adam as if it were the first",
        "corrects every step as if it were the first",
        "The correction fades: after many steps the moments have forgotten that they started at zero. Where "
        "does the number of steps enter yours?",
        "Work out both corrections for the first step and for the thousandth: does yours come close to 1?",
    ),
    (
        "step-off-by-one",
        "corrects with t-1 or t+1",
        "counts the steps of the correction wrongly",
        "The state holds the number of steps taken so far. Which number does the present step have, in "
        "the very first call?",
        "Make a first step: in Adam it is as long as the learning rate, here 0.1, whatever the gradient. "
        "How long is yours, and which `t` does the new state hold?",
    ),
    (
        "epsilon-inside-root",
        "adds epsilon under the square root",
        "adds epsilon under the square root",
        "Epsilon is there to keep the division finite. Where would it have to stand to be added to the "
        "root itself?",
        "Make a first step with a large epsilon, such as 0.1, and follow it through your line by hand: "
        "what is it added to?",
    ),
    (
        "epsilon-unscaled",
        "is Adam as the paper has it, epsilon outside the correction of v",
        "adds epsilon after v has been corrected",
        "Keras folds both corrections into the step size and leaves v as it is. Write both forms under "
        "each other: by what is epsilon multiplied in one of them?",
        "Make a first step with a large epsilon, such as 0.1: what is it compared with in your line, a "
        "corrected moment or the moment itself?",
    ),
    (
        "moments-swapped",
        "swaps beta_1 and beta_2, or m and v",
        "swaps the two moments or their betas",
        "One moment averages the gradient, over about ten steps, the other its square, over about a "
        "thousand. Which beta belongs to which?",
        "Print the new state after a first step: one moment has taken in a tenth of the gradient, the "
        "other a thousandth of its square. Which of yours is which, and which of them decides the "
        "direction?",
    ),
    (
        "root-of-moment",
        "takes the root of Adam's second moment in the wrong place, or not at all",
        "takes the root of the second moment in the wrong place, or not at all",
        "The state keeps a mean of squares, and a step divides by its root. Which of the two does yours keep, "
        "and by which does it divide?",
        "Make the gradients ten times as large: by how much should the second moment grow, and should a first "
        "step grow with it?",
    ),
    (
        "last-batch-dropped",
        "skips the smaller last batch",
        "skips the examples after the last full batch",
        "Count the examples that an epoch has seen when the batch size does not divide their number.",
        "Train on three rows with a batch size of 2, and change the last row: do the parameters notice?",
    ),
    (
        "unweighted-history",
        "averages batch costs without their sizes, or reports the cost after the epoch",
        "does not report the loss as Keras does",
        "Keras keeps a running mean over the examples while the weights move: each batch is measured "
        "before its own update. What does a small last batch weigh?",
        "Train for an epoch with a learning rate of 0, so that nothing moves: the history must be the "
        "cost of all rows. Then give it a learning rate: with which parameters does each batch meet its "
        "cost?",
    ),
    (
        "history-before-epoch",
        "reports the cost of all examples before the epoch",
        "reports the cost that all examples had before the epoch",
        "Keras keeps a running mean while the weights move: each batch is measured just before its own "
        "update. With which parameters does the last batch of an epoch meet its cost in your code?",
        "Train for one epoch with several batches, and for one with a single batch: for which of them must "
        "your history be the cost at the start?",
    ),
    (
        "gradient-after-update",
        "computes a gradient with parameters updated in the same step",
        "computes a gradient with a parameter that the same step has already changed",
        "All gradients of a step belong to the same parameters. Finish the way back before you change "
        "anything.",
        "Print each W as you use it on the way back, for a single batch: is it the W that the forward "
        "pass used?",
    ),
    (
        "test-statistics",
        "standardises with the wrong set's mean or deviation",
        "standardises with the wrong set's statistics",
        "What you measure once on the training set belongs to the model. Standardise a single new "
        "example: can its own mean be of use?",
        "Standardise a single new row: what would be left of it if it were measured by its own mean?",
    ),
    (
        "variance-for-deviation",
        "divides by the variance",
        "divides by the variance instead of the deviation",
        "Look at the units: a feature in metres has a variance in square metres. Standardised features "
        "have none.",
        "Give it the same lengths in centimetres instead of metres, all 100 times as large: should a "
        "standardised feature know the difference?",
    ),
    (
        "sample-deviation",
        "divides by the deviation with m-1",
        "divides by m-1 in the standard deviation",
        "Two divisors are in use for a standard deviation. Which one does the exercise name, and which "
        "does your function use?",
        "Standardise just two values, such as 1 and 3: the mean is 2, and both are one deviation away "
        "from it.",
    ),
    (
        "strict-threshold",
        "counts 0.5 as class 0",
        "counts a prediction of exactly one half as class 0",
        "A threshold divides the numbers in two, and one number lies on it. The exercise says to which "
        "class that one belongs.",
        "Call it with a single prediction of exactly one half.",
    ),
    (
        "argmax-on-column",
        "takes the largest of a single column",
        "looks for the largest entry where there is only one",
        "A single output is the probability of class 1. What can be the largest in a row of one, and with what "
        "has that number to be compared?",
        "Call it with a column that holds 0.2 and 0.9: of which class is the model sure in each case?",
    ),
    (
        "larger-branch",
        "takes the larger of z and slope z",
        "takes the larger of its two branches",
        "The sign of z chooses the branch, whatever the slope is. For which slopes does the larger of the two "
        "lie on the other branch?",
        "Call it with -1 and 1 and a slope of 2: which of the two results should be the steeper one?",
    ),
    (
        "derivative-at-zero",
        "has another slope at exactly 0 than the one that was agreed on",
        "has another slope at exactly 0 than the exercise asks for",
        "The function has a corner at 0, so the slope there is a matter of agreement. Which side does the "
        "docstring choose?",
        "Call it with -1, 0 and 1 and compare the middle one with the docstring.",
    ),
    (
        "path-overwritten",
        "keeps the last path's gradient instead of the sum",
        "keeps one path's gradient where several paths meet",
        "A value that is used twice influences the result in two ways. What becomes of the first path's gradient "
        "when the second arrives?",
        "Try a tape that multiplies x by itself: at x = 3 the square has the slope 6. What do you get, "
        "and which path is missing?",
    ),
    (
        "shared-gradient",
        "adds into an array that another gradient also holds",
        "adds into an array that another gradient also holds",
        "Two names can stand for one array. What becomes of the other gradient when you add to this one in place?",
        "Print the gradients of two names that meet in a sum, before you add another path to one of them and after it: "
        "which of the two has changed?",
    ),
    (
        "broadcast-not-summed",
        "returns a bias gradient in the broadcast shape, or averages it",
        "does not add up over the axis that was broadcast",
        "In the forward pass one row was used for every example. The gradient comes back once for each "
        "use: what becomes of one gradient for each row?",
        "Call it with three rows and a bias, and print the two shapes: what must the shape of the bias's "
        "gradient be?",
    ),
    (
        "summed-without-broadcast",
        "adds up a gradient over rows where nothing was broadcast",
        "adds up over the rows also where nothing was broadcast",
        "A sum over rows is for a row that was used for each of them. How can your code see whether the second "
        "term was such a row?",
        "Call it with two terms of one shape and print the shapes of both gradients: what must the second one be?",
    ),
    (
        "forward-order",
        "walks the tape from its start",
        "walks the tape from its start",
        "When you come to a step, the gradient of its output has to be complete. Which steps must have "
        "been visited before that?",
        "Print each step as you visit it, with the gradient of its output at that moment: is it complete?",
    ),
    (
        "operands-swapped",
        "gives each operand the other's gradient",
        "gives each operand the other one's gradient",
        "The first gradient belongs to the first operand: it says what the result does when that one "
        "moves. Which line of yours says that?",
        "Nudge the first operand by a thousandth and compute the result again: which of your two "
        "gradients says by how much it moves?",
    ),
    (
        "step-not-recorded",
        "computes a step without writing it on the tape",
        "leaves a step off the tape",
        "Whatever is computed has to be written down, or the walk back can't find it. Which operation of a node "
        "computes and does not write?",
        "Count the operations in this small program by hand, then the steps on the tape: which is missing?",
    ),
    (
        "tape-reversed",
        "lists the steps from the last to the first",
        "lists the steps from the last to the first",
        "A tape lists its steps in the order in which they ran. At which end does a new step go?",
        "Read the tape from its start: can each step be run with what is there by then?",
    ),
    (
        "operands-reversed",
        "gives the operands of a step, or the program its nodes, in another order",
        "has operands in another order than they come in",
        "Neither a matrix product nor the sum with a bias allows its operands to change places, and a program knows "
        "its nodes by their order alone. Where does yours get lost?",
        "Write the names of the inputs of each step on paper and lay them beside the tape: what stands first?",
    ),
    (
        "operand-recorded-once",
        "writes down only once what a step reads twice",
        "writes down only once what a step reads twice",
        "A step that multiplies a value by itself has two operands, which happen to be one value. How many names "
        "does it read?",
        "Trace a program that multiplies a node by itself: how many names must the step have?",
    ),
    (
        "name-reused",
        "gives two arrays the same name",
        "gives a new array a name that is taken",
        "A name on the tape stands for one array, and inputs may be called as you call your results. Before you "
        "use a name, what could you ask of `values`?",
        "Trace a program whose inputs have likely names, and count: how many arrays are there, inputs and results, "
        "and how many names are kept?",
    ),
    (
        "layer-skipped",
        "hands on what an activation of a list of layers was fed",
        "lets an activation hand on what it was fed, as it came",
        "An activation is a layer like the others, and what it makes is another array than what it was fed. "
        "Which of the types does nothing in your code?",
        "Send a few numbers through each kind of activation alone: which of them must come out changed?",
    ),
    (
        "slope-from-input",
        "computes the slope of a sigmoid as if its input were its output",
        "computes the slope of the sigmoid from what the layer was fed",
        "That slope can be written with what the sigmoid has made, a number between 0 and 1. Which entry of the "
        "list holds that, and which one do you take?",
        "Print what a sigmoid was fed and what it made: which of the two can't leave the limits of a sigmoid?",
    ),
    (
        "slope-of-output",
        "applies the sigmoid to its own output to get its slope",
        "applies the sigmoid to what it has made already, to get its slope",
        "The slope is taken where the sigmoid was evaluated. What it has made is kept, so it needs no second "
        "sigmoid.",
        "Print the slope for an input far to the left, at 0 and far to the right: where is the sigmoid flat?",
    ),
)

MISCONCEPTIONS: dict[str, Misconception] = RESULT | FORWARD | BACKPROPAGATION | SOFTMAX | TRAINING

GROUPS: dict[str, dict[str, Misconception]] = {
    "Of the result as a whole": RESULT,
    "Logistic regression and forward propagation": FORWARD,
    "Backpropagation": BACKPROPAGATION,
    "Softmax, cross-entropy and squared error": SOFTMAX,
    "Training and automatic differentiation": TRAINING,
}

CONTRADICTIONS: frozenset[frozenset[str]] = frozenset(
    # Pairs of names that exclude each other: no answer has both in the same step.
    frozenset(names)
    for names in (
        ("missing-one-hot", "labels-swapped"),
        ("missing-one-hot", "class-off-by-one"),
        ("activation-skipped", "activation-twice"),
        ("activation-skipped", "wrong-activation"),
        ("layer-skipped", "wrong-activation"),
        ("diagonal-jacobian", "off-diagonal-sign"),
        ("bias-gradient-missing", "bias-gradient-not-summed"),
    )
)

MORE_SPECIFIC: dict[str, str] = {
    # general name: a specific one that describes the same answers, in exercises that have a slip of that name
    "factor-two": "difference-step-error",
    "swapped-outputs": "operands-swapped",
}
