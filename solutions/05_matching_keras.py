# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lesson 5: Matching Keras
#
# Write a network in NumPy, hand Keras the same initial weights, train both on the same data, and
# sooner or later you ask what people ask in every forum:
#
# > *They start from the same weights, and the costs look alike. But the longer I train, the further
# > the weights drift apart. Which of the two is wrong?*
#
# ![How far the weights of two trainings differ that started a twelfth digit apart. With learning rate
# 0.1 the difference stays. With 8 it grows a million times in 50 epochs.](05_matching_keras.png)
#
# Perhaps neither. In this lesson you find out, down to the last digit. You train your own network
# and Keras side by side, and you don't rest until they agree to twelve digits, weights and loss
# history, batch by batch, first with plain gradient descent and then with Adam. Twice they refuse,
# and both times the reason is worth knowing. And then you find the learning rate at which they part
# for good, and nobody is to blame.
#
# **You need** the forward pass, the cost and the gradients of the lessons 2 to 4. They come from
# `utils`. **You write** eight short functions. `check` compares each with TensorFlow.
#
# **Time**: *Part A*, sections 1 to 3, matches Keras with plain gradient descent, in about 85 minutes. *Part
# B*, sections 4 to 7, is Adam and what makes networks learn faster, in about 95. Sections 8 and 9 are
# optional; the question in section 10 counts.

# %%
LESSON = "05_matching_keras"

from grader import check

# %%
import os
from contextlib import contextmanager
from types import SimpleNamespace

import numpy as np
from IPython.display import Markdown, display

from grader import ask_prediction, ask_questions, compare_prediction, hint, progress, solution
from utils.data import load_digits, split
from utils.network import backward, backward_softmax, forward, initialize
from utils.network import binary_cross_entropy, sigmoid, softmax, sparse_cross_entropy
from utils.plots import matching_keras as plots
from utils.plots import show
from utils.progress import progress_bar
from utils.tensorflow import import_tensorflow
from utils.threads import blas_threads
from utils.timing import seconds

blas_threads(1)  # for matrices of this size, more threads only cost time

# %% [markdown]
# **Before you begin**, three questions from memory. They are not graded.

# %%
ask_questions()

# %% [markdown]
# ## 1. Answers, and the three steps once more
#
# ### 1.1 From probabilities to answers
#
# A network puts out probabilities. Asked for a digit, it has to make up its mind:
#
# - With **one** output unit, $a$ is the probability of class 1, so the answer is 1 if $a$ is at
#   least one half. In this course exactly one half counts as 1. Somebody has to decide it, and then
#   everyone has to stick to it.
# - With **several** output units, the answer is the unit with the largest probability. If several
#   are equally large, the first of them wins.

# %% [markdown]
# ### Exercise 1: `predict_classes` (2 points)
#
# Turn the output of a network into classes, one for each example.
#
# - `A` has one column or several, and the same function serves both.
# - The result has the shape `(m,)` and an integer dtype. An array of booleans or of floats isn't
#   one, even where it prints alike.


# %%
def predict_classes(A):
    """Return the class that each row of `A` speaks for.

    Arguments:
        A: (m, 1), the probability of class 1, or (m, N), one column a class; any m, also 1.

    Returns:
        (m,) integers. One column: 1 where it is at least 0.5, else 0. Several columns: the number
        of the largest one, counted from 0; the first of equals.
    """
    ### BEGIN SOLUTION
    if A.shape[1] == 1:
        return (A[:, 0] >= 0.5).astype(np.int64)
    return np.argmax(A, axis=1)
    ### END SOLUTION


# %%
check(predict_classes)

# %% [markdown]
# ### Exercise 2: `accuracy` (1 point)
#
# How often is it right? Return the share of the examples whose predicted class is the true one.


# %%
def accuracy(y, y_pred):
    """Return the share of right answers.

    Arguments:
        y: (m,) the true classes, int64 or float64.
        y_pred: (m,) the predicted classes, integers.

    Returns:
        float from 0 (none is right) to 1 (all are).
    """
    ### BEGIN SOLUTION
    return float(np.mean(y == y_pred))
    ### END SOLUTION


# %%
check(accuracy)

# %% [markdown]
# ### 1.2 Two tasks
#
# Handwritten digits again, 8 by 8 pixels, one image a row. The small task: is it a 0 or a 1? It has
# one output unit, a sigmoid. The larger task: which of the ten digits is it? It has ten output
# units, a softmax. A quarter of the images is held out, and of the ten digits you take 400 images,
# so that nothing in this lesson takes long.

# %%
images, digits = load_digits(classes=(0, 1))
X, X_test, y, y_test = split(images, digits, seed=3)
Y = y[:, np.newaxis].astype(float)  # a column, because the network has one output

images, digits = load_digits(classes=range(10))
X10, X10_test, y10, y10_test = split(images, digits, seed=3)
X10, y10 = X10[:400], y10[:400]

print(f"two digits: X {X.shape}, Y {Y.shape}, held out {X_test.shape}")
print(f"ten digits: X {X10.shape}, y {y10.shape}, held out {X10_test.shape}")

# %% [markdown]
# ### 1.3 Model, cost, descent: `Sequential`, `compile`, `fit`
#
# Whatever you train, you take three steps, and you have taken each of them by hand already:
#
# | what | by hand, in NumPy | in Keras |
# |---|---|---|
# | the model | `forward(X, params)` | `Sequential([Input, Dense, ...])` |
# | the cost, and how to descend | `binary_cross_entropy`, `backward` | `compile(loss, optimizer)` |
# | gradient descent | a loop over epochs and batches | `fit(X, Y, epochs, batch_size)` |
#
# Here are the first two steps in Keras, for any network with sigmoid hidden layers. `compile`
# computes nothing yet. It notes which cost to lower and how.


# %%
tf = import_tensorflow()
keras = tf.keras
keras.utils.set_random_seed(5)


def keras_model(layer_sizes, output="sigmoid"):
    """Return a Keras network such as [64, 25, 15, 1], all layers sigmoid but the `output`."""
    hidden = [keras.layers.Dense(units, activation="sigmoid") for units in layer_sizes[1:-1]]
    last = keras.layers.Dense(layer_sizes[-1], activation=output)
    return keras.Sequential([keras.Input((layer_sizes[0],)), *hidden, last])


learning_rate = 0.4
model = keras_model([64, 25, 15, 1])
model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.SGD(learning_rate))

# %% [markdown]
# Keras starts from random weights of its own. To compare two programs, both have to start from the
# *same* weights. `model.set_weights` takes a list, $W_1, b_1, W_2, b_2, \dots$, and
# `model.get_weights` returns one. Two helpers translate between that list and the `params` of this
# course.


# %%
def set_params(model, params):
    """Copy `params` into a Keras model."""
    depth = len(params) // 2
    model.set_weights([params[f"{kind}{i}"] for i in range(1, depth + 1) for kind in "Wb"])


def get_params(model):
    """Return the weights of a Keras model as `params`."""
    weights = model.get_weights()
    return {f"{'Wb'[i % 2]}{i // 2 + 1}": array for i, array in enumerate(weights)}


start = initialize([64, 25, 15, 1], seed=3)
set_params(model, start)
for name, array in get_params(model).items():
    print(f"{name}  {array.shape!s:9} {array.dtype}")

# %% [markdown]
# And the third step. An **epoch** is one walk through all the examples, in **batches**: Keras takes
# the first `batch_size` rows, makes one step of gradient descent, takes the next rows, makes the
# next step. Normally it shuffles the rows before every epoch. `shuffle=False` keeps them in order,
# so that you can do the same in NumPy.

# %%
epochs, batch_size = 100, 64
with progress_bar(total=epochs) as bar:
    each_epoch = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: bar.update())
    trained = model.fit(
        X, Y, epochs=epochs, batch_size=batch_size, shuffle=False, verbose=0, callbacks=[each_epoch]
    )
keras_history, keras_params = trained.history["loss"], get_params(model)

sizes = [len(X[i : i + batch_size]) for i in range(0, len(X), batch_size)]
print(f"{len(X)} examples in batches of {sizes}: {len(sizes)} steps an epoch")
print(f"loss that Keras reports: first epoch {keras_history[0]:.4f}, last {keras_history[-1]:.4f}")

# %% [markdown]
# How many of the held-out images does it read right? Your two functions say:

# %%
A_test = model.predict(X_test, verbose=0)
share = accuracy(y_test, predict_classes(A_test))
print(f"held-out images that Keras's network reads right: {share:.1%} of {len(X_test)}")

tie, one = np.array([[0.5]]), np.array([[1.0]])
theirs = int(keras.metrics.BinaryAccuracy()(one, tie))  # 1 if Keras, too, counts 0.5 as class 1, else 0
print(f"exactly 0.5 is class {predict_classes(tie)[0]} to you, {theirs} to Keras's BinaryAccuracy")

# %% [markdown]
# Did you notice the last line? Keras decides the tie the other way. It will hardly ever matter, but
# if your accuracy differs from Keras's by one example, you know where to look.

# %% [markdown]
# ## 2. The same in NumPy
#
# ### 2.1 One step
#
# A batch $B$ is a set of rows, $\lvert B \rvert$ of them. Its cost is the mean loss $\ell_i$ over *its
# own* rows, however many they are, and one step of gradient descent with the learning rate $\eta$
# moves every parameter $\theta$ against the gradient of that cost:
#
# $$
# J_B = \frac{1}{\lvert B \rvert} \sum_{i \in B} \ell_i, \qquad
# \theta \leftarrow \theta - \eta\, \frac{\partial J_B}{\partial \theta} .
# $$
#
# Full-batch gradient descent is the case where $B$ is everything.

# %% [markdown]
# ### Exercise 3: `sgd_step` (1 point)
#
# Make one step for all the parameters of a network, of any depth. Return *new* parameters: whoever
# called you may still need the old ones.


# %%
def sgd_step(params, grads, learning_rate):
    """Return the parameters after one step of gradient descent.

    Arguments:
        params: dict {"W1", "b1", "W2", ...} of arrays, float64 or integer; not changed.
        grads: dict {"dW1", "db1", "dW2", ...}, each of the shape of its parameter.
        learning_rate: positive float.

    Returns:
        a new dict with the entries of `params`, float64.
    """
    ### BEGIN SOLUTION
    return {name: value - learning_rate * grads[f"d{name}"] for name, value in params.items()}
    ### END SOLUTION


# %%
check(sgd_step)

# %% [markdown]
# ### 2.2 The loss that Keras reports
#
# For each epoch, Keras prints one number and calls it `loss`. But the weights change all through
# the epoch, with every batch. *Which* weights is that number about?
#
# **Predict before you run.** Is the reported loss (a) the cost of all the examples before the
# epoch, (b) their cost after the epoch, (c) the plain average of the batches' costs, or (d)
# something else?
#
# The next cell looks over Keras's shoulder during one epoch. `Watcher` is a Keras callback: Keras
# calls its methods at the beginning and at the end of every batch.

# %%
ask_prediction(
    "reported loss",
    "Which loss does Keras report for an epoch?",
    [
        "(a) the cost of all examples before it",
        "(b) the cost of all examples after it",
        "(c) the plain average of the batches' costs",
        "(d) something else",
    ],
)


# %%
class Watcher(keras.callbacks.Callback):
    """Notes the weights before each batch, and the loss that Keras shows after it."""

    def __init__(self):
        super().__init__()
        self.weights, self.shown = [], []

    def on_train_batch_begin(self, batch, logs=None):
        self.weights.append(get_params(self.model))

    def on_train_batch_end(self, batch, logs=None):
        self.shown.append(logs["loss"])


set_params(model, start)
watcher = Watcher()
model.fit(X, Y, batch_size=batch_size, shuffle=False, verbose=0, callbacks=[watcher])

batch_costs = []
for number, params in enumerate(watcher.weights):
    rows = slice(number * batch_size, (number + 1) * batch_size)
    batch_costs.append(binary_cross_entropy(Y[rows], forward(X[rows], params)[0]))
cost_before = binary_cross_entropy(Y, forward(X, start)[0])
cost_after = binary_cross_entropy(Y, forward(X, get_params(model))[0])

print(f"(a) cost of all examples before the epoch  {cost_before:.6f}")
print(f"(b) cost of all examples after the epoch   {cost_after:.6f}")
print(f"(c) plain average of the batch costs       {np.mean(batch_costs):.6f}")
print(f"what Keras reports                         {watcher.shown[-1]:.6f}")

candidates = [cost_before, cost_after, np.mean(batch_costs)]
fits = np.isclose(candidates, watcher.shown[-1], rtol=1e-5)
compare_prediction("reported loss", [*fits, not fits.any()])

# %%
show(plots.plot_first_epoch(batch_costs, watcher.shown, cost_before, cost_after))

# %% [markdown]
# It is none of (a), (b) and (c). Follow the line. After the first batch Keras shows exactly that
# batch's cost. Then the line goes on as a running average, and the last batch, which is small,
# hardly moves it. So the number is a mean over *examples*: every example adds its loss once, as it
# was at the moment when its batch was up, just *before* the step that the batch caused. With
# $\theta_{b-1}$ for the parameters that batch $B_b$ meets,
#
# $$
# \texttt{loss} = \frac{1}{m} \sum_{b} \lvert B_b \rvert\; J_{B_b}(\theta_{b-1}) .
# $$

# %% [markdown]
# Put the answer to the test, with the batches' costs and sizes:

# %%
print(f"mean over the examples  {np.average(batch_costs, weights=sizes):.6f}")
print(f"what Keras reports      {watcher.shown[-1]:.6f}")

# %% [markdown]
# That is it. No single set of weights has to have this cost: each batch met another one. The number
# is cheap, since the forward passes were needed anyway, and it lags behind: while a network learns,
# it is better than its last report.

# %% [markdown]
# ### Exercise 4: `fit` (4 points)
#
# Now write the whole of `fit(shuffle=False)` for the sigmoid network with one output unit. You have
# `forward`, `backward` and `binary_cross_entropy` of the earlier lessons, and your `sgd_step`.
#
# - Walk through the rows in the given order, epoch after epoch, `batch_size` rows at a time. The
#   last batch takes what is left. If `batch_size` is larger than $m$, everything is one batch.
# - `history` holds one float an epoch: what Keras would report as `loss`.
# - The parameters are worth 2 points and the history 2.
#
# *A slice that reaches beyond the end of an array is no error in Python: it ends where the array
# ends.*


# %%
def fit(X, Y, params, learning_rate, epochs, batch_size):
    """Train a sigmoid network with one output unit by mini-batch gradient descent.

    Arguments:
        X: (m, n) examples. Y: (m, 1) labels in [0, 1].
        params: dict {"W1", "b1", "W2", ...}, the start, for any number of layers; not changed.
        learning_rate: positive float. epochs: int, at least 1.
        batch_size: int, at least 1; need not divide m and may be larger than m.

    Returns:
        params: dict, the parameters after the last epoch.
        history: list of `epochs` floats, what `keras.Model.fit(shuffle=False)` reports as loss.
    """
    ### BEGIN SOLUTION
    m, history = len(X), []
    for _ in range(epochs):
        total = 0.0
        for first in range(0, m, batch_size):
            X_batch, Y_batch = X[first : first + batch_size], Y[first : first + batch_size]
            A, cache = forward(X_batch, params)
            total += len(X_batch) * binary_cross_entropy(Y_batch, A)
            params = sgd_step(params, backward(params, cache, Y_batch), learning_rate)
        history.append(total / m)
    return params, history
    ### END SOLUTION


# %%
check(fit)

# %% [markdown]
# ### 2.3 Side by side
#
# The moment has come. Same start, same data, same order, the same number of epochs. As in lesson 3,
# two arrays are compared by their largest difference, relative to the largest reference value, and
# two sets of parameters by the worst of their arrays.


# %%
def largest_difference(mine, reference):
    """Return the largest difference of two arrays relative to the largest reference value."""
    mine, reference = np.asarray(mine), np.asarray(reference)
    return float(np.abs(mine - reference).max() / np.abs(reference).max())


def difference(mine, reference):
    """Return the largest difference of two sets of parameters, each array for itself."""
    return max(largest_difference(mine[name], reference[name]) for name in reference)


my_params, my_history = fit(X, Y, start, learning_rate, epochs, batch_size)
apart = difference(my_params, keras_params)
apart_history = largest_difference(my_history, keras_history)

print(f"last loss: yours {my_history[-1]:.12f}, Keras's {keras_history[-1]:.12f}")
print(f"after {epochs * len(sizes)} steps: weights apart {apart:.0e}, histories {apart_history:.0e}")

full = len(X) // batch_size * batch_size  # how many examples are in full batches
forgetful, _ = fit(X[:full], Y[:full], start, learning_rate, epochs, batch_size)
print(f"had you lost the last, small batch: weights apart {difference(forgetful, keras_params):.0e}")

# %% [markdown]
# That looks good. It is *almost* the same. A lost batch shows in the first digits, as the last line
# tells, and so would a wrong sign or a forgotten mean. But something happens around the seventh
# digit, and as long as you don't know what, you can't tell a small mistake from no mistake.

# %% [markdown]
# ## 3. To the last digit
#
# ### 3.1 Who rounds here?
#
# You work in `float64`, which keeps about 16 digits. The listing in section 1.3 said `float32`
# behind every array of Keras: about 7 digits. That is the first suspect. (Another would be
# TensorFloat-32, if you have a graphics card: there TensorFlow rounds the factors of a matrix product
# in `float32` to three digits. `import_tensorflow` has switched that off.)
#
# To train many networks, you want one call for all of the Keras side: `keras_train`. Two remarks on
# it. It hands Keras's `fit` the data as a `tf.data.Dataset` that is cut into batches already. That
# gives the same numbers and saves most of the waiting, since Keras would otherwise prepare the
# arrays anew for each epoch. And it notes the weights after every epoch.
#
# What is to be trained comes as a *task*, a bundle of names: the data, the start, and what the
# model's output and cost are called on either side. `two.X` is the `X` of the task `two`.


# %%
class WeightNotes(keras.callbacks.Callback):
    """Notes the weights after each epoch."""

    def on_train_begin(self, logs=None):
        self.weights = []

    def on_epoch_end(self, epoch, logs=None):
        self.weights.append(get_params(self.model))


def keras_train(task, optimizer, epochs, batch_size):
    """Return (params, history, path) of the `task` trained by Keras, the rows in their order."""
    sizes = [task.X.shape[1]] + [len(task.start[name]) for name in task.start if name[0] == "b"]
    model = keras_model(sizes, task.keras_output)
    set_params(model, task.start)
    model.compile(loss=task.keras_loss, optimizer=optimizer)
    batches = tf.data.Dataset.from_tensor_slices((task.X, task.y)).batch(batch_size)
    notes = WeightNotes()
    done = model.fit(batches, epochs=epochs, shuffle=False, verbose=0, callbacks=[notes])
    return notes.weights[-1], done.history["loss"], notes.weights


two = SimpleNamespace(
    name="two digits",
    X=X,
    y=Y,
    start=start,
    output=sigmoid,
    cost=binary_cross_entropy,
    gradients=backward,
    keras_output="sigmoid",
    keras_loss="binary_crossentropy",
)

# %% [markdown]
# Keras has two switches. `set_dtype_policy` decides about new layers, `set_floatx` about all the
# rest. Both are *global*: whoever forgets one of them changes all cells that run later. So turn them
# in a `with` block only, which turns them back at its end:


# %%
@contextmanager
def keras_in(layers, rest=None):
    """Let Keras compute new layers in one number format, and all the rest in it too or in another."""
    before = keras.config.dtype_policy(), keras.config.floatx()
    try:
        keras.config.set_dtype_policy(layers)
        keras.config.set_floatx(rest or layers)
        yield
    finally:
        keras.config.set_dtype_policy(before[0])
        keras.config.set_floatx(before[1])


SGD = keras.optimizers.SGD
switches = {
    "float32, as it comes": ("float32", "float32"),
    "layers in float64": ("float64", "float32"),
    "all in float64": ("float64", "float64"),
}
keras_runs = {}
for name, (layers, rest) in progress_bar(switches.items()):
    with keras_in(layers, rest):
        keras_runs[name] = keras_train(two, SGD(learning_rate), epochs, batch_size)

with keras_in("float64", rest="float32"):
    left = {
        "learning rate": SGD(learning_rate).learning_rate.dtype,
        "loss": keras.losses.BinaryCrossentropy().dtype,
        "reported mean": keras.metrics.Mean().dtype,
    }

for name, (params, history, _) in keras_runs.items():
    apart, apart_history = difference(my_params, params), largest_difference(my_history, history)
    print(f"Keras, {name:20} weights apart {apart:.0e}, histories {apart_history:.0e}")

# %% [markdown]
# There it is: all in `float64`, the two programs agree to the last digits that there are. Your
# `fit` was right all along, and so was Keras.
#
# The line in the middle is a lesson of its own. The layers computed in `float64`, and still the
# weights were far apart by the standards of `float64`. What was left in `float32`?

# %%
for name, dtype in left.items():
    print(f"{name:14} {dtype}")
rounded = float(np.float32(learning_rate))
print(f"\na learning rate of {learning_rate} in float32 is {rounded:.16f}")
print(f"that is too much by a share of {rounded / learning_rate - 1:.0e}, in every single step")

# %% [markdown]
# Most decimal fractions have no exact binary form, as 1/3 has no exact decimal one, and `float32`
# cuts them off early. From here on, Keras computes everything in `float64`, unless a cell says
# otherwise.

# %% [markdown]
# ### 3.2 All of it: two tasks, full batch and mini-batch
#
# Was it luck? Repeat it for the ten digits, whose network has a softmax output and another cost,
# for full-batch gradient descent, and with Keras in either format. `train` is your `fit` made
# general: it takes the output, the cost and the gradients from the task, and it takes the *step* as
# a function, because the next section brings another one. It also notes the weights after every
# epoch.

# %%
ten = SimpleNamespace(
    name="ten digits",
    X=X10,
    y=y10,
    start=initialize([64, 25, 15, 10], seed=3),
    output=softmax,
    cost=sparse_cross_entropy,
    gradients=backward_softmax,
    keras_output="softmax",
    keras_loss="sparse_categorical_crossentropy",
)


def zeros_like(params):
    """Return arrays of zeros with the names and the shapes of `params`."""
    return {name: np.zeros_like(array) for name, array in params.items()}


def train(task, step, epochs, batch_size):
    """Return (params, history, path) of the `task`, trained by `step(params, grads, state)`."""
    m, params, history, path = len(task.X), task.start, [], []
    state = {"t": 0, "m": zeros_like(params), "v": zeros_like(params)}
    for _ in range(epochs):
        losses = []
        for rows in np.split(np.arange(m), range(batch_size, m, batch_size)):
            A, cache = forward(task.X[rows], params, task.output)
            losses += [task.cost(task.y[rows], A)] * len(rows)
            params, state = step(params, task.gradients(params, cache, task.y[rows]), state)
        history.append(np.mean(losses))
        path.append(params)
    return params, history, path


def my_sgd(learning_rate):
    """Return a step of plain gradient descent, which needs no state."""
    return lambda params, grads, state: (sgd_step(params, grads, learning_rate), state)


# %%
def compare(mine, keras_run):
    """Return how far two runs are apart: the weights after each epoch, and the histories."""
    weights = [difference(*pair) for pair in zip(mine[2], keras_run[2], strict=True)]
    return np.array(weights), largest_difference(mine[1], keras_run[1])


def table(rows):
    """Show the rows `(task, size of a batch, format, weights apart, histories apart)` as a table."""
    lines = ["| task | size of a batch | steps | Keras in | weights apart | histories apart |"]
    lines.append("|---|---|---|---|---|---|")
    for task, size, dtype, weights, history in rows:
        steps = epochs * int(np.ceil(len(task.X) / size))
        lines.append(f"| {task.name} | {size} | {steps} | {dtype} | {weights[-1]:.0e} | {history:.0e} |")
    display(Markdown("\n".join(lines)))


settings = [(two, len(X)), (two, batch_size), (ten, len(X10)), (ten, batch_size)]
formats = {"float32": settings[1::2], "float64": settings}  # two rows will do for float32
rows = []
runs = [(dtype, *setting) for dtype, chosen in formats.items() for setting in chosen]
for dtype, task, size in progress_bar(runs):
    mine = train(task, my_sgd(learning_rate), epochs, size)
    with keras_in(dtype):
        theirs = keras_train(task, SGD(learning_rate), epochs, size)
    rows.append((task, size, dtype, *compare(mine, theirs)))
table(rows)

# %% [markdown]
# Weights and histories agree in all the rows, to what the format can hold, after hundreds of steps.
# The picture shows the two-digit task in batches, epoch by epoch.

# %%
mine = train(two, my_sgd(learning_rate), epochs, batch_size)
differences = {
    "Keras in float32": compare(mine, keras_runs["float32, as it comes"])[0],
    "Keras with layers in float64": compare(mine, keras_runs["layers in float64"])[0],
    "Keras all in float64": compare(mine, keras_runs["all in float64"])[0],
}
show(plots.plot_differences(differences))

# %% [markdown]
# The dotted lines mark a single rounding of either format. The lowest curve stays close to the line
# of `float64` through hundreds of steps: rounding errors add up a little, as they must. That is
# what *no mistake* looks like.
#
# But what about the bump near the fourth epoch, in all three curves? The differences are *relative*,
# and the array `b3` has a single entry to divide by:

# %%
for epoch in range(3, 7):
    print(f"after epoch {epoch}: b3 is {mine[2][epoch - 1]['b3'][0]:+.4f}")

# %% [markdown]
# It passes through zero there. A small difference over next to nothing looks large, for a moment.

# %% [markdown]
# **End of Part A.** With plain gradient descent your numbers are Keras's, to the last digits. What is
# missing is what makes networks learn faster. When you come back, put the cursor into this cell and run all
# cells above it (in JupyterLab: *Run > Run All Above Selected Cell*, in Colab: *Runtime > Run before*).

# %% [markdown]
# ## 4. Adam
#
# ### 4.1 Each weight its own step
#
# Plain gradient descent moves every weight by the same multiple of its gradient. **Adam** (Kingma
# and Ba 2015) watches the gradients of each weight for a while and sets the step by what it has
# seen. It remembers two running averages, the **moments**: $m$ of the gradient $g$ and $v$ of its
# square, entry by entry. Step number $t$, the first being $t = 1$, brings in the new gradient $g_t$
# with a small share and keeps a large share $\beta$ of the old:
#
# $$
# m_t = \beta_1\, m_{t-1} + (1 - \beta_1)\, g_t, \qquad
# v_t = \beta_2\, v_{t-1} + (1 - \beta_2)\, g_t^2, \qquad m_0 = v_0 = 0 .
# $$
#
# Both begin at zero, so at first both are too small. By how much? Suppose that all gradients are
# the same, $g$. Then
#
# $$
# m_t = (1 - \beta_1) \bigl( 1 + \beta_1 + \dots + \beta_1^{t-1} \bigr)\, g
# = (1 - \beta_1^t)\, g .
# $$
#
# Dividing by $1 - \beta_1^t$ makes up for it, and $1 - \beta_2^t$ does the same for $v$. Keras puts
# both corrections into the step size, where $v$ stands under a root. With the learning rate $\eta$
# and a small number $\varepsilon$ that keeps the division finite, a weight $\theta$ moves by
#
# $$
# \theta_t = \theta_{t-1} - \alpha_t\, \frac{m_t}{\sqrt{v_t} + \varepsilon},
# \qquad
# \alpha_t = \eta\, \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t} .
# $$
#
# (In the paper $\varepsilon$ is added after $v$ has been corrected, so there it weighs less in the
# first steps. You follow Keras. Section 10 tells how much it matters.)
#
# In the very first step $m_1 = (1 - \beta_1)\, g_1$ and
# $\sqrt{v_1} = \sqrt{1 - \beta_2}\, \lvert g_1 \rvert$, so both corrections cancel against the shares:
#
# $$
# \theta_1 - \theta_0
# = -\eta\, \frac{g_1}{\lvert g_1 \rvert + \varepsilon / \sqrt{1 - \beta_2}}
# \;\approx\; -\eta\, \operatorname{sign}(g_1) .
# $$
#
# *Every* weight moves by about $\eta$, however small its gradient is. Keep this in mind.

# %% [markdown]
# ### Exercise 5: `adam_step` (4 points)
#
# Make one step of Adam, in Keras's form, for all the parameters of a network.
#
# - `state` carries what has to be remembered from one step to the next: `t`, the number of steps
#   *taken so far*, and the two moments, one array for each parameter. Before the first step, `t` is
#   0 and the moments are zero.
# - In the formula $t$ is the number of the *present* step.
# - Return new parameters and a new state. The arrays and dicts that you were given stay as they
#   are.
# - The parameters are worth 2 points and the state 2. The next step begins with the state: if
#   anything in it is wrong, you get 2 points at most.


# %%
def adam_step(params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """Return parameters and state after one step of Adam.

    Arguments:
        params: dict {"W1", "b1", "W2", ...} of arrays, float64 or integer.
        grads: dict {"dW1", "db1", "dW2", ...}, each of the shape of its parameter.
        state: dict {"t": int, "m": {...}, "v": {...}}; `t` counts the steps taken so far, "m" and
            "v" hold arrays under the names of `params`.
        learning_rate, beta_1, beta_2, epsilon: floats.

    Returns:
        params: a new dict with the entries of `params`, float64.
        state: a new dict like `state`, as it is after the step.
    """
    ### BEGIN SOLUTION
    t = state["t"] + 1
    rate = learning_rate * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
    new_params, m, v = {}, {}, {}
    for name, value in params.items():
        gradient = grads[f"d{name}"]
        m[name] = beta_1 * state["m"][name] + (1 - beta_1) * gradient
        v[name] = beta_2 * state["v"][name] + (1 - beta_2) * gradient**2
        new_params[name] = value - rate * m[name] / (np.sqrt(v[name]) + epsilon)
    return new_params, {"t": t, "m": m, "v": v}
    ### END SOLUTION


# %%
check(adam_step)

# %% [markdown]
# ### 4.2 Beside Keras's Adam
#
# `check` is content. Now put it beside Keras's Adam, all in `float64`, which made gradient descent
# agree to the last digits.
#
# **Predict before you run.** How far will the weights be apart after as many steps: about
# $10^{-15}$, as before, or more?

# %%
ask_prediction("Adam's weights", "How far will the weights be apart?", [1e-15, 1e-10, 1e-5])


# %%
adam_rate = 0.01


def my_adam(learning_rate):
    """Return a step of your Adam."""
    return lambda params, grads, state: adam_step(params, grads, state, learning_rate)


Adam = keras.optimizers.Adam
mine = train(two, my_adam(adam_rate), epochs, batch_size)
with keras_in("float64"):
    theirs = keras_train(two, Adam(adam_rate), epochs, batch_size)
almost, almost_history = compare(mine, theirs)
print(f"weights apart {almost[-1]:.0e}, histories {almost_history:.0e}")
print(f"after the first epoch the weights are apart by {almost[0]:.0e}")
compare_prediction("Adam's weights", almost[-1])

# %% [markdown]
# Far too much for `float64`, and it is there from the very first epoch. So it is not something that
# grows, it is something that is *different*. But what, out of a dozen operations?

# %% [markdown]
# Don't touch your code. Make the experiment smaller: hand the *same* gradients to Keras's optimiser and
# to your `adam_step`, let each of them make its first step, and look at the ratio of the two, weight by
# weight.

# %%
grads = backward(start, forward(X, start)[1], Y)
nothing_yet = {"t": 0, "m": zeros_like(start), "v": zeros_like(start)}


def keras_first_step(*betas):
    """Return how Keras's Adam, in float64, moves each weight from the start, given `grads`."""
    with keras_in("float64"):
        variables = [keras.Variable(start[name]) for name in start]
        Adam(adam_rate, *betas).apply([tf.constant(grads[f"d{name}"]) for name in start], variables)
    return {name: moved.numpy() - start[name] for name, moved in zip(start, variables, strict=True)}


def ratios(theirs, mine):
    """Return their steps over mine for every weight that moves, as one array."""
    pairs = [(theirs[name].ravel(), mine[name].ravel()) for name in mine]
    theirs, mine = (np.concatenate(arrays) for arrays in zip(*pairs, strict=True))
    return theirs[mine != 0] / mine[mine != 0]


moved, _ = adam_step(start, grads, nothing_yet, adam_rate)
my_first_step = {name: moved[name] - start[name] for name in start}

ratio = ratios(keras_first_step(), my_first_step)
print(f"ratio minus 1, smallest: {ratio.min() - 1:.6e}")
print(f"ratio minus 1, median:   {np.median(ratio) - 1:.6e}")
print(f"ratio minus 1, largest:  {ratio.max() - 1:.6e}")

# %% [markdown]
# What a clue! All the steps of Keras are too short (or yours too long) by the *same* share. A
# mistake in a gradient, in a moment or in $\varepsilon$ would look different in every weight. Only
# one quantity in the formula is the same for all weights: the step size $\alpha_t$. It is made of
# $\eta$, $\beta_1$ and $\beta_2$. And section 3.1 has a suspect with a record: numbers that
# `float32` cannot hold.

# %% [markdown]
# ### 4.3 Who rounds now?
#
# Put the suspects in a row. Some numbers are exact in `float32`, the sums of a few powers of two:
# 0.5, 0.75, 0.875. Give Keras betas of either kind, do the same with yours, and look whether the
# first steps still differ. Then *predict* the ratio: what would it be if Keras rounded the betas to
# `float32`, but only there, in $\alpha_1$?
#
# $$
# \frac{\tilde\alpha_1}{\alpha_1}
# = \sqrt{\frac{1 - \tilde\beta_2}{1 - \beta_2}} \cdot \frac{1 - \beta_1}{1 - \tilde\beta_1}
# $$
#
# A tilde marks what has been rounded to `float32`.


# %%
def in_float32(number):
    """Return the number that is left of `number` in float32."""
    return float(np.float32(number))


def correction(t, beta_1, beta_2):
    """Return the step size at step `t` over the learning rate."""
    return np.sqrt(1 - beta_2**t) / (1 - beta_1**t)


lines = ["| beta 1 | beta 2 | measured ratio minus 1 | predicted |", "|---|---|---|---|"]
for betas in ((0.5, 0.75), (0.9, 0.75), (0.5, 0.999), (0.9, 0.999)):
    moved, _ = adam_step(start, grads, nothing_yet, adam_rate, *betas)
    mine = {name: moved[name] - start[name] for name in start}
    measured = np.median(ratios(keras_first_step(*betas), mine)) - 1
    predicted = correction(1, *map(in_float32, betas)) / correction(1, *betas) - 1
    lines.append(f"| {betas[0]} | {betas[1]} | {measured:.2e} | {predicted:.2e} |")
display(Markdown("\n".join(lines)))
print(f"Keras {keras.__version__}, TensorFlow {tf.__version__}")

# %% [markdown]
# Caught. With betas that `float32` can hold, the difference is gone. With the others it has just
# the size that the rounding predicts, and nearly all of it comes from $\beta_2$: it is so close to
# 1 that a rounding of $\beta_2$ is a large share of $1 - \beta_2$. When Keras raises the betas to
# the power $t$, it turns them into tensors first, and that is where they pass through `float32`.
# In the moments it uses the exact ones. (If the table shows nothing but zeros, your Keras is a
# newer one that has stopped doing it.)
#
# Is it a bug? In everyday work, which is in `float32`, nobody can notice it. But you know now what
# the difference *is*, and you can prove it: do the same, and it has to vanish. Your `adam_step` is
# exact, as it should be, so leave it alone. Feed it a learning rate that is off by the same share.


# %%
def keras_adam(learning_rate, beta_1=0.9, beta_2=0.999):
    """Return a step of your Adam with Keras's rounding in the step size."""

    def step(params, grads, state):
        t = state["t"] + 1
        rounded = correction(t, in_float32(beta_1), in_float32(beta_2))
        rate = learning_rate * rounded / correction(t, beta_1, beta_2)
        return adam_step(params, grads, state, rate, beta_1, beta_2)

    return step


adam_rows = []
for task, size in progress_bar(settings):
    mine = train(task, keras_adam(adam_rate), epochs, size)
    with keras_in("float64"):
        theirs = keras_train(task, Adam(adam_rate), epochs, size)
    adam_rows.append((task, size, "float64", *compare(mine, theirs)))
table(adam_rows)

# %%
differences = {
    "exact Adam against Keras's": almost,
    "Adam with Keras's rounding against Keras's": adam_rows[1][3],
    "plain gradient descent against Keras's": differences["Keras all in float64"],
}
show(plots.plot_differences(differences))

# %% [markdown]
# Two tasks, two optimisers, full batch and mini-batch, weights and histories: all agree to twelve
# digits and more. You have a working copy of what `compile` and `fit` do, and every line of it is
# yours.

# %% [markdown]
# ## 5. When they part all the same
#
# ### 5.1 Turn up the learning rate
#
# So far you were careful. Now train the ten digits in one full batch with three learning rates, 1
# and 2 and 8, in NumPy and in Keras. Nothing else changes: plain gradient descent, `float64`,
# everything that has agreed so well.
#
# And a third run beside each pair, for the sake of fairness: NumPy against *NumPy*. In the second
# of these two runs, a single weight of layer 2 starts **one ulp** higher. An ulp, a *unit in the
# last place*, is the distance to the next number that `float64` can hold. It is the smallest
# change there is.
#
# **Predict before you run.** Which of these differences stay small for 150 epochs: those at rate 1,
# 2 or 8? And is NumPy closer to its own twin, or to Keras?

# %%
ask_prediction(
    "which stay together",
    "At which rates do NumPy and Keras stay together for 150 epochs?",
    ["at 1, 2 and 8", "at 1 and 2", "at 1 alone", "at none of them"],
)


# %%
def one_ulp_higher(task, name="W2"):
    """Return the task with one weight of its start moved to the next number of float64."""
    array = task.start[name].copy()
    place = tuple(length // 2 for length in array.shape)
    array[place] = np.nextafter(array[place], np.inf)
    return SimpleNamespace(**{**vars(task), "start": {**task.start, name: array}})


long = 150  # epochs


def three_runs(rate):
    """Return the runs of NumPy, of Keras and of NumPy's twin, in one full batch."""
    mine = train(ten, my_sgd(rate), long, len(X10))
    with keras_in("float64"):
        theirs = keras_train(ten, SGD(rate), long, len(X10))
    twin = train(one_ulp_higher(ten), my_sgd(rate), long, len(X10))
    return mine, theirs, twin


triples = {rate: three_runs(rate) for rate in progress_bar((1.0, 2.0, 8.0))}
against_keras = {f"rate {rate:g}": compare(runs[0], runs[1])[0] for rate, runs in triples.items()}
against_twin = {f"rate {rate:g}": compare(runs[0], runs[2])[0] for rate, runs in triples.items()}

for name, weights in against_keras.items():
    print(f"{name}: from Keras {weights[-1]:.0e}, from its twin {against_twin[name][-1]:.0e}")

together = [bool(weights[-1] < 1e-9) for weights in against_keras.values()]
compare_prediction("which stay together", [sum(together) == count for count in (3, 2, 1, 0)])

# %% [markdown]
# ### 5.2 Why they part
#
# At rate 8 NumPy and Keras end in *different places*. But so do NumPy and its own twin! Nobody has
# made a mistake. This computation takes the last digit of its start, or of any rounding on the way,
# and makes it grow until it shows in the first ones. That is what *chaos* means, and you can tell
# where it comes from.
#
# Let two runs be a tiny $\delta$ apart. Both make a step of gradient descent. Their gradients
# differ by $H \delta$, where $H$ is the matrix of the second derivatives of $J$, the curvature. (A
# tiny $\delta$ has no use for the terms beyond.) So after the step the difference is
#
# $$
# \delta_{k+1} = \delta_k - \eta\, H\, \delta_k = (I - \eta H)\, \delta_k .
# $$
#
# Along a direction in which the curvature is $\lambda$, the difference is multiplied by
# $1 - \eta \lambda$ in every step. That is harmless as long as it lies between $-1$ and 1:
#
# $$
# \lvert 1 - \eta \lambda \rvert > 1
# \quad\Longleftrightarrow\quad
# \eta \lambda > 2 \quad\text{or}\quad \eta \lambda < 0 .
# $$
#
# So there is a test. Where $\eta$ times the *largest* curvature is above 2, differences grow from
# step to step. You can measure it without writing down $H$: nudge the weights along a direction and
# see how the gradient changes, which gives $H$ times that direction. Do this again and again with
# the result, and the direction of the largest curvature wins.


# %%
def length(arrays):
    """Return the length of a dict of arrays as one long vector."""
    return np.sqrt(sum(np.sum(array**2) for array in arrays.values()))


def largest_curvature(task, params, rounds=8, nudge=1e-4):
    """Return the largest curvature of the cost at `params`, by repeated nudging."""
    rng = np.random.default_rng(5)
    direction = {name: rng.normal(size=array.shape) for name, array in params.items()}

    def gradients_at(moved):
        return task.gradients(moved, forward(task.X, moved, task.output)[1], task.y)

    for _ in range(rounds):
        unit = {name: array / length(direction) for name, array in direction.items()}
        ahead = gradients_at({name: params[name] + nudge * unit[name] for name in params})
        behind = gradients_at({name: params[name] - nudge * unit[name] for name in params})
        direction = {name: (ahead[f"d{name}"] - behind[f"d{name}"]) / (2 * nudge) for name in params}
    return length(direction)


looked_at = np.arange(0, long, 10)
sharpness = {
    f"rate {rate:g}": np.array([rate * largest_curvature(ten, mine[2][epoch]) for epoch in looked_at])
    for rate, (mine, _, _) in progress_bar(triples.items())
}

# %%
show(plots.plot_parting(against_keras, against_twin, looked_at + 1, sharpness))

# %% [markdown]
# Follow the curve of rate 2. As training goes on, the cost surface gets steeper, a well-known habit
# of neural networks (Cohen and others 2021). As long as $\eta\lambda$ is below 2, the difference
# stays where rounding has put it. When $\eta\lambda$ climbs above 2, the difference takes off, and
# when it comes back to 2, the growth is over. At rate 1 it never gets that far. At rate 8 it hardly
# ever comes back.
#
# And what has become of the network? Look at the three runs at rate 8:

# %%
ends = [run[0] for run in triples[8.0]]
for who, params in zip(("NumPy", "Keras", "twin"), ends, strict=True):
    cost = ten.cost(y10, forward(X10, params, softmax)[0])
    right = accuracy(y10_test, predict_classes(forward(X10_test, params, softmax)[0]))
    print(f"{who:6} cost {cost:.4f}, held-out images read right {right:.1%}")
away = difference(ends[0], ends[1])
print(f"weights of NumPy and Keras apart by {away:.0%} of the largest")

# %% [markdown]
# Three different networks of the same kind, none of them *the* right one. So when two programs
# part, don't ask first which is wrong. Ask whether one of them agrees with *itself*: move one
# weight by one ulp. If that changes as much, the comparison has nothing to say, and you need a
# smaller learning rate or fewer steps to make it speak.

# %% [markdown]
# ## 6. Learn faster
#
# ### 6.1 Give all features the same scale
#
# Some pixels vary a lot from image to image, others hardly at all, and a few are always blank. For
# gradient descent that is a nuisance: a weight behind a faint pixel gets a faint gradient. The cure
# is to **standardise**. From each feature $j$ take out its mean $\mu_j$ and divide by its standard
# deviation $s_j$:
#
# $$
# x'_{ij} = \frac{x_{ij} - \mu_j}{s_j}, \qquad
# \mu_j = \frac{1}{m} \sum_{i=1}^{m} x_{ij}, \qquad
# s_j^2 = \frac{1}{m} \sum_{i=1}^{m} (x_{ij} - \mu_j)^2 .
# $$
#
# Two things need a decision.
#
# - **Whose mean and deviation?** Those of the *training* set, whatever you standardise with them.
#   They belong to the model, as the weights do.
# - **What if a feature never varies?** Then $s_j = 0$, and the division fails. There is nothing to
#   scale in such a feature, so divide it by 1.
#
# And how do you find such a feature? Look at its values. Its deviation is not to be trusted:

# %%
same = np.full(3, 0.1)
print(f"three times 0.1: largest minus smallest {np.ptp(same):g}, deviation {same.std():.1e}")

# %% [markdown]
# The mean of three equal numbers is not always that number, because it is rounded, and so a deviation
# that ought to be 0 comes out as something tiny. Whatever you divide by it becomes huge.

# %% [markdown]
# ### Exercise 6: `standardize` (2 points)
#
# Standardise the examples `X` with the statistics of the examples `X_train`.
#
# - `X` may be the training set itself or any other examples, also a single one.
# - The deviation has the divisor $m$, as in the formula.
# - A feature whose values in `X_train` are all equal divides by 1. There is no `inf` and no `nan`
#   in the result.


# %%
def standardize(X_train, X):
    """Return `X` standardised with the mean and the standard deviation of `X_train`.

    Arguments:
        X_train: (m, n) the training examples, float64 or integer, m at least 1; not changed.
        X: (k, n) the examples to standardise, float64 or integer, k at least 1; not changed.

    Returns:
        (k, n) float64.
    """
    ### BEGIN SOLUTION
    deviation = X_train.std(axis=0)
    constant = (X_train == X_train[0]).all(axis=0)
    return (X - X_train.mean(axis=0)) / np.where(constant, 1.0, deviation)
    ### END SOLUTION


# %%
check(standardize)

# %%
scaled, scaled_test = standardize(X10, X10), standardize(X10, X10_test)
blank = int(np.sum(np.ptp(X10, axis=0) == 0))
print(f"pixels that are the same in all {len(X10)} training images: {blank}")
print(f"training images: mean {scaled.mean():+.3f}, mean square {np.mean(scaled**2):.3f}")
print(f"held-out images: mean {scaled_test.mean():+.3f}, mean square {np.mean(scaled_test**2):.3f}")

# %% [markdown]
# The mean square of the training images is not quite 1, because the pixels that never vary are 0 in
# all of them. The held-out images have a mean square of their own, and they should. What goes
# wrong if each set is standardised with its own statistics? Train on the standardised images, then
# ask the network about the held-out ones in portions of different sizes.

# %%
ten_scaled = SimpleNamespace(**{**vars(ten), "X": scaled})
params_scaled = train(ten_scaled, my_adam(0.01), 60, 64)[0]


def read_in_portions(portion, own):
    """Return the accuracy on held-out images, standardised with their own or the training statistics."""
    answers = []
    for first in range(0, len(X10_test), portion):
        some = X10_test[first : first + portion]
        some = standardize(some if own else X10, some)
        answers.append(predict_classes(forward(some, params_scaled, softmax)[0]))
    return accuracy(y10_test, np.concatenate(answers))


lines = ["| images at a time | statistics of the training set | their own |", "|---|---|---|"]
for portion in (len(X10_test), 20, 5, 1):
    shares = [read_in_portions(portion, own) for own in (False, True)]
    lines.append(f"| {portion} | {shares[0]:.1%} | {shares[1]:.1%} |")
display(Markdown("\n".join(lines)))

# %% [markdown]
# With the statistics of the training set, the answer about an image does not depend on the company
# it comes in. With its own, it does, and a single image standardised by itself is a row of zeros,
# whatever it shows.

# %% [markdown]
# ### 6.2 Why is Adam faster here?
#
# Measure first. How many epochs does it take until the reported loss of the ten digits is below
# 0.3? The answer depends on the learning rate, and it is only fair to give each method the rate
# that suits it best. So try many, on the raw pixels and on the standardised ones.

# %%
goal, limit = 0.3, 60


def epochs_needed(task, step):
    """Return the first epoch whose reported loss is below the goal, nan if there is none."""
    reached = np.flatnonzero(np.array(train(task, step, limit, 64)[1]) < goal)
    return reached[0] + 1 if len(reached) else np.nan


tried = {
    "gradient descent, raw": (my_sgd, ten, np.array([0.1, 0.3, 1, 3, 10])),
    "gradient descent, standardised": (my_sgd, ten_scaled, np.array([0.1, 0.3, 1, 3, 10])),
    "Adam, raw": (my_adam, ten, np.array([0.003, 0.01, 0.03, 0.1, 0.3])),
    "Adam, standardised": (my_adam, ten_scaled, np.array([0.003, 0.01, 0.03, 0.1, 0.3])),
}
needed = {
    name: np.array([epochs_needed(task, make(rate)) for rate in some_rates])
    for name, (make, task, some_rates) in progress_bar(tried.items())
}

best = {name: f"{np.nanmin(counts):.0f}" for name, counts in needed.items()}
for name, count in best.items():
    print(f"{name:31} at best {count:>2} epochs")

# %%
show(plots.plot_epochs_needed({name: entry[2] for name, entry in tried.items()}, needed, limit))

# %% [markdown]
# Two things help, then: standardised features, and Adam. And note how small Adam's rates are. What
# Adam does differently shows in a single step from the start. Compare how far the weights of each
# layer move:


# %%
def step_sizes(step):
    """Return the root mean square of the first step, for each array of the ten-digit network."""
    grads = ten.gradients(ten.start, forward(ten.X, ten.start, softmax)[1], ten.y)
    state = {"t": 0, "m": zeros_like(ten.start), "v": zeros_like(ten.start)}
    moved, _ = step(ten.start, grads, state)
    return [float(np.sqrt(np.mean((moved[name] - ten.start[name]) ** 2))) for name in moved]


names = list(ten.start)
sizes_by_method = {
    "gradient descent, rate 1": step_sizes(my_sgd(1.0)),
    "Adam, rate 0.01": step_sizes(my_adam(0.01)),
}
show(plots.plot_steps([f"${name[0]}_{name[1:]}$" for name in names], sizes_by_method))
spread = {method: max(sizes) / min(sizes) for method, sizes in sizes_by_method.items()}
for method, factor in spread.items():
    print(f"{method:25} largest over smallest step {factor:.1f}")

# %% [markdown]
# In lesson 3 you saw the error signal get fainter from layer to layer on its way back. So the first
# layer's gradients are small, and a rate that suits the last layer leaves the first one almost
# where it is. A rate that suits the first one makes the last one jump about. Adam divides each
# weight's step by the size of its own gradients, and the whole imbalance is gone: every layer moves
# by about the learning rate.
#
# "Here" is part of the question. Where all layers have gradients of like size, there is less to
# balance, and Adam has less to offer.

# %% [markdown]
# ## 7. Other activations, any depth
#
# ### 7.1 ReLU and leaky ReLU
#
# Adam cures the symptom. The cause is the sigmoid: its slope is never above a quarter. The
# **rectified linear unit**, ReLU, hands on what is positive and blocks the rest. Where it is open
# its slope is 1, and the error signal passes undiminished. But where it is shut, its slope is 0. A
# unit that is shut for all the examples gets no signal, learns nothing and stays shut: it is dead.
# A **leaky** ReLU leaves the door ajar, with a slope $s$ on the negative side:
#
# $$
# g(z) = \begin{cases} z & z > 0 \\ s\,z & z \le 0 \end{cases}
# \qquad
# g'(z) = \begin{cases} 1 & z > 0 \\ s & z \le 0 \end{cases}
# $$
#
# With $s = 0$ this is the ReLU itself. At exactly 0 there is a kink and no derivative. TensorFlow
# takes the slope of the left side there, and so do you. (JAX takes 0 for its ReLU but 1 for its leaky one,
# so Keras's `LeakyReLU` learns otherwise on JAX from pre-activations that are exactly 0.)

# %% [markdown]
# ### Exercise 7: `leaky_relu` (1 point)
#
# Write the leaky ReLU for an array of pre-activations. The slope may be any number that is not
# negative: 0, or 0.01, but also 1 or 2.5.


# %%
def leaky_relu(Z, slope):
    """Return the leaky ReLU of every entry of `Z`.

    Arguments:
        Z: array of float64 or integers, such as (m, n); not changed.
        slope: float, at least 0; it may be above 1.

    Returns:
        array of the shape of `Z`.
    """
    ### BEGIN SOLUTION
    return np.where(Z > 0, Z, slope * Z)
    ### END SOLUTION


# %%
check(leaky_relu)

# %% [markdown]
# ### Exercise 8: `leaky_relu_gradient` (1 point)
#
# And its derivative, entry by entry. At exactly 0 it is the slope.


# %%
def leaky_relu_gradient(Z, slope):
    """Return the derivative of the leaky ReLU at every entry of `Z`.

    Arguments:
        Z: array of float64 or integers, such as (m, n); not changed.
        slope: float, at least 0; it may be above 1.

    Returns:
        array of the shape of `Z`.
    """
    ### BEGIN SOLUTION
    return np.where(Z > 0, 1.0, slope)
    ### END SOLUTION


# %%
check(leaky_relu_gradient)

# %%
z = np.linspace(-4, 4, 161)
values = {"sigmoid": sigmoid(z), "ReLU": leaky_relu(z, 0.0), "leaky ReLU, slope 0.125": leaky_relu(z, 0.125)}
slopes = {
    "sigmoid": sigmoid(z) * (1 - sigmoid(z)),
    "ReLU": leaky_relu_gradient(z, 0.0),
    "leaky ReLU, slope 0.125": leaky_relu_gradient(z, 0.125),
}
show(plots.plot_activations(z, values, slopes))

# %% [markdown]
# ### 7.2 A network as a list of layers
#
# So far the number of layers was read from `params`, and the activation was wired in. Now make a
# layer a thing of its own. Forward, it remembers what came in and what came of it. Backward, it
# takes the derivative with respect to its *output*, notes the gradients of its own parameters, and
# returns the derivative with respect to its *input*, which is the output of the layer before:
#
# $$
# \begin{aligned}
# \underset{(m,\,n_l)}{dZ_l} &= \underset{(m,\,n_l)}{dA_l} \odot g_l'(\underset{(m,\,n_l)}{Z_l}),
# & \underset{(n_{l-1},\,n_l)}{dW_l}
# &= \underbrace{A_{l-1}^{\mathsf T}}_{(n_{l-1},\,m)}\; \underbrace{dZ_l}_{(m,\,n_l)}, \\
# \underset{(n_l,)}{db_l} &= \sum_{i=1}^{m} \underset{(n_l,)}{(dZ_l)_{i\,:}},
# & \underset{(m,\,n_{l-1})}{dA_{l-1}}
# &= \underbrace{dZ_l}_{(m,\,n_l)}\; \underbrace{W_l^{\mathsf T}}_{(n_l,\,n_{l-1})} .
# \end{aligned}
# $$
#
# It is lesson 3 once more, cut at another place. No layer knows its number, nor its neighbours, so
# any list of them is a network.


# %%
class Layer:
    """A dense layer with any activation."""

    def __init__(self, n_in, n_out, activation, rng):
        limit = np.sqrt(6 / (n_in + n_out))
        self.W, self.b = rng.uniform(-limit, limit, size=(n_in, n_out)), np.zeros(n_out)
        self.g, self.g_prime = ACTIVATIONS[activation]

    def forward(self, A_prev):
        """Return the activations, and remember what `backward` needs."""
        self.A_prev, self.Z = A_prev, A_prev @ self.W + self.b
        return self.g(self.Z)

    def backward(self, dA):
        """Note dW and db, return dJ/dA of the layer before."""
        dZ = dA * self.g_prime(self.Z)
        self.dW, self.db = self.A_prev.T @ dZ, dZ.sum(axis=0)
        return dZ @ self.W.T


ACTIVATIONS = {
    "sigmoid": (sigmoid, lambda Z: sigmoid(Z) * (1 - sigmoid(Z))),
    "tanh": (np.tanh, lambda Z: 1 - np.tanh(Z) ** 2),
    "relu": (lambda Z: leaky_relu(Z, 0.0), lambda Z: leaky_relu_gradient(Z, 0.0)),
    "leaky": (lambda Z: leaky_relu(Z, 0.125), lambda Z: leaky_relu_gradient(Z, 0.125)),
    "linear": (lambda Z: Z, np.ones_like),
}

# %% [markdown]
# The last layer is linear and puts out logits. The softmax belongs to the cost, as in lesson 4:
# from the logits $Z$, the derivative of the cost is $(P - \bar Y)/m$, with the probabilities $P$
# and the one-hot labels $\bar Y$.


# %%
def chain(sizes, activations, seed=5):
    """Return a list of layers such as sizes [64, 30, 10], activations ["relu", "linear"]."""
    rng = np.random.default_rng(seed)
    pairs = zip(sizes, sizes[1:], strict=False)
    return [Layer(*pair, name, rng) for pair, name in zip(pairs, activations, strict=True)]


def forward_all(layers, X):
    """Return the logits of the last layer."""
    A = X
    for layer in layers:
        A = layer.forward(A)
    return A


def backward_all(layers, Z, y):
    """Let every layer note its gradients, from the last to the first."""
    dA = (softmax(Z) - np.eye(Z.shape[1])[y]) / len(y)
    for layer in reversed(layers):
        dA = layer.backward(dA)


# %% [markdown]
# Does it work? A colourful example, four layers and four different activations. The judge is
# TensorFlow's tape:

# %%
layers = chain([64, 30, 20, 15, 10], ["relu", "tanh", "leaky", "linear"])
backward_all(layers, forward_all(layers, scaled), y10)

tensors = [tf.Variable(array) for layer in layers for array in (layer.W, layer.b)]
with tf.GradientTape() as tape:
    A = tf.constant(scaled)
    for i, g in enumerate((tf.nn.relu, tf.tanh, lambda Z: tf.nn.leaky_relu(Z, 0.125), tf.identity)):
        A = g(A @ tensors[2 * i] + tensors[2 * i + 1])
    J = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y10, logits=A))
found = tape.gradient(J, tensors)

for i, layer in enumerate(layers):
    dW, db = found[2 * i].numpy(), found[2 * i + 1].numpy()
    apart = max(largest_difference(layer.dW, dW), largest_difference(layer.db, db))
    print(f"layer {i + 1}: gradients apart {apart:.0e}")

# %% [markdown]
# ### 7.3 Deep networks
#
# With eight layers the activation decides. The same network, once with sigmoids, once with ReLU,
# once with leaky ReLU, trained by plain gradient descent on the standardised digits. One start is a
# matter of luck, so each gets five, with weights from other seeds:


# %%
def descend(layers, X, y, learning_rate, epochs, batch_size=64):
    """Train a list of layers in place by mini-batch gradient descent."""
    for _ in range(epochs):
        for rows in np.split(np.arange(len(X)), range(batch_size, len(X), batch_size)):
            backward_all(layers, forward_all(layers, X[rows]), y[rows])
            for layer in layers:
                layer.W = layer.W - learning_rate * layer.dW
                layer.b = layer.b - learning_rate * layer.db


def dead_units(layers):
    """Return how many hidden units have slope 0 for every training image, and how many there are."""
    forward_all(layers, scaled)
    shut = [np.all(layer.g_prime(layer.Z) == 0, axis=0) for layer in layers[:-1]]
    return int(np.concatenate(shut).sum()), sum(map(len, shut))


deep_sizes = [64, *[20] * 7, 10]


def deep_run(activation, rate, seed):
    """Return the accuracy on held-out images and the number of dead units after training."""
    deep = chain(deep_sizes, [activation] * 7 + ["linear"], seed)
    descend(deep, scaled, y10, rate, epochs=60)
    right = accuracy(y10_test, predict_classes(softmax(forward_all(deep, scaled_test))))
    return right, dead_units(deep)[0]


seeds = range(5)
trials = [(activation, rate) for activation in ("sigmoid", "relu", "leaky") for rate in (0.05, 0.2)]
print(f"networks of {len(deep_sizes) - 1} layers, {len(scaled)} images, {len(seeds)} starts in each row")
deep_runs = {trial: [deep_run(*trial, seed) for seed in seeds] for trial in progress_bar(trials)}

lines = ["| activation | learning rate | held-out images read right | mean | dead units |"]
lines.append("|---|---|---|---|---|")
for (activation, rate), found in deep_runs.items():
    rights, dead = zip(*found, strict=True)
    shares, counts = ", ".join(f"{right:.0%}" for right in rights), ", ".join(map(str, dead))
    lines.append(f"| {activation} | {rate} | {shares} | {np.mean(rights):.1%} | {counts} |")
display(Markdown("\n".join(lines)))
print(f"hidden units of each network: {sum(deep_sizes[1:-1])}")

# %% [markdown]
# Eight layers of sigmoids learn nothing at all, whatever the start: by the time the signal reaches the
# first layer, seven factors of at most a quarter have put it out. The other two pass it on. Which of
# these is better, a single run can't tell you. Within a row the five starts differ by more than the means
# of the two activations do. What does not depend on the start is the last column: dead units are real,
# and they belong to the ReLU alone, since a leaky one has no slope 0 anywhere.

# %% [markdown]
# ## 8. Which is faster?
#
# *This section is optional.*
#
# You have matched Keras in numbers. And in time? First this network, 64-25-15-1, with all that
# `fit` does, both in `float64`:


# %%
with keras_in("float64"):
    model = keras_model([64, 25, 15, 1])
    model.compile(loss="binary_crossentropy", optimizer=SGD(learning_rate))
batches = tf.data.Dataset.from_tensor_slices((X, Y)).batch(batch_size)


def keras_fit(epochs):
    """Let Keras train for some epochs."""
    with keras_in("float64"):
        model.fit(batches, epochs=epochs, shuffle=False, verbose=0)


keras_fit(1)  # the first call builds the computation, which takes a while
time_mine = seconds(lambda: fit(X, Y, start, learning_rate, 20, batch_size), times=3) / 20
time_keras = seconds(lambda: keras_fit(20), times=3) / 20
print(f"on this machine, one epoch in NumPy: {time_mine * 1e3:6.2f} ms")
print(f"on this machine, one epoch in Keras: {time_keras * 1e3:6.2f} ms")
print(f"NumPy is {time_keras / time_mine:.0f} times as fast")

# %% [markdown]
# A step of this small network takes a fraction of a millisecond of arithmetic. Around each step
# Keras does other things: it fetches the batch, starts the computation, keeps the books. Whatever
# the size of the network, this overhead stays about the same, so it must be lost in larger ones.
# From which size on does Keras win? Make both hidden layers wider and wider. Keras runs in its own
# `float32` and, for fairness, in `float64`.


# %%
def time_numpy(task, layer_sizes):
    """Return how long NumPy needs for one step of gradient descent, the cost included."""
    params = initialize(layer_sizes, seed=5)
    with blas_threads(os.cpu_count()):  # these matrices grow so large that sharing them out pays
        return seconds(lambda: fit(task.X, task.y, params, 0.1, 1, len(task.X)), times=12)


def time_keras_step(task, layer_sizes, dtype, steps=8):
    """Return how long Keras needs for one step, measured in an epoch of several."""
    with keras_in(dtype):
        model = keras_model(layer_sizes)
        model.compile(loss="binary_crossentropy", optimizer=SGD(0.1))
        batch = tf.data.Dataset.from_tensors((task.X, task.y)).cache().repeat(steps)
        model.fit(batch, shuffle=False, verbose=0)
        return seconds(lambda: model.fit(batch, shuffle=False, verbose=0), times=2) / steps


rng = np.random.default_rng(5)
wide = SimpleNamespace(X=rng.normal(size=(256, 64)), y=rng.integers(2, size=(256, 1)).astype(float))
units = [25, 100, 200, 400, 800]
networks = [[64, width, width, 1] for width in units]
times = {
    "NumPy, float64": [time_numpy(wide, sizes) for sizes in progress_bar(networks)],
    "Keras, float32": [time_keras_step(wide, sizes, "float32") for sizes in progress_bar(networks)],
    "Keras, float64": [time_keras_step(wide, sizes, "float64") for sizes in progress_bar(networks)],
}

# %%
wins = {}
for name in ("Keras, float32", "Keras, float64"):
    faster = [k < n for k, n in zip(times[name], times["NumPy, float64"], strict=True)]
    slow_until = max((i for i, fast in enumerate(faster) if not fast), default=-1)
    wins[name] = units[slow_until + 1] if slow_until + 1 < len(units) else None
    found = f"wins from {wins[name]} units on" if wins[name] else "does not win at these sizes"
    print(f"on this machine, {name} {found}")
show(plots.plot_times(units, times))

# %% [markdown]
# For a network of this lesson's size, NumPy is the better tool, and not only because you can read
# it. In large ones the overhead is lost, and Keras has two advantages. It computes in `float32`,
# with numbers of half the size. And it shares *all* the work among the processors, or hands it to a
# graphics card, while NumPy shares out no more than the matrix products. How much of this is left
# in `float64`, on processors alone, depends on the machine.

# %% [markdown]
# ## 9. Questions learners ask
#
# *This section is optional.*
#
# Short answers, each with an experiment. Change the cells and ask further.

# %% [markdown]
# **How can a batch of many images give *one* set of weights? Must the inputs be averaged?** No
# image is averaged with another. Let every image of the batch make a step of its own from the same
# start, which gives as many sets of weights as images. Average *those*, and you have what Keras
# makes of the batch in one step, since all of it is linear:
#
# $$
# \frac{1}{m} \sum_{i=1}^{m} \Bigl( \theta - \eta\, \frac{\partial \ell_i}{\partial \theta} \Bigr)
# = \theta - \eta\, \frac{\partial}{\partial \theta} \Bigl( \frac{1}{m} \sum_{i=1}^{m} \ell_i \Bigr) .
# $$

# %%
singles = [fit(X[i : i + 1], Y[i : i + 1], start, learning_rate, 1, 1)[0] for i in range(len(X))]
averaged = {name: np.mean([single[name] for single in singles], axis=0) for name in start}
with keras_in("float64"):
    in_one_step = keras_train(two, SGD(learning_rate), 1, len(X))[0]
print(f"{len(X)} steps averaged, against Keras's one: {difference(averaged, in_one_step):.0e}")

one_image = X.mean(axis=0, keepdims=True), Y.mean(axis=0, keepdims=True)
of_the_mean = fit(*one_image, start, learning_rate, 1, 1)[0]
away = largest_difference(of_the_mean["W3"] - start["W3"], in_one_step["W3"] - start["W3"])
print(f"one step with the averaged image: the step of W3 is off by {away:.0%}")

# %% [markdown]
# **Why does my check differ in the seventh digit?** Look for `float32`. It keeps a number to within
# one part in about ten million, and it gets into places where you don't expect it: you have met it
# in the layers, in the learning rate and in Adam's betas. Here is one more. Everything below is
# `float64`, it seems, but `tf.nn.leaky_relu` keeps its slope as a `float32`:

# %%
minus_one = tf.constant([-1.0], tf.float64)
for slope in (0.125, 0.1):
    theirs = float(tf.nn.leaky_relu(minus_one, slope)[0])
    mine = float(leaky_relu(np.array([-1.0]), slope)[0])
    print(f"slope {slope}: yours {mine:.16f}, TensorFlow's {theirs:.16f}")

# %% [markdown]
# And the *order* of a sum matters, in every format. Two programs that add the same numbers in a
# different order, as a parallel one does, differ in the last digit, and both are right:

# %%
losses = np.random.default_rng(5).exponential(size=1000)
for dtype in (np.float32, np.float64):
    numbers = losses.astype(dtype)
    forwards, backwards = np.cumsum(numbers)[-1], np.cumsum(numbers[::-1])[-1]
    print(f"{np.dtype(dtype).name}: relative difference {abs(forwards - backwards) / forwards:.0e}")

# %% [markdown]
# **At the end of the epoch, does `fit` go through all the data again to compute the loss?** One can
# read that, but section 2.2 showed something else. What it *would* give is what `evaluate` gives:

# %%
after_each = [binary_cross_entropy(Y, forward(X, params)[0]) for params in keras_runs["all in float64"][2]]
reported = keras_runs["all in float64"][1]
for epoch in (0, 19, epochs - 1):
    print(f"epoch {epoch + 1:3}: reported {reported[epoch]:.6f}, all data after it {after_each[epoch]:.6f}")

# %% [markdown]
# **What does `shuffle=True` change?** The batches are other ones in every epoch, so the weights
# take another way. With the same seed it is the same other way:


# %%
def shuffled(seed):
    """Return the weights after 5 epochs with the rows shuffled, as `fit` does by default."""
    keras.utils.set_random_seed(seed)
    with keras_in("float64"):
        model = keras_model([64, 25, 15, 1])
        set_params(model, start)
        model.compile(loss="binary_crossentropy", optimizer=SGD(learning_rate))
        model.fit(X, Y, epochs=5, batch_size=batch_size, verbose=0)
    return get_params(model)


first, again, other = [shuffled(seed) for seed in progress_bar((1, 1, 2))]
print(f"the same seed: weights apart {difference(again, first):.0e}")
print(f"another seed:  weights apart {difference(other, first):.0%} of the largest")
for name, params in {"seed 1": first, "seed 2": other}.items():
    print(f"{name}: cost of all examples {binary_cross_entropy(Y, forward(X, params)[0]):.4f}")

# %% [markdown]
# **Does it matter where Adam's $\varepsilon$ stands?** The paper adds it after $v$ has been
# corrected. That is the same as $\varepsilon \sqrt{1 - \beta_2^t}$ in Keras's place: much less at
# first, the same in the end. It shows in weights with small gradients, and in the first steps:

# %%
small = 1e-7 * np.sqrt(1 - 0.999)
by_paper, _ = adam_step(start, grads, nothing_yet, adam_rate, 0.9, 0.999, small)
ratio = ratios({name: by_paper[name] - start[name] for name in start}, my_first_step)
print(f"the paper's first step over Keras's: median {np.median(ratio):.3f}, largest {ratio.max():.1f}")
print(f"weights for which the two differ by more than a tenth: {np.mean(ratio > 1.1):.0%}")
for t in (1, 100, 10_000):
    print(f"step {t:6}: the paper's epsilon counts {np.sqrt(1 - 0.999**t):.3f} of Keras's")

# %% [markdown]
# ## 10. Summary
#
# - `Sequential`, `compile`, `fit` are the model, the cost with its descent, and the loop. You have
#   written all of it, and from the same start it ends at the same weights.
# - `fit` reports the mean loss over the *examples*, each measured before its own batch's step.
# - `float32` is right to about seven digits. Even where the layers are `float64`, a learning rate,
#   a loss, a slope or a beta may pass through `float32`.
# - Adam divides each weight's step by the size of its own gradients. That helps where gradients
#   differ from layer to layer.
# - Standardise with the statistics of the training set, all data alike.
# - ReLU passes the error signal on undiminished or not at all. A leaky one always passes something.
# - Where the learning rate times the largest curvature is above 2, the smallest difference grows.
#   Then two right programs part, and so does one program from its own twin.
# - **To find out who is wrong:** compare after *one* step, array by array, as a ratio. One constant
#   ratio points to a scalar, a ratio of $m$ to a missing mean. Different ratios point to the
#   gradients, and there nudging is the judge. Never trust a cost that falls.
#
# All symbols of the course are in [docs/notation.md](../../docs/notation.md).

# %% [markdown]
# ### Question: Which of the two is wrong?
#
# Someone writes: *"My NumPy network and Keras start from the same weights. After 500 epochs the
# weights are completely different, although both reach a good accuracy. So there must be a mistake
# in my backpropagation. How can I find it?"* Answer in a hundred or two hundred words. Say what has
# to be made equal before two programs can be compared, how to tell rounding from a mistake, and how
# one can find out whether there is a mistake at all. Point to two experiments of this lesson.

# %% [markdown]
# **Your answer (4 points)**
#
# ### BEGIN SOLUTION
# Perhaps there is no mistake. First make everything equal: the start, the data and their order
# (`shuffle=False`), the batch size with the smaller last batch, the optimiser with its constants,
# the mean in the cost, and the number format, because Keras computes in `float32` unless told
# otherwise (section 3.1).
#
# Then compare after a *single* step, array by array. Rounding is a difference of the size that the
# format explains, about $10^{-7}$ or $10^{-16}$, and it grows slowly. A mistake is there at once,
# in the first digits. Its form tells where it is: a constant ratio is a scalar factor (Adam's step
# size in section 4.2), a ratio of $m$ a forgotten mean, and anything else should be compared with
# nudged derivatives.
#
# If one step agrees and 500 epochs don't, train your own network twice, the second time with one
# weight moved by one ulp. If these two part in the same way, training is chaotic at this learning
# rate, and neither program is wrong (section 5). Take a smaller one, and compare again.
#
# *For the marker, one point each:* (1) at least three of the things to make equal, the format or
# the order among them; (2) rounding has a size that the format explains, a mistake shows after one
# step; (3) a test for chaos: one's own run against itself with a tiny change, or a smaller learning
# rate; (4) two experiments that fit. Any wording will do.
# ### END SOLUTION


# %%
solution("answer")

# %%
progress()

# %% [markdown]
# ## Sources
#
# - D. P. Kingma and J. Ba, "Adam: A method for stochastic optimization", ICLR 2015. The form with
#   both corrections in the step size, which Keras uses, stands at the end of its section 2.
# - J. Cohen, S. Kaur, Y. Li, J. Z. Kolter and A. Talwalkar, "Gradient descent on neural networks
#   typically occurs at the edge of stability", ICLR 2021.
# - X. Glorot, A. Bordes and Y. Bengio, "Deep sparse rectifier neural networks", AISTATS 2011.
# - A. L. Maas, A. Y. Hannun and A. Y. Ng, "Rectifier nonlinearities improve neural network acoustic
#   models", ICML 2013: the leaky ReLU.
# - Y. LeCun, L. Bottou, G. B. Orr and K.-R. Müller, "Efficient BackProp", in *Neural Networks:
#   Tricks of the Trade*, Springer 1998: why to standardise.
# - Keras 3, source of `keras.optimizers.Adam` and `keras.Model.fit` (github.com/keras-team/keras).
# - The images: scikit-learn's `load_digits`, a copy of the test set of "Optical Recognition of
#   Handwritten Digits" (E. Alpaydin and C. Kaynak 1998, UCI Machine Learning Repository).
