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
# Somebody is teaching himself. He writes a network as a list of layers, any layers in any order, with
# leaky ReLU, standardised features and mini-batches. And then he writes to a forum:
#
# > *On twenty images it learns everything. On all of them it learns nothing: whatever image I show
# > it, it answers the same, fifty-fifty. I have been through my derivation twice. What is wrong?*
#
# ![Six layers in a row. Arrows lead forward through them, and dashed arrows backward through the same
# list.](07_list_of_layers.png)
#
# More than one thing is, and you can find each of them by measuring, without a look at the derivation.
# In this lesson you write the list of layers, run his program on it, examine it, write the training
# loop that it should have had, and end at the same numbers as Keras.
#
# **You need** the gradients of lesson 3. Squared error and softmax are of lesson 4, leaky ReLU and
# standardising of lesson 5; what you need of them stands here again. **You write** four functions in NumPy.
#
# **Time**: *Part A*, sections 1 to 3, builds the network and finds the faults, in about 75
# minutes. *Part B*, sections 4 to 7, mends it and ends at Keras, in about 65. Section 6 is optional.

# %%
LESSON = "07_list_of_layers"

from grader import check

# %%
import numpy as np
from IPython.display import Markdown, display

from grader import ask_prediction, ask_questions, compare_prediction, hint, progress, solution
from utils.data import load_digits, split
from utils.layers import random_layers
from utils.network import sigmoid, softmax
from utils.plots import list_of_layers as plots
from utils.plots import show
from utils.progress import progress_bar
from utils.tensorflow import import_tensorflow, keras_in_float64
from utils.threads import blas_threads

blas_threads(1)  # for matrices of this size, more threads only cost time

# %% [markdown]
# **Before you begin**, three questions from memory. They are not graded.

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
# The slope is any number from 0 up, also above 1. A network is a list of such dicts, in any order and
# number. What a layer makes is what the next one gets. Keep everything: the way back needs what went into
# a layer, and what came out.

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
# ### 1.2 The task
#
# Is a handwritten digit odd? Two outputs, one for "even" and one for "odd", so the labels are rows such
# as `[1, 0]`. Each feature gets mean 0 and standard deviation 1, with the statistics of the training
# images. A pixel that is the same in all of them has no deviation, and divides by 1.
#
# `random_layers` makes dense layers of these sizes with random weights, a leaky ReLU behind each and a
# sigmoid behind the last.


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
# A layer stands between two arrays: it was fed $A$ and it made $S$. From the next layer comes $dS$,
# the derivative of the cost with respect to $S$. The layer has to answer two questions. What is the
# derivative with respect to its own parameters? And what is $dA$, the derivative with respect to what
# it was fed? The second answer goes to the layer before it.
#
# For a **dense** layer, entry $o$ of example $e$ is $S_{eo} = \sum_i A_{ei} W_{io} + b_o$, so the
# chain rule gives sums over whatever an entry has an influence on:
#
# $$
# dA_{ei} = \sum_{o=1}^{n_{out}} dS_{eo}\, W_{io}, \qquad
# dW_{io} = \sum_{e=1}^{m} A_{ei}\, dS_{eo}, \qquad
# db_o = \sum_{e=1}^{m} dS_{eo} .
# $$
#
# An **activation** has no parameters and works entry by entry, $S_{ei} = g(A_{ei})$ with a function $g$
# of one number:
#
# $$
# dA_{ei} = dS_{ei}\; g'(A_{ei}) .
# $$
#
# For the sigmoid, $g'(A_{ei})$ can be computed from $S_{ei}$ alone. For the leaky ReLU it is 1 where
# $A_{ei}$ is positive, else the slope, also at exactly 0. No layer knows its number or its neighbours.
# That is why any list of them is a network.

# %% [markdown]
# ### Exercise 2: `backward_layers` (4 points)
#
# Walk the list from its end. Each sum above is a product of two matrices, or a sum over one axis: find
# out which, by the shapes. `dA` may be the derivative of any scalar, so no mean is taken in here.


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
# The index that is summed over stands next to its partner: $dA = dS\, W^{\mathsf T}$, shapes
# `(m, n_out)` times `(n_out, n_in)`; $dW = A^{\mathsf T}\, dS$, shapes `(n_in, m)` times
# `(m, n_out)`; $db$ is $dS$ added up over its rows. It is lesson 3 once more, cut at another place:
# there $dZ$ went from layer to layer, here $dA$ does, and the activation takes its factor by itself.
# </details>
#
# ### 2.2 A list that no textbook has
#
# Three kinds of layers with two slopes, in a strange order, and a `dA` drawn at random. The scalar that
# has this derivative is the sum of `dA` times the outputs. The judge is TensorFlow's tape:

# %%
tf = import_tensorflow()
keras = tf.keras

strange = [
    {"type": "leaky_relu", "slope": 0.25},
    *random_layers([64, 20, 12], 2.5, seed=1),
    *random_layers([12, 7, 2], 0.5, seed=2, last="sigmoid"),
]
dA = np.random.default_rng(4).normal(size=(50, 2))
grads, dX = backward_layers(strange, forward_layers(X[:50], strange), dA)

watched = [{name: tf.constant(layer[name]) for name in "Wb" if name in layer} for layer in strange]
with tf.GradientTape() as tape:
    tape.watch(watched)
    A = tf.constant(X[:50])
    for layer, tensors in zip(strange, watched, strict=True):
        if tensors:
            A = A @ tensors["W"] + tensors["b"]
        else:
            A = tf.sigmoid(A) if layer["type"] == "sigmoid" else tf.where(A > 0, A, layer["slope"] * A)
    scalar = tf.reduce_sum(dA * A)

for i, (mine, theirs) in enumerate(zip(grads, tape.gradient(scalar, watched), strict=True)):
    for name, value in theirs.items():
        apart = np.abs(mine[f"d{name}"] - value).max() / np.abs(value).max()
        print(f"layer {i}, d{name} {value.shape}: apart {apart:.0e}")

# %% [markdown]
# Apart by rounding alone: any list of layers works.
#
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
# Skim it for what each function returns, and don't debug it by eye. Pretend that it has 2,000 lines: you
# have tools.


# %%
def stuck_inputs(X_raw):
    """Return the features as the network gets them."""
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
                layer | ({"W": layer["W"] - learning_rate * grad["dW"]} if grad else {})  # a new dict
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
# **Predict before you run.** Full batch, learning rate 0.1, forty steps, on 20 images and on all of them.
# The labels are 0 and 1. Where does the cost of all images end?

# %%
ask_prediction(
    "stuck", "Where does the cost of all images end?", ["near 0", "near 0.25", "near 0.5", "near 1"]
)


# %%
X_stuck = stuck_inputs(X_raw)
stuck_start = random_layers([65, 25, 15, 2], slope, seed=11)
sizes = (20, m)
stuck_runs = {k: stuck_fit(X_stuck[:k], Y[:k], stuck_start, 0.1, 40, batch_size=k) for k in sizes}
stuck = {count: layers for count, (layers, _, _) in stuck_runs.items()}
for count, (_, costs, _) in stuck_runs.items():
    P = stuck_predict(X_stuck[:count], stuck[count])
    right = np.mean(P.argmax(axis=1) == y[:count])
    print(f"{count} images: cost {costs[0]:.3f} after a step, {costs[-1]:.4f} after {len(costs)}")
    print(f"   read right {right:.1%}, 'odd' has the probability {P[:, 1].min():.3f} to {P[:, 1].max():.3f}")
label = Y.mean(axis=0)
print(f"cost of the mean label {label.round(3)} for all images: {np.mean((label - Y) ** 2):.3f}")

compare_prediction("stuck", [abs(costs[-1] - place) < 0.1 for place in (0, 0.25, 0.5, 1)])

# %% [markdown]
# As the post says. Twenty images are learnt by heart, though the program never says that it is sure. All
# images together get one and the same answer. Has it learnt the mean label, then? That would cost 0.25,
# and it costs twice as much. Keep that in mind.

# %% [markdown]
# ### 3.3 The examination
#
# **First tool: nudge.** Is the gradient that of the cost? Nudging needs the cost and nothing else (lesson
# 3). Divide the program's gradient by the nudged one, for a few weights, in batches of several sizes.
#
# **Predict before you run.** What is this ratio in a batch of 5 images?

# %%
ask_prediction("ratio", "What is the ratio for 5 images?", ["1", "5", "10", "another for each weight"])

# %%
places = [(0, (20, 3)), (0, (36, 11)), (2, (4, 7)), (4, (3, 0)), (4, (9, 1))]  # (layer, entry of its W)


def nudged(cost, X, Y, layers, index, place, eps=1e-5):
    """Return the derivative of the cost by one weight, by central differences."""
    sides = []
    for step in (eps, -eps):
        W = layers[index]["W"].copy()
        W[place] += step
        sides.append(cost(X, Y, [*layers[:index], layers[index] | {"W": W}, *layers[index + 1 :]]))
    return (sides[0] - sides[1]) / (2 * eps)


def show_ratios(cost, gradients, X, layers, counts):
    """Show the gradient divided by the nudged one, at `places`, in batches of these sizes; return them."""
    lines, found = ["| images in the batch | smallest ratio | largest |", "|---|---|---|"], {}
    for count in counts:
        some = X[:count], Y[:count]
        grads = gradients(*some, layers)
        ratios = [grads[i]["dW"][place] / nudged(cost, *some, layers, i, place) for i, place in places]
        lines.append(f"| {count} | {min(ratios):.4f} | {max(ratios):.4f} |")
        found[count] = np.array(ratios)
    display(Markdown("\n".join(lines)))
    return found


five = show_ratios(stuck_cost, stuck_gradients, X_stuck, stuck_start, (1, 5, 20, 100, m))[5]

alike = np.ptp(five) < 1e-3
compare_prediction("ratio", [*(alike and abs(five.mean() - k) < 0.1 for k in (1, 5, 10)), not alike])

# %% [markdown]
# One ratio for all weights: the direction is right, and the *length* is not. It is two for each image. Which
# operation of the cost has been forgotten in the gradient?

# %% [markdown]
# **Second tool: change that one thing.** If the length is what separates the two runs, a learning rate
# can make up for it. Give the 20 images steps as long as all images had, and all images steps as short as
# the 20 had.
#
# **Predict before you run.** Who learns now?

# %%
ask_prediction("swapped", "Who learns now?", ["still the 20 alone", "now all the images", "both", "neither"])

# %%
learns = []
for count, rate in ((20, 0.1 * m / 20), (m, 0.1 * 20 / m)):
    layers, costs, _ = stuck_fit(X_stuck[:count], Y[:count], stuck_start, rate, 40, batch_size=count)
    A = forward_layers(X_stuck[:count], layers)[-1]
    right = np.mean(A.argmax(axis=1) == y[:count])
    learns.append(right > 0.9)
    print(f"{count} images at rate {rate:.5f}: cost {costs[-1]:.4f}, read right {right:.1%}")
    print(f"   deviations of the outputs {A.std(axis=0).round(3)}")

few, every = learns
compare_prediction("swapped", [few and not every, every and not few, few and every, not few and not every])

# %% [markdown]
# They swap. So it never was the number of images, but the length of a step. The sum over all $mN$ entries
# stands in the place of their mean, and a sum grows with the batch.

# %% [markdown]
# **Third tool: look inside.** A step that is too long is one thing. But there have been forty of them. Why
# did none lead back? Look at the outputs, at the slopes of the last sigmoids and at the gradient, step by
# step:

# %%
lines = [
    "| steps | mean outputs | median slope | largest slope | largest gradient |",
    "|---|---|---|---|---|",
]
for steps in (0, 1, 2, 40):
    layers, _, _ = stuck_fit(X_stuck, Y, stuck_start, 0.1, steps, m)
    A = forward_layers(X_stuck, layers)[-1]
    slopes = A * (1 - A)
    largest = max(np.abs(grad["dW"]).max() for grad in stuck_gradients(X_stuck, Y, layers) if grad)
    seen = A.mean(axis=0).round(3), *(f"{value:.0e}" for value in (np.median(slopes), slopes.max(), largest))
    lines.append(f"| {steps} | {' | '.join(map(str, seen))} |")
display(Markdown("\n".join(lines)))

# %% [markdown]
# After two steps both outputs are 1 for every image, far out where a sigmoid is flat. One of the two is
# always wrong: that is the cost of 0.5. With squared error all that comes back is multiplied by the slope,
# so nothing comes back, however wrong the answers are.
#
# This is no bug of the program but a choice, squared error behind a sigmoid. You keep it for now, and
# section 5 swaps it.
#
# **Look at what goes in, too.** The program leaves `b` alone. It trusts in its column of ones, whose weights
# are to be the biases of the first layer. Look at the column, at the gradient of its weights, and at the
# answer to an image whose features are all average:

# %%
grads = stuck_gradients(X_stuck, Y, stuck_start)
print(f"the last column, as the network gets it: from {X_stuck[:, -1].min():g} to {X_stuck[:, -1].max():g}")
print(f"largest gradient of its weights: {np.abs(grads[0]['dW'][-1]).max():g}")
print(f"largest gradient of all others:  {np.abs(grads[0]['dW'][:-1]).max():.3g}")
print(f"largest b after training: {max(np.abs(layer['b']).max() for layer in stuck[20] if 'b' in layer):g}")
average = np.zeros((1, 65))
for name, layers in {"before training": stuck_start, "after 20 images": stuck[20]}.items():
    print(f"outputs for the average image, {name}: {forward_layers(average, layers)[-1][0]}")

# %% [markdown]
# Standardising subtracts the mean, and of a constant column nothing is left: it is 0 for every image. So no
# layer has a bias that learns, and what the network says of the average image is fixed for ever.
#
# **Fourth tool: change what should matter.** This measurement is yours. If an image is used, its label
# matters to some weight. `notice` swaps the labels of the rows that you choose, trains two epochs in
# batches of 64 with the old labels and with yours, and returns how far the weights end apart. (The rate is
# small, so that the sum does no harm.) Are there images that the program doesn't notice? Choose other rows
# and run the cell again, until you have a 0 and know where it ends.


# %%
def notice(rows):
    """Return the largest difference of a weight after training with the labels of these rows swapped."""
    Y_changed = Y.copy()
    Y_changed[rows] = 1 - Y_changed[rows]
    pair = [stuck_fit(X_stuck, labels, stuck_start, 0.01, 2, 64)[0] for labels in (Y, Y_changed)]
    return max(np.abs(a["W"] - b["W"]).max() for a, b in zip(*pair, strict=True) if "W" in a)


rows = slice(0, 100)  # change this: [700] is a single image, slice(-100, None) are the last hundred
print(f"labels of {rows} swapped: weights differ by {notice(rows):.0e}")

# %% [markdown]
# Found it? Note how many images there are, and which, before you go on. If not, here is a place to look:
# where would a loop over batches be careless?

# %%
unseen = next(k for k in range(64) if notice(slice(m - k - 1, m)) > 0)
for count in (unseen, unseen + 1):
    print(f"the last {count} labels swapped: weights differ by {notice(slice(m - count, m)):.0e}")
print(f"{m} images in batches of 64: {m // 64} batches and {m % 64} images")

# %% [markdown]
# The images that are left over never get a batch. Here they are few. Had the batch been larger than the
# data, there would be no step at all. (In section 3.2 the batch was everything, so nothing was lost.)
#
# ### 3.4 Never quite sure
#
# One more: why is it never sure, not even of images that it has learnt by heart? Let the outputs be as clear
# as a sigmoid can make them, and try outputs of your own:

# %%
for A in ([0.0, 1.0], [1e-9, 1.0], [1.0, 1.0]):
    print(f"outputs {A} become {softmax(np.array([A]))[0].round(4)}")

# %% [markdown]
# A softmax exponentiates what it gets, because it expects logits, any numbers. From two sigmoids it gets
# numbers between 0 and 1, which differ by less than 1:
#
# $$
# 0 < a_0, a_1 < 1
# \quad\Longrightarrow\quad
# \frac{1}{1 + e} < \frac{e^{a_1}}{e^{a_0} + e^{a_1}} < \frac{e}{1 + e} .
# $$
#
# The order of the two is kept, so the accuracy is right, and by accuracy alone you would never notice. The
# last line is the fifty-fifty of the post: the outputs are [1, 1].

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
# **End of Part A.** You know what is wrong, and how it was found. What is missing is the loop that does it
# right. When you come back, put the cursor into this cell and run all cells above it (in JupyterLab: *Run >
# Run All Above Selected Cell*, in Colab: *Runtime > Run before*).

# %% [markdown]
# ## 4. Mended
#
# ### 4.1 What the loop has to do
#
# You know the faults: a sum in the place of a mean, biases that don't learn, a batch that is dropped, and a
# softmax of what are no logits. Here is what a loop has to do; how is yours. `check` examines it as you have
# examined the other one.
#
# - The cost of a batch is $J$ of section 3.1, of that batch. Its derivative with respect to the outputs
#   is where you begin the way back. Divide there, once, and never again.
# - The dense layers have their biases, and these learn too.
# - Every example has its turn in every epoch, in the given order. The last batch takes what is left.
# - Compute all gradients of a step before you change any weight.
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
# Now mend everything but one fault, from the start of the stuck run. The summed gradient is easy to have:
# it is your loop with a learning rate $2m$ times as large, so the rate of 0.1 in the post was in truth
# $0.1 \cdot 2m$. Biases that don't learn are his loop, at a rate that makes up for the sum. The dropped
# batch is an array without its last rows. Which fault alone brings the symptom back, outputs that are the
# same for all images, with a deviation of 0?

# %%
X_stuck_test = np.hstack([X_test, np.zeros((len(X_test), 1))])
used = m - m % 64
runs = {
    "full batch": (fit_layers, X_stuck, Y, stuck_start, 1.0, 40, m),
    "full batch, summed gradient": (fit_layers, X_stuck, Y, stuck_start, 0.1 * 2 * m, 40, m),
    "full batch, biases don't learn": (stuck_fit, X_stuck, Y, stuck_start, 1.0 / (2 * m), 40, m),
    "batches of 64": (fit_layers, X_stuck, Y, stuck_start, 1.0, 40, 64),
    "batches of 64, the last dropped": (fit_layers, X_stuck[:used], Y[:used], stuck_start, 1.0, 40, 64),
}
trained = {name: loop(*arguments)[:2] for name, (loop, *arguments) in runs.items()}
lines = ["| run | last loss | deviation of the outputs | held-out images read right |", "|---|---|---|---|"]
for name, (layers, history) in trained.items():
    deviation = forward_layers(X_stuck, layers)[-1].std(axis=0).max()
    right = np.mean(forward_layers(X_stuck_test, layers)[-1].argmax(axis=1) == y_test)
    lines.append(f"| {name} | {history[-1]:.4f} | {deviation:.3f} | {right:.1%} |")
display(Markdown("\n".join(lines)))

# %%
show(plots.plot_histories({name: history for name, (_, history) in trained.items()}))

# %% [markdown]
# The sum is no wrong direction. It is a learning rate that grows with the number of images, and that is
# why twenty images looked so good. Is it always one answer for all? The first weights decide, so take six
# other starts:

# %%
for seed in range(6):
    other = random_layers([65, 25, 15, 2], slope, seed)
    layers, summed = fit_layers(X_stuck, Y, other, 0.1 * 2 * m, 40, m)
    _, whole = fit_layers(X_stuck, Y, other, 1.0, 40, m)
    deviation = forward_layers(X_stuck, layers)[-1].std(axis=0)
    print(f"start {seed}: loss {whole[-1]:.3f}, summed {summed[-1]:.3f}, deviations {deviation.round(2)}")

# %% [markdown]
# With the sum, each of them ends far above what it reaches with the mean. How bad it gets, one answer for all
# images or for some, depends on the start. You may meet the sum in libraries, too: mlxtend's perceptron steps
# by it, and reports the mean.
#
# The biases and the last batch cost little here, which is the worst that can be said of them: nothing tells
# you that they are missing. In another task, with few images or with features whose average means something,
# they would be what you look for. (The softmax has no part in training, so it is not in the table.)

# %% [markdown]
# ## 5. Keras
#
# ### 5.1 `compile(loss="mse")` and `fit`
#
# The list of layers is what `Sequential` takes, and now the two should agree to the last digits. The
# conditions are those of lesson 5: the same start, the same order, everything in `float64`, and a slope
# that `float32` holds exactly.


# %%
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


# %%
layers, history = fit_layers(X, Y, start, 0.5, 20, 64)
weights, keras_history = keras_fit("mse", 0.5, 20)
print(f"after {len(history)} epochs: loss {history[-1]:.6f}, in Keras {keras_history[-1]:.6f}")
print(f"weights apart {apart(layers, weights):.0e}")
print(f"losses apart {np.abs(np.array(history) - keras_history).max():.0e}")

# %% [markdown]
# ### 5.2 Swap the loss
#
# Model, loss and gradient descent are three things, and you can swap the loss. In Keras that is one word
# of `compile`. And in your program? Neither `forward_layers` nor `backward_layers` knows which cost there
# is. The way back begins with the derivative of the cost with respect to the outputs, and that is the one
# line. For binary cross-entropy, a mean over all entries too, it is
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


def fit_cross_entropy(learning_rate, epochs):
    """Return the layers after training on the cross-entropy, in batches of 64."""
    layers = start
    for _ in range(epochs):
        for first in range(0, m, 64):
            rows = slice(first, first + 64)
            layers = step(X[rows], Y[rows], layers, learning_rate, of_cross_entropy)
    return layers


weights, _ = keras_fit("binary_crossentropy", 0.125, 5)
print(f"cross-entropy, rate 0.125: weights apart {apart(fit_cross_entropy(0.125, 5), weights):.0e}")
with np.errstate(all="ignore"):
    too_fast = weights_of(fit_cross_entropy(1.0, 5))
print(f"cross-entropy, rate 1: all weights are numbers: {all(np.isfinite(W).all() for W in too_fast)}")

# %% [markdown]
# If an output rounds to exactly 0 or 1, the fraction is 0 over 0, or 1 over 0 where the answer is wrong, and
# the weights become NaN. Keras finds the logits behind the sigmoid and computes the cost from them, as
# lesson 4 does.

# %% [markdown]
# ### 5.3 What another loss changes
#
# The fraction has the slope of the sigmoid in its denominator, and the way back through the sigmoid
# multiplies by it. What is left is $(a - y)/(mN)$: with cross-entropy a flat sigmoid is no dead end.
#
# **Predict before you run.** So can cross-entropy cope with the summed gradient? To see the loss alone, the
# network stays as it is. Only the last sigmoid leaves the list, and the way back begins with the derivative
# at its input, $a - y$, summed. No fraction is left that could be 0 over 0.

# %%
ask_prediction(
    "summed with cross-entropy",
    "How does the network end, with cross-entropy and the summed gradient?",
    [
        "It tells odd from even.",
        "It gives all images one answer, and stays with it.",
        "It gives all images one answer, and keeps changing its mind.",
        "It has no answer: its weights overflow.",
    ],
)


# %%
signals = {  # the derivative at the input Z of the last sigmoid, summed
    "squared error": lambda Z, Y: 2 * (sigmoid(Z) - Y) * sigmoid(Z) * (1 - sigmoid(Z)),
    "cross-entropy": lambda Z, Y: sigmoid(Z) - Y,
}


def fates(hidden, loss, seeds, steps=40):
    """Return the share answered "odd" after each step, (seeds, steps), NaN from an overflow on."""
    shares = np.full((len(seeds), steps), np.nan)
    for row, seed in zip(shares, seeds, strict=True):
        layers = random_layers([64, 25, 15, 2], slope, seed)[:-1]
        if hidden == "sigmoid":
            layers = [{"type": "sigmoid"} if "slope" in layer else layer for layer in layers]
        for i in range(steps):
            layers = step(X, Y, layers, 0.1, signals[loss])
            Z = forward_layers(X, layers)[-1]
            if not np.isfinite(Z).all():
                break
            row[i] = np.mean(Z.argmax(axis=1))
    return shares


def in_words(shares):
    return " ".join("NaN" if np.isnan(share) else f"{share:.0%}" for share in shares)


seeds = (11, 12, 13, 14, 15, 16)
ends = {}
lines = ["| hidden layers | loss | 'odd', last four steps | six starts: sits still | moves | NaN |"]
lines.append("|---|---|---|---|---|---|")
with np.errstate(all="ignore"):
    for hidden, loss in progress_bar([(h, loss) for h in ("leaky ReLU", "sigmoid") for loss in signals]):
        ends[hidden, loss] = last = fates(hidden, loss, seeds)[:, -4:]
        overflown = np.isnan(last[:, -1])
        still = ~overflown & (np.ptp(last, axis=1) < 0.01)
        counts = still.sum(), (~still & ~overflown).sum(), overflown.sum()
        lines.append(f"| {hidden} | {loss} | {in_words(last[0])} | {' | '.join(map(str, counts))} |")
display(Markdown("\n".join(lines)))

last = ends["leaky ReLU", "cross-entropy"][0]
to_one, swings = np.all(abs(last - 0.5) > 0.4), np.ptp(last) > 0.5
outcomes = [to_one and not swings, to_one and swings, np.isnan(last).any()]
compare_prediction("summed with cross-entropy", [not any(outcomes), *outcomes])

# %% [markdown]
# Change the loss alone, and a network that sat still overflows: the signal comes back with full force, step
# after step, and each step makes the weights larger. Sigmoids in the hidden layers bound what the last
# layer is fed, so nothing overflows. Then, with cross-entropy, the answer jumps between "even" for all and
# "odd" for all, from this start; from other starts it sits still there, too.

# %% [markdown]
# One fault, three pictures. So don't guess a fault by its picture. Does the ratio of section 3.3 find it
# behind cross-entropy as well?


# %%
def cross_entropy(X, Y, layers):
    """Return the mean binary cross-entropy."""
    A = forward_layers(X, layers)[-1]
    return -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))


def summed_gradients(X, Y, layers):
    """Return the gradients of the cross-entropy, the mean forgotten."""
    activations = forward_layers(X, layers)
    return backward_layers(layers, activations, of_cross_entropy(activations[-1], Y) * Y.size)[0]


found = show_ratios(cross_entropy, summed_gradients, X, start, (1, 5, 20, 100, m))

# %% [markdown]
# ## 6. Questions learners ask
#
# *This section is optional.*
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
# - A sum in the place of a mean is a learning rate that grows with the batch. What you see of it depends on
#   the loss, the layers and the start: outputs that sit still, that alternate, or that are no numbers.
# - A softmax of sigmoid outputs is never sure. A column of ones that is standardised is no bias. A last
#   batch that is dropped is never missed. None of these shows up in the accuracy here.
# - **To find out what is wrong:** nudge, and look at the *ratio*. One ratio for all weights is a factor,
#   and its number says which. Then change what should matter, and see whether anything takes notice.
#
# All symbols of the course are in [docs/notation.md](../../docs/notation.md).

# %% [markdown]
# ### Question: What would you measure?
#
# Someone writes: *"I train with cross-entropy, leaky ReLU inside and two sigmoids at the end, which go
# through a softmax. With 10 images in a batch it learns well, though it is never surer than 73 %. With 1,000
# in a batch, all weights are NaN after a few steps. It can't be a flat sigmoid, since that is no dead end for
# cross-entropy."* Answer in a hundred or two hundred words. Which three measurements do you ask for, in
# which order, and what would each of them tell you? Point to two experiments of this lesson.

# %% [markdown]
# **Your answer (4 points)**
#
# ### BEGIN SOLUTION
# First the gradient divided by the nudged one, for a few weights and several batch sizes (section 3.3). One
# ratio that grows with the batch is a sum in the place of a mean; different ratios for different weights
# would be a mistake in the derivation after all. A ratio of 1 everywhere says that the gradient is that of
# the cost, and the learning rate is too large, or an output has rounded to 0 or 1 (section 5.2).
#
# Then one change: 1,000 images with a rate 100 times smaller, and 10 with a rate 100 times larger. If their
# fates swap, as those of 20 images and all did, it is the length of the step. That it is NaN, and doesn't sit
# still, fits: with leaky ReLU and cross-entropy the weights overflow (section 5.3).
#
# Third, the two outputs before the softmax. If they are near 0 and 1 while the softmax says 73 %, the network
# is sure and the softmax hides it: of numbers between 0 and 1 it can't make more (section 3.4).
#
# *For the marker, one point each:* (1) nudging, as a ratio, for more than one batch size; (2) a change of one
# thing, such as the rate, and what either result would tell; (3) the outputs before the softmax, with the
# reason for 73 %; (4) two experiments that fit. Any wording will do.
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
# - mlxtend 0.25.0, source of `MultiLayerPerceptron` (github.com/rasbt/mlxtend): a step by the sum of the
#   gradients, and in `cost_` the mean.
# - The images: scikit-learn's `load_digits`, a copy of the test set of "Optical Recognition of
#   Handwritten Digits" (E. Alpaydin and C. Kaynak 1998, UCI Machine Learning Repository).
