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
# # Lesson 6: Automatic differentiation
#
# In lesson 3 you derived the gradients of a network step by step. In TensorFlow three lines do it:
#
# ```python
# with tf.GradientTape() as tape:
#     J = cost(X, Y)                         # whatever you like to compute
# gradients = tape.gradient(J, parameters)   # and there they are
# ```
#
# Everyone who writes them asks:
#
# > *I never told TensorFlow the derivative of anything. My code has loops, branches and layers
# > that I made up this morning. How can it know the gradient?*
#
# ![A record of six operations, a column each: matmul, add and sigmoid, twice. Lines show which step
# writes an array, and which step reads it.](06_automatic_differentiation.png)
#
# In this lesson you build the machine that does it. One part writes down what your code computes as it
# runs, the other walks the record back. Then you find both inside TensorFlow.
#
# **You need** lesson 3. **You write** nine functions. `check` compares each with TensorFlow.
#
# **Time**: *Part A*, sections 1 to 3: your own tape, about 105 minutes. *Part B*, sections 4, 5, 7 and the
# question in 11: its uses, and TensorFlow's tape, about 80. The rest is optional.

# %%
LESSON = "06_automatic_differentiation"

from grader import check

# %%
import inspect
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from IPython.display import Markdown, display

from grader import ask_prediction, ask_questions, compare_prediction, hint, progress, solution
from utils.data import load_digits, split
from utils.network import backward as lesson_3_backward
from utils.network import binary_cross_entropy, forward, initialize, sigmoid
from utils.plots import automatic_differentiation as plots
from utils.plots import show
from utils.progress import progress_bar
from utils.tensorflow import import_tensorflow
from utils.threads import blas_threads

blas_threads(1)  # for matrices of this size, more threads only cost time

# %% [markdown]
# **Before you begin**, three questions from memory. They are not graded.

# %%
ask_questions()

# %% [markdown]
# ## 1. Write down what you compute
#
# ### 1.1 Six operations
#
# A layer is a matrix product, a sum and a sigmoid. The cost needs a logarithm, a product entry by
# entry, and a mean. These six **operations**, *ops* for short, are all you need:

# %%
OPS = {
    "matmul": np.matmul,  # A @ B, both with two axes
    "add": np.add,  # A + b; b has A's shape, or is a bias that broadcasts over the rows
    "mul": np.multiply,  # A * B entry by entry, both of one shape
    "sigmoid": sigmoid,
    "log": np.log,
    "mean": np.mean,  # over all entries: the result is a single number
}

# %% [markdown]
# Give every array a name. Each time an op runs, write down the op, the names of what went in and the
# name of what came out. That list is called a **tape**. The arrays go into a dictionary, `values`.


# %%
class Recorder:
    """Runs operations and writes down each one as it runs."""

    def __init__(self, given):
        self.tape = []
        self.values = dict(given)

    def run(self, op, *inputs, to):
        """Apply `op` to the arrays called `inputs`, call the result `to`, and write down the step."""
        self.values[to] = OPS[op](*(self.values[name] for name in inputs))
        self.tape.append((op, inputs, to))


recorder = Recorder({"a": np.array([[0.6]]), "b": np.array([[1.5]])})
recorder.run("mul", "a", "b", to="p")
recorder.run("sigmoid", "a", to="q")
recorder.run("mul", "p", "q", to="r")
recorder.run("mean", "r", to="J")

for step in recorder.tape:
    print(step)
print(f"J = {recorder.values['J']:.6f}")

# %% [markdown]
# ### 1.2 Nodes that write down
#
# TensorFlow lets you write `a * b` for `recorder.run("mul", "a", "b", to="p")`, and so can you. Where Python
# meets `a * b`, it calls the method `__mul__` of `a` with `b`; `a + b` calls `__add__` and `a @ b` calls
# `__matmul__`. So hand the program not arrays but **nodes**: objects of a class of your own. A node knows its
# name and where steps are written down. Its methods compute, write down the step and return a new node. The
# tape above has this program:


# %%
def program(a, b):
    """Return the node of the last step."""
    return ((a * b) * a.sigmoid()).mean()


# %% [markdown]
# ### Exercise 1: `trace` (4 points)
#
# Make one node for each entry of `inputs`, call `program` with them in order, and return the tape and
# values of what ran. You may use `Recorder` or write your own. For example,
# `trace(program, {"a": np.array([[0.6]]), "b": np.array([[1.5]])})` returns section 1.1's tape, with your
# names for `p`, `q`, `r` and `J`.
#
# - Nodes have `@`, `+` and `*` with each other, and the methods `.sigmoid()`, `.log()` and `.mean()`. Each
#   is one step: `"matmul"`, `"add"`, `"mul"`, `"sigmoid"`, `"log"` or `"mean"`.
# - Inputs keep their names. These may be any strings, even some that you would make up: an output must get
#   a name that nothing has yet.
# - `values` has the array of every name, inputs included. `inputs` stays as it is.


# %%
def trace(program, inputs):
    """Record what a program does with its nodes.

    Arguments:
        program: a function that takes one node for each input and returns a node.
        inputs: dict {name: array}.

    Returns:
        tape: list of steps (op, inputs, output), in the order in which they ran: `op` a string, `inputs` a
            tuple of names, `output` a name.
        values: dict {name: array} of the inputs and of all outputs.
    """
    ### BEGIN SOLUTION
    tape, values = [], dict(inputs)
    ops = {"matmul": np.matmul, "add": np.add, "mul": np.multiply}
    ops |= {"sigmoid": sigmoid, "log": np.log, "mean": np.mean}

    def run(op, *nodes):
        names = tuple([node.name for node in nodes])
        number = 1
        while f"t{number}" in values:
            number += 1
        output = f"t{number}"
        values[output] = ops[op](*[values[name] for name in names])
        tape.append((op, names, output))
        return Node(output)

    class Node:
        def __init__(self, name):
            self.name = name

        def __matmul__(self, other):
            return run("matmul", self, other)

        def __add__(self, other):
            return run("add", self, other)

        def __mul__(self, other):
            return run("mul", self, other)

        def sigmoid(self):
            return run("sigmoid", self)

        def log(self):
            return run("log", self)

        def mean(self):
            return run("mean", self)

    program(*[Node(name) for name in inputs])
    return tape, values
    ### END SOLUTION


# %%
check(trace)

# %% [markdown]
# Let it record a program with a loop in it:


# %%
def power(x):
    """Return the node of the mean of x to the fourth power."""
    y = x
    for _ in range(3):
        y = y * x
    return y.mean()


power_tape, power_values = trace(power, {"x": np.array([[1.0, 2.0]])})
for step in power_tape:
    print(step)
print("the value of the last step:", power_values[power_tape[-1][2]])

# %% [markdown]
# There is nothing more to recording than this. Note what the tape does *not* hold: no formula, no
# numbers, and no trace of the Python around the calls. The loop is gone; its three products are there.

# %% [markdown]
# ### 1.3 The network once more
#
# You know this network: images of handwritten zeros and ones, 64 pixels in a row, two hidden layers
# of 25 and 15 sigmoid units and one output unit. The cost $J$ is the mean binary cross-entropy.
# The gradients of lesson 3 wait in `utils`, as something to compare with.

# %%
images, digits = load_digits(classes=(0, 1))
X, X_test, y, y_test = split(images, digits, seed=3)
Y = y[:, np.newaxis].astype(float)  # a column, because the network has one output
m = len(X)
params = initialize([64, 25, 15, 1], seed=3)

A, cache = forward(X, params)
J = binary_cross_entropy(Y, A)
lesson_3 = lesson_3_backward(params, cache, Y)
print(f"X {X.shape}, Y {Y.shape}, cost {J:.6f}")
print("gradients of lesson 3:", ", ".join(f"{name} {g.shape}" for name, g in lesson_3.items()))

# %% [markdown]
# ### 1.4 Record the network
#
# The cost is a little awkward with six ops only, since there is no subtraction and no minus sign:
#
# $$ J = \operatorname{mean}\bigl( (-Y) \odot \log A \;+\; (Y - 1) \odot \log (1 - A) \bigr) . $$
#
# The labels are given, so $-Y$ and $Y - 1$ can be prepared before anything runs. But $1 - A$
# depends on the network, so it has to be made of ops: a `mul` by $-1$, then an `add` of ones. A recorder
# by hand, that of section 1.1, lets us choose the names, which your `trace` makes up: later cells ask for
# `A1` and `Z3`.


# %%
def record_network(params, X, Y):
    """Return `(tape, values)` of the sigmoid network and its binary cross-entropy cost."""
    ones = np.ones(Y.shape)
    labels = {"minus_Y": -Y, "Y_minus_1": Y - 1}
    recorder = Recorder({"X": X, **params, **labels, "ones": ones, "minus_ones": -ones})
    A = "X"
    for layer in range(1, len(params) // 2 + 1):
        recorder.run("matmul", A, f"W{layer}", to=f"P{layer}")
        recorder.run("add", f"P{layer}", f"b{layer}", to=f"Z{layer}")
        recorder.run("sigmoid", f"Z{layer}", to=f"A{layer}")
        A = f"A{layer}"
    recorder.run("log", A, to="log_A")
    recorder.run("mul", "minus_Y", "log_A", to="loss_1")
    recorder.run("mul", A, "minus_ones", to="minus_A")
    recorder.run("add", "ones", "minus_A", to="B")  # 1 - A
    recorder.run("log", "B", to="log_B")
    recorder.run("mul", "Y_minus_1", "log_B", to="loss_0")
    recorder.run("add", "loss_1", "loss_0", to="loss")
    recorder.run("mean", "loss", to="J")
    return recorder.tape, recorder.values


tape, values = record_network(params, X, Y)
print(f"steps on the tape: {len(tape)}")
print(f"cost at its end:   {values['J']:.15f}")
print(f"cost of lesson 3:  {J:.15f}")

# %%
show(plots.plot_tape(tape))

# %% [markdown]
# Read it like a score, from left to right. A square makes a value, a circle reads it, and the line
# between them is how long the value is needed on the way forward. Dotted lines come from outside: the
# data, the parameters and some constants. The loop over the layers is gone. It ran, and what it did is
# on the tape. One name that a step makes is read by two others. Look for it, it will be the interesting one.
#
# <details>
# <summary>Which one is it?</summary>
#
# `A3`, the output of the network: the two terms of the cost both read it.
#
# </details>

# %% [markdown]
# ## 2. One step back
#
# ### 2.1 What a step has to know
#
# Pick a step anywhere on the tape. It takes $x$ and makes $y$. Suppose that somebody has already
# found the gradient of $J$ with respect to its *output*. Call it $G$: it has the shape of $y$, one
# derivative for each entry. Then the chain rule gives the gradient with respect to its *input*,
# and it needs to know nothing else of the rest of the tape. Flatten $x$, $y$ and $G$ into rows. Let $s$
# run over the $K$ entries of $y$, and $t$ over the $N$ entries of $x$:
#
# $$
# \frac{\partial J}{\partial x_t} = \sum_{s} G_s \, \frac{\partial y_s}{\partial x_t},
# \qquad\text{as a row times a matrix:}\qquad
# \underset{(1,\,N)}{\frac{\partial J}{\partial x}}
# = \underset{(1,\,K)}{G}\; \underset{(K,\,N)}{\frac{\partial y}{\partial x}} .
# $$
#
# The matrix of all derivatives of $y$ with respect to $x$ is the **Jacobian** of the step. A row
# comes in from the end of the tape, meets the Jacobian, and a row goes on towards the start. This
# is a **vector-Jacobian product**, VJP for short.
#
# **Predict before you run.** In the first step of the network, `matmul` takes the images and $W_1$.
# How much memory would its Jacobian with respect to the images take, as a matrix of `float64`:
# about a megabyte, ten, or a thousand?

# %%
ask_prediction("size of a Jacobian", "How much memory would this Jacobian take?", [1, 10, 1000], unit="MB")


# %%
K, N = values["P1"].size, values["X"].size
nonzero = K * params["W1"].shape[0]  # an entry of the product depends on one row of X
print(f"Jacobian of P1 with respect to X: {K:,} x {N:,} entries, {8 * K * N / 1e6:,.0f} MB")
print(f"share of them that can be other than zero: {nonzero / (K * N):.2%}")
compare_prediction("size of a Jacobian", 8 * K * N / 1e6)

# %% [markdown]
# An entry of the product depends on one row of the images only, so nearly all of this matrix would be
# zeros. And you never need the matrix itself, only $G$ times it. So nobody builds it.

# %% [markdown]
# Here are two small Jacobians, made by TensorFlow. Dots mark the zeros. (`watch` tells TensorFlow's tape to
# keep an eye on a tensor that is given, `persistent=True` lets you ask the tape twice, and `jacobian` gives
# the whole matrix.)

# %%
tf = import_tensorflow()
rng = np.random.default_rng(6)
small_A, small_B = tf.constant(rng.normal(size=(3, 4))), tf.constant(rng.normal(size=(4, 2)))
with tf.GradientTape(persistent=True) as jacobian_tape:
    jacobian_tape.watch(small_A)
    small_S = tf.sigmoid(small_A)
    small_P = small_A @ small_B

jacobians = {
    "sigmoid, (3, 4) to (3, 4)": jacobian_tape.jacobian(small_S, small_A).numpy().reshape(12, 12),
    "matmul, (3, 4) to (3, 2)": jacobian_tape.jacobian(small_P, small_A).numpy().reshape(6, 12),
}
show(plots.plot_jacobians(jacobians))

# %% [markdown]
# An op knows its own pattern. So it needs no matrix, only a rule: *given my inputs and $G$, here is
# the product*. You write one such rule for each of the six ops. In all of them $G$ is $\partial J /
# \partial y$ for the op's output, and what you return is $\partial J$ by each input, in the shape
# of that input.

# %% [markdown]
# ### 2.2 The matrix product
#
# With $C = A B$, entry by entry:
#
# $$
# \underset{(m,\,n)}{C_{ik}} = \sum_j \underset{(m,\,p)}{A_{ij}}\; \underset{(p,\,n)}{B_{jk}},
# \qquad
# \frac{\partial J}{\partial A_{ij}} = \sum_k G_{ik}\, B_{jk},
# \qquad
# \frac{\partial J}{\partial B_{jk}} = \sum_i A_{ij}\, G_{ik} .
# $$
#
# An entry of $A$ feeds one row of $C$, an entry of $B$ one column, and you add over the paths. Each
# of the two sums is a matrix product of $G$ with one of the operands. Write the shapes under it and
# see where a transpose has to stand.

# %% [markdown]
# ### Exercise 2: `vjp_matmul` (2 points)
#
# Write the gradients of both operands of a matrix product, for a given $G$.


# %%
def vjp_matmul(A, B, G):
    """Return the gradients of the operands of `A @ B`.

    Arguments:
        A: (m, p) array.
        B: (p, n) array.
        G: (m, n) float64, the gradient of the final scalar with respect to `A @ B`.

    Returns:
        dA: (m, p) float64.
        dB: (p, n) float64.
    """
    ### BEGIN SOLUTION
    return G @ B.T, A.T @ G
    ### END SOLUTION


# %%
check(vjp_matmul)

# %% [markdown]
# ### 2.3 The sum
#
# The derivative of a sum by either of its terms is 1. So where both terms have one shape, $G$ goes
# through to both of them as it is. A bias is another matter. `add` takes its single row and uses
# it for every row of $A$, so each of its entries has $m$ paths to the cost:
#
# $$
# \underset{(m,\,n)}{C_{ij}} = A_{ij} + \underset{(n,)}{b_j},
# \qquad
# \frac{\partial J}{\partial A_{ij}} = G_{ij},
# \qquad
# \frac{\partial J}{\partial b_j} = \sum_{i=1}^{m} G_{ij} .
# $$
#
# Wherever a forward pass *copies*, the way back *adds*.

# %% [markdown]
# ### Exercise 3: `vjp_add` (2 points)
#
# Write the gradients of both terms of a sum. The second one has the shape of the first or is a bias
# of shape `(n,)`. Take care to tell the two apart when the matrix happens to be square.


# %%
def vjp_add(A, b, G):
    """Return the gradients of the terms of `A + b`.

    Arguments:
        A: (m, n) array.
        b: (m, n) array, or (n,) array that is added to every row.
        G: (m, n) float64, the gradient of the final scalar with respect to `A + b`.

    Returns:
        dA: (m, n) float64.
        db: float64 with the shape of `b`.
    """
    ### BEGIN SOLUTION
    if b.shape == A.shape:
        return G, G
    return G, G.sum(axis=0)
    ### END SOLUTION


# %%
check(vjp_add)

# %% [markdown]
# ### 2.4 Entry by entry
#
# Three ops treat every entry by itself: `mul`, `sigmoid` and `log`. Their Jacobians are diagonal,
# and a row times a diagonal matrix is a product entry by entry. For a function $f$ of one input:
#
# $$ \frac{\partial J}{\partial A_{ij}} = G_{ij}\; f'(A_{ij}) . $$
#
# For `mul` the same holds for each of the two factors, with the other one kept fixed. What is left is high
# school: the derivative of a product by either factor, of a logarithm, and of the sigmoid, which lesson 3
# wrote in terms of its *value*. That is why `vjp_sigmoid` is handed the op's output `S`, which is on the
# tape anyway, and not its input.

# %% [markdown]
# ### Exercise 4: `vjp_mul` (1 point)
#
# Write the gradients of both factors of a product entry by entry.


# %%
def vjp_mul(A, B, G):
    """Return the gradients of the factors of `A * B`.

    Arguments:
        A, B: arrays of one shape, whichever it is.
        G: float64 of that shape, the gradient of the final scalar with respect to `A * B`.

    Returns:
        dA, dB: float64 of that shape.
    """
    ### BEGIN SOLUTION
    return G * B, G * A
    ### END SOLUTION


# %%
check(vjp_mul)

# %% [markdown]
# ### Exercise 5: `vjp_sigmoid` (1 point)
#
# Write the gradient of the input of a sigmoid, from its output.


# %%
def vjp_sigmoid(S, G):
    """Return the gradient of the input of a sigmoid.

    Arguments:
        S: float64 array of any shape, what the sigmoid put out.
        G: float64 of that shape, the gradient of the final scalar with respect to `S`.

    Returns:
        float64 of that shape.
    """
    ### BEGIN SOLUTION
    return G * S * (1 - S)
    ### END SOLUTION


# %%
check(vjp_sigmoid)

# %% [markdown]
# ### Exercise 6: `vjp_log` (1 point)
#
# Write the gradient of the input of a natural logarithm.


# %%
def vjp_log(A, G):
    """Return the gradient of the input of a logarithm.

    Arguments:
        A: array of any shape, all entries positive; some may be tiny.
        G: float64 of that shape, the gradient of the final scalar with respect to `log(A)`.

    Returns:
        float64 of that shape.
    """
    ### BEGIN SOLUTION
    return G / A
    ### END SOLUTION


# %%
check(vjp_log)

# %% [markdown]
# ### 2.5 The mean
#
# The last op takes all entries, however many there are, and makes a single number of them. Its $G$
# is a single number too. Every entry has the same small influence:
#
# $$
# c = \frac{1}{N} \sum_{ij} A_{ij},
# \qquad
# \frac{\partial J}{\partial A_{ij}} = G\; \frac{\partial c}{\partial A_{ij}},
# $$
#
# where $N$ is the number of all entries. This is the place where the $1/m$ of lesson 3 is born.

# %% [markdown]
# ### Exercise 7: `vjp_mean` (1 point)
#
# Write the gradient of the array that a mean is taken of. It has the array's shape, with one and
# the same number everywhere.


# %%
def vjp_mean(A, G):
    """Return the gradient of the array whose mean is taken.

    Arguments:
        A: array of any shape, of floats or integers.
        G: () float64, a single number: the gradient of the final scalar with respect to the mean.

    Returns:
        float64 with the shape of `A`.
    """
    ### BEGIN SOLUTION
    return np.full(A.shape, G / A.size)
    ### END SOLUTION


# %%
check(vjp_mean)

# %% [markdown]
# ### 2.6 All six beside TensorFlow
#
# TensorFlow's `tape.gradient` takes a $G$ of your choice as `output_gradients`. So you can ask it
# for the same six products, for a $G$ that comes from no network at all:

# %%
TF_OPS = {
    "matmul": tf.matmul,
    "add": tf.add,
    "mul": tf.multiply,
    "sigmoid": tf.sigmoid,
    "log": tf.math.log,
    "mean": tf.reduce_mean,
}


def largest_difference(mine, reference):
    """Return the largest difference of two arrays relative to the largest reference value."""
    return float(np.abs(mine - reference).max() / np.abs(reference).max())


def tensorflow_products(op, operands, G):
    """Return TensorFlow's vector-Jacobian products of `op` as NumPy arrays, one for each operand."""
    tensors = [tf.constant(operand) for operand in operands]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        output = TF_OPS[op](*tensors)
    return [g.numpy() for g in tape.gradient(output, tensors, output_gradients=tf.constant(G))]


P, Q, a_bias = rng.uniform(1, 2, size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=3)
G_P, G_matmul, G_mean = rng.normal(size=(5, 3)), rng.normal(size=(5, 4)), np.array(0.7)
pairs = {
    "matmul": (vjp_matmul(P, Q, G_matmul), tensorflow_products("matmul", [P, Q], G_matmul)),
    "add": (vjp_add(P, a_bias, G_P), tensorflow_products("add", [P, a_bias], G_P)),
    "mul": (vjp_mul(P, 2 * P, G_P), tensorflow_products("mul", [P, 2 * P], G_P)),
    "sigmoid": ([vjp_sigmoid(sigmoid(P), G_P)], tensorflow_products("sigmoid", [P], G_P)),
    "log": ([vjp_log(P, G_P)], tensorflow_products("log", [P], G_P)),
    "mean": ([vjp_mean(P, G_mean)], tensorflow_products("mean", [P], G_mean)),
}
for op, (yours, theirs) in pairs.items():
    difference = max(map(largest_difference, yours, theirs))
    print(f"{op:8} largest relative difference {difference:.0e}")

# %% [markdown]
# ## 3. Walk the tape back
#
# ### 3.1 A tape with a fork
#
# Take the little tape of section 1.1 again. Two steps read `a`, so `a` has two paths to `J`. The cell
# walks it back step by step, from the last one to the first; follow it on paper. Before the walk you know
# a single gradient: that of `J` with respect to itself, which is 1.

# %%
fork, v = recorder.tape, recorder.values

g = {"J": np.array(1.0)}
g["r"] = vjp_mean(v["r"], g["J"])  # step 4 back
g["p"], g["q"] = vjp_mul(v["p"], v["q"], g["r"])  # step 3 back
from_q = vjp_sigmoid(v["q"], g["q"])  # step 2 back: one path to a
from_p, g["b"] = vjp_mul(v["a"], v["b"], g["p"])  # step 1 back: the other path

for name, number in {"path over q": from_q, "path over p": from_p}.items():
    print(f"{name}: {number.item():+.6f}")

# %% [markdown]
# **Predict before you run.** Two numbers have arrived at `a`. The next cell measures the gradient
# by nudging `a`, as in lesson 3. Will it be one of the two, their mean, or their sum?

# %%
ask_prediction(
    "two paths", "What does nudging a measure?", ["one of the two numbers", "their mean", "their sum"]
)


# %%
def fork_cost(a, b=1.5):
    """Return J of the little tape."""
    return a * b * sigmoid(a)


nudged = (fork_cost(0.6 + 1e-5) - fork_cost(0.6 - 1e-5)) / 2e-5
print(f"nudged: {nudged:+.6f}")

arrived = np.array([from_p.item(), from_q.item()])
compare_prediction(
    "two paths", [np.isclose(arrived, nudged).any(), *np.isclose([arrived.mean(), arrived.sum()], nudged)]
)

# %%
g["a"] = from_p + from_q
contributions = {
    ("p", "a"): from_p.item(), ("q", "a"): from_q.item(), ("p", "b"): g["b"].item(),
    ("r", "p"): g["p"].item(), ("r", "q"): g["q"].item(), ("J", "r"): g["r"].item(),
}  # fmt: skip
show(
    plots.plot_walk(
        fork,
        plots.FORK,
        {name: array.item() for name, array in v.items()},
        {name: array.item() for name, array in g.items()},
        contributions,
    )
)

# %% [markdown]
# ### 3.2 The rule
#
# Multiply along a path, add over paths: the two rules of lesson 3 again. The VJP of a step does the
# multiplying. The adding happens at a name that is read more than once: each step that reads it sends a
# gradient back, and these are added.
#
# And the order? A step may go back only when the gradient of its output is *complete*: all steps
# that read it must have had their turn. Here the tape shows its worth. It lists the steps in the
# order in which they ran, so whoever reads a name stands *after* the step that made it. Walk from
# the end to the start, and everything arrives in time. No sorting, no graph theory.

# %% [markdown]
# ### Exercise 8: `backward` (5 points)
#
# Write the walk back for *any* tape of the six ops. The last step of a tape is always a `mean`, and
# its output is the final scalar.
#
# - The result has an entry for **every name on the tape**, given or made: the gradient of the final
#   scalar with respect to it, in its shape. The final scalar's own gradient is 1.
# - A name that is read more than once gets the sum over its paths. One step can read a name twice,
#   such as `("mul", ("a", "a"), "p")`.
# - A name that does not reach the final scalar gets zeros.
# - `values` may hold names that are not on the tape. They are no part of the answer.
# - Use your six functions. `tape` and `values` stay as they are.
#
# *A trap: two names may end up sharing one array (look at what your `vjp_add` returns). Where paths
# meet, make a new array, instead of changing one in place with `+=`.*


# %%
def backward(tape, values):
    """Return the gradient of the tape's final scalar with respect to every name on the tape.

    Arguments:
        tape: list of steps (op, inputs, output) in the order in which they ran: `op` is "matmul",
            "add", "mul", "sigmoid", "log" or "mean", `inputs` a tuple of one or two names,
            `output` a name. The last step is a "mean".
        values: dict that maps each name to its array.

    Returns:
        dict {name: float64 array with the shape of `values[name]`} for every name on the tape.
    """
    ### BEGIN SOLUTION
    products = {
        "matmul": lambda A, B, output, G: vjp_matmul(A, B, G),
        "add": lambda A, b, output, G: vjp_add(A, b, G),
        "mul": lambda A, B, output, G: vjp_mul(A, B, G),
        "sigmoid": lambda A, output, G: (vjp_sigmoid(output, G),),
        "log": lambda A, output, G: (vjp_log(A, G),),
        "mean": lambda A, output, G: (vjp_mean(A, G),),
    }
    names = {name for _, inputs, output in tape for name in (*inputs, output)}
    gradients = {name: np.zeros(np.shape(values[name])) for name in names}
    gradients[tape[-1][2]] = np.array(1.0)
    for op, inputs, output in reversed(tape):
        operands = [values[name] for name in inputs]
        arriving = products[op](*operands, values[output], gradients[output])
        for name, gradient in zip(inputs, arriving, strict=True):
            gradients[name] = gradients[name] + gradient
    return gradients
    ### END SOLUTION


# %%
check(backward)

# %% [markdown]
# ### 3.3 The gradients of lesson 3
#
# Now the network. Your `backward` has never heard of layers, of error signals or of $1/m$. It walks
# a list.

# %%
gradients = backward(tape, values)
for name in params:
    difference = largest_difference(gradients[name], lesson_3[f"d{name}"])
    print(f"{name} {gradients[name].shape!s:9} off from lesson 3 by {difference:.0e}")

# %% [markdown]
# All that you derived in lesson 3 comes out of six rules and a loop. Look for its landmarks: at
# `Z3` the gradient must be $(A_3 - Y)/m$, the famous cancellation. Nobody told your walk about it.
# It went through a logarithm, a product and a sigmoid, one after the other, and the factors
# cancelled on the way.

# %%
print(f"dZ3 against (A3 - Y)/m: {largest_difference(gradients['Z3'], (values['A3'] - Y) / m):.0e}")

# %% [markdown]
# ### 3.4 Op by op beside GradientTape
#
# TensorFlow's tape can be asked for every gradient on the way too. Replay your tape with
# TensorFlow's ops while a `GradientTape` listens. As in section 2.1, given tensors have to be announced
# with `tape.watch`. Everything that is computed from them is watched automatically.


# %%
def replay(tape, given):
    """Run the steps of `tape` with TensorFlow's ops; return {name: tensor} for all names."""
    tensors = dict(given)
    for op, inputs, output in tape:
        tensors[output] = TF_OPS[op](*(tensors[name] for name in inputs))
    return tensors


def given_tensors(tape, values):
    """Return {name: tensor} for the names on `tape` that no step makes."""
    made = {output for _, _, output in tape}
    read = {name for _, inputs, _ in tape for name in inputs}
    return {name: tf.constant(values[name], tf.float64) for name in values if name in read - made}


def tensorflow_gradients(tape, values):
    """Return the gradient of the tape's last output by every name, as TensorFlow finds them."""
    given = given_tensors(tape, values)
    with tf.GradientTape() as gradient_tape:
        gradient_tape.watch(given)
        tensors = replay(tape, given)
    found = gradient_tape.gradient(tensors[tape[-1][2]], tensors)
    return {name: gradient.numpy() for name, gradient in found.items()}


theirs = tensorflow_gradients(tape, values)

# %%
rows = ["| step | op | output | shape | largest entry of its gradient | TensorFlow's | difference |"]
rows.append("|---|---|---|---|---|---|---|")
for number, (op, _, name) in reversed(list(enumerate(tape, start=1))):
    mine, reference = gradients[name], theirs[name]
    rows.append(
        f"| {number} | {op} | {name} | {np.shape(mine)} | {np.abs(mine).max():.6e} "
        f"| {np.abs(reference).max():.6e} | {largest_difference(mine, reference):.0e} |"
    )
display(Markdown("The walk, from the last step to the first:\n\n" + "\n".join(rows)))
worst = max(largest_difference(gradients[name], theirs[name]) for name in theirs)
print(f"all {len(theirs)} names, given ones too: largest relative difference {worst:.0e}")

# %% [markdown]
# Every single intermediate agrees. If your result and TensorFlow's ever disagree in a larger
# program, this is how to find the culprit: go back from the cost and stop at the first op that
# differs.

# %% [markdown]
# ### 3.5 Hidden layers have no targets. So what is their cost?
#
# This is where the course began, and now you can answer with your own code. Read `backward` again.
# Which of its lines asks whether a name belongs to a hidden layer? None does. `A1` is a name like
# any other. It has no target, it has no cost, and the walk gets by without them. Where do the
# labels come in, then?

# %%
influenced = {"minus_Y", "Y_minus_1"}
for _, inputs, output in tape:
    if influenced & set(inputs):
        influenced.add(output)
print("forward, the labels reach only:", ", ".join(n for _, _, n in tape if n in influenced))

for name in ("A1", "A2"):
    size = np.abs(gradients[name]).max()
    print(f"backward, J's gradient arrives at {name}, its largest entry is {size:.1e}")

# %% [markdown]
# Forward, the labels meet nothing but the last steps of the loss. Backward, the influence of every
# name on the *one* cost at the end is found, hidden ones included. And the labels come along. On the way
# back they enter at two steps only, where `vjp_mul` multiplies $G$ by $-Y$ and by $Y - 1$. All that $G$
# reaches afterwards, `A2` and `A1` too, depends on them. Turn some labels round and walk again:

# %%
other_Y = Y.copy()
other_Y[:10] = 1 - Y[:10]  # the labels of ten examples, turned round
other_tape, other_values = record_network(params, X, other_Y)
other = backward(other_tape, other_values)
for name in ("A1", "A2"):
    same_value = np.array_equal(other_values[name], values[name])
    changed = np.any(other[name] != gradients[name], axis=1)
    print(f"{name}: same activations: {same_value}; another gradient in {changed.sum()} of {m} rows, "
          f"all of them the ten: {changed[:10].all() and not changed[10:].any()}")  # fmt: skip

# %% [markdown]
# That is how a layer without labels learns from labels: it has none of its own, but its gradient carries
# what they say. Check one entry by nudging: change a single hidden activation, run the steps that come
# after it, and see what $J$ does.


# %%
def rerun(tape, values, changed):
    """Return the final scalar when the arrays in `changed` replace recorded ones."""
    values = {**values, **changed}
    for op, inputs, output in tape:
        if output not in changed:
            values[output] = OPS[op](*(values[name] for name in inputs))
    return values[tape[-1][2]]


example, unit, nudge = 4, 7, 1e-4
up, down = values["A1"].copy(), values["A1"].copy()
up[example, unit] += nudge
down[example, unit] -= nudge
slope = (rerun(tape, values, {"A1": up}) - rerun(tape, values, {"A1": down})) / (2 * nudge)
print(f"a hidden activation, nudged:      {slope:+.9e}")
print(f"the same number from `backward`:  {gradients['A1'][example, unit]:+.9e}")

# %% [markdown]
# ### 3.6 Train with your own tape
#
# Now train without lesson 3. Write the network as a program, let your `trace` record it, let your `backward`
# walk the tape, and take a step. The program has no names of a tape and no backward pass in it. The tape is
# made anew for every step, since the values on it are those of the step. So is TensorFlow's: in a training
# loop the `with` stands inside the loop.


# %%
def network_cost(X, W1, b1, W2, b2, W3, b3, minus_Y, Y_minus_1, ones, minus_ones):
    """Return the cost of the 25-15-1 network, a program of nodes."""
    A = X
    for W, b in ((W1, b1), (W2, b2), (W3, b3)):
        A = (A @ W + b).sigmoid()
    not_A = ones + A * minus_ones
    return (minus_Y * A.log() + Y_minus_1 * not_A.log()).mean()


ones = np.ones(Y.shape)
constants = {"minus_Y": -Y, "Y_minus_1": Y - 1, "ones": ones, "minus_ones": -ones}
epochs, learning_rate = 100, 0.25  # a quarter is exact in the float32 that Keras keeps the rate in
own, costs = dict(params), []
for _ in progress_bar(range(epochs)):
    network_tape, network_values = trace(network_cost, {"X": X, **own, **constants})
    found = backward(network_tape, network_values)
    costs.append(float(network_values[network_tape[-1][2]]))
    own = {name: own[name] - learning_rate * found[name] for name in own}
print(f"cost before the first step {costs[0]:.6f}, before the last {costs[-1]:.6f}")

# %% [markdown]
# Did it take the right steps? Start twice more from the same weights: once with the gradients that you
# derived by hand in lesson 3, once with Keras's `fit`, all examples in one batch.

# %%
hand = dict(params)
for _ in range(epochs):
    grads = lesson_3_backward(hand, forward(X, hand)[1], Y)
    hand = {name: hand[name] - learning_rate * grads[f"d{name}"] for name in hand}

keras_model = tf.keras.Sequential(
    [tf.keras.layers.Dense(units, activation="sigmoid", dtype="float64") for units in (25, 15, 1)]
)
keras_model.build((None, X.shape[1]))
keras_model.set_weights(list(params.values()))
keras_loss = tf.keras.losses.BinaryCrossentropy(dtype="float64")
keras_model.compile(optimizer=tf.keras.optimizers.SGD(learning_rate), loss=keras_loss)
one_batch = tf.data.Dataset.from_tensors((X, Y))  # arrays would be cut into batches anew in each epoch
keras_model.fit(one_batch, epochs=epochs, shuffle=False, verbose=0)
keras_weights = dict(zip(params, keras_model.get_weights(), strict=True))

for name in params:
    from_hand, from_keras = (largest_difference(own[name], w[name]) for w in (hand, keras_weights))
    change = np.abs(own[name] - params[name]).max()
    print(f"{name} changed by up to {change:.4f}; off from lesson 3 {from_hand:.0e}, Keras {from_keras:.0e}")

# %% [markdown]
# Three trainings, one result. You now own all of `GradientTape` that training needs: a recorder, six rules
# and a walk.

# %% [markdown]
# **End of Part A.** You have a recorder, six rules and a walk, and a network that they have trained. What
# is missing is what else they can do, and where TensorFlow has the same. When you come back, put the cursor
# into this cell and run all cells above it (in JupyterLab: *Run > Run All Above Selected Cell*, in Colab:
# *Runtime > Run before*).

# %% [markdown]
# ## 4. A second network, and no new derivative
#
# The machine is built. What does another network cost you? Take one that is as different as the six
# ops allow: ten features, 100 examples, a hidden layer of 64 *rectified* units, one linear output,
# and squared error. A rectified unit, or *relu*, passes what is positive and puts out 0 otherwise.
#
# There is no relu among the ops. But it can be had as a `mul` by a **mask** of zeros and ones. The
# mask says which units are on. It is a constant, since it does not change when a weight moves a
# little.


# %%
def record_relu_network(params, X, T):
    """Return `(tape, values)` of relu(X W1 + b1) W2 + b2 and its mean squared error from `T`."""
    recorder = Recorder({"X": X, **params, "minus_T": -T})
    recorder.run("matmul", "X", "W1", to="P1")
    recorder.run("add", "P1", "b1", to="Z1")
    recorder.values["mask"] = (recorder.values["Z1"] > 0).astype(float)
    recorder.run("mul", "Z1", "mask", to="A1")
    recorder.run("matmul", "A1", "W2", to="P2")
    recorder.run("add", "P2", "b2", to="A2")
    recorder.run("add", "A2", "minus_T", to="E")
    recorder.run("mul", "E", "E", to="E_squared")
    recorder.run("mean", "E_squared", to="J")
    return recorder.tape, recorder.values


rng = np.random.default_rng(10)
features = rng.normal(size=(100, 10))
targets = np.sin(features[:, :1]) + 0.5 * features[:, 1:2] * features[:, 2:3]
relu_params = initialize([10, 64, 1], seed=10)
relu_tape, relu_values = record_relu_network(relu_params, features, targets)
by_tape = backward(relu_tape, relu_values)

count = sum(array.size for array in relu_params.values())
print(f"{count} parameters, {len(relu_tape)} steps, cost {relu_values['J']:.6f}")
print(f"units that are on: {relu_values['mask'].mean():.0%}")

# %% [markdown]
# By hand, the same network takes another page of derivation. The result of it, with the error
# $E = A_2 - T$ and the mask $M$; $(dA_2)_{i\,:}$ is row $i$ of $dA_2$, so the last column adds up rows:
#
# $$
# \begin{aligned}
# \underset{(m,\,1)}{dA_2} &= \tfrac{2}{m}\, E, &
# \underset{(64,\,1)}{dW_2} &= A_1^{\mathsf T}\, dA_2, &
# \underset{(1,)}{db_2} &= \textstyle\sum_i (dA_2)_{i\,:}, \\
# \underset{(m,\,64)}{dZ_1} &= \bigl( dA_2\, W_2^{\mathsf T} \bigr) \odot M, &
# \underset{(10,\,64)}{dW_1} &= X^{\mathsf T}\, dZ_1, &
# \underset{(64,)}{db_1} &= \textstyle\sum_i (dZ_1)_{i\,:} .
# \end{aligned}
# $$
#
# The 2 comes from the square, which the tape has as `mul` of `E` with itself: one name, two paths,
# and their sum is twice the one.

# %%
v = relu_values
dA2 = 2 / len(features) * v["E"]
dZ1 = (dA2 @ relu_params["W2"].T) * v["mask"]
by_hand = {"W2": v["A1"].T @ dA2, "b2": dA2.sum(axis=0), "W1": features.T @ dZ1, "b1": dZ1.sum(axis=0)}

model = tf.keras.Sequential(
    [
        tf.keras.layers.Dense(64, activation="relu", dtype="float64"),
        tf.keras.layers.Dense(1, dtype="float64"),
    ]
)
model.build((None, 10))
model.set_weights(list(relu_params.values()))
with tf.GradientTape() as keras_tape:
    cost = tf.reduce_mean((model(features) - targets) ** 2)
found = keras_tape.gradient(cost, model.trainable_variables)
by_keras = dict(zip(relu_params, (gradient.numpy() for gradient in found), strict=True))

for name in by_hand:
    print(
        f"{name} {by_tape[name].shape!s:9} tape against hand: "
        f"{largest_difference(by_tape[name], by_hand[name]):.0e}, "
        f"against Keras: {largest_difference(by_tape[name], by_keras[name]):.0e}"
    )

# %% [markdown]
# You wrote down the *forward* pass of a new network and got its gradients without deriving
# anything. That is what *automatic* means. A new network needs no new mathematics, only ops whose
# rules are known.

# %% [markdown]
# ## 5. How TensorFlow does it
#
# ### 5.1 Ops have names, and names have gradients
#
# Let TensorFlow run the steps of your tape inside a `tf.function`, which keeps the list of its ops for you
# to read. (The tape looks up the same functions, as 5.2 shows, but keeps no list.) Leave out the entries
# that only hold what is given (`Placeholder`, `Const`) or pass it on (`Identity`). Beside each op that is
# left, look up which Python function TensorFlow has **registered** for its gradient. It is found by the
# op's name alone, such as `"MatMul"`.

# %%
from tensorflow.python.framework import ops as tf_ops  # TensorFlow's own registry

given = given_tensors(tape, values)


@tf.function(autograph=False)  # no rewriting of Python's loops and branches: run them as they are
def graph_of_the_network(given):
    """Replay the tape of the network, as TensorFlow ops."""
    return replay(tape, given)["J"]


graph = graph_of_the_network.get_concrete_function(given).graph  # made by running the function once
operations = [o for o in graph.get_operations() if o.type not in ("Placeholder", "Const", "Identity")]

rows = ["| step | your op | TensorFlow's op | its registered gradient | where |", "|---|---|---|---|---|"]
for number, (step, operation) in enumerate(zip(tape, operations, strict=True), start=1):
    registered = tf_ops.get_gradient_function(operation)
    line = inspect.getsourcelines(registered)[1]
    where = f"{Path(inspect.getsourcefile(registered)).name}, line {line}"
    rows.append(f"| {number} | {step[0]} | {operation.type} | `{registered.__name__}` | {where} |")
display(Markdown("\n".join(rows)))

# %% [markdown]
# A step of yours, an op of theirs, and for each op a function in a file that you can open:
# `tensorflow/python/ops/math_grad.py`. Look at two of them, as they are on your machine.

# %%
for name in ("Sigmoid", "Log"):
    operation = next(operation for operation in operations if operation.type == name)
    print(inspect.getsource(tf_ops.get_gradient_function(operation)))

# %% [markdown]
# `grad` is your $G$. The sigmoid's rule takes `op.outputs[0]`, the *output*, just as your
# `vjp_sigmoid` does, and the logarithm's takes the *input*. (`conj` is for complex numbers and does
# nothing to real ones.) The line with `@ops.RegisterGradient` enters the function into the
# registry. `tf.RegisterGradient` is the same thing under its public name.
#
# The tape itself is written in C++, in `tensorflow/c/eager/tape.h`. An entry of it, `OpTapeEntry`,
# holds the type of the op, the ids of its inputs, its outputs, and a function that goes back one step.
# Three of the four you know from your own tape. The fourth holds on to the arrays that the rule will need,
# which in your program lie in `values`.

# %% [markdown]
# ### 5.2 Watch it walk
#
# For each step back, the C++ tape calls a Python function with the name `_gradient_function`, and
# that one looks up the op's name in the registry and calls what it finds. Python can report every
# call that is made. Ask it to, while `tape.gradient` runs, and note which registered gradients turn
# up, in which order. The order may differ from yours where the tape forks.

# %%
with tf.GradientTape() as gradient_tape:
    gradient_tape.watch(given)
    tensors = replay(tape, given)

called = []


def note(frame, event, argument):
    """Note the functions that TensorFlow's tape calls to go back one step."""
    caller = frame.f_back.f_code.co_name if frame.f_back else ""
    if event == "call" and caller == "_gradient_function" and frame.f_code.co_name.endswith("Grad"):
        called.append(frame.f_code.co_name)


sys.setprofile(note)
gradient_tape.gradient(tensors["J"], given)
sys.setprofile(None)

rows = ["| step | your walk goes back through | TensorFlow calls |", "|---|---|---|"]
for visit, ((op, _, output), function) in enumerate(zip(reversed(tape), called, strict=True), start=1):
    rows.append(f"| {visit} | `{op}`, which made `{output}` | `{function}` |")
display(Markdown("\n".join(rows)))

# %% [markdown]
# The same walk, in the same direction, with one call for each of your steps. Between the cost and
# `A3` the tape forks into two branches, and there TensorFlow may visit the steps in another order
# than you: that is why some rows do not match. Any order will do in which every gradient is complete
# before it is used.

# %% [markdown]
# ### 5.3 Is it symbolic?
#
# Perhaps TensorFlow turns the code into one big formula and differentiates that? Try it on code
# that has no formula: how often the loop runs, and which branch it takes, depends on the number.


# %%
def wander(x):
    """Return a number that is doubled while small and squared when larger, until it passes 100."""
    path = ""
    while x < 100:
        if x < 3:
            x, path = x + x, path + "+"
        else:
            x, path = x * x, path + "*"
    return x, path


for start in (0.3, 1.2, 2.5, 40.0):
    x = tf.Variable(start, dtype=tf.float64)
    with tf.GradientTape() as gradient_tape:
        end, path = wander(x)
    slope = gradient_tape.gradient(end, x).numpy()
    nudged = (wander(start + 1e-6)[0] - wander(start - 1e-6)[0]) / 2e-6
    print(f"x = {start:4}: path {path:7} gradient {slope:12.4f}, nudged {nudged:12.4f}")

# %% [markdown]
# Four starts, four different tapes, and the right gradient each time. The tape does not see the
# `while` and the `if`. It sees which ops ran *this time*, with *these* numbers. So it is not
# symbolic: nowhere is there a formula for the whole. It isn't numerical in the sense of nudging
# either: each step uses the exact derivative of its op. That third way has a name of its own,
# **automatic differentiation**.

# %% [markdown]
# ### 5.4 The price of a step
#
# What do you pay for the walk, and what does TensorFlow pay? Take a chain of five layers, each of them a
# matrix product, a sum and a sigmoid, on square matrices of several sizes, record it, walk it back, and
# divide the time by the number of steps. Three contestants: your tape, TensorFlow's `GradientTape`, and the
# same in a `tf.function`, where TensorFlow lays out forward and backward pass once and then runs them without
# Python.


# %%
def record_chain(A0, W, b, layers=5):
    """Return `(tape, values)` of some sigmoid layers that share their weights, and the mean of the last."""
    recorder = Recorder({"A0": A0, "W": W, "b": b})
    for layer in range(1, layers + 1):
        recorder.run("matmul", f"A{layer - 1}", "W", to=f"P{layer}")
        recorder.run("add", f"P{layer}", "b", to=f"Z{layer}")
        recorder.run("sigmoid", f"Z{layer}", to=f"A{layer}")
    recorder.run("mean", f"A{layers}", to="J")
    return recorder.tape, recorder.values


def tensorflow_chain(A0, W, b, layers=5):
    """Return the gradient of the same chain by W, as TensorFlow finds it."""
    with tf.GradientTape() as gradient_tape:
        gradient_tape.watch([A0, W, b])
        A = A0
        for _ in range(layers):
            A = tf.sigmoid(A @ W + b)
        J = tf.reduce_mean(A)
    return gradient_tape.gradient(J, [A0, W, b])[1]


compiled_chain = tf.function(tensorflow_chain, autograph=False)


def microseconds(action, times=7):
    """Return how long `action()` takes, the fastest of several times."""
    best = np.inf
    for _ in range(times):
        start = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - start)
    return 1e6 * best


# %%
sizes = np.array([1, 4, 16, 64, 256])
times = {"your tape": [], "GradientTape": [], "GradientTape in a tf.function": []}
for size in progress_bar(sizes):
    W = rng.normal(size=(size, size)) / np.sqrt(size)
    arrays = rng.normal(size=(size, size)), W, rng.normal(size=size)
    tensors = [tf.constant(array) for array in arrays]
    compiled_chain(*tensors)  # the first call lays out the passes
    contestants = (
        lambda arrays=arrays: backward(*record_chain(*arrays)),
        lambda tensors=tensors: tensorflow_chain(*tensors).numpy(),
        lambda tensors=tensors: compiled_chain(*tensors).numpy(),
    )
    for name, contestant in zip(times, contestants, strict=True):
        times[name].append(microseconds(contestant) / len(record_chain(*arrays)[0]))

show(plots.plot_time_of_a_step(sizes, times))
for name, time_of_a_step in times.items():
    print(f"on this machine, {name}: {time_of_a_step[0]:.1f} µs a step at 1 x 1, "
          f"{time_of_a_step[-1]:.0f} µs at 256 x 256")  # fmt: skip

# %% [markdown]
# On the left, the arithmetic is free and you see the price of *bookkeeping*: finding the op, calling the
# rule, filing the result. A general tape such as TensorFlow's has far more to look after than yours. Going
# right, the arithmetic takes over and the three come closer together. What is left of the gap depends on
# the machine, and on how many of its cores each may use: the cell of the imports keeps NumPy to one.
# Networks that are worth their electricity live on the right.
#
# So industry walks as you do, PyTorch and JAX too (Paszke and others 2019; Frostig, Johnson and Leary 2018).
# What it adds is not another way to find the gradient. It is what makes the same walk fast: passes that are
# compiled once, ops fused into one that has a rule of its own, graphics processors, and batches spread over
# many machines.

# %% [markdown]
# ## 6. The other direction
#
# *This section is optional.*
#
# ### 6.1 Derivatives that travel forward
#
# Why walk *back* at all? The derivatives could travel along with the forward pass. Decide on one
# number, say one weight, and let $\dot T$ stand for the derivative of the array $T$ by that one
# number. Each op passes the dots on:
#
# $$
# \begin{aligned}
# C &= A B & &\Rightarrow & \dot C &= \dot A B + A \dot B, \\
# C &= A \odot B & &\Rightarrow & \dot C &= \dot A \odot B + A \odot \dot B, \\
# C &= f(A) & &\Rightarrow & \dot C &= f'(A) \odot \dot A .
# \end{aligned}
# $$
#
# A sum and a mean pass them on just as they treat the values: add the dots, take their mean. That is
# **forward mode**. Nothing has to be kept for later: each dot is made together with its
# value. The cell below reads the values off your tape, but only because they happen to be there.

# %%
FORWARD_RULES = {
    "matmul": lambda C, A, A_dot, B, B_dot: A_dot @ B + A @ B_dot,
    "add": lambda C, A, A_dot, b, b_dot: A_dot + b_dot,
    "mul": lambda C, A, A_dot, B, B_dot: A_dot * B + A * B_dot,
    "sigmoid": lambda C, A, A_dot: C * (1 - C) * A_dot,
    "log": lambda C, A, A_dot: A_dot / A,
    "mean": lambda C, A, A_dot: np.mean(A_dot),
}


def forward_mode(tape, values, dots):
    """Return the derivative of the final scalar, given the derivatives `dots` of some given names."""
    dots = {name: dots.get(name, np.zeros(np.shape(array))) for name, array in values.items()}
    for op, inputs, output in tape:
        operands = [array for name in inputs for array in (values[name], dots[name])]
        dots[output] = FORWARD_RULES[op](values[output], *operands)
    return dots[tape[-1][2]]


dot = np.zeros(params["W1"].shape)
dot[20, 3] = 1.0  # the derivative of W1 by its own entry (20, 3)
print(f"forward mode: {forward_mode(tape, values, {'W1': dot}):+.12e}")

with tf.autodiff.ForwardAccumulator(given["W1"], tf.constant(dot)) as accumulator:
    J_forward = replay(tape, given)["J"]
print(f"TensorFlow's: {accumulator.jvp(J_forward).numpy():+.12e}")
print(f"your walk:    {gradients['W1'][20, 3]:+.12e}")

# %% [markdown]
# ### 6.2 What it would cost
#
# One pass, one number. For the gradient you need one pass for *every* parameter. Do it, and count.

# %%
start = time.perf_counter()
by_forward_mode = {}
passes = 0
for name, array in params.items():
    by_forward_mode[name] = np.empty(array.shape)
    for place in np.ndindex(array.shape):
        dot = np.zeros(array.shape)
        dot[place] = 1.0
        by_forward_mode[name][place] = forward_mode(tape, values, {name: dot})
        passes += 1
time_forward = time.perf_counter() - start
time_back = microseconds(lambda: backward(tape, values)) / 1e6

worst = max(largest_difference(by_forward_mode[name], gradients[name]) for name in params)
print(f"largest relative difference: {worst:.0e}")
print(f"forward mode: {passes:,} passes, {time_forward:.2f} s on this machine")
print(f"one walk back: {time_back * 1e3:.2f} ms, {time_forward / time_back:,.0f} times as fast")

# %% [markdown]
# The same numbers, at a price that grows with every parameter. The reason is the order in which a
# product of matrices is multiplied. Take two steps, from $x$ with $P$ entries to $u$ with $N$ and on
# to $y$ with $K$. Written as Jacobians, the chain rule is a row times two matrices, and you may set
# the brackets as you like:
#
# $$
# \frac{\partial J}{\partial x}
# = \Bigl( \underset{(1,\,K)}{G}\; \underset{(K,\,N)}{\frac{\partial y}{\partial u}} \Bigr)
#   \underset{(N,\,P)}{\frac{\partial u}{\partial x}}
# = \underset{(1,\,K)}{G}\; \Bigl( \underset{(K,\,N)}{\frac{\partial y}{\partial u}}\;
#   \underset{(N,\,P)}{\frac{\partial u}{\partial x}} \Bigr) .
# $$
#
# On the left, a row meets a matrix and leaves a row: $KN + NP$ multiplications. On the right, a
# matrix meets a matrix: $KNP + KP$. A cost is a single number, so the walk back starts with a thin
# row and it stays thin. Turn it round, with a single number to differentiate *by* and many results,
# and forward mode is the cheap one. Count for a single image on its way from the pixels $x$ through
# the first hidden layer $u$ to the second, $y$:

# %%
widths = {"K": 15, "N": 25, "P": 64}
K, N, P = widths.values()
print(f"row first: {K * N + N * P:,} multiplications; matrices first: {K * N * P + K * P:,}")

# %% [markdown]
# What does the walk back pay for its speed? Memory. Forward mode forgets as it goes and needs a few values
# and their dots at a time. The tape has to keep every value until the walk has passed it.

# %%
kept = sum(np.asarray(values[name]).nbytes for _, _, name in tape)
largest = max(np.asarray(values[name]).nbytes for _, _, name in tape)
print(f"values that the tape keeps: {kept / 1e3:,.0f} kB; the largest one alone: {largest / 1e3:,.0f} kB")

# %% [markdown]
# ### 6.3 Both directions at once
#
# How does the *gradient* change when the parameters move along a direction $u$? The second derivatives
# know: they form the **Hessian** $H$, with a row and a column for every parameter, and the answer is $H u$.
# You do not need $H$ for it. Send dots forward through a program that walks back: one walk, whose results
# carry their derivatives along $u$ with them. Here TensorFlow does both. You can test it with two calls of
# your own `backward`, a little to either side.

# %%
direction_rng = np.random.default_rng(63)
u = {name: direction_rng.normal(size=array.shape) for name, array in params.items()}
weights = {name: given[name] for name in params}
dots = [tf.constant(u[name]) for name in params]
with tf.autodiff.ForwardAccumulator(list(weights.values()), dots) as accumulator:
    with tf.GradientTape() as gradient_tape:
        gradient_tape.watch(weights)
        J_again = replay(tape, {**given, **weights})["J"]
    back = gradient_tape.gradient(J_again, weights)
Hu = {name: accumulator.jvp(back[name]).numpy() for name in params}


def gradients_after(step):
    """Return your gradients when the parameters have moved by `step` times u."""
    return backward(*record_network({name: params[name] + step * u[name] for name in params}, X, Y))


ahead, behind = gradients_after(1e-5), gradients_after(-1e-5)
for name in params:
    by_two_walks = (ahead[name] - behind[name]) / 2e-5
    off = largest_difference(by_two_walks, Hu[name])
    print(f"{name}: H u by TensorFlow and by two of your walks differ by {off:.0e}")
count = sum(array.size for array in params.values())
print(f"H has {count:,} x {count:,} = {count**2:,} entries, H u has {count:,}")

# %% [markdown]
# What is it good for? The number $u \cdot H u$ says how strongly the cost curves along $u$. Newton's method
# and many of its relatives ask for nothing else, and so does anyone who wants to know how long a step may be.

# %% [markdown]
# ### 6.4 Memory for time
#
# The tape of a deep network may not fit into memory. Then keep only some values, the *checkpoints*, one
# every few layers. On the way back, run the layers between two checkpoints once more, record only them,
# walk them back, and forget them again. Your `trace` and `backward` can do it. One trick is needed, as your
# tapes end in a mean: for a segment with output $A$ of $N$ entries, into which the gradient $G$ comes, the
# mean of $A \odot (N G)$ has exactly the gradient $G$ with respect to $A$.
#
# The cell does it for 64 layers that share their weights, in segments of several lengths. The memory is
# what is kept at the same time: the checkpoints and the values of one segment.


# %%
def gradient_in_segments(A, W, b, layers, segments):
    """Return the gradient of mean(A_L) by the shared W, the most bytes kept at once and the layers run."""

    length = layers // segments

    def segment(A, W, b, NG):
        for _ in range(length):
            A = (A @ W + b).sigmoid()
        return (A * NG).mean()

    checkpoints = [A]
    for _ in range(segments - 1):
        for _ in range(length):
            A = sigmoid(A @ W + b)
        checkpoints.append(A)
    G, dW, most = np.full(A.shape, 1 / A.size), np.zeros(W.shape), 0
    for A in reversed(checkpoints):
        steps, kept = trace(segment, {"A": A, "W": W, "b": b, "NG": A.size * G})
        made = sum(np.asarray(kept[output]).nbytes for _, _, output in steps)
        most = max(most, made + sum(checkpoint.nbytes for checkpoint in checkpoints))
        walked = backward(steps, kept)
        G, dW = walked["A"], dW + walked["W"]
    return dW, most, layers - length + layers


chain = rng.normal(size=(200, 32)), rng.normal(size=(32, 32)) / 4, rng.normal(size=32)
at_once, *_ = gradient_in_segments(*chain, layers=64, segments=1)
rows = ["| segments | layers in each | kept at once | layers run forward | gradient off by |"]
rows.append("|---|---|---|---|---|")
for segments in (1, 2, 4, 8, 16, 32, 64):
    dW, most, run = gradient_in_segments(*chain, layers=64, segments=segments)
    off = largest_difference(dW, at_once)
    rows.append(f"| {segments} | {64 // segments} | {most / 1e6:.1f} MB | {run} | {off:.0e} |")
display(Markdown("\n".join(rows)))

# %% [markdown]
# The gradient stays the same. With nearly one more forward pass you keep a fraction of the memory, and the
# best number of segments lies in between: few segments are long, and many need many checkpoints. TensorFlow
# calls it `tf.recompute_grad`, others *gradient checkpointing*.
#
# But the second run has to compute what the first one did. Dropout sets a random half of the units to 0 and
# doubles the others. So the slope of each unit is 0 or 2, the factor that it was multiplied by:


# %%
def dropped(A):
    """Return the array with a random half of its entries set to 0, the others doubled."""
    return tf.nn.dropout(A, rate=0.5)


eight = tf.ones(8)
for name, function in {"dropout": dropped, "recomputed": tf.recompute_grad(dropped)}.items():
    with tf.GradientTape() as gradient_tape:
        gradient_tape.watch(eight)
        passed = function(eight)
    print(f"{name:10}  factors {passed.numpy()}  slopes {gradient_tape.gradient(passed, eight).numpy()}")

# %% [markdown]
# In TensorFlow 2.21 the second run draws other units, and the gradient is that of another network, without
# a word (`keras.remat` of Keras 3.15 does the same). If yours agrees in both rows, it has been mended.

# %% [markdown]
# ## 7. Gradients with respect to the input
#
# ### 7.1 What the output listens to
#
# A gradient by the *input* answers a question that people ask of trained networks: which pixels
# does the decision hang on? In lesson 3 you differentiated the *cost* by the pixels, and a cost
# needs a label. Now ask about the **output** itself. For one image $x$ and the output $a$ of the
# one unit, the vector of all $\partial a / \partial x_j$ is called the **saliency** of the pixels
# (Simonyan, Vedaldi and Zisserman 2013). No label, no cost. Start at the last layer $L$, take the
# middle formula for $l = L, \dots, 2$, and end at the pixels:
#
# $$
# \frac{\partial a}{\partial z_L} = \sigma'(z_L),
# \qquad
# \underset{(1,\,n_{l-1})}{\frac{\partial a}{\partial z_{l-1}}}
# = \Bigl( \underset{(1,\,n_l)}{\frac{\partial a}{\partial z_l}}\;
#   \underset{(n_l,\,n_{l-1})}{W_l^{\mathsf T}} \Bigr) \odot \sigma'(z_{l-1}),
# \qquad
# \underset{(1,\,n_0)}{\frac{\partial a}{\partial x}}
# = \underset{(1,\,n_1)}{\frac{\partial a}{\partial z_1}}\;
#   \underset{(n_1,\,n_0)}{W_1^{\mathsf T}} .
# $$
#
# This time nothing cancels at the output: $\sigma'(z_L)$ stays.

# %% [markdown]
# ### Exercise 9: `saliency` (3 points)
#
# Write the gradient of the output of a sigmoid network with respect to its input, for one example
# and any number of layers. You may go back layer by layer, or record the network and use your
# `backward` (the mean of a single number is that number). Keep the signs.
#
# *`forward` of `utils.network` wants rows: `x[np.newaxis]` makes one of a vector.*


# %%
def saliency(params, x):
    """Return the gradient of the network's output with respect to its input.

    Arguments:
        params: dict {"W1": (n_0, n_1), "b1": (n_1,), "W2": ...} for any number of sigmoid layers,
            the last of one unit.
        x: (n_0,) one example.

    Returns:
        (n_0,) float64.
    """
    ### BEGIN SOLUTION
    _, cache = forward(x[np.newaxis], params)
    G = np.ones((1, 1))
    for layer in range(len(params) // 2, 0, -1):
        dZ = vjp_sigmoid(cache[f"A{layer}"], G)
        G, _ = vjp_matmul(cache[f"A{layer - 1}"], params[f"W{layer}"], dZ)
    return G[0]
    ### END SOLUTION


# %%
check(saliency)

# %% [markdown]
# Train the network first, with plain gradient descent and the gradients of lesson 3, then look.

# %%
trained = dict(params)
for _ in range(300):
    grads = lesson_3_backward(trained, forward(X, trained)[1], Y)
    trained = {name: trained[name] - 1.0 * grads[f"d{name}"] for name in trained}

A_test = forward(X_test, trained)[0][:, 0]
print(f"held-out images read right: {np.mean((A_test >= 0.5) == y_test):.1%}")

# %%
chosen = [int(np.flatnonzero(y_test == digit)[i]) for digit in (0, 1) for i in (0, 1)]
maps = np.array([saliency(trained, X_test[i]) for i in chosen])
show(plots.plot_saliency(X_test[chosen], maps, [f"a {y_test[i]}, output {A_test[i]:.4f}" for i in chosen]))

# %% [markdown]
# Ink where a plus stands makes the image more of a 1, ink where a minus stands more of a 0. Mind
# the scales: these outputs are nearly 0 or 1, so the sigmoid of the last unit is flat, and all the
# numbers are small. The pattern is what counts. How much does it differ from image to image?
# Compare the directions of two maps by the cosine of the angle between them, which is 1 for the
# same direction:

# %%
unit_maps = maps / np.linalg.norm(maps, axis=1, keepdims=True)
cosines = (unit_maps @ unit_maps.T)[np.triu_indices(len(maps), k=1)]
print(f"cosines between the four maps: {cosines.min():.3f} to {cosines.max():.3f}")

pattern = unit_maps.mean(axis=0)
scores, test_scores = X @ pattern, X_test @ pattern
threshold = (scores[y == 0].mean() + scores[y == 1].mean()) / 2  # half-way between the training images' means
print(
    f"held-out images that this pattern alone reads right: {np.mean((test_scores > threshold) == y_test):.1%}"
)

# %% [markdown]
# All four images give the same map, up to a factor: the network uses one pattern for all of them. It is a
# good one: a dot product with it and one threshold read about as many held-out images right as the network.

# %% [markdown]
# ### 7.2 Step along it
#
# A gradient is a direction, and you can walk in it. Not in weights this time, but in *pixels*: take
# an image that is surely a 0 and change it a little in the direction in which the output grows
# fastest. For a step of length $\varepsilon$ along the unit vector $u$, calculus says
#
# $$ a(x + \varepsilon u) = a(x) + \varepsilon\, \nabla a \cdot u + \dots $$
#
# and among all directions $u$ of length 1, that of the gradient makes the dot product largest.
#
# **Predict before you run.** You take a small step along the saliency, and then a thousand steps of
# the same length in random directions. How much does a random step change the output, on average:
# about as much as the one along the saliency, half as much, or a tenth?

# %%
ask_prediction(
    "random steps",
    "How much does a random step change the output, compared with one along the saliency?",
    [100, 50, 10],
    unit="%",
)


# %%
zero = X_test[chosen[0]]


def output_of(x):
    """Return the trained network's output for one image."""
    return forward(x[np.newaxis], trained)[0].item()


def unit(vector):
    """Return `vector` with length 1."""
    return vector / np.linalg.norm(vector)


direction = unit(saliency(trained, zero))
at_random = [unit(vector) for vector in np.random.default_rng(0).normal(size=(1000, zero.size))]

small = 0.01
along = output_of(zero + small * direction) - output_of(zero)
random_changes = [abs(output_of(zero + small * u) - output_of(zero)) for u in at_random]
print(f"calculus says it grows by        {small * np.linalg.norm(saliency(trained, zero)):.3e}")
print(f"a step along the saliency does   {along:.3e}")
print(f"a random step, on average        {np.mean(random_changes):.3e}, up or down")
print(f"that is a share of               {np.mean(random_changes) / along:.0%}")
compare_prediction("random steps", 100 * np.mean(random_changes) / along)

# %% [markdown]
# The change is $\varepsilon$ times the dot product of the gradient with $u$: its length times the cosine of
# the angle between the two. In 64 dimensions a random direction is nearly at a right angle to any given one,
# so the cosine is small, up or down: about a tenth.

# %% [markdown]
# Now go on in the direction of the saliency, and see how far you have to go until the network reads a 1. No
# pixel can have less than no ink, or more than full ink, so cut off what goes beyond.


# %%
def moved(x, u, length):
    """Return the image `x` after a step along `u`, with all ink between none and full."""
    return np.clip(x + length * u, 0, 1)


lengths = np.linspace(0, 4, 81)
directions = {"along the saliency": direction, "in a random direction": at_random[0]}
curves = {name: [output_of(moved(zero, u, length)) for length in lengths] for name, u in directions.items()}
show(plots.plot_along(lengths, curves))

# %%
flips = next((s for s, a in zip(lengths, curves["along the saliency"], strict=True) if a >= 0.5), lengths[-1])
changed, blurred = moved(zero, direction, flips), moved(zero, at_random[0], flips)
panels = [
    (f"before\noutput {output_of(zero):.3f}", zero, False),
    ("the change", changed - zero, True),
    (f"after\noutput {output_of(changed):.3f}", changed, False),
    ("a random change", blurred - zero, True),
    (f"after that\noutput {output_of(blurred):.3f}", blurred, False),
]
show(plots.plot_changed(panels))
sentence = f"The image has length {np.linalg.norm(zero):.2f}, the step {flips:.2f}."
display(Markdown(f"{sentence} The output goes from {output_of(zero):.3f} to **{output_of(changed):.3f}**."))
read_as_1 = sum(output_of(moved(zero, u, flips)) >= 0.5 for u in at_random)
print(f"random steps of the same length after which the network reads a 1: {read_as_1} of {len(at_random)}")

# %% [markdown]
# To the eye this is a 0 with a smudge in it, and hardly a 1. The network says 1. Such an image is
# called an *adversarial example* (Goodfellow, Shlens and Szegedy 2014), and making one takes nothing
# but the gradient that you just wrote. With 64 pixels the change shows. A photograph has so many pixels
# that each needs to change only a little, and nobody sees the change. Random steps of the same length
# leave the decision alone: among the many directions in which 64 pixels can change, one drawn at
# random has little in common with the gradient.

# %% [markdown]
# ## 8. Where no gradient code is needed, and where it is
#
# *This section is optional.*
#
# ### 8.1 A layer of your own
#
# Keras has no layer whose units respond to *distance*: unit $k$ has a centre $c_k$, and it puts out
# $\exp(-\lVert x - c_k \rVert^2)$, which is 1 at the centre and fades away from it. Write the
# forward pass from TensorFlow's ops, and that is all. There is no `backward` in this class.


# %%
class Distance(tf.keras.layers.Layer):
    """Units that respond to the distance of the input from a centre of their own."""

    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = units

    def build(self, input_shape):
        """Make the centres, `(units, n)`."""
        draw = tf.keras.initializers.RandomNormal(seed=8)
        self.centres = self.add_weight(shape=(self.units, input_shape[-1]), initializer=draw)

    def call(self, inputs):
        """Return `(m, units)`."""
        apart = inputs[:, tf.newaxis, :] - self.centres[tf.newaxis]
        return tf.exp(-tf.reduce_sum(apart**2, axis=-1))


rng = np.random.default_rng(8)
points = rng.uniform(-2, 2, size=(200, 2))
inside = (np.sum(points**2, axis=1, keepdims=True) < 1.5).astype(float)  # no straight line parts them

tf.keras.utils.set_random_seed(8)
rings = tf.keras.Sequential(
    [Distance(3, dtype="float64"), tf.keras.layers.Dense(1, activation="sigmoid", dtype="float64")]
)
rings.build((None, 2))


def rings_cost():
    """Return the cost of the small model, a tensor."""
    return tf.reduce_mean(tf.keras.losses.binary_crossentropy(inside, rings(points)))


# %%
with tf.GradientTape() as gradient_tape:
    cost = rings_cost()
slope = gradient_tape.gradient(cost, rings.layers[0].centres).numpy()[0, 1]


def cost_at(moved):
    """Return the cost when the centres are `moved`."""
    rings.layers[0].centres.assign(moved)
    return rings_cost().numpy()


centres = rings.layers[0].centres.numpy()
nudge = np.zeros(centres.shape)
nudge[0, 1] = 1e-5
nudged = (cost_at(centres + nudge) - cost_at(centres - nudge)) / 2e-5
rings.layers[0].centres.assign(centres)
print(f"one coordinate of a centre, by the tape: {slope:+.8e}")
print(f"the same, nudged:                        {nudged:+.8e}")

# %%
rings.compile(optimizer=tf.keras.optimizers.Adam(0.1), loss="binary_crossentropy", metrics=["accuracy"])
before = rings.evaluate(points, inside, verbose=0)
rings.fit(points, inside, epochs=30, verbose=0)
after = rings.evaluate(points, inside, verbose=0)
print(f"cost {before[0]:.3f}, accuracy {before[1]:.0%} before training")
print(f"cost {after[0]:.3f}, accuracy {after[1]:.0%} after")

# %% [markdown]
# A layer that nobody had differentiated before learns, since it is made of ops that somebody had.

# %% [markdown]
# ### 8.2 A gradient of your own?
#
# Is there ever a reason to write a gradient yourself? Take $s(x) = \log(1 + e^x)$. It is the loss
# $-\log(1 - \sigma(x))$ of an example with label 0, as a function of what goes into the last sigmoid.
# Its derivative is $\sigma(x)$. As code it is a single line.
#
# **Predict before you run.** At $x = 1000$ the derivative is 1 for all practical purposes. What
# does the tape say?

# %%
ask_prediction("at 1000", "What does the tape say the derivative is at 1000?", ["1", "0", "inf", "nan"])


# %%
def naive(x):
    """Return log(1 + e^x), as it is written."""
    return tf.math.log(1 + tf.exp(x))


def value_and_gradient(function, x):
    """Return the values of an elementwise `function` at `x`, and its derivatives by the tape."""
    x = tf.constant(x)
    with tf.GradientTape() as gradient_tape:
        gradient_tape.watch(x)
        y = function(x)
    return y.numpy(), gradient_tape.gradient(y, x).numpy()


places = np.array([-50.0, -1.0, 0.0, 1.0, 50.0, 1000.0])


def tell(function):
    """Show a table of the function and its derivative, with the right derivative beside it."""
    rows = ["| x | value | derivative by the tape | right derivative |", "|---|---|---|---|"]
    for x, y, slope in zip(places, *value_and_gradient(function, places), strict=True):
        rows.append(f"| {x:g} | {y:.6g} | {slope:.6g} | {sigmoid(x):.6g} |")
    display(Markdown("\n".join(rows)))


tell(naive)

at_1000 = value_and_gradient(naive, places)[1][-1]
compare_prediction("at 1000", [at_1000 == 1, at_1000 == 0, np.isinf(at_1000), np.isnan(at_1000)])

# %% [markdown]
# At 1000 the exponential overflows. The value is infinite, and the derivative is *not a number*:
# the walk multiplies $1/(1 + e^x)$, which is 0, by $e^x$, which is infinite. At $-50$ the value is
# plain wrong, because $1 + e^{-50}$ rounds to 1. Each op's rule is right. The *combination* breaks
# down.

# %% [markdown]
# A better form of the same function has no large exponential in it:
#
# $$ \log(1 + e^x) = \max(x, 0) + \log\bigl(1 + e^{-\lvert x \rvert}\bigr) . $$


# %%
def stable(x):
    """Return log(1 + e^x) without overflow."""
    return tf.maximum(x, 0.0) + tf.math.log1p(tf.exp(-tf.abs(x)))


tell(stable)

# %% [markdown]
# All values are right now. Look at the derivative at 0, though. The function has a perfectly smooth
# slope of one half there, and the tape says something else. It is because $\max(x, 0)$ and
# $\lvert x \rvert$ each have a corner at 0. The corners cancel in the sum, but the tape treats each
# op alone, and at a corner an op has to settle for *some* slope. **The tape differentiates the code
# that you wrote, not the function that you meant.**
#
# So here is a place for a gradient by hand: $\sigma(x)$, in a form that cannot overflow.
# `tf.custom_gradient` takes a function that returns the value *and* a rule of the kind you know.


# %%
@tf.custom_gradient
def softplus(x):
    """Return log(1 + e^x), with a gradient of its own."""
    e = tf.exp(-tf.abs(x))

    def vjp(G):
        return G * tf.where(x >= 0, 1 / (1 + e), e / (1 + e))

    return tf.maximum(x, 0.0) + tf.math.log1p(e), vjp


tell(softplus)
ours, library = value_and_gradient(softplus, places), value_and_gradient(tf.math.softplus, places)
print("the same as TensorFlow's own softplus:", all(map(np.allclose, ours, library)))
nudged = (softplus(tf.constant(places + 1e-5)) - softplus(tf.constant(places - 1e-5))).numpy() / 2e-5
print(f"off from nudging by {np.abs(ours[1] - nudged).max():.0e} at most")

# %% [markdown]
# That is also what a registered gradient is: a rule that somebody wrote by hand, once, for an op
# that many people use. TensorFlow believes it without a test, so test it yourself, by nudging, as
# the last line does.

# %% [markdown]
# ## 9. When TensorFlow surprises you
#
# *This section is optional.*
#
# ### 9.1 Why is my gradient None?
#
# It is perhaps the question most often asked about `GradientTape`. With your own tape in mind, it
# is easy to answer: `None` means that **no chain of recorded steps leads from the source to the
# target**, or that a step on the way has no slope to pass on. There are several ways to break the
# chain.


# %%
def report(why, compute, source, watch=False):
    """Differentiate `compute(source)` and show what comes back."""
    with tf.GradientTape() as gradient_tape:
        if watch:
            gradient_tape.watch(source)
        target = compute(source)
    gradient = gradient_tape.gradient(target, source)
    print(f"{why:44} {'None' if gradient is None else gradient.numpy()}")


constant, variable = tf.constant(3.0), tf.Variable(3.0)
elsewhere = variable * variable

report("a variable, recorded:", lambda x: x * x, variable)
report("a constant, nobody watches it:", lambda x: x * x, constant)
report("the same constant, watched:", lambda x: x * x, constant, watch=True)
report("left TensorFlow through numpy():", lambda x: tf.constant(x.numpy() ** 2), variable)
report("through np.square, which is numpy() too:", lambda x: tf.constant(np.square(x)), variable)
report("integers have no slopes:", lambda x: x * x, tf.Variable(3))
report("passed through an integer:", lambda x: tf.cast(tf.cast(x, tf.int32), tf.float32) ** 2, variable)
report("computed before the recording:", lambda x: 2 * elsewhere, variable)
report("not used at all:", lambda x: constant * constant, variable)

# %% [markdown]
# In your `backward` a name that does not reach the end gets zeros. TensorFlow says `None` by
# default, to warn you that something may be disconnected by mistake. It gives zeros if you ask for
# them, with `unconnected_gradients="zero"`.
#
# One more way, the best hidden one. Your training loop takes a step with `x = x - 0.1 * slope`. It works
# once:

# %%
for step in ("x = x - 0.1 * slope", "x.assign_sub(0.1 * slope)"):
    print(step)
    x = tf.Variable(3.0)
    for iteration in (1, 2):
        with tf.GradientTape() as gradient_tape:
            square = x * x
        slope = gradient_tape.gradient(square, x)
        kind = "a Variable" if isinstance(x, tf.Variable) else "a plain tensor"
        print(f"  iteration {iteration}: x is {kind}, gradient {None if slope is None else slope.numpy()}")
        if slope is not None and "assign" in step:
            x.assign_sub(0.1 * slope)
        elif slope is not None:
            x = x - 0.1 * slope

# %% [markdown]
# A `Variable` is watched automatically, a tensor is not. `x - 0.1 * slope` makes a new tensor, and `x = ...`
# gives it the old name. So `x = x + 1` looks like a change of the variable, and it is the end of it. Change
# a variable in place, with `assign`, `assign_add` or `assign_sub`.

# %% [markdown]
# ### 9.2 Why is the gradient of many targets a sum?
#
# Ask TensorFlow for the gradient of a *vector* and it does not complain. But the answer is not what
# you may expect. Three targets, one source:

# %%
x = tf.Variable(2.0)
with tf.GradientTape(persistent=True) as gradient_tape:
    three = tf.stack([x, x**2, x**3])

print("the three derivatives:    ", gradient_tape.jacobian(three, x).numpy())
print("tape.gradient gives:      ", gradient_tape.gradient(three, x).numpy())
ones, pick = tf.ones(3), tf.constant([0.0, 0.0, 1.0])
print("with G = (1, 1, 1):       ", gradient_tape.gradient(three, x, output_gradients=ones).numpy())
print("with G = (0, 0, 1):       ", gradient_tape.gradient(three, x, output_gradients=pick).numpy())

# %% [markdown]
# It is the walk that explains it. A walk back has to start with some $G$ in the shape of the
# target. For a scalar that is 1. For anything else TensorFlow starts with *ones*, and a row of ones
# times the Jacobian adds up its rows. One walk, one row: for the whole Jacobian you need as many
# walks as there are targets.
#
# Now forget the mean in the cost of your network, and hand the tape the vector of all losses:

# %%
with tf.GradientTape(persistent=True) as gradient_tape:
    gradient_tape.watch(given)
    tensors = replay(tape, given)
    losses = tensors["loss"]
of_the_vector = gradient_tape.gradient(losses, given["W1"]).numpy()
of_the_mean = gradient_tape.gradient(tensors["J"], given["W1"]).numpy()
inked = of_the_mean != 0  # the gradient of a pixel that is always white is 0
ratio = of_the_vector[inked] / of_the_mean[inked]
print(f"losses {losses.shape}, J a single number; m = {m}")
print(f"gradient of the vector over that of the mean: from {ratio.min():.9f} to {ratio.max():.9f}")

# %% [markdown]
# Train with that gradient, and you train on the *sum* of the losses: it is $m$ times as large, which is a
# learning rate $m$ times as large, and nobody tells you.

# %% [markdown]
# ### 9.3 Why does the code from the web not run?
#
# Much of what you find about gradients in TensorFlow was written for its first version, or for Keras 2. Try
# some of it. Each line is run as it stands, and the cell shows what becomes of it on your machine.

# %%
old_calls = {
    "optimizer.get_gradients(loss, weights)": lambda: tf.keras.optimizers.SGD().get_gradients(J, own),
    "optimizer.compute_gradients(loss)": lambda: tf.keras.optimizers.SGD().compute_gradients(J),
    "K.gradients(loss, weights)": lambda: tf.keras.backend.gradients(J, own),
    "tf.gradients(loss, weights)": lambda: tf.gradients(x * x, x),
    "tf.Session()": lambda: tf.Session(),
    "tf.train.AdamOptimizer()": lambda: tf.train.AdamOptimizer(),
    "tf.keras.optimizers.SGD(lr=0.1)": lambda: tf.keras.optimizers.SGD(lr=0.1),
    "model.total_loss": lambda: keras_model.total_loss,
    "model.predict_classes(X)": lambda: keras_model.predict_classes(X),
    "Dense(25, input_shape=(64,))": lambda: tf.keras.layers.Dense(25, input_shape=(64,)),
}


def outcome(call):
    """Return what becomes of `call`, on one line."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            call()
            kind, said = ("warns", warned[0].message) if warned else ("runs", "")
        except Exception as error:  # whatever an old call meets
            kind, said = type(error).__name__, error
    words = " ".join(str(said).split())
    return kind, words if len(words) <= 110 else words[:107] + "..."


rows = ["| you find | it | message |", "|---|---|---|"]
for line, call in old_calls.items():
    kind, words = outcome(call)
    rows.append(f"| `{line}` | {kind} | {words} |")
display(Markdown("\n".join(rows)))

# %% [markdown]
# Instead of the first four, use `GradientTape`. There is no session, since ops run as you call them. The
# learning rate is called `learning_rate`, classes are read off with `predict_classes` of lesson 5, and a
# model begins with `tf.keras.Input(shape=(64,))`.

# %% [markdown]
# ## 10. Questions learners ask
#
# *This section is optional.*
#
# Short answers, each with an experiment. Change the cells and ask further.

# %% [markdown]
# **Does the walk go by the names?** No. `A1`, `W1` and `J` are for you to read. Rename everything at random,
# so that all hint of layers is gone:

# %%
shuffled = np.random.default_rng(1).permutation(len(values))
rename = {name: f"array_{number}" for name, number in zip(values, shuffled, strict=True)}
anonymous = [(op, tuple(rename[n] for n in inputs), rename[output]) for op, inputs, output in tape]
renamed = backward(anonymous, {rename[name]: array for name, array in values.items()})
print(anonymous[3], "was", tape[3])
print("same gradient of W1:", np.array_equal(renamed[rename["W1"]], gradients["W1"]))

# %% [markdown]
# **Does TensorFlow differentiate symbolically?** No (section 5.3). What about a `tf.function`,
# which does keep a graph? There the walk happens once, while the graph is built, and what it leaves
# behind is more *ops*, put there by the same registered functions. Count them:


# %%
@tf.function(autograph=False)
def graph_with_gradient(given):
    """Replay the network and differentiate it by its parameters."""
    with tf.GradientTape() as gradient_tape:
        gradient_tape.watch(given)
        J = replay(tape, given)["J"]
    return gradient_tape.gradient(J, {name: given[name] for name in params})


with_gradient = graph_with_gradient.get_concrete_function(given).graph.get_operations()
kinds = [o.type for o in with_gradient if o.type not in ("Placeholder", "Const", "Identity")]
print(f"ops of the forward pass: {len(operations)}; with the way back: {len(kinds)}")
print(f"matrix products: {kinds.count('MatMul')}, of which forward {[s[0] for s in tape].count('matmul')}")

# %% [markdown]
# **Do I differentiate with respect to a vector or to one component?** To all components at once. A
# gradient is nothing but the derivatives by each single one, kept in the shape of the array:

# %%
one = params["b2"].copy()
one[3] += 1e-5
other = params["b2"].copy()
other[3] -= 1e-5
component = (rerun(tape, values, {"b2": one}) - rerun(tape, values, {"b2": other})) / 2e-5
print(f"b2 has {params['b2'].size} components; gradient of the array, entry 3: {gradients['b2'][3]:+.8e}")
print(f"derivative by component 3 alone, nudged:          {component:+.8e}")

# %% [markdown]
# **Why can I call `tape.gradient` only once?** Because the tape holds on to every value it may need
# (section 6.2), and lets go of them while it walks. `persistent=True` keeps them, until the tape
# goes.

# %%
x = tf.Variable(2.0)
for persistent in (False, True):
    with tf.GradientTape(persistent=persistent) as gradient_tape:
        square = x * x
    gradient_tape.gradient(square, x)
    try:
        again = f"{gradient_tape.gradient(square, x).numpy():g}"
    except RuntimeError as error:
        again = f"{type(error).__name__}, {str(error)[:40]}..."
    print(f"persistent={persistent!s:5} the second time: {again}")

# %% [markdown]
# **What is the slope of relu at 0?** It has a corner there, and none is right or wrong. TensorFlow
# has to choose, and so did your mask. Others choose otherwise: JAX takes 1/2 for its maximum, and 1 for
# $\lvert x \rvert$, where TensorFlow takes 0. It rarely matters, as a number is hardly ever exactly 0:

# %%
corner = tf.Variable(0.0)
with tf.GradientTape(persistent=True) as gradient_tape:
    rectified = tf.nn.relu(corner)
    larger, larger_swapped = tf.maximum(corner, 0.0), tf.maximum(0.0, corner)
slope_at_0, first, second = (
    gradient_tape.gradient(value, corner).numpy() for value in (rectified, larger, larger_swapped)
)
print(f"TensorFlow's slope of relu at 0: {slope_at_0:g}; your mask: {float(0.0 > 0):g}")
print(f"the same function as tf.maximum(x, 0): {first:g}; as tf.maximum(0, x): {second:g}")
print(f"pre-activations of section 4 that are exactly 0: {np.sum(relu_values['Z1'] == 0)}")

# %% [markdown]
# ## 11. Summary
#
# - Record, then walk back. A **tape** lists which op ran on which names. It knows nothing of your
#   loops, your branches or your layers.
# - A step needs to know only itself. Given the gradient $G$ of its output it returns the gradients
#   of its inputs: a **vector-Jacobian product**, without ever building the Jacobian.
#
# | op | gradients of its inputs |
# |---|---|
# | `matmul(A, B)` | $G B^{\mathsf T}$ and $A^{\mathsf T} G$ |
# | `add(A, b)` | $G$ and $G$, summed over the rows if $b$ was broadcast |
# | `mul(A, B)` | $G \odot B$ and $G \odot A$ |
# | `sigmoid(A)`, output $S$ | $G \odot S \odot (1 - S)$ |
# | `log(A)` | $G$ divided by $A$, entry by entry |
# | `mean(A)` | $G / N$ in every entry |
#
# - Walk from the end to the start, and **add where paths meet**. Copying forward is adding
#   backward. A step can go back only after all steps that read its output.
# - TensorFlow does the same: a tape in C++, and a registered function for every op, found by its
#   name. It is neither symbolic nor nudging.
# - The walk back gives *all* derivatives of *one* number. Forward mode gives the derivatives of all
#   numbers by *one*. Costs are single numbers, so networks are trained backward, and pay in memory
#   (section 6).
# - The gradient may be taken by anything that is on the tape: a weight, a hidden activation, a
#   pixel.
# - Where memory is short, keep checkpoints and run segments again. Forward through a walk back gives
#   $H u$ without the Hessian (section 6).
# - You get the gradient of the code as it ran. It is `None` where the record has a gap, summed
#   where there are several targets (section 9), and `nan` where the steps overflow (section 8).
# - Hidden layers have no cost. They have names on a tape, and an influence on the one number at its
#   end. The labels reach them through that influence.
#
# All symbols of the course are in [docs/notation.md](../../docs/notation.md).

# %% [markdown]
# ### Question: What did TensorFlow know?
#
# A classmate writes: *"I built a network of a kind that nobody has built before, with a hidden layer that
# I invented, called `fit`, and it learned. So TensorFlow must have worked out a formula for the derivative
# of my whole model, and it must have made up targets for my layer."* Answer in your own words, in a hundred
# or two hundred words. Say what TensorFlow records and what it does not, what it needs to know of each op,
# how the gradient of the invented layer comes about without targets, and why a step can go back only after
# the steps that read its output. Point to an experiment of this lesson that your classmate can run.

# %% [markdown]
# **Your answer (4 points)**
#
# ### BEGIN SOLUTION
# Neither. While the forward pass runs, TensorFlow writes down which ops ran, on which tensors, and
# keeps the values that it will need. It has no formula of the model and does not see the Python: a
# loop leaves only the steps that it made. Your layer is not even on the tape, only the ops you
# wrote it with.
#
# For each *op*, somebody has registered a rule: given the gradient of the final number with respect
# to the op's output, it returns the gradients with respect to its inputs. The walk starts at the
# cost with 1 and applies the rules step by step. Your layer's weights are the inputs of some of
# these steps, so their gradient arrives on the way. It says how the one cost depends on them. No
# target is needed for that: the labels are read only where the loss is computed, and the gradient that
# comes back from there depends on them.
#
# It goes from the end to the start because a rule needs the complete gradient of its output, and
# all steps that read this output come later on the tape.
#
# Experiment: section 4 differentiates a second network with no new rule; section 5.2 lists the registered
# functions as they are called; section 5.3 has a function that is no formula; the optional section 8.1
# trains an invented layer.
#
# *For the marker, one point each:* (1) the ops that ran are recorded, with values, no formula of
# the whole; (2) each op has a rule of its own from its output's gradient to its inputs'; (3) the
# layer's gradient is its influence on the one cost, no targets; (4) from the end, since the
# gradient of an output must be complete (or: since all paths must have been added), and an
# experiment is named that fits. Any wording will do. An answer that has TensorFlow differentiate a
# formula gets no point for (1).
# ### END SOLUTION


# %%
solution("answer")

# %%
progress()

# %% [markdown]
# ## Sources
#
# - A. Griewank and A. Walther, *Evaluating Derivatives*, 2nd edition, SIAM 2008: forward and
#   reverse mode, and what they cost.
# - A. G. Baydin, B. A. Pearlmutter, A. A. Radul and J. M. Siskind, "Automatic differentiation in
#   machine learning: a survey", *Journal of Machine Learning Research* 18, 2018: why it is neither
#   symbolic nor numerical.
# - A. Agrawal and others, "TensorFlow Eager: a multi-stage, Python-embedded DSL for machine
#   learning", MLSys 2019: the tape and `tf.function`.
# - TensorFlow's source: `tensorflow/c/eager/tape.h` (the tape),
#   `tensorflow/python/eager/backprop.py` (`GradientTape`, and how it looks up a gradient by the
#   op's name), `tensorflow/python/ops/math_grad.py` (the registered gradients of this lesson's
#   ops).
# - TensorFlow's guide, "Introduction to gradients and automatic differentiation",
#   www.tensorflow.org/guide/autodiff: on `None`, on sums of targets and on persistent tapes.
# - A. Paszke and others, "PyTorch: an imperative style, high-performance deep learning library",
#   NeurIPS 2019. R. Frostig, M. J. Johnson and C. Leary, "Compiling machine learning programs via
#   high-level tracing", SysML 2018: JAX.
# - K. Simonyan, A. Vedaldi and A. Zisserman, "Deep inside convolutional networks: visualising image
#   classification models and saliency maps", 2013.
# - I. J. Goodfellow, J. Shlens and C. Szegedy, "Explaining and harnessing adversarial examples",
#   2014.
# - The images: scikit-learn's `load_digits`, a copy of the test set of "Optical Recognition of
#   Handwritten Digits" (E. Alpaydin and C. Kaynak 1998, UCI Machine Learning Repository).
