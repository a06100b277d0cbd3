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
# # Lesson 2: Forward propagation
#
# Nearly every tutorial writes a line such as `Dense(25, activation="sigmoid")` and goes on. Someone
# always asks:
#
# > *It says that this line makes 25 neurons. Where are they? I never gave them a single number. What
# > do they compute, and with what?*
#
# ![A layer as arrays: six examples of eight inputs, times weights of eight rows and five columns,
# plus five biases, gives six rows of five numbers. Marked are one row of inputs, one column of
# weights and one bias, which make one number.](02_forward_propagation.png)
#
# In this lesson you find out by building them. You put units into a layer, and layers into a network
# that looks at an image and answers with a probability. This way through the network, from the input
# to the answer, is called **forward propagation**. At the end you find your own code inside `Dense`.
#
# **You need** the matrix product and NumPy arrays. **You write** six short
# functions. `check` compares each with TensorFlow.
#
# **Time**: *Part A*, sections 1 to 3, builds the network, in about 90 minutes. *Part B*, sections 4 to 6, is
# its cost, its start and a look inside `Dense`, in about 80. Sections 7 and 8 are optional; the question in
# section 9 counts.

# %%
LESSON = "02_forward_propagation"

from grader import check

# %%
import numpy as np
from IPython.display import Markdown, display

from grader import ask_prediction, ask_questions, compare_prediction, hint, progress, solution
from utils.data import load_digits, split
from utils.network import backward, initialize, sigmoid
from utils.plots import forward_propagation as plots
from utils.plots import plot_digits, plot_network, show
from utils.progress import progress_bar
from utils.tensorflow import import_tensorflow
from utils.threads import blas_threads
from utils.timing import seconds
from utils.widgets import layer_lab

threads = blas_threads(1)  # for matrices of this size, more threads only cost time

# %% [markdown]
# **Before you begin**, three questions from memory. They are not graded.

# %%
ask_questions()

# %% [markdown]
# ## 1. One unit, many units
#
# ### 1.1 A weighted sum and a squash
#
# A **unit**, also called a neuron, looks at $n$ numbers and answers with one. It has a **weight**
# $w_j$ for each of its inputs and one **bias** $b$. It does two things:
#
# $$
# z = \sum_{j=1}^{n} x_j\, w_j + b, \qquad a = g(z) .
# $$
#
# The sum $z$ is the *pre-activation*, $g$ the *activation function*, and its value $a$ the *activation*
# of the unit. Here $g$ is mostly the sigmoid of lesson 1, $\sigma(z) = 1 / (1 + e^{-z})$, which
# squashes any number into the range from 0 to 1.

# %% [markdown]
# ### 1.2 Many units look at the same input
#
# A **layer** is a number of units that all look at the same inputs. Each has weights of its own.
# Put the weights of each unit into a **column** and set the columns side by side: that is the
# matrix $W$. It has a row for each input and a column for each unit. The biases stand side by side
# in the vector $b$. Unit $k$ uses column $k$ and nothing else:
#
# $$
# z_k = \sum_{j} x_j\, W_{jk} + b_k, \qquad a_k = g(z_k)
# \qquad \text{for } k = 1, \dots, n_{\text{out}} .
# $$

# %%
show(plots.plot_layer(1, 8, 5, example=0, unit=2))

# %% [markdown]
# ### Exercise 1: `dense_loop` (2 points)
#
# Write a layer for *one* example, unit by unit, with a Python loop. It is called *dense* because
# every unit is connected to every input.
#
# - `activation` is a function that works on each entry by itself. It takes a number or
#   an array and gives back the same shape.
# - How many inputs and how many units there are, `W` tells you.
#
# *Mind that an array made like one of integers cannot hold a fraction.*


# %%
def dense_loop(a_prev, W, b, activation):
    """Return the activations of a layer for one example, computed unit by unit.

    Arguments:
        a_prev: (n_in,) the inputs of the layer, floats or integers.
        W: (n_in, n_out) the weights, a column for each unit.
        b: (n_out,) the biases.
        activation: a function that acts elementwise on a number or an array.

    Returns:
        (n_out,) float64.
    """
    ### BEGIN SOLUTION
    n_in, n_out = W.shape
    a = np.zeros(n_out)
    for k in range(n_out):
        z = b[k]
        for j in range(n_in):
            z = z + a_prev[j] * W[j, k]
        a[k] = activation(z)
    return a
    ### END SOLUTION


# %%
check(dense_loop)

# %% [markdown]
# ### 1.3 The data
#
# The images are handwritten zeros and ones from the digits of scikit-learn. Each is 8 pixels high
# and 8 wide. Laid out in one line, an image is a **row** of 64 numbers between 0 (blank paper) and
# 1 (full ink). `X` holds the images, one a row, and `Y` their labels in a single column. A quarter
# of the images is held out: nothing is ever fitted to those.

# %%
images, digits = load_digits(classes=(0, 1))
X, X_test, y, y_test = split(images, digits, seed=3)
Y = y[:, np.newaxis].astype(float)  # a column; section 4 shows why that matters
m = len(X)

print(f"X {X.shape}, Y {Y.shape}, held out {X_test.shape}, {y.mean():.0%} of the labels are 1")

# %%
show(plot_digits(X[:8], [f"label {label}" for label in y[:8]]))

# %% [markdown]
# ### 1.4 Paint a unit by hand
#
# The inputs are 64 pixels, so there are 64 weights, one for each pixel, and you can look at them as
# an *image*. Paint one by hand. A 1 has its ink in the middle columns, so give those the weight +1.
# Ink to the left or the right speaks against a 1, so give the rest the weight -1. The bias is what
# the unit answers to blank paper, before it has seen any ink. Give it +1.

# %%
stripe = np.tile([-1.0, -1.0, -1.0, 1.0, 1.0, -1.0, -1.0, -1.0], 8)  # eight rows, all alike
bias = 1.0


def unit(x, w, b):
    """Return the pre-activation of one unit for one image `x` (n,), weights `w` (n,), bias `b`."""
    z = b
    for j in range(len(x)):
        z = z + x[j] * w[j]
    return z


zero, one = X[1], X[2]
for name, image in {"a zero": zero, "a one": one}.items():
    z = unit(image, stripe, bias)
    print(f"{name}: z = {z:+.3f}, a = {sigmoid(z):.4f}")

# %%
answers = [unit(image, stripe, bias) for image in (zero, one)]
show(
    plots.plot_unit(
        np.array([zero, one]),
        stripe,
        [f"$z = {z:+.2f}$\n$a = {sigmoid(z):.4f}$" for z in answers],
    )
)

# %% [markdown]
# That is all there is to a neuron. It lays its weights over the image like a stencil, adds up what
# it sees and says how well it fits. Nobody has trained this one. How good is it? Count an answer of
# 0.5 or more as a 1, anything less as a 0.

# %%
z = np.array([unit(image, stripe, bias) for image in X])
right = np.mean((sigmoid(z) >= 0.5) == y)
display(
    Markdown(
        f"Your hand-painted unit reads **{right:.1%}** of the {m} images right. "
        f"Always answering 1 would get {max(y.mean(), 1 - y.mean()):.1%}."
    )
)

# %%
far_off = np.argsort(np.where(y == 1, z, -z))[:6]  # the most certain of the wrong answers
show(plot_digits(X[far_off], [f"label {y[i]}\nz = {z[i]:+.1f}" for i in far_off]))

# %% [markdown]
# These are the images that it misreads with the greatest certainty. They do not stand where the
# stencil expects them. One stencil cut by hand is not enough: you need more of them, and something
# that weighs what they say.

# %% [markdown]
# ## 2. A layer
#
# ### 2.1 Three units side by side
#
# Put your stripe into a layer with two other stencils: a *ring*, which wants blank paper in the
# middle and some ink around it, and one with random weights. Three units, so three columns.

# %%
inside = np.zeros((8, 8), dtype=bool)
inside[2:6, 3:5] = True
ring = np.where(inside, -1.0, 0.25).ravel()
noise = np.random.default_rng(0).normal(scale=0.3, size=64)

stencils = np.column_stack([stripe, ring, noise])
biases = np.array([1.0, -1.0, 0.0])
print(f"W {stencils.shape}, b {biases.shape}")
for name, image in {"a zero": zero, "a one": one}.items():
    print(f"{name}: stripe, ring, random say {dense_loop(image, stencils, biases, sigmoid).round(3)}")

# %% [markdown]
# ### 2.2 All units and all examples at once
#
# The loop visits one unit after the other, and it has to be run for one image after the other. Now
# write all of it at once, for a **batch**: a number of examples that go through together. Let row $i$
# of $A_{\text{prev}}$ hold the inputs of example $i$. Then unit $k$ computes, for example $i$,
#
# $$ Z_{ik} = \sum_{j} (A_{\text{prev}})_{ij}\, W_{jk} + b_k . $$
#
# Look at the indices. A row of the one against a column of the other, added up over the index in
# the middle: that is the definition of a product that you know. You have shapes $(m, n_{\text{in}})$ and
# $(n_{\text{in}}, n_{\text{out}})$, and you look for $(m, n_{\text{out}})$. The bias has one entry for each
# unit, and *every* row, so every example, gets the same $b$ added. An example is a **row**, a neuron is a
# **column** of $W$ with its entry of $b$.

# %%
show(plots.plot_layer(6, 8, 5, example=3, unit=2))

# %% [markdown]
# ### Exercise 2: `dense` (3 points)
#
# Write the layer for a whole batch, without any loop.


# %%
def dense(A_prev, W, b, activation):
    """Return the activations of a layer for a batch.

    Arguments:
        A_prev: (m, n_in) the inputs of the layer, one example a row, floats or integers.
        W: (n_in, n_out) the weights, a column for each unit.
        b: (n_out,) the biases.
        activation: a function that acts elementwise on an array of any shape.

    Returns:
        (m, n_out) float64.
    """
    ### BEGIN SOLUTION
    return activation(A_prev @ W + b)
    ### END SOLUTION


# %%
check(dense)

# %% [markdown]
# <details>
# <summary>When the check says that it is right: the layer in one line</summary>
#
# $$
# \underset{(m,\,n_{\text{out}})}{Z}
# = \underset{(m,\,n_{\text{in}})}{A_{\text{prev}}}\; \underset{(n_{\text{in}},\,n_{\text{out}})}{W}
# + \underset{(n_{\text{out}},)}{b},
# \qquad
# \underset{(m,\,n_{\text{out}})}{A} = g(Z) .
# $$
#
# The shape of each array stands under it, and that is a good habit: the inner sizes of a product
# must be equal, and they disappear.
# </details>
#
# Two functions, one layer. They should give the same numbers, so let them:


# %%
def largest_difference(mine, reference):
    """Return the largest difference of two arrays relative to the largest reference value."""
    return float(np.abs(mine - reference).max() / np.abs(reference).max())


row_by_row = np.array([dense_loop(image, stencils, biases, sigmoid) for image in X])
at_once = dense(X, stencils, biases, sigmoid)
print(f"loop {row_by_row.shape}, at once {at_once.shape}")
print(f"largest difference, relative: {largest_difference(at_once, row_by_row):.0e}")

# %% [markdown]
# The two differ by a rounding error at most. A sum taken in another order rounds differently in the
# last digit, and that is no mistake.

# %% [markdown]
# ### 2.3 What the loop costs
#
# **Predict before you run.** A layer of 25 units, 64 inputs each, for all the training images: once
# with `dense_loop`, image by image, and once with `dense`. How many times as long does the loop
# take: 5 times, 50 times, or more than 500 times?

# %%
ask_prediction("loop or product", "How many times as long does the loop take?", [5, 50, 500], unit="times")


# %%
params = initialize([64, 25, 15, 1], seed=3)  # where such numbers come from: section 5
W1, b1 = params["W1"], params["b1"]


def time_both(batch):
    """Return the seconds that `dense_loop` and `dense` take for the images of a batch."""
    loop = seconds(lambda: [dense_loop(image, W1, b1, sigmoid) for image in batch])
    return loop, seconds(lambda: dense(batch, W1, b1, sigmoid), times=20)


sizes = [1, 3, 10, 30, 90, m]
time_loop, time_dense = np.transpose([time_both(X[:size]) for size in sizes])

products = m * W1.size
print(f"one layer, {m} images: {products:,} multiplications")
for name, times in {"loop": time_loop, "at once": time_dense}.items():
    each = times[-1] / products
    print(f"on this machine, {name:7} {times[-1] * 1e3:9.2f} ms, {each * 1e9:7.2f} ns a multiplication")
print(f"the loop takes {time_loop[-1] / time_dense[-1]:,.0f} times as long")
compare_prediction("loop or product", time_loop[-1] / time_dense[-1])

# %%
show(plots.plot_times(sizes, {"loop": time_loop, "matrix product": time_dense}))

# %% [markdown]
# Both do the same multiplications. But Python looks up, unpacks and packs every single number
# before it multiplies, and the matrix product runs in compiled code that takes several numbers at
# a time and keeps them close at hand. For small batches its curve is nearly flat: there you see the
# fixed price of the call itself, and the work costs next to nothing.

# %% [markdown]
# ### 2.4 The activation is yours to choose
#
# `dense` does not care what `activation` is. Here are four that you will meet, and what they do to
# the same 25 pre-activations of every image:


# %%
def identity(z):
    """Return `z` as it is."""
    return z


def relu(z):
    """Return `z` where it is positive, else 0."""
    return np.maximum(z, 0)


activations = {"sigmoid": sigmoid, "tanh": np.tanh, "ReLU": relu, "identity": identity}
for name, activation in activations.items():
    out = dense(X, W1, b1, activation)
    print(f"{name:8} from {out.min():+.3f} to {out.max():+.3f}")

# %%
z = np.linspace(-4, 4, 161)
show(plots.plot_activations(z, {name: activation(z) for name, activation in activations.items()}))

# %% [markdown]
# Play with it. Here is a small layer of three units for an example with two inputs, and *your* `dense`
# computes it. Choose a unit, move its weights and its bias, and see which of the numbers follow. Can you
# make unit 2 say the same as unit 1? The keyboard alone is enough.

# %%
layer_lab(dense, x=[1.0, 0.5], W=[[1.0, -2.0, 0.5], [2.0, 1.0, -0.5]], b=[-1.0, 0.5, 0.0])

# %% [markdown]
# ## 3. A network
#
# ### 3.1 Layers in a row
#
# One unit sees pixels. A second layer can look at what the units of the first one say, a third at
# what the second says. That is the whole idea of a network: the activations of each layer are the
# inputs of the next. Number the layers from 1 to $L$ and call the data $A_0$. Let $n_l$ be the number
# of units of layer $l$, and $n_0$ the number of features. With the sigmoid $\sigma$ everywhere,
#
# $$
# A_0 = X, \qquad
# \underset{(m,\,n_l)}{Z_l} = \underset{(m,\,n_{l-1})}{A_{l-1}}\;
# \underset{(n_{l-1},\,n_l)}{W_l} + \underset{(n_l,)}{b_l},
# \qquad
# \underset{(m,\,n_l)}{A_l} = \sigma(Z_l), \qquad l = 1, \dots, L .
# $$
#
# Row $i$ of every $A_l$ belongs to example $i$. The number of rows, $m$, is the same all the way
# through. What changes from layer to layer is the number of columns, and $W_l$ decides it. Our
# network has two *hidden* layers, of 25 and 15 units. They are called so because they stand between
# the data and the answer, and nobody says what should come out of them. The last layer is one output
# unit. It answers with a number between 0 and 1: its guess at the probability that the image shows a 1.

# %%
layer_sizes = [64, 25, 15, 1]
show(plot_network(layer_sizes))

# %% [markdown]
# With your `dense` it is three lines:

# %%
A1 = dense(X, params["W1"], params["b1"], sigmoid)
A2 = dense(A1, params["W2"], params["b2"], sigmoid)
A3 = dense(A2, params["W3"], params["b3"], sigmoid)
print(f"X {X.shape}  A1 {A1.shape}  A2 {A2.shape}  A3 {A3.shape}")

# %% [markdown]
# ### 3.2 The cache
#
# Three lines for three layers, twelve for twelve: that asks for a loop. It also asks what should be
# kept. For an answer you only need the last $A$. But to *learn*, the network has to find out how
# each weight influenced that answer, and for this it needs to know what every layer was fed. So the
# forward pass puts everything it computes into a dict, the **cache**, and returns it with the
# answer.

# %% [markdown]
# ### Exercise 3: `forward` (4 points)
#
# Write the forward pass of a network with the sigmoid at *every* layer, for any number of layers of
# any size.
#
# - `params` has the entries `"W1"`, `"b1"`, `"W2"`, ... in any order. How many layers there are, it
#   tells you.
# - The cache has the entries `"A0"`, which is `X`, and `"Z1"`, `"A1"`, `"Z2"`, `"A2"`, ... up to the
#   last layer.


# %%
def forward(X, params):
    """Run the examples through every layer.

    Arguments:
        X: (m, n_0) the examples, one a row, floats or integers.
        params: dict {"W1": (n_0, n_1), "b1": (n_1,), "W2": ...}, for any number of layers.

    Returns:
        A: (m, n_L) float64, the activations of the last layer.
        cache: dict {"A0": X, "Z1": (m, n_1), "A1": (m, n_1), "Z2": ..., "A2": ...}.
    """
    ### BEGIN SOLUTION
    A, cache = X, {"A0": X}
    for layer in range(1, len(params) // 2 + 1):
        Z = A @ params[f"W{layer}"] + params[f"b{layer}"]
        A = sigmoid(Z)
        cache[f"Z{layer}"], cache[f"A{layer}"] = Z, A
    return A, cache
    ### END SOLUTION


# %%
check(forward)

# %%
A, cache = forward(X, params)
rows = ["| array | shape | numbers in it | from | to |", "|---|---|---|---|---|"]
rows += [
    f"| {name} | {array.shape} | {array.size:,} | {array.min():+.3f} | {array.max():+.3f} |"
    for name, array in cache.items()
]
display(Markdown("\n".join(rows)))
print(f"the same as the three lines above: {np.array_equal(A, A3)}")

# %% [markdown]
# **Why keep it?** Ask the one who reads it. The backward pass, which you build in lesson 3, gets
# the cache and returns the gradient of every weight. Hand it a dict that takes notes:


# %%
class Watched(dict):
    """A dict that remembers which entries were read."""

    def __init__(self, entries):
        super().__init__(entries)
        self.read = []

    def __getitem__(self, name):
        self.read.append(name)
        return super().__getitem__(name)


watched = Watched(cache)
backward(params, watched, Y)
print("the backward pass reads", " > ".join(dict.fromkeys(watched.read)))

# %% [markdown]
# From the back to the front: the answer first, then what every layer was fed. It reads no $Z$,
# because the sigmoid's derivative can be had from its value. Other activations do need $Z$, and
# lesson 4 computes its cost from the last $Z$, so it is kept too.
#
# Without the cache each of these arrays would have to be computed again from `X`: three layers for
# $A_3$, two for $A_2$, one for $A_1$. Here is what that comes to, and what the cache costs.

# %%
for depth in (3, 10, 50):
    print(f"{depth:2} layers: {depth:2} layer passes with a cache, {depth * (depth + 1) // 2:5,} without")

numbers = sum(array.size for array in cache.values())
own = sum(array.size for array in params.values())
print(f"\nnumbers in the cache: {numbers:,} for {m} images, so {numbers // m} an image")
print(f"numbers in params:    {own:,}, however many images there are")

# %% [markdown]
# That is the bargain of the cache: memory for time. It grows with the batch, while the parameters
# do not. It is the reason why *training* needs so much more memory than *using* a network, and why
# people who train very deep ones keep only some of the layers and compute the others twice (Chen et
# al. 2016).

# %% [markdown]
# ### 3.3 What does it say?
#
# Nobody has trained this network. Listen to it anyway.

# %%
read = np.mean((A[:, 0] >= 0.5) == y)
print(f"its answers lie between {A.min():.4f} and {A.max():.4f}")
print(f"it reads {read:.1%} of the images right; the unit painted by hand reads {right:.1%}")

# %% [markdown]
# It says nearly the same to every image. No answer reaches 0.5, so it takes every image for a 0 and
# is right about the zeros alone. A network is not clever because it has layers. All it knows has to
# be in its weights, and so far those are random. How many are there?

# %% [markdown]
# ### 3.4 Count the parameters
#
# Weights and biases together are the **parameters** of a network, the numbers that training may
# change. Count them one layer at a time. Layer $l$ has $n_l$ units. Each has a weight for every one
# of its $n_{l-1}$ inputs, and one bias. So
#
# $$
# \text{parameters of layer } l
# = \underbrace{n_{l-1}\, n_l}_{\text{entries of } W_l} + \underbrace{n_l}_{\text{entries of } b_l} .
# $$
#
# The input has no weights and no biases: it is where the data lie, not a layer that computes.

# %% [markdown]
# ### Exercise 4: `count_parameters` (2 points)
#
# Write a function that counts the parameters of a network from the sizes of its layers alone.
# `layer_sizes` is a list such as `[64, 25, 15, 1]`: the number of features (the columns of `X`) comes
# first, then the number of units of each layer.


# %%
def count_parameters(layer_sizes):
    """Return the number of weights and biases of a network of dense layers.

    Arguments:
        layer_sizes: list of at least two ints, the number of features and of the units a layer.

    Returns:
        int.
    """
    ### BEGIN SOLUTION
    total, n_in = 0, layer_sizes[0]
    for n_out in layer_sizes[1:]:
        total += (n_in + 1) * n_out
        n_in = n_out
    return total
    ### END SOLUTION


# %%
check(count_parameters)

# %%
rows = ["| layer | weights | biases | together |", "|---|---|---|---|"]
for number in (1, 2, 3):
    n_in, n_out = params[f"W{number}"].shape
    rows.append(f"| {number} | {n_in} · {n_out} = {n_in * n_out:,} | {n_out} | {(n_in + 1) * n_out:,} |")
rows.append(f"| all | | | **{count_parameters(layer_sizes):,}** |")
display(Markdown("\n".join(rows)))
print(f"entries of all arrays in params: {sum(array.size for array in params.values()):,}")

# %%
show(plots.plot_parameters(layer_sizes))

# %% [markdown]
# Most of the parameters sit where the image comes in. And they grow with the *product* of two
# neighbouring sizes. Make every hidden layer twice as wide, or the image twice as high and wide:

# %%
base = count_parameters(layer_sizes)
for other in ([64, 25, 15, 1], [64, 50, 30, 1], [256, 25, 15, 1], [784, 250, 150, 10]):
    total = count_parameters(other)
    print(f"{'-'.join(map(str, other)):15} {total:8,} parameters, {total / base:6.1f} times as many")

# %% [markdown]
# Twice as wide doubles the sizes on both sides of $W_2$ but only on one side of $W_1$ and of $W_3$, so
# the total more than doubles and does not reach four times. The larger image has four times as many
# pixels, and that concerns $W_1$ alone. The last line is a network for images of 28 by 28 pixels, with
# ten times as many units in every layer.

# %% [markdown]
# **End of Part A.** You have units, layers, and a network with its cache. What is missing is a number that
# says how bad its answers are, and weights to start with. When you come back, put the cursor into this cell
# and run all cells above it (in JupyterLab: *Run > Run All Above Selected Cell*, in Colab: *Runtime > Run
# before*).

# %% [markdown]
# ## 4. Shapes that fool you
#
# ### 4.1 How wrong is it?
#
# To train a network you need one number that says how bad its answers are. It is the cost of
# lesson 1, and a network does not change it: the **loss** $\ell_i$ of example $i$ compares its
# answer $a_i$ with its label $y_i$, and the **cost** $J$ is the mean loss,
#
# $$
# J = \frac{1}{m} \sum_{i=1}^{m} \ell_i, \qquad
# \ell_i = -\,y_i \log a_i - (1 - y_i) \log (1 - a_i) .
# $$
#
# Here $a_i$ is row $i$ of $A_L$ and $y_i$ is row $i$ of $Y$, and both arrays have the shape
# $(m, 1)$. The logarithm is the natural one.

# %% [markdown]
# ### Exercise 5: `binary_cross_entropy` (3 points)
#
# Write the cost for a batch. It is one number, so return one number and not an array that holds
# one.


# %%
def binary_cross_entropy(Y, A):
    """Return the mean loss over the examples.

    Arguments:
        Y: (m, 1) labels, 0 or 1, float64 or int64.
        A: (m, 1) float64, the predictions, strictly between 0 and 1.

    Returns:
        float.
    """
    ### BEGIN SOLUTION
    losses = -Y * np.log(A) - (1 - Y) * np.log(1 - A)
    return float(np.mean(losses))
    ### END SOLUTION


# %%
check(binary_cross_entropy)

# %%
J = binary_cross_entropy(Y, A)
print(f"cost of the untrained network: {J:.6f}")
print(f"cost of always answering 0.5:  {np.log(2):.6f}")

# %% [markdown]
# Someone who knows nothing and says so, with 0.5 for every image, has a lower cost than this network.

# %% [markdown]
# ### 4.2 How NumPy fits shapes together
#
# When NumPy adds, multiplies or subtracts two arrays of different shapes, it *broadcasts*. It
# writes the shapes one under the other, aligned **on the right**. Where one of them has a 1, or
# nothing at all, it repeats that array along this axis. Where they have two different numbers, it
# stops with an error.

# %%
pairs = [((m, 25), (25,)), ((m, 25), (m, 1)), ((m, 1), (1, 25)), ((m, 1), (m,)), ((m, 25), (m,))]
for first, second in pairs:
    try:
        result = np.broadcast_shapes(first, second)
    except ValueError:
        result = "error"
    print(f"{first!s:10} with {second!s:8} gives {result}")

# %% [markdown]
# The first line is the bias in your `dense`, and it is what you want. The fourth line is a trap.
# Learn to know it before it finds you.

# %% [markdown]
# ### 4.3 Labels without their axis
#
# Labels often come as a flat array: `y` has the shape $(m,)$. The network's answers are a column,
# $(m, 1)$. Nothing stops you from putting the two together.
#
# **Predict before you run.** `y` and `Y` hold the same labels. Does the cost of the flat ones come
# out as an error, the same number, or another number? And for a network that answers everything
# right?

# %%
ask_prediction(
    "flat labels",
    "A network answers everything right. What comes out with the flat labels, in the place of its cost?",
    ["an error", "the same number", "another number"],
)


# %%
def careless_cost(labels, predictions):
    """Return the mean loss without a look at the shapes."""
    return np.mean(-labels * np.log(predictions) - (1 - labels) * np.log(1 - predictions))


nearly_right = np.where(Y == 1, 0.99, 0.01)
for name, predictions in {"untrained": A, "nearly perfect": nearly_right}.items():
    column, flat = careless_cost(Y, predictions), careless_cost(y, predictions)
    print(f"{name:14}  labels {Y.shape}: {column:.4f}   labels {y.shape}: {flat:.4f}")
print(f"\nshape of y - A: {(y - A).shape}")

same = np.isclose(column, flat)
compare_prediction("flat labels", [not np.isfinite(flat), same, not same])

# %% [markdown]
# No error, no warning. For the untrained network even the number looks fine, and that is when you
# would look. But a network that is right about every image, and nearly certain, gets a terrible cost.
# NumPy has paired *every* answer with *every* label.

# %% [markdown]
# Here is what becomes of six examples, each answer beside each label:

# %%
few = np.concatenate([np.flatnonzero(y == 0)[:3], np.flatnonzero(y == 1)[:3]])
a, t = nearly_right[few], y[few]
every_pair = -t * np.log(a) - (1 - t) * np.log(1 - a)
show(plots.plot_pairs(every_pair, t, a[:, 0]))
print(f"mean of the diagonal: {np.diag(every_pair).mean():.4f}, mean of all: {every_pair.mean():.4f}")

# %% [markdown]
# Only the diagonal means anything. People have fallen into the same trap inside the losses of TensorFlow
# and PyTorch (see *Sources*). What does Keras do today with labels of another shape? Try two of its
# losses. And weigh the examples as well, each 1 three times as much as a 0, as `sample_weight` does it:

# %%
tf = import_tensorflow()
cross_entropy = tf.keras.losses.BinaryCrossentropy(dtype="float64")
squared_error = tf.keras.losses.MeanSquaredError(dtype="float64")
weights = np.where(y == 1, 3.0, 1.0)


def attempt(loss, *arguments):
    """Return what a Keras loss says, be it a number or an error, as text."""
    try:
        return f"{float(loss(*arguments)):.4f}"
    except (ValueError, tf.errors.InvalidArgumentError) as error:
        return type(error).__name__


rows = ["| labels | answers | weights | cross-entropy | squared error |", "|---|---|---|---|---|"]
for labels, answers in ((Y, A), (y, A), (Y.T, A), (y, A[:, 0])):
    for given in ((), (weights,)):
        found = [attempt(loss, labels, answers, *given) for loss in (cross_entropy, squared_error)]
        of_weights = given[0].shape if given else "none"
        rows.append(f"| {labels.shape} | {answers.shape} | {of_weights} | {found[0]} | {found[1]} |")
display(Markdown("\n".join(rows)))

losses = -np.log(np.where(Y == 1, A, 1 - A))
print(f"each loss times its weight, the mean: {np.mean(weights * losses[:, 0]):.4f}")
print(f"mean loss times mean weight:          {weights.mean() * losses.mean():.4f}")
print(f"squared error of all pairs:           {np.mean((Y.T - A) ** 2):.4f}")

# %% [markdown]
# A flat `y` beside a column is mended by Keras, which gives it its axis. Labels that lie in a *row* are
# not: the cross-entropy refuses them, and the squared error still pairs every answer with every label,
# without a word. And two flat arrays look right, until weights come in: Keras takes a flat array for
# *one* example with many outputs, so it averages the losses first, and no weight finds its own loss.
# The cure is to give labels and answers their axis, and to say what you expect:

# %%
column = y[:, np.newaxis]
assert column.shape == A.shape, f"labels {column.shape}, predictions {A.shape}"
print(f"y {y.shape}, y.T {y.T.shape} (no help), y[:, np.newaxis] {column.shape}")

# %% [markdown]
# ### 4.4 Trap: the bias as a column
#
# In books the bias is often a column, $(n_{\text{out}}, 1)$. Here an example is a row, and a bias
# that stands in a column is added to the wrong axis. With luck that is an error. Try the layer of 25
# units on all images, and on 25 of them:

# %%
b_column = b1[:, np.newaxis]
for count in (m, 25):
    try:
        Z = X[:count] @ W1 + b_column
        off = largest_difference(Z, X[:count] @ W1 + b1)
        print(f"{count} images: Z {Z.shape}, no error, and off by {off:.0%}")
    except ValueError as error:
        print(f"{count} images: ValueError, {error}")

# %% [markdown]
# With as many examples as units the shape is right and the numbers are wrong: each *example* has
# got a bias, and each unit none of its own. A test in which all sizes differ would have caught it.
# That is why `check` never tests your functions with square arrays alone.

# %% [markdown]
# ### 4.5 Trap: the example that lost its axis
#
# You want the answer for a single image. `X[0]` is a vector, and `X[0:1]` is a batch of one:

# %%
vector = dense(X[0], W1, b1, sigmoid)
batch_of_one = dense(X[0:1], W1, b1, sigmoid)
print(f"X[0]   {X[0].shape!s:8} gives {vector.shape}, so len() says {len(vector)} examples")
print(f"X[0:1] {X[0:1].shape!s:8} gives {batch_of_one.shape}, so len() says {len(batch_of_one)} example")

# %% [markdown]
# The numbers are the same, so nothing complains, until some later line divides by the number of
# examples. And one more, the shortest of all: `*` is not `@`.

# %%
w = W1[:, 0]
print(f"X @ w {(X @ w).shape}: one number an image, the weighted sum")
print(f"X * w {(X * w).shape}: the products, which nobody has added up")

# %% [markdown]
# A habit that catches them all: write the shape beside every array when you write the line, and
# test with sizes that are all different.

# %% [markdown]
# ## 5. Where should the weights start?
#
# ### 5.1 A fair start?
#
# Training changes the weights step by step, so they have to start somewhere. Why not treat all of
# them alike? To try it you need training: gradient descent as in lesson 1. The gradients come from
# `backward` in `utils`, which is what you build in lesson 3. Here it is a tool.


# %%
def train(params, X, Y, steps=300, learning_rate=1.0):
    """Return `(params, costs)` after gradient descent; `costs` (steps,) holds the cost before each."""
    costs = []
    for _ in progress_bar(range(steps), disable=steps < 1000):
        A, cache = forward(X, params)
        costs.append(binary_cross_entropy(Y, A))
        grads = backward(params, cache, Y)
        params = {name: params[name] - learning_rate * grads[f"d{name}"] for name in params}
    return params, np.array(costs)


def share_right(params, X, y):
    """Return the share of the images `X` that the network reads right."""
    return np.mean((forward(X, params)[0][:, 0] >= 0.5) == y)


def constant(layer_sizes, value):
    """Return parameters with all weights equal to `value` and all biases 0."""
    fair = {}
    for layer in range(1, len(layer_sizes)):
        fair[f"W{layer}"] = np.full((layer_sizes[layer - 1], layer_sizes[layer]), value)
        fair[f"b{layer}"] = np.zeros(layer_sizes[layer])
    return fair


# %% [markdown]
# **Predict before you run.** Every weight of the network starts at 0.1 and every bias at 0. After
# 300 steps, how many of the held-out images does it read right? And look at the 25 units of the
# first layer: how much do they differ from each other?

# %%
ask_prediction(
    "equal weights",
    "How many of the held-out images does it read right after 300 steps from equal weights?",
    [50, 75, 98],
    unit="%",
)


# %%
starts = {
    "all weights 0": constant(layer_sizes, 0.0),
    "all weights 0.1": constant(layer_sizes, 0.1),
    "random weights": initialize(layer_sizes, seed=3),
}
rows = ["| start | cost before | cost after | held-out images right | largest difference of two units |"]
rows.append("|---|---|---|---|---|")
read_right = {}
for name, start in starts.items():
    end, costs = train(start, X, Y)
    apart, read_right[name] = np.ptp(end["W1"], axis=1).max(), share_right(end, X_test, y_test)
    rows.append(f"| {name} | {costs[0]:.4f} | {costs[-1]:.4f} | {read_right[name]:.1%} | {apart:.2g} |")
display(Markdown("\n".join(rows)))
base_rate = binary_cross_entropy(Y, np.full_like(Y, Y.mean()))
print(f"answering {Y.mean():.3f}, the share of ones, to every image costs {base_rate:.4f}")
print(f"ones among the training images: {Y.mean():.1%}, among those held out: {y_test.mean():.1%}")
compare_prediction("equal weights", 100 * read_right["all weights 0.1"])

# %% [markdown]
# The two fair starts have learned nothing about images. They have only found out how common the
# label 1 is, and their cost is that of giving this one answer to every image. It is above 0.5, so
# they take every image for a 1, and among the images held out there happen to be fewer of those.
# And after 300 steps the 25 units of the first layer are *still the same unit*, 25 times over, up
# to rounding.

# %% [markdown]
# ### 5.2 Why equal units stay equal
#
# Take two units of one layer. Let $u$ stand for everything that belongs to the first, the weights
# that lead into it, its bias and the weights that lead out of it, and let $v$ stand for the same of
# the second. If the two change places, with all that belongs to them, the network computes what it
# did before. It is the same network, drawn in another order. So the cost does not notice, and
# $J(u, v) = J(v, u)$ for all $u$ and $v$. Differentiate both sides with respect to $u$. On the left it
# stands in the place of the first unit, on the right in the place of the second. Then set both equal
# to the same $w$:
#
# $$
# J(u, v) = J(v, u) \quad\Longrightarrow\quad
# \frac{\partial J}{\partial u}(w, w) = \frac{\partial J}{\partial v}(w, w) .
# $$
#
# When both units are equal, $u = v = w$, their gradients are equal too. Gradient descent takes the
# same step with both, and afterwards they are equal again. Nothing in the data can ever tell them
# apart. This is called *symmetry*, and it does not fade with time.
#
# So a layer of 25 equal units can do no more than a single unit. Make that visible. Take a network
# with *one* unit in each hidden layer, 64-1-1-1, and copy its units, so that all 25 and all 15 are
# the same. The weights that lead on are divided by the number of copies:


# %%
def copies(narrow, layer_sizes):
    """Return a network of `layer_sizes` whose hidden units are copies of those of `narrow`."""
    wide = {}
    for layer in range(1, len(layer_sizes)):
        W, times = narrow[f"W{layer}"], layer_sizes[layer - 1] // len(narrow[f"W{layer}"])
        wide[f"W{layer}"] = np.tile(W / times, (times, layer_sizes[layer]))
        wide[f"b{layer}"] = np.repeat(narrow[f"b{layer}"], layer_sizes[layer])
    return wide


narrow = initialize([64, 1, 1, 1], seed=3)
wide = copies(narrow, layer_sizes)
difference = largest_difference(forward(X, wide)[0], forward(X, narrow)[0])
print(f"{count_parameters([64, 1, 1, 1])} parameters against {count_parameters(layer_sizes):,}")
print(f"difference of their answers, relative: {difference:.0e}")

# %% [markdown]
# The wide network has all those parameters and says the same. Now let both learn, beside a third
# with random weights. For telling a 0 from a 1 a single unit goes a long way, as you saw in section
# 1. So give them a harder question: all ten digits, *is it odd?* And when the wide network with equal
# units has learned, go the way back: `merge` makes one unit of all copies.

# %%
all_images, all_digits = load_digits(classes=tuple(range(10)))
X_all, X_all_test, d, d_test = split(all_images, all_digits, seed=3)
odd, odd_test = (d % 2)[:, np.newaxis], d_test % 2

contest = {
    "64-1-1-1": narrow,
    "64-25-15-1, equal units": wide,
    "64-25-15-1, random": initialize(layer_sizes, seed=3),
}
curves, ends = {}, {}
for name, start in contest.items():
    ends[name], curves[name] = train(start, X_all, odd, steps=1000, learning_rate=0.5)
    right_odd = share_right(ends[name], X_all_test, odd_test)
    apart = np.ptp(ends[name]["W1"], axis=1).max()
    print(f"{name:24} held-out images right {right_odd:.1%}, units apart by {apart:.2g}")


def merge(wide):
    """Return the network with one unit in each layer that a network of equal units amounts to."""
    one = {"W1": wide["W1"][:, :1], "b1": wide["b1"][:1]}
    for layer in range(2, len(wide) // 2 + 1):  # all copies say the same, so their weights add up
        one[f"W{layer}"] = wide[f"W{layer}"].sum(axis=0, keepdims=True)[:, :1]
        one[f"b{layer}"] = wide[f"b{layer}"][:1]
    return one


learned = ends["64-25-15-1, equal units"]
difference = largest_difference(forward(X_all, merge(learned))[0], forward(X_all, learned)[0])
print(f"the wide network with equal units against its merged 64-1-1-1: {difference:.0e}")

# %%
show(plots.plot_costs(curves))

# %% [markdown]
# The two don't learn at the same pace. The copies share the weights that lead on, so each gets a
# small part of the signal to learn from, and they are late. But after every step the wide network
# *is* some 64-1-1-1 network, and it can't get anywhere that those can't. Equal units are worth one
# unit. The cure is as simple as it is strange: start with *random* weights. It does not matter
# which way the units differ, as long as they do.

# %% [markdown]
# ### 5.3 How large?
#
# Random, but of which size? Follow one pre-activation $z_k = \sum_j a_j W_{jk}$ (leave out the
# bias, which starts at 0). Let the weights be drawn independently of each other and of the inputs,
# with mean 0 and variance $v$. Then each term $a_j W_{jk}$ has the mean 0 too, and its variance is the
# mean of its square, $\mathbb{E}[a_j^2 W_{jk}^2] = \mathbb{E}[a_j^2]\, v$. The terms are uncorrelated,
# so their variances add:
#
# $$
# \operatorname{Var}(z_k) = \sum_{j=1}^{n_{\text{in}}} \mathbb{E}\bigl[a_j^2\bigr]\, v
# = n_{\text{in}}\; v\; \overline{a^2},
# $$
#
# where $\overline{a^2}$ is the mean of $\mathbb{E}[a_j^2]$ over the inputs. The mean of $z_k$ is 0,
# so its variance is its mean square. Suppose that the activation passes on what it gets, as tanh
# nearly does near 0. Then a layer multiplies the mean square of the signal by $n_{\text{in}} v$. If
# that is below 1, the signal fades from layer to layer. If it is above 1, it grows. On the way
# back, in lesson 3, the gradients pass through the same weights from the other side, where
# $n_{\text{out}} v$ takes its place. Both should be 1, and both can't be unless the layer is
# square. Glorot and Bengio (2010) take the middle:
#
# $$
# \frac{n_{\text{in}} + n_{\text{out}}}{2}\; v = 1
# \quad\Longrightarrow\quad v = \frac{2}{n_{\text{in}} + n_{\text{out}}} .
# $$
#
# Now draw each weight *uniformly* between $-r$ and $r$, so that every number in between is as
# likely as any other. Its variance is
#
# $$
# v = \int_{-r}^{r} w^2\, \frac{1}{2r}\, dw = \frac{r^2}{3} .
# $$
#
# Two expressions for $v$: they tell you what $r$ has to be.

# %% [markdown]
# ### Exercise 6: `glorot_uniform` (3 points)
#
# Draw the weights of a layer, uniformly between $-r$ and $r$, with the $r$ that follows from the
# two formulas above.
#
# - Draw with the generator `rng` that you are given, by `rng.uniform`. Whoever calls you chooses the
#   seed and can repeat the experiment. So make no generator of your own, and don't use the global
#   `np.random.uniform`.
# - One draw of all the numbers is fine, several are too, and in any order.


# %%
def glorot_uniform(n_in, n_out, rng):
    """Return the initial weights of a layer.

    Arguments:
        n_in, n_out: ints, the numbers of inputs and of units.
        rng: a `numpy.random.Generator`, to be drawn from.

    Returns:
        (n_in, n_out) float64.
    """
    ### BEGIN SOLUTION
    limit = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-limit, limit, size=(n_in, n_out))
    ### END SOLUTION


# %%
check(glorot_uniform)

# %% [markdown]
# Does the argument hold? Send random numbers of size 1 through twelve layers of 64 units, with
# tanh, and look at the size of the activations. Do it with your weights, and with weights a third
# and three times as large.

# %%
rng = np.random.default_rng(0)
signal = rng.normal(size=(500, 64))
layers = [glorot_uniform(64, 64, rng) for _ in range(12)]


def send_through(layers, factor, activation):
    """Return the activations after 0, 1, 2, ... of the `layers`, (layers + 1, examples, units)."""
    found = [signal]
    for W in layers:
        found.append(dense(found[-1], factor * W, np.zeros(64), activation))
    return np.array(found)


def size(A):
    """Return the root mean square of the activations, layer by layer."""
    return np.sqrt(np.mean(A**2, axis=(1, 2)))


factors = {"a third": 1 / 3, "as you draw them": 1.0, "three times": 3.0}
through = {}
for name, factor in factors.items():
    linear, tanh = (send_through(layers, factor, activation) for activation in (identity, np.tanh))
    through[name] = size(tanh)
    each = (size(linear)[-1] / size(linear)[0]) ** (1 / len(layers))
    ends_of_tanh = np.mean(np.abs(tanh[-1]) > 0.9)
    print(f"{name:16} without tanh, a layer multiplies the size by {each:.2f}; ", end="")
    print(f"with it, {ends_of_tanh:4.0%} of the last activations lie beyond -0.9 and 0.9")

apart = send_through(layers, 1.0, sigmoid).std(axis=1).mean(axis=1)
print(f"\nsigmoid: deviation from example to example {apart[1]:.3f} after one layer, ", end="")
print(f"{apart[3]:.3f} after three, {apart[-1]:.0e} after {len(layers)}")

# %%
show(plots.plot_sizes(through))

# %% [markdown]
# With weights that are too small the signal dies exponentially. With weights that are too large it
# crowds at the ends of the tanh, close to -1 and 1, where the curve is flat and a unit learns
# little. In between, the signal arrives. It still shrinks slowly, because tanh squashes a little at
# every layer and the argument above left that out. The sigmoid is further from the argument: its
# slope is 1/4 at most, so what tells one example from another fades at every layer. That is why the
# untrained network of section 3.3 said nearly the same to every image. The rule is a good start, and
# no more than that.

# %% [markdown]
# ## 6. What `Dense` does
#
# ### 6.1 Where its numbers come from
#
# Back to the opening question. Make the layer and look at what it has:

# %%
layer = tf.keras.layers.Dense(25, activation="sigmoid", dtype="float64")
print(f"after Dense(25):         {len(layer.weights)} arrays")
layer.build((None, 64))
print(f"after build((None, 64)): {len(layer.weights)} arrays")
for array in layer.weights:
    low, high = array.numpy().min(), array.numpy().max()
    print(f"  {array.name:6} {tuple(array.shape)!s:9} from {low:+.3f} to {high:+.3f}")

# %% [markdown]
# `Dense(25)` alone has no weights at all, and it can't have any: it does not know yet how many
# inputs there will be. Its `build` method makes them, once it is told the shape of the input. Keras
# calls `build` by itself when the first data arrive. (The `None` stands for the size of the batch,
# which does not matter for the weights.) The matrix is called `kernel` here: that is Keras's word for the
# weights without the biases. Nobody hands it to the layer, the layer makes it. It has a row for each
# input and a column for each unit, like your $W$.
#
# Now you can read the sentence of the documentation that explains the whole layer: it computes
# `activation(dot(input, kernel) + bias)`. Write it yourself, as a layer of your own, with a `build`
# that makes the two arrays and a `call` that uses them:


# %%
class MyDense(tf.keras.layers.Layer):
    """`Dense` in a few lines."""

    def __init__(self, units, activation, seed):
        super().__init__(dtype="float64")
        self.units, self.activation, self.seed = units, activation, seed

    def build(self, input_shape):
        draw = tf.keras.initializers.GlorotUniform(self.seed)
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), initializer=draw)
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros")

    def call(self, inputs):
        return self.activation(tf.matmul(inputs, self.kernel) + self.bias)


draw = tf.keras.initializers.GlorotUniform(7)
theirs = tf.keras.layers.Dense(25, activation="sigmoid", kernel_initializer=draw, dtype="float64")
mine = MyDense(25, tf.sigmoid, seed=7)
print(f"the same start, the same answers: {np.array_equal(mine(X), theirs(X))}")

# %% [markdown]
# ### 6.2 The same weights, the same numbers
#
# Give Keras *your* weights. `set_weights` takes them in the order `[W, b]`, and in your shapes.

# %%
layer.set_weights([W1, b1])
print(f"one layer: {largest_difference(dense(X, W1, b1, sigmoid), layer(X).numpy()):.0e}")

model = tf.keras.Sequential(
    [tf.keras.Input((64,), dtype="float64")]
    + [tf.keras.layers.Dense(units, activation="sigmoid", dtype="float64") for units in (25, 15, 1)]
)
model.set_weights([params[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3")])
print(f"the whole network: {largest_difference(forward(X, params)[0], model(X).numpy()):.0e}")
print(f"parameters: Keras counts {model.count_params():,}, you count {count_parameters(layer_sizes):,}")

# %% [markdown]
# The same numbers down to the rounding of `float64`. `Dense` is your `dense`, with its weights kept
# inside.

# %% [markdown]
# ### 6.3 What does `Dense` start with?
#
# Keras draws the kernel by `GlorotUniform` unless you say otherwise, and sets the biases to 0. Let
# it draw for the three layers of the network, a good many times, and look whether its numbers keep
# within your limit. A uniform draw between $-r$ and $r$ has the standard deviation $r / \sqrt 3$,
# so compare that too.


# %%
def keras_draws(n_in, n_out, times):
    """Return all the numbers of `times` kernels drawn by Keras, as one long array."""
    initializer = tf.keras.initializers.GlorotUniform(tf.keras.random.SeedGenerator(5))
    return np.concatenate([np.ravel(initializer((n_in, n_out), "float32")) for _ in range(times)])


rng = np.random.default_rng(5)
draws = {}
rows = ["| layer | $r$ | Keras: largest, over $r$ | deviation | yours: largest, over $r$ | deviation |"]
rows.append("|---|---|---|---|---|---|")
for n_in, n_out in ((64, 25), (25, 15), (15, 1)):
    times = 8_000 // (n_in * n_out)
    r = np.sqrt(6 / (n_in + n_out))
    own = np.concatenate([glorot_uniform(n_in, n_out, rng).ravel() for _ in range(times)])
    draws[n_in, n_out] = {"Keras": keras_draws(n_in, n_out, times), "yours": own}
    measured = " | ".join(
        f"{np.abs(numbers).max() / r:.5f} | {numbers.std() / r * np.sqrt(3):.3f} $r/\\sqrt 3$"
        for numbers in draws[n_in, n_out].values()
    )
    rows.append(f"| {n_in} to {n_out} | {r:.4f} | {measured} |")
display(Markdown("\n".join(rows)))
print("biases of a new layer:", np.unique(theirs.get_weights()[1]))
first_layer = draws[64, 25]

# %%
r = np.sqrt(6 / (64 + 25))
show(plots.plot_draws(first_layer, r))

# %% [markdown]
# The largest draws come close to the limit and never pass it. So there is the answer: when data
# first arrive, `Dense` makes a matrix of random numbers between $-r$ and $r$ and a vector of zeros.
# The 25 neurons are the 25 columns of that matrix. They know nothing yet. (Not everyone draws like this:
# scikit-learn's `MLPClassifier` takes $\sqrt{2 / (n_{\text{in}} + n_{\text{out}})}$ for the limit where the
# activation is the sigmoid, and draws the biases as well.)

# %% [markdown]
# ## 7. What the first layer looks like
#
# *This section is optional.*
#
# ### 7.1 Before and after training
#
# Each column of $W_1$ has 64 numbers, one for each pixel, so you can look at the units of the first
# layer as you looked at your stencils. Start a network as Keras would, train it, and compare.


# %%
def fresh_start(layer_sizes, seed):
    """Return parameters as Keras draws them: Glorot uniform weights and biases of 0."""
    rng = np.random.default_rng(seed)
    params = {}
    for layer in range(1, len(layer_sizes)):
        n_in, n_out = layer_sizes[layer - 1], layer_sizes[layer]
        params[f"W{layer}"] = glorot_uniform(n_in, n_out, rng)
        params[f"b{layer}"] = np.zeros(n_out)
    return params


fresh = fresh_start(layer_sizes, seed=1)
trained, costs = train(fresh, X, Y)
print(f"cost {costs[0]:.4f} before, {costs[-1]:.4f} after {len(costs)} steps")
print(f"held-out images right: {share_right(fresh, X_test, y_test):.1%} before, ", end="")
print(f"{share_right(trained, X_test, y_test):.1%} after")

# %% [markdown]
# **Predict before you run.** Before training the 25 images are noise. What do you expect to see
# afterwards: zeros and ones, strokes, or still noise? And in the corners, where no digit ever has
# any ink?

# %%
ask_prediction(
    "corners",
    "How far do the weights of pixels move that are blank in every image?",
    ["about as far as the others", "a little", "not at all"],
)


# %%
change = trained["W1"] - fresh["W1"]
show(plots.plot_first_layer({"before": fresh["W1"], "after": trained["W1"], "change": change}))
length = np.linalg.norm(change, axis=0)  # of every unit's change, and its cosine with the largest one
cosine = change.T @ change[:, np.argmax(length)] / (length * length.max())
print(f"a unit's change is from {length.min():.2f} to {length.max():.2f} long; its cosine with the longest:")
print(f"above +0.9 for {np.sum(cosine > 0.9)}, below -0.9 for {np.sum(cosine < -0.9)} of {len(cosine)} units")

# %% [markdown]
# Look at the change. Some units have moved far and some hardly at all, but most along the same
# picture, with a plus or with a minus (a cosine near +1 or -1 says so): a stroke down the middle,
# with the sides against it. It is a good deal like the stencil that you painted in section 1, and
# nobody told the network about it. The noise is still there, underneath. How much like your stencil
# is it? And what of the corners?

# %%
blank = np.all(X == 0, axis=0)
for name, W in {"weights before": fresh["W1"], "change": change}.items():
    likeness = [np.corrcoef(stripe[~blank], weights[~blank])[0, 1] for weights in W.T]
    print(f"{name:14} correlation with your stencil, median size {np.median(np.abs(likeness)):.2f}")
print(f"\npixels that are blank in all {m} images: {blank.sum()}")
print(f"largest change of a weight at one of them: {np.abs(change[blank]).max():.1e}")
print(f"largest change of a weight at any other:   {np.abs(change[~blank]).max():.1e}")

share = np.abs(change[blank]).max() / np.abs(change[~blank]).max()
compare_prediction("corners", [share > 0.5, share > 1e-9, share <= 1e-9])

# %% [markdown]
# The weights at blank pixels have not moved at all. Such a weight is always multiplied by 0, so it
# has no influence on the cost, and the gradient knows it. The network has learned nothing about
# those pixels, and a test image with a blot in the corner would find the noise still there.

# %% [markdown]
# ### 7.2 What excites a unit
#
# Another way to look at a hidden unit is to ask which images it likes. Take the unit that has
# changed the most in each direction, and find the training images with its highest and its lowest
# activations.

# %%
_, trained_cache = forward(X, trained)
liking = change.T @ (X[y == 1].mean(axis=0) - X[y == 0].mean(axis=0))
for unit_number in (int(np.argmax(liking)), int(np.argmin(liking))):
    activation = trained_cache["A1"][:, unit_number]
    order = np.argsort(activation)
    chosen = np.concatenate([order[-4:][::-1], order[:4]])
    print(f"unit {unit_number}: the four images with the highest activation, the four with the lowest")
    show(plot_digits(X[chosen], [f"a = {activation[i]:.3f}" for i in chosen]))

# %% [markdown]
# One of the two has become a detector of ones and the other a detector of zeros. No label was ever
# attached to them. How the one cost at the output reaches into a hidden layer and shapes it is the
# question of lesson 3.

# %% [markdown]
# ## 8. Questions learners ask
#
# *This section is optional.*
#
# Short answers, each with an experiment. Change the cells and ask further.

# %% [markdown]
# **Where are the neurons in `A @ W + b`?** In the columns. Take one column of `W` and one entry of
# `b`, and you have taken one unit out of the layer:

# %%
k = 7
alone = dense(X, W1[:, [k]], b1[[k]], sigmoid)
difference = largest_difference(alone, dense(X, W1, b1, sigmoid)[:, [k]])
print(f"unit {k} alone {alone.shape}, against column {k} of the layer: {difference:.0e}")

# %% [markdown]
# **A batch goes in and one set of weights comes out. Are the examples averaged on the way?** No.
# Every example has its own row and keeps it, and all rows meet the same weights. Replace one image
# by noise, and the answers for the others don't move:

# %%
disturbed = X.copy()
disturbed[0] = np.random.default_rng(0).uniform(size=64)
moved = np.abs(forward(disturbed, trained)[0] - forward(X, trained)[0])[:, 0]
print(f"the answer for image 0 moves by {moved[0]:.3f}")
print(f"the largest move of all others: {moved[1:].max():.0e}")

# %% [markdown]
# **What does `Dense` start with?** Random numbers for the kernel and zeros for the bias (section
# 6.3). Without a seed they are other numbers each time. Ask the layer itself:

# %%
twice = [tf.keras.layers.Dense(2) for _ in range(2)]
for new in twice:
    new.build((None, 3))
print(f"kernel: {twice[0].kernel_initializer.__class__.__name__}")
print(f"bias:   {twice[0].bias_initializer.__class__.__name__}")
print(f"two new layers are equal: {np.array_equal(twice[0].get_weights()[0], twice[1].get_weights()[0])}")

# %% [markdown]
# **Which activation has `Dense(25)` if I name none?** None. It puts out $Z$, without any squashing. Two of
# those in a row are one linear layer, as the question after next shows, so name one in hidden layers:

# %%
plain = tf.keras.layers.Dense(25, dtype="float64")
plain.build((None, 64))
plain.set_weights([W1, b1])
difference = largest_difference(plain(X).numpy(), dense(X, W1, b1, identity))
print(f"its activation is called {plain.activation.__name__}; against X @ W1 + b1: {difference:.0e}")

# %% [markdown]
# **May the biases start at 0, if the weights may not?** Yes: random weights already make the units
# different. What of the reverse, weights 0 and random biases? Try it a few times:

# %%
for seed in progress_bar(range(4)):
    rng = np.random.default_rng(seed)
    random_biases = {
        name: np.zeros_like(array) if name[0] == "W" else rng.normal(size=array.shape)
        for name, array in params.items()
    }
    zero_biases = fresh_start(layer_sizes, seed)
    end, costs = train(zero_biases, X, Y, steps=600)
    end_reverse, costs_reverse = train(random_biases, X, Y, steps=600)
    print(
        f"seed {seed}: biases 0, cost {costs[-1]:.4f}; weights 0, cost {costs_reverse[-1]:.4f}, "
        f"units apart by {np.ptp(end_reverse['W1'], axis=1).max():.1g}"
    )

# %% [markdown]
# Different biases break the symmetry as well, so this is not hopeless. But with weights of 0 no
# signal comes through to begin with, and the network has to wait until the later layers have grown
# some. Where the cost above still stands near 0.69, they have not got going in 600 steps. It is a
# slow start for no gain.

# %% [markdown]
# **Why is there an activation function at all?** Leave it out, and three layers are one layer. A
# product of matrices is a matrix:

# %%
three = X
for layer in (1, 2, 3):
    three = dense(three, params[f"W{layer}"], params[f"b{layer}"], identity)
W = params["W1"] @ params["W2"] @ params["W3"]
b = (params["b1"] @ params["W2"] + params["b2"]) @ params["W3"] + params["b3"]
print(f"three layers against one, W {W.shape}: {largest_difference(dense(X, W, b, identity), three):.0e}")

# %% [markdown]
# **Is the input a layer?** It has units in the drawings, but no weights and nothing to compute. We
# call 64-25-15-1 a network of three layers, and Keras agrees when it lists them:

# %%
print([layer.__class__.__name__ for layer in model.layers], "parameters:", end=" ")
print([layer.count_params() for layer in model.layers])

# %% [markdown]
# **Is it `X @ W` or `W @ X`?** It depends on where an example stands. Here it is a row. Many books
# put it in a column. Then everything is transposed, and the numbers are the same:

# %%
as_columns = sigmoid(W1.T @ X.T + b1[:, np.newaxis])
print(f"columns {as_columns.shape}, rows {dense(X, W1, b1, sigmoid).shape}")
print(f"difference: {largest_difference(as_columns.T, dense(X, W1, b1, sigmoid)):.0e}")

# %% [markdown]
# **Why do my numbers differ from Keras's in the seventh digit?** Because Keras computes in `float32`
# unless you tell it otherwise. This lesson says `dtype="float64"`, where a mistake has nowhere to
# hide. (On many graphics cards TensorFlow goes further and rounds the factors of a matrix product in
# `float32` to three digits, a format called TensorFloat-32. `import_tensorflow` has switched that
# off.)

# %%
usual = tf.keras.layers.Dense(25, activation="sigmoid", dtype="float32")  # the default, spelled out
usual.build((None, 64))
usual.set_weights([W1, b1])
difference = largest_difference(usual(X).numpy(), dense(X, W1, b1, sigmoid))
print(f"{usual.dtype}: {difference:.0e}; one step of rounding in float32: {np.finfo(np.float32).eps:.0e}")

# %% [markdown]
# ## 9. Summary
#
# - A **unit** adds up its inputs with weights, adds a bias and sends the sum through an activation
#   function. Its weights are a stencil.
# - A **layer** is many units on the same input: $A = g(A_{\text{prev}} W + b)$. A *column* of $W$ is
#   a unit, a *row* of $A$ is an example. Nothing is ever averaged over the examples on the way.
# - A **network** feeds the activations of each layer to the next. The forward pass keeps what every
#   layer was fed in a **cache**, since the way back needs it.
# - Layer $l$ has $n_{l-1} n_l$ weights and $n_l$ biases. Only the cost brings the examples together.
# - **Broadcasting** is what adds the bias to every row, and what silently compares every prediction
#   with every label. Write shapes down, and test with sizes that differ.
# - Equal units get equal gradients and stay equal. **Random** weights break the symmetry, and their
#   size should let the signal pass: $\pm\sqrt{6 / (n_{\text{in}} + n_{\text{out}})}$.
# - `Dense` is your `dense`. It makes its kernel when it first learns the shape of its input, by that
#   very rule, and sets its biases to 0.
#
# **The same things elsewhere.** Keras calls $W$ the `kernel` and $b$ the `bias` of a layer, and the rule for
# the first weights `GlorotUniform`; elsewhere it is *Xavier uniform*. All symbols stand beside those of
# other courses and of forums in [docs/notation.md](../../docs/notation.md).

# %% [markdown]
# ### Question: Was the start too fair?
#
# A classmate writes: *"I want no unit to have an advantage, so I start all weights at 0.5 and all
# biases at 0. The network doesn't learn. I have raised the number of hidden units from 25 to 500,
# and it makes no difference!"* Answer in your own words, in a hundred or two hundred words. Say
# what all those units have in common and why training can't change it, why more of them don't help,
# and what you would do instead. Point to an experiment of this lesson that your classmate can run
# to see that you are right.

# %% [markdown]
# **Your answer (4 points)**
#
# ### BEGIN SOLUTION
# All units of a layer start with the same weights and look at the same inputs, so they all give the
# same activation, for every image. They also lead into the next layer with the same weights, so
# each has the same influence on the cost. Exchange two of them and you have the same network. Their
# gradients are therefore equal, gradient descent takes the same step with each, and they are equal
# again after it, however long it runs.
#
# So 25 equal units, or 500, compute one number between them, and the next layer sees that number 25
# or 500 times. The layer can do what one unit can do. More copies add nothing but the size of the
# sum.
#
# What to do: draw the weights at random, so that the units are different from the first step on,
# uniformly within plus or minus the square root of 6 over (inputs plus units), so that the signal
# neither fades nor saturates. The biases may stay at 0. `Dense` starts like this.
#
# Experiment: section 5.1 trains from equal weights and finds 25 equal units afterwards; section 5.2
# shows that the wide network with equal units does as badly as a network with one unit a layer.
#
# *For the marker, one point each:* (1) equal units compute the same and get the same gradient, so
# they stay equal; (2) a layer of equal units is worth a single one, so more don't help; (3) random
# weights, with a word about their size, and biases may be 0; (4) an experiment is named that fits.
# Any wording will do. "The weights are too large" alone gets no points for (1) and (2).
# ### END SOLUTION


# %%
solution("answer")

# %%
progress()

# %% [markdown]
# ## Sources
#
# - F. Rosenblatt, "The perceptron: a probabilistic model for information storage and organization
#   in the brain", *Psychological Review* 65, 1958: units that weigh and add.
# - D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning representations by back-propagating
#   errors", *Nature* 323, 1986: they break the symmetry with small random weights.
# - X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural
#   networks", AISTATS 2010: how large the weights should be.
# - T. Chen, B. Xu, C. Zhang and C. Guestrin, "Training deep nets with sublinear memory cost", 2016:
#   forgetting part of the cache.
# - Keras, the documentation and the source of `Dense` and of `GlorotUniform`. scikit-learn 1.9, the source
#   of `MLPClassifier`.
# - NumPy, user guide, "Broadcasting". The trap of section 4.3 in the wild:
#   [TensorFlow, issue 1343](https://github.com/tensorflow/tensorflow/issues/1343) (2016) and
#   [PyTorch, issue 16045](https://github.com/pytorch/pytorch/issues/16045) (2019).
# - The images: scikit-learn's `load_digits`, a copy of the test set of "Optical Recognition of
#   Handwritten Digits" (E. Alpaydin and C. Kaynak 1998, UCI Machine Learning Repository).
