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
# # Lesson 7: A network as a list of layers
#
# Somebody teaches himself. He writes a network as a list of layers, any layers in any order, with
# leaky ReLU, standardised features and mini-batches, as the articles say. And then he writes to a
# forum:
#
# > *On twenty images it learns everything. On all of them it learns nothing: whatever image I show
# > it, it answers the same, fifty to fifty. I have been through my derivation twice. What is wrong?*
#
# ![Six layers in a row. Arrows lead forward through them, and dashed arrows backward through the same
# list.](07_list_of_layers.png)
#
# Five things are, and you can find each of them by measuring, without a look at the derivation. In
# this lesson you write the list of layers, run his program on it, examine it, write the training
# loop that it should have had, and end at the same numbers as Keras.
#
# **You need** the gradients of lesson 3. **You write** four functions in NumPy.
# **Time**: one sitting of 90 to 120 minutes. Section 6 is optional.

# %%
LESSON = "07_list_of_layers"

from grader import check

# %%
from contextlib import contextmanager

import numpy as np
from IPython.display import Markdown, display

from grader import ask_prediction, ask_questions, compare_prediction, hint, progress, solution
from utils.data import load_digits, split
from utils.layers import random_layers
from utils.network import sigmoid, softmax
from utils.plots import list_of_layers as plots
from utils.plots import show
from utils.tensorflow import import_tensorflow
from utils.threads import blas_threads

blas_threads(1)  # for matrices of this size, more threads only cost time
tf = import_tensorflow()
keras = tf.keras

# %% [markdown]
# **Before you begin**, three questions from memory, on the lessons before this one. None of them is graded.

# %%
ask_questions()

# %% [markdown]
# ## 1. Forward
#
# ### 1.1 A layer is a dict
#
# So far the activation was wired into the network. Now it is a layer of its own, so a layer is one
# of three things:
#
# | the dict | what it makes of its input $A$ |
# |---|---|
# | `{"type": "dense", "W": ..., "b": ...}` | $AW + b$ |
# | `{"type": "sigmoid"}` | $\sigma(A)$, entry by entry |
# | `{"type": "leaky_relu", "slope": 0.125}` | each entry if it is positive, else `slope` times the entry |
#
# A network is a list of such dicts, in any order and number. What a layer makes is what the next one
# gets. Keep everything: the way back needs what went into a layer, and what came out.

# %% [markdown]
# ### Exercise 1: `forward_layers` (2 points)
#
# Return the list of activations: first `X` itself, then what each layer makes of the entry before
# it. So the list has one entry more than there are layers.


# %%
def forward_layers(X, layers):
    """Return the activations of a list of layers.

    Arguments:
        X: (m, n) the examples, float64 or integer; not changed.
        layers: list of dicts, {"type": "dense", "W": (n_in, n_out), "b": (n_out,)}, {"type": "sigmoid"}
            or {"type": "leaky_relu", "slope": float}; not changed.

    Returns:
        list of arrays: `X`, then the output of each layer, (m, units of that layer).
    """
    ### BEGIN SOLUTION
    activations = [X]
    for layer in layers:
        A = activations[-1]
        if layer["type"] == "dense":
            A = A @ layer["W"] + layer["b"]
        elif layer["type"] == "sigmoid":
            A = sigmoid(A)
        else:
            A = np.where(A > 0, A, layer["slope"] * A)
        activations.append(A)
    return activations
    ### END SOLUTION


# %%
check(forward_layers)

# %% [markdown]
# The task: is a handwritten digit odd? Two outputs, one for "even" and one for "odd", so the labels
# are rows such as `[1, 0]`. Each feature gets mean 0 and standard deviation 1, with the statistics of
# the training images.


# %%
def standardize(X_train, X):
    """Return `X` with the mean and the deviation of each feature of `X_train` taken out."""
    deviation = X_train.std(axis=0)
    constant = (X_train == X_train[0]).all(axis=0)
    return (X - X_train.mean(axis=0)) / np.where(constant, 1.0, deviation)


images, digits = load_digits(classes=range(10))
X_raw, X_test_raw, digit, digit_test = split(images, digits, seed=3)
X, X_test = standardize(X_raw, X_raw), standardize(X_raw, X_test_raw)
y, y_test = digit % 2, digit_test % 2
Y = np.eye(2)[y]
m = len(X)

slope = 1 / 64
start = random_layers([64, 25, 15, 2], slope, seed=11)
print(f"training images X {X.shape}, labels Y {Y.shape}, mean label {Y.mean(axis=0).round(3)}")
print("shapes of the activations:", *(A.shape for A in forward_layers(X, start)))

# %% [markdown]
# ## 2. Backward
#
# ### 2.1 What comes back to a layer
#
# A layer stands between two arrays: $A$, what it was fed, and $A'$, what it made. From behind
# comes $dA'$, the derivative of the cost with respect to $A'$. The layer has to answer two questions.
# What is the derivative with respect to its own parameters? And what is $dA$, the derivative with
# respect to what it was fed? The second answer is what comes back to the layer in front of it.
#
# For a **dense** layer, entry $o$ of example $e$ is $A'_{eo} = \sum_i A_{ei} W_{io} + b_o$, so the
# chain rule gives sums over whatever an entry has an influence on:
#
# $$
# dA_{ei} = \sum_{o=1}^{n_{out}} dA'_{eo}\, W_{io}, \qquad
# dW_{io} = \sum_{e=1}^{m} A_{ei}\, dA'_{eo}, \qquad
# db_o = \sum_{e=1}^{m} dA'_{eo} .
# $$
#
# An **activation** has no parameters and works entry by entry:
#
# $$
# dA_{ei} = dA'_{ei}\; g'(A_{ei}) .
# $$
#
# For the sigmoid, $g'$ can be had from what the layer made. For the leaky ReLU it is 1 where the
# input is positive, else the slope, also at exactly 0. No layer knows its number or its neighbours.
# That is why any list of them is a network.

# %% [markdown]
# ### Exercise 2: `backward_layers` (4 points)
#
# Walk the list from its end. Each sum above is a product of two matrices, or a sum over one axis: find
# out which, by the shapes. There is no $1/m$ here: it is in `dA` already if the cost has it.


# %%
def backward_layers(layers, activations, dA):
    """Return the gradients of every layer, and that of the input.

    Arguments:
        layers: list of dicts, as for `forward_layers`; not changed.
        activations: what `forward_layers` returns for them; not changed.
        dA: (m, n_out) the derivative of a scalar with respect to the last activations; not changed.

    Returns:
        (grads, dX): `grads` is a list with a dict for each layer, {"dW": (n_in, n_out), "db": (n_out,)} for
        a dense one and {} for others; `dX` (m, n) is the derivative with respect to the input.
    """
    ### BEGIN SOLUTION
    grads = []
    for i in range(len(layers) - 1, -1, -1):
        layer, A_prev, A = layers[i], activations[i], activations[i + 1]
        if layer["type"] == "dense":
            grads.append({"dW": A_prev.T @ dA, "db": dA.sum(axis=0)})
            dA = dA @ layer["W"].T
        else:
            grads.append({})
            dA = dA * (A * (1 - A) if layer["type"] == "sigmoid" else np.where(A_prev > 0, 1, layer["slope"]))
    return grads[::-1], dA
    ### END SOLUTION


# %%
check(backward_layers)

# %% [markdown]
# <details>
# <summary>When the check says that it is right: the sums as matrices</summary>
#
# The index that is summed over stands next to its partner: $dA = dA'\, W^{\mathsf T}$, shapes
# `(m, n_out)` times `(n_out, n_in)`; $dW = A^{\mathsf T}\, dA'$, shapes `(n_in, m)` times
# `(m, n_out)`; $db$ is $dA'$ added up over its rows. It is lesson 3 once more, cut at another place:
# there $dZ$ went from layer to layer, here $dA$ does, and the activation takes its factor by itself.
# </details>
#
# ### 2.2 A colourful example
#
# Three kinds of layers, with two slopes, in an order that no textbook has. The judge is TensorFlow's
# tape:

# %%
colourful = [
    {"type": "leaky_relu", "slope": 0.25},
    *random_layers([64, 20, 12], 2.5, seed=1),
    *random_layers([12, 7, 2], 0.5, seed=2, last="sigmoid"),
]
activations = forward_layers(X[:50], colourful)
grads, dX = backward_layers(colourful, activations, 2 * (activations[-1] - Y[:50]) / 100)

watched = [{name: tf.constant(layer[name]) for name in "Wb" if name in layer} for layer in colourful]
with tf.GradientTape() as tape:
    tape.watch(watched)
    A = tf.constant(X[:50])
    for layer, tensors in zip(colourful, watched, strict=True):
        if tensors:
            A = A @ tensors["W"] + tensors["b"]
        else:
            A = tf.sigmoid(A) if layer["type"] == "sigmoid" else tf.where(A > 0, A, layer["slope"] * A)
    J = tf.reduce_mean((A - Y[:50]) ** 2)

for i, (mine, theirs) in enumerate(zip(grads, tape.gradient(J, watched), strict=True)):
    for name, value in theirs.items():
        apart = np.abs(mine[f"d{name}"] - value).max() / np.abs(value).max()
        print(f"layer {i}, d{name} {value.shape}: apart {apart:.0e}")

# %% [markdown]
# ## 3. The stuck network
#
# ### 3.1 The program
#
# Here is the program of the post, rebuilt around your two functions. Its cost is the mean squared
# error, as Keras has it: the mean over all $m N$ entries, $N$ the number of outputs:
#
# $$
# J = \frac{1}{m N} \sum_{e=1}^{m} \sum_{k=1}^{N} (a_{ek} - y_{ek})^2 .
# $$
#
# Read it. Resist the temptation to mend it by looking hard: you have tools.


# %%
def stuck_inputs(X_raw):
    """Return the features with a column of ones for the bias, all standardised."""
    with_ones = np.hstack([X_raw, np.ones((len(X_raw), 1))])
    return standardize(with_ones, with_ones)


def stuck_cost(X, Y, layers):
    """Return the mean squared error."""
    return np.mean((forward_layers(X, layers)[-1] - Y) ** 2)


def stuck_gradients(X, Y, layers):
    """Return the gradients of the squared error, a dict for each layer."""
    activations = forward_layers(X, layers)
    return backward_layers(layers, activations, 2 * (activations[-1] - Y))[0]


def stuck_fit(X, Y, layers, learning_rate, epochs, batch_size):
    """Return the trained layers, and the cost and the share of the answer "odd" after each epoch."""
    costs, shares = [], []
    for _ in range(epochs):
        for batch in range(len(X) // batch_size):
            rows = slice(batch * batch_size, (batch + 1) * batch_size)
            grads = stuck_gradients(X[rows], Y[rows], layers)
            layers = [
                layer | ({"W": layer["W"] - learning_rate * grad["dW"]} if grad else {})
                for layer, grad in zip(layers, grads, strict=True)
            ]
        costs.append(stuck_cost(X, Y, layers))
        shares.append(np.mean(forward_layers(X, layers)[-1].argmax(axis=1)))
    return layers, costs, shares


def stuck_predict(X, layers):
    """Return the probabilities of "even" and "odd", (m, 2)."""
    return softmax(forward_layers(X, layers)[-1])


# %% [markdown]
# ### 3.2 The symptoms
#
# **Predict before you run.** Full batch, learning rate 0.1, forty steps, once on 20 images and once on
# all of them. Which cost ends lower?

# %%
ask_prediction(
    "stuck", "Which cost ends lower?", ["that of 20 images", "that of all images", "They end alike."]
)


# %%
X_stuck = stuck_inputs(X_raw)
stuck_start = random_layers([65, 25, 15, 2], slope, seed=11)
sizes = (20, m)
stuck_runs = [stuck_fit(X_stuck[:k], Y[:k], stuck_start, 0.1, epochs=40, batch_size=k) for k in sizes]
stuck = {count: layers for count, (layers, _, _) in zip(sizes, stuck_runs, strict=True)}
for count, (layers, costs, _) in zip(sizes, stuck_runs, strict=True):
    P = stuck_predict(X_stuck[:count], layers)
    right = np.mean(P.argmax(axis=1) == y[:count])
    print(f"{count} images: cost {costs[0]:.3f} after a step, {costs[-1]:.4f} after {len(costs)}")
    print(f"   read right {right:.1%}, 'odd' has the probability {P[:, 1].min():.3f} to {P[:, 1].max():.3f}")

few, every = (costs[-1] for _, costs, _ in stuck_runs)
compare_prediction("stuck", [few < 0.9 * every, every < 0.9 * few, True])

# %% [markdown]
# All as the post says. A few images are learnt by heart, though the program never says that it is sure.
# All images together get one and the same answer, and it is the mean label.

# %% [markdown]
# ### 3.3 The examination
#
# **One: is the gradient that of the cost?** Nudging needs the cost and nothing else (lesson 3). So
# compare: the program's gradient over the nudged one, for a few weights, in batches of several
# sizes.

# %%
places = [(0, (20, 3)), (0, (36, 11)), (2, (4, 7)), (4, (3, 0)), (4, (9, 1))]


def nudged(X, Y, layers, index, place, eps=1e-5):
    """Return the derivative of the cost by one weight, by central differences."""
    sides = []
    for step in (eps, -eps):
        W = layers[index]["W"].copy()
        W[place] += step
        changed = [*layers[:index], {**layers[index], "W": W}, *layers[index + 1 :]]
        sides.append(stuck_cost(X, Y, changed))
    return (sides[0] - sides[1]) / (2 * eps)


lines = ["| images in the batch | gradient over nudged, smallest | largest |", "|---|---|---|"]
for count in (1, 5, 20, 100, m):
    some = X_stuck[:count], Y[:count]
    grads = stuck_gradients(*some, stuck_start)
    ratios = [grads[i]["dW"][place] / nudged(*some, stuck_start, i, place) for i, place in places]
    lines.append(f"| {count} | {min(ratios):.4f} | {max(ratios):.4f} |")
display(Markdown("\n".join(lines)))

# %% [markdown]
# One ratio for all weights: the direction is right, and the *length* is not. The table names the
# number. Which operation of the cost does it come from?
#
# **Two: why doesn't it come back?** A step that is too long is one thing. But there have been forty
# of them, and each could have led back. Look at the outputs, at the slopes of the last sigmoid, and at
# what comes back through it:

# %%
for count, layers in stuck.items():
    some = X_stuck[:count], Y[:count]
    A = forward_layers(some[0], layers)[-1]
    largest = max(np.abs(grad["dW"]).max() for grad in stuck_gradients(*some, layers) if grad)
    print(f"{count} images: mean outputs {A.mean(axis=0).round(3)}, deviations {A.std(axis=0).round(3)}")
    print(f"   largest slope of a sigmoid {np.max(A * (1 - A)):.0e}, largest gradient {largest:.0e}")

# %% [markdown]
# The first steps threw the scores so far out that the sigmoid is flat for every image. With squared
# error all that comes back is multiplied by its slope, so nothing comes back, however wrong the answers
# are.
#
# **Three: what does the column of ones do?** It is there so that its weights are the biases of the
# first layer. Look at the column after standardising, at the gradient of its weights, and at the
# answer to an image whose features are all average:

# %%
grads = stuck_gradients(X_stuck, Y, stuck_start)
print(f"the last column after standardising: from {X_stuck[:, -1].min():g} to {X_stuck[:, -1].max():g}")
print(f"largest gradient of its weights: {np.abs(grads[0]['dW'][-1]).max():g}")
print(f"largest gradient of all others:  {np.abs(grads[0]['dW'][:-1]).max():.3g}")
average = np.zeros((1, 65))
for name, layers in {"before training": stuck_start, "after 20 images": stuck[20]}.items():
    print(f"outputs for the average image, {name}: {forward_layers(average, layers)[-1][0]}")

# %% [markdown]
# A column that never varies says nothing, and standardising makes it what it is worth. No layer of this
# network has a bias that learns, so what it says of the average image is fixed for ever.
#
# **Four: is every image used?** Give the last images of the training set other labels, train twice, and
# see whether any weight takes notice. The batch size is 64 now:

# %%
for changed in (4, 5):
    Y_changed = Y.copy()
    Y_changed[-changed:] = 1 - Y_changed[-changed:]
    runs = [stuck_fit(X_stuck, labels, stuck_start, 0.01, 2, 64)[0] for labels in (Y, Y_changed)]
    moved = max(np.abs(a["W"] - b["W"]).max() for a, b in zip(*runs, strict=True) if "W" in a)
    print(f"the last {changed} labels swapped: weights differ by {moved:.0e}")
print(f"{m} images in batches of 64: {m // 64} batches and {m % 64} images")

# %% [markdown]
# The last images are never seen. Here they are few. Had the batch been larger than the data, there
# would be no step at all.
#
# ### 3.4 Never quite sure
#
# **Five: why is it never sure?** Let the outputs be as clear as a sigmoid can make them:

# %%
for A in ([0.0, 1.0], [1e-9, 1.0], [1.0, 1.0]):
    print(f"outputs {A} become {softmax(np.array([A]))[0].round(4)}")

# %% [markdown]
# A softmax exponentiates what it gets, because it expects logits, any numbers. From two sigmoids it gets
# numbers between 0 and 1, and no two of these are further apart than 1:
#
# $$
# 0 < a_0, a_1 < 1
# \quad\Longrightarrow\quad
# \frac{1}{1 + e} < \frac{e^{a_1}}{e^{a_0} + e^{a_1}} < \frac{e}{1 + e} .
# $$
#
# The order of the two is kept. So the accuracy is right, and nobody ever looked at the probabilities.

# %% [markdown]
# ### Exercise 3: `class_shares` (1 point)
#
# Each output is a probability already, of its class alone. What is asked for are probabilities of all
# classes: positive numbers that sum to 1 in each row and stand in the same ratios to each other as the
# outputs do.


# %%
def class_shares(A):
    """Return the probabilities of the classes.

    Arguments:
        A: (m, N) sigmoid outputs, one column for each class, float64 in (0, 1); not changed.

    Returns:
        (m, N) float64.
    """
    ### BEGIN SOLUTION
    return A / A.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %%
check(class_shares)

# %%
A = forward_layers(X_stuck[:20], stuck[20])[-1]
print(f"20 images, the surest answer: {softmax(A).max():.3f} as it was, {class_shares(A).max():.3f} now")

# %% [markdown]
# ## 4. Mended
#
# ### 4.1 What the loop has to do
#
# You know the faults. Nobody hands you the cure: it is your training loop, and `check` examines it
# as you have examined the other one.
#
# - The cost of a batch is $J$ of section 3.1, of that batch. Its derivative with respect to the outputs
#   is where you begin the way back. All that has to do with a mean is in there, and nowhere else.
# - The dense layers have their biases, and these learn too.
# - Every example has its turn in every epoch, in the given order. The last batch takes what is left.
# - All gradients of a step belong to the same weights.
# - `history` is what `keras.Model.fit` reports as `loss`, one number for each epoch. Each batch has its
#   cost *before* its own step, and the number is their mean over the *examples*: a batch counts as much
#   as it has rows.

# %% [markdown]
# ### Exercise 4: `fit_layers` (4 points)


# %%
def fit_layers(X, Y, layers, learning_rate, epochs, batch_size):
    """Train a list of layers by mini-batch gradient descent on the mean squared error.

    Arguments:
        X: (m, n) the examples, float64 or integer; not changed.
        Y: (m, n_out) the targets, float64 or integer; not changed.
        layers: list of dicts, as for `forward_layers`; neither the list nor a dict in it is changed.
        learning_rate: float.
        epochs: int, how often every example has its turn.
        batch_size: int, possibly above m.

    Returns:
        (layers, history): a new list of new dicts, and a list of floats, one for each epoch.
    """
    ### BEGIN SOLUTION
    history = []
    for _ in range(epochs):
        total = 0.0
        for first in range(0, len(X), batch_size):
            X_batch, Y_batch = X[first : first + batch_size], Y[first : first + batch_size]
            activations = forward_layers(X_batch, layers)
            apart = activations[-1] - Y_batch
            grads, _ = backward_layers(layers, activations, 2 * apart / apart.size)
            new = []
            for layer, grad in zip(layers, grads, strict=True):
                layer = dict(layer)
                for name, value in grad.items():
                    layer[name[1:]] = layer[name[1:]] - learning_rate * value
                new.append(layer)
            layers = new
            total += len(X_batch) * np.mean(apart**2)
        history.append(float(total / len(X)))
    return layers, history
    ### END SOLUTION


# %%
check(fit_layers)

# %% [markdown]
# ### 4.2 Which fault kept it stuck?
#
# **Predict before you run.** Take your own loop and give it one fault at a time. The summed gradient is
# easy to have: it is a learning rate $2m$ times as large. The dropped batch is an array without its last
# four rows. Which of the two brings the symptoms back?

# %%
ask_prediction(
    "which fault",
    "Which of the two faults brings the symptoms back?",
    ["the summed gradient", "the dropped batch", "both", "neither"],
)


# %%
runs = {
    "mended": (X, Y, start, 1.0, 40, 64),
    "mended, full batch": (X, Y, start, 1.0, 40, m),
    "the last batch dropped": (X[: m - m % 64], Y[: m - m % 64], start, 1.0, 40, 64),
    "summed gradient, full batch": (X, Y, start, 0.1 * 2 * m, 40, m),
    "summed gradient, batches of 64": (X, Y, start, 0.1 * 2 * 64, 40, 64),
}
trained = {name: fit_layers(*arguments) for name, arguments in runs.items()}
lines = ["| run | loss of the last epoch | held-out images read right |", "|---|---|---|"]
for name, (layers, history) in trained.items():
    right = np.mean(forward_layers(X_test, layers)[-1].argmax(axis=1) == y_test)
    lines.append(f"| {name} | {history[-1]:.4f} | {right:.1%} |")
display(Markdown("\n".join(lines)))

mended = trained["mended"][1][-1]
summed, dropped = (
    trained[name][1][-1] > 3 * mended for name in ("summed gradient, full batch", "the last batch dropped")
)
compare_prediction(
    "which fault",
    [summed and not dropped, dropped and not summed, summed and dropped, not summed and not dropped],
)

# %%
show(plots.plot_histories({name: history for name, (_, history) in trained.items()}))

# %% [markdown]
# The sum is no wrong direction. It is a learning rate that grows with the number of images, and that is
# why twenty images looked so well. The other faults cost little here, which is the worst that can be
# said of them: nothing tells you that they are there. In another task, with few images or with features
# whose average means something, they would be what you look for.

# %% [markdown]
# ## 5. Keras
#
# ### 5.1 `compile(loss="mse")` and `fit`
#
# The list of layers is what `Sequential` takes, and now the two should agree to the last digits. The
# conditions are those of lesson 5: the same start, the same order, everything in `float64`, and a slope
# that `float32` holds exactly.


# %%
@contextmanager
def keras_in_float64():
    """Let Keras compute in float64."""
    before = keras.config.dtype_policy(), keras.config.floatx()
    try:
        keras.config.set_dtype_policy("float64")
        keras.config.set_floatx("float64")
        yield
    finally:
        keras.config.set_dtype_policy(before[0])
        keras.config.set_floatx(before[1])


def keras_model(layers, n):
    """Return a Keras network of `n` features with the same layers and the same weights."""
    made = [keras.Input((n,))]
    for layer in layers:
        if layer["type"] == "dense":
            made.append(keras.layers.Dense(len(layer["b"])))
        elif "slope" in layer:
            made.append(keras.layers.LeakyReLU(negative_slope=layer["slope"]))
        else:
            made.append(keras.layers.Activation("sigmoid"))
    model = keras.Sequential(made)
    model.set_weights(weights_of(layers))
    return model


def keras_fit(loss, learning_rate, epochs):
    """Return Keras's weights and its reported losses, from the same start."""
    with keras_in_float64():
        model = keras_model(start, 64)
        model.compile(loss=loss, optimizer=keras.optimizers.SGD(learning_rate))
        log = model.fit(X, Y, epochs=epochs, batch_size=64, shuffle=False, verbose=0)
    return model.get_weights(), log.history["loss"]


def weights_of(layers):
    """Return W and b of each dense layer in one list, as `get_weights` does."""
    return [layer[name] for layer in layers for name in "Wb" if name in layer]


def apart(layers, weights):
    """Return the largest difference of the weights, relative to the largest of their array."""
    pairs = zip(weights_of(layers), weights, strict=True)
    return max(np.abs(mine - theirs).max() / np.abs(theirs).max() for mine, theirs in pairs)


layers, history = fit_layers(X, Y, start, 0.5, 20, 64)
weights, keras_history = keras_fit("mse", 0.5, 20)
print(f"after {len(history)} epochs: loss {history[-1]:.6f}, in Keras {keras_history[-1]:.6f}")
print(f"weights apart {apart(layers, weights):.0e}")
print(f"losses apart {np.abs(np.array(history) - keras_history).max():.0e}")

# %% [markdown]
# ### 5.2 Swap the loss
#
# A lecture says it in one sentence: *model, loss and gradient descent are three things, and you can swap
# the loss.* In Keras that is one word of `compile`. And in your program? Neither `forward_layers` nor
# `backward_layers` knows which cost there is. The way back begins with the derivative of the cost with
# respect to the outputs, and that is the one line. For binary cross-entropy, a mean over all entries
# too, it is
#
# $$
# \frac{\partial J}{\partial a_{ek}} = \frac{1}{m N}\, \frac{a_{ek} - y_{ek}}{a_{ek} (1 - a_{ek})} .
# $$


# %%
def step(X, Y, layers, learning_rate, cost_derivative):
    """Return the layers after one step on the cost that has this derivative."""
    activations = forward_layers(X, layers)
    grads, _ = backward_layers(layers, activations, cost_derivative(activations[-1], Y))
    return [
        layer | {name: layer[name] - learning_rate * grad[f"d{name}"] for name in "Wb" if grad}
        for layer, grad in zip(layers, grads, strict=True)
    ]


def of_cross_entropy(A, Y):
    """Return the derivative of the binary cross-entropy with respect to the outputs."""
    return (A - Y) / (A * (1 - A)) / A.size


layers = start
for _ in range(5):
    for first in range(0, m, 64):
        rows = slice(first, first + 64)
        layers = step(X[rows], Y[rows], layers, 0.125, of_cross_entropy)
weights, _ = keras_fit("binary_crossentropy", 0.125, 5)
print(f"cross-entropy, 5 epochs: weights apart {apart(layers, weights):.0e}")

# %% [markdown]
# The learning rate is small here for a reason. If an output rounds to exactly 0 or 1, the fraction is 0 over
# 0. Keras finds the logits behind the sigmoid and computes the cost from them, as lesson 4 does.

# %% [markdown]
# ### 5.3 What another loss changes
#
# The fraction has the slope of the sigmoid below the line, and the way back through the sigmoid
# multiplies by it. What is left is $(a - y)/(mN)$: with cross-entropy a flat sigmoid is no dead end.
#
# **Predict before you run.** So does cross-entropy bear with the summed gradient? Here all hidden layers
# are sigmoids. The last sigmoid is left out of the list, and the way back begins behind it, with
# $a - y$, summed:

# %%
ask_prediction(
    "summed with cross-entropy",
    "What does the network answer in the last steps, with the summed gradient?",
    [
        "It tells odd from even.",
        "It gives all images the same answer, always the same.",
        "It gives all images the same answer, now the one, now the other.",
    ],
)


# %%
all_sigmoid = [{"type": "sigmoid"} if layer["type"] == "leaky_relu" else layer for layer in start[:-1]]
shares = {}
for name, factor in {"summed": 1.0, "mean": 1 / (2 * m)}.items():
    layers, shares[name] = all_sigmoid, []
    for _ in range(40):
        layers = step(X, Y, layers, 0.1, lambda Z, Y, factor=factor: factor * (sigmoid(Z) - Y))
        shares[name].append(np.mean(forward_layers(X, layers)[-1].argmax(axis=1)))
    print(f"{name:6} share answered 'odd', last steps:", *(f"{share:.0%}" for share in shares[name][-6:]))

last_shares = np.array(shares["summed"][-6:])
to_one, swings = np.all(abs(last_shares - 0.5) > 0.4), np.ptp(last_shares) > 0.5
compare_prediction("summed with cross-entropy", [not to_one, to_one and not swings, to_one and swings])

# %% [markdown]
# Here the summed gradient does not go silent. It comes back with full force, step after step, and the
# network answers "even" to all the images, then "odd" to all of them, and so on. Two costs, two pictures,
# one fault: an output that sits still and one that alternates can have the same cause, and the table of
# section 3.3 finds it in both.

# %% [markdown]
# ## 6. Questions learners ask (optional)
#
# **Is `error = sum of (y - y_hat) / n` a cost as well?** It has no square, so errors of opposite sign
# cancel. A network that answers the mean label to everything has the error 0, and is useless:

# %%
constant = np.tile(Y.mean(axis=0), (m, 1))
print(f"mean of the signed errors {np.mean(Y - constant):.0e}")
print(f"mean squared error        {np.mean((Y - constant) ** 2):.3f}")

# %% [markdown]
# **Some books halve the squared error. Which is right?** Both. The half cancels the 2 of the derivative.
# It is one more factor in the cost, and gradient descent sees it as half the learning rate:

# %%
halved = start
for _ in range(3):
    halved = step(X, Y, halved, 1.0, lambda A, Y: (A - Y) / A.size)
whole, _ = fit_layers(X, Y, start, 0.5, 3, m)
print(f"half the error at rate 1, all of it at rate 0.5: apart {apart(halved, weights_of(whole)):.0e}")

# %% [markdown]
# **Why a list, and not `W1`, `W2`, ...?** Because of what you can do with it: cut it in two and you have
# two networks, of which one feeds the other. What comes back through the second is what the first begins
# with:

# %%
activations = forward_layers(X, start)
dA = 2 * (activations[-1] - Y) / activations[-1].size
grads, dX = backward_layers(start, activations, dA)
front, back = start[:3], start[3:]
between = forward_layers(X, front)
_, signal = backward_layers(back, forward_layers(between[-1], back), dA)
_, dX_in_two = backward_layers(front, between, signal)
print(f"dX in one piece and in two: apart {np.abs(dX - dX_in_two).max():.0e}")

# %% [markdown]
# ## 7. Summary
#
# - A layer answers two questions on the way back: what about my parameters, and what about my input? A
#   list of such layers is a network, in any order.
# - The cost enters in one place, the derivative with respect to the outputs. Swap that line and you have
#   swapped the loss.
# - A sum in the place of a mean is a learning rate that grows with the batch. With squared error the
#   outputs go flat and sit still, with cross-entropy they alternate.
# - A softmax of sigmoid outputs is never sure. A column of ones that is standardised is no bias. A last
#   batch that is dropped is never missed. None of these shows in the accuracy.
# - **To find out what is wrong:** nudge, and look at the *ratio*. One ratio for all weights is a factor,
#   and its number says which. Then change what should matter, and see whether anything takes notice.

# %% [markdown]
# ### Question: What would you measure?
#
# Someone writes: *"My network has three layers and trains well on my small test set. On the real data the
# cost jumps up at once and then doesn't move any more, whatever I do. The formulas are right, I have
# checked them."* Answer in a hundred or two hundred words. Which three measurements do you ask for, in
# which order, and what would each of them tell you? Point to two experiments of this lesson.

# %% [markdown]
# **Your answer (4 points)**
#
# ### BEGIN SOLUTION
# First the gradient over the nudged one, for a few weights and several batch sizes (section 3.3). One
# ratio that grows with the batch is a sum in the place of a mean; different ratios for different weights
# would be a mistake in the derivation after all. A ratio of 1 everywhere says that the gradient is that of
# the cost, and the learning rate is simply too large.
#
# Then the outputs and the slopes of the last sigmoid at the end. Outputs that are the same for every image
# and slopes of 0 explain why nothing moves: squared error is multiplied by that slope. Cross-entropy would
# alternate instead (section 5.3).
#
# Third, whether everything is used: change some labels, one feature, one bias, and train twice. If no
# weight takes notice, it has no part in training (the last batch, a column that is constant).
#
# *For the marker, one point each:* (1) nudging, as a ratio, for more than one batch size; (2) the slopes of
# the output or the spread of the outputs, with the reason; (3) a change that should matter and whether it
# does; (4) two experiments that fit. Any wording will do.
# ### END SOLUTION


# %%
solution("answer")

# %%
progress()

# %% [markdown]
# ## Sources
#
# - D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning representations by back-propagating errors",
#   *Nature* 323, 1986.
# - A. L. Maas, A. Y. Hannun and A. Y. Ng, "Rectifier nonlinearities improve neural network acoustic
#   models", ICML 2013: the leaky ReLU.
# - M. Nielsen, *Neural Networks and Deep Learning*, 2015, chapter 3: why squared error goes silent behind a
#   flat sigmoid and cross-entropy does not.
# - Keras 3, source of `keras.Model.fit` (github.com/keras-team/keras).
# - The images: scikit-learn's `load_digits`, a copy of the test set of "Optical Recognition of
#   Handwritten Digits" (E. Alpaydin and C. Kaynak 1998, UCI Machine Learning Repository).
