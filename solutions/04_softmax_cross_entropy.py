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
# # Lesson 4: Softmax and cross-entropy
#
# With one output, everything is clear: the prediction is compared with the label. Then you build
# a network with *ten* outputs, and many are too shy to ask:
#
# > *There are ten output neurons, and there is one cost, averaged over all the examples. Which of
# > the ten neurons is it compared with?*
#
# ![Images lead through two hidden layers to ten outputs and the one cost. The labels have a single
# arrow, to the cost.](04_softmax_cross_entropy.png)
#
# You derive the answer with every shape written down, and nearly everything cancels. Then your code reads
# ten digits.
#
# **You need** derivatives, the matrix product, and the backward pass of lesson 3. **You write** nine
# short functions. `check` compares each with TensorFlow.
#
# **Time**: two sittings. *Part A*, sections 1 to 3, is the softmax and its loss, in about 75 minutes. *Part
# B*, sections 4 to 8.1 and the question in 10, takes about 110: derivation, training, Keras, squared error.
# Sections 8.2 to 9 are optional.

# %%
LESSON = "04_softmax_cross_entropy"

from grader import check

# %%
import warnings

import numpy as np
from IPython.display import Markdown, display

from grader import ask_prediction, ask_questions, compare_prediction, hint, progress, solution
from utils import widgets
from utils.data import load_digits, split
from utils.network import binary_cross_entropy, forward, initialize, sigmoid, walk_back
from utils.plots import plot_digits, plot_network, plot_training, show
from utils.plots import softmax_cross_entropy as plots
from utils.progress import progress_bar
from utils.tensorflow import import_tensorflow
from utils.threads import blas_threads
from utils.timing import seconds

threads = blas_threads(1)  # for matrices of this size, more threads only cost time
np.set_printoptions(precision=4, suppress=True, linewidth=100)

# %% [markdown]
# **Before you begin**, three questions from memory. They are not graded.

# %%
ask_questions()

# %% [markdown]
# ## 1. From logits to probabilities
#
# ### 1.1 Softmax
#
# A network with ten outputs computes ten real numbers for an example, the **logits** $z$. You want
# probabilities. The exponential makes them positive, dividing by the sum gives a total of 1:
#
# $$
# \underset{(1,\,N)}{p} = \operatorname{softmax}(\underset{(1,\,N)}{z}), \qquad
# p_k = \frac{e^{z_k}}{\sum_{j} e^{z_j}} .
# $$
#
# For three classes:


# %%
def naive_softmax(z):
    """Return the softmax of one example's logits (N,), just as the formula says it."""
    u = np.exp(z)
    return u / u.sum()


z = np.array([2.0, 1.0, -1.0])
p = naive_softmax(z)
show(plots.plot_softmax(z, np.exp(z), p))
print(f"sum of the probabilities: {p.sum():.4f}")

# %% [markdown]
# ### 1.2 Add or stretch
#
# **Predict before you run.** Once the next cell adds 100 to all three logits, once it multiplies all three
# by 2. In which of the two cases does $p$ change?

# %%
ask_prediction(
    "logits changed", "Which of the two changes p?", ["adding 100", "multiplying by 2", "both", "neither"]
)


# %%
print(f"softmax(z)       {naive_softmax(z)}")
print(f"softmax(z + 100) {naive_softmax(z + 100)}")
print(f"softmax(2 z)     {naive_softmax(2 * z)}")

added, doubled = (not np.allclose(naive_softmax(c), naive_softmax(z)) for c in (z + 100, 2 * z))
compare_prediction(
    "logits changed",
    [added and not doubled, doubled and not added, added and doubled, not added and not doubled],
)

# %% [markdown]
# The same number $c$ added to all logits cancels:
#
# $$
# \frac{e^{z_k + c}}{\sum_j e^{z_j + c}}
# = \frac{e^{c}\, e^{z_k}}{e^{c} \sum_j e^{z_j}}
# = \frac{e^{z_k}}{\sum_j e^{z_j}} .
# $$
#
# This is **shift invariance**. Only the *differences* of logits count. Multiplying by 2
# doubles those, and the leader pulls away.

# %% [markdown]
# ### 1.3 Overflow
#
# By the same argument, adding 1000 should change nothing.

# %%
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(f"softmax(z + 1000) {naive_softmax(z + 1000)}")
    print(f"softmax(z - 1000) {naive_softmax(z - 1000)}")

for warning in caught:
    print(f"NumPy warns: {warning.message}")
print(f"the largest z whose exponential fits into float64: {np.log(np.finfo(np.float64).max):.2f}")
print(f"the largest z whose exponential fits into float32: {np.log(np.finfo(np.float32).max):.2f}")

# %% [markdown]
# A large exponential overflows to `inf`, and `inf / inf` is not a number. Small ones all underflow to
# 0, which ends in `0 / 0`.
#
# The cure is the shift invariance itself: **you** choose $c$, for each example anew, so that no
# exponential overflows and the sum is never 0. Write `Z + c`: `Z += c` would change the caller's array.

# %% [markdown]
# ### Exercise 1: `softmax` (2 points)
#
# Write the softmax of a whole batch, each row by itself, right for logits up to 10,000 in size, without a
# warning. That a tiny exponential becomes 0 is no fault. Change none of the arguments, here and below.
#
# *A sum or maximum over one axis drops that axis. With `keepdims=True` it stays, and
# broadcasts against the rows.*


# %%
def softmax(Z):
    """Return the probabilities of every example, e^z over the sum of its row's e^z.

    Arguments:
        Z: (m, N) logits, float64 or int64, any size up to 10,000.

    Returns:
        (m, N) float64, no entry negative, the sum of every row 1.
    """
    ### BEGIN SOLUTION
    u = np.exp(Z - Z.max(axis=1, keepdims=True))  # the largest exponent is 0
    return u / u.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %%
check(softmax)

# %% [markdown]
# The largest logit gets the largest share, but the others keep some: it is a *soft* version of
# picking the maximum. The name comes from Bridle (1990). A logit of 5 says nothing by itself. A logit
# that leads all others by 5 says a lot.
#
# Keras computes in `float32` unless it is told otherwise, and there exponentials overflow much earlier, at
# the smaller of the two limits that section 1.3 printed.

# %% [markdown]
# ### 1.4 The logarithm of a softmax
#
# The loss will need $\log p$. So why not take the logarithm of your stable softmax? Try it where the
# second class trails far behind:

# %%
far_behind = np.array([[0.0, -800.0]])
with np.errstate(divide="ignore"):
    print(f"softmax         {softmax(far_behind)[0]}")
    print(f"log of softmax  {np.log(softmax(far_behind)[0])}")

# %% [markdown]
# The second probability is about $e^{-800}$. It is a perfectly good number, only too small for
# `float64`, and its logarithm, about $-800$, is nothing unusual. The detour through the exponential
# lost it. So don't take the detour:
#
# $$
# \log p_k = \log \frac{e^{z_k}}{\sum_j e^{z_j}} = z_k - \operatorname{lse}(z),
# \qquad \operatorname{lse}(z) = \log \sum_j e^{z_j} .
# $$
#
# The first term needs no exponential at all. The second is called **log-sum-exp**, and it still has
# the problem of section 1.3. Shifting cures it too, but here the shift does not cancel. It comes
# back out of the logarithm:
#
# $$
# \operatorname{lse}(z) = \log \Bigl( e^{c} \sum_j e^{z_j - c} \Bigr)
# = c + \log \sum_j e^{z_j - c} \qquad \text{for every number } c .
# $$

# %% [markdown]
# ### Exercise 2: `log_softmax` (2 points)
#
# Write the logarithm of the softmax of a batch, right for logits up to 10,000 in size and without a
# warning. Every entry is finite, also where the probability itself is too small for `float64`.


# %%
def log_softmax(Z):
    """Return the logarithm of the probabilities of every example.

    Arguments:
        Z: (m, N) logits, float64 or int64, any size up to 10,000.

    Returns:
        (m, N) float64, finite everywhere.
    """
    ### BEGIN SOLUTION
    shifted = Z - Z.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    ### END SOLUTION


# %%
check(log_softmax)

# %%
print(f"log_softmax     {log_softmax(far_behind)[0]}")
ordinary = np.array([[2.0, 1.0, -1.0]])
print(f"softmax of ordinary logits     {softmax(ordinary)[0]}")
print(f"exponentials of log_softmax    {np.exp(log_softmax(ordinary))[0]}")

# %% [markdown]
# ## 2. One cost, ten outputs
#
# ### 2.1 The data
#
# All ten digits this time. Each image is 8 pixels high and 8 wide, so an example is one **row** of
# 64 numbers between 0 (blank paper) and 1 (full ink). The label `y` of an image is its digit, an
# integer from 0 to 9. A quarter of the images is held out: the network never learns from those.

# %%
images, digits = load_digits(classes=range(10))
X, X_test, y, y_test = split(images, digits, seed=4)
m, N = len(X), 10

print(f"X {X.shape}, y {y.shape}, held out {X_test.shape}")
print(f"images of each digit, 0 to 9: {np.bincount(y)}")

# %%
show(plot_digits(X[:8], [f"label {label}" for label in y[:8]]))

# %% [markdown]
# ### 2.2 The network
#
# Two hidden sigmoid layers as before, and a last layer with ten units, one for each digit. What
# this layer computes, before any output function, are the logits of section 1.1, now a matrix $Z$ with a row
# for each image.

# %%
layer_sizes = [64, 25, 15, N]
show(plot_network(layer_sizes))


# %%
def identity(Z):
    """Return the logits as they are: the last layer without an output function."""
    return Z


params = initialize(layer_sizes, seed=4)
Z, _ = forward(X, params, output=identity)

print(f"logits {Z.shape}; those of the first image, a {y[0]}:")
print(Z[0])
print(f"the same through ten sigmoids, which add up to {sigmoid(Z[0]).sum():.4f}:")
print(sigmoid(Z[0]))

# %% [markdown]
# Ten sigmoids would answer ten separate questions: is it a 0, yes or no? Is it a 1, yes or no?
# Nothing makes their answers agree with each other, and they don't add up to 1. An image shows
# exactly *one* digit. So you want ten numbers that are positive and share a total of 1. Your softmax
# makes them:

# %%
P = softmax(Z)
off = np.abs(softmax(Z + 1000) - P).max()
print(f"P {P.shape}, row sums between {P.sum(axis=1).min():.12f} and {P.sum(axis=1).max():.12f}")
print(f"largest change of P when 1000 is added to all logits: {off:.0e}")

# %% [markdown]
# ### 2.3 Scalars and vectors
#
# Half of the trouble with this topic is notation: the letter $y$ is a number in one book and a
# vector in the next. Here is who is who in this lesson. One example is one row, and a sum over
# classes runs *along* a row. The first five rows you need now, the others from section 3 on.
#
# | symbol | what it is | kind | shape in a formula | in NumPy |
# |---|---|---|---|---|
# | $m$, $N$ | number of examples, number of classes | integers | | `()` |
# | $Z$ | logits of the batch | matrix | $(m, N)$ | `(m, N)` |
# | $P$ | probabilities of the batch | matrix | $(m, N)$ | `(m, N)` |
# | $\bar Y$ | labels of the batch, one-hot | matrix | $(m, N)$ | `Y`, `(m, N)` |
# | $z$, $p$, $\bar y$ | one row of each: a single example | row vectors | $(1, N)$ | `(N,)` |
# | $z_k$, $p_k$, $\bar y_k$ | one entry, that of class $k$ | scalars | | `()` |
# | $y$, or $y_i$ for example $i$ | the label of one example: its class, from 0 | integer | | `y[i]` |
# | $\ell$ | the *loss*, of one example | scalar | | `()` |
# | $J$ | the *cost*, the mean loss of the batch | scalar | | `()` |
#
# The bar tells the two labels apart: $y$ is a number such as 3, and $\bar y$ is the **one-hot** row
# that has a 1 at position $y$ and 0 elsewhere. Other courses write $\hat y$ for $p$, and often $y$ for
# both labels. In code, `y` `(m,)` holds the labels of all examples. All logarithms are natural. In the
# picture of section 2.2, $A_3$ is $P$, and $Y$ with its ten columns holds the one-hot rows $\bar Y$.
# Here they are made:

# %%
Y = np.eye(N)[y]  # row y of the identity matrix, for every label
print(f"y is {y[0]}, and its one-hot row is {Y[0]}")
print(f"y {y.shape}, Y {Y.shape}")

# %% [markdown]
# ## 3. One number for ten outputs
#
# ### 3.1 Two ways to write the loss
#
# How bad is a prediction? Look at the probability that the *right* class got. If it is 1, all is
# well and the loss should be 0. The smaller it is, the larger the loss, and a network that was
# certain and wrong should pay dearly. The logarithm does all of it, $\ell = -\log p_y$:

# %%
shares = np.linspace(0.01, 1, 200)
marks = {"certain and right": 1.0, "fifty-fifty": 1 / 2, f"guessing among {N}": 1 / N}
show(plots.plot_surprise(shares, -np.log(shares), marks))

# %% [markdown]
# There are two ways to write it, and you meet both in every library. With the one-hot row $\bar y$
# it is a dot product, in which all terms but one are multiplied by 0. With the integer $y$ it is an
# index:
#
# $$
# \ell = -\,\bar y \cdot \log p = -\sum_{k} \bar y_k \log p_k = -\log p_y .
# $$
#
# Same number, other bookkeeping. Keras calls the first `CategoricalCrossentropy` and the second
# `SparseCategoricalCrossentropy`. The **cost** of a batch is the mean loss, over the examples:
#
# $$
# J = \frac{1}{m} \sum_{i=1}^{m} \ell_i, \qquad \ell_i = -\log P_{i,\,y_i} .
# $$
#
# As in lesson 3, the factor $1/m$ appears here and nowhere else. And mind what is counted: examples,
# not classes and not entries.

# %% [markdown]
# ### Exercise 3: `cross_entropy` (2 points)
#
# Write the cost of a batch from one-hot labels.


# %%
def cross_entropy(Y, P):
    """Return the mean loss of the examples.

    Arguments:
        Y: (m, N) one-hot labels, float64 or int64.
        P: (m, N) float64, the predicted probabilities, in (0, 1].

    Returns:
        float, in nats (natural logarithm).
    """
    ### BEGIN SOLUTION
    return float(-np.sum(Y * np.log(P)) / len(Y))
    ### END SOLUTION


# %%
check(cross_entropy)

# %% [markdown]
# ### Exercise 4: `sparse_cross_entropy` (2 points)
#
# Write the same cost from integer classes, without building one-hot rows. You need one entry of each
# row of `P`, each time from another column. Try on a small array what `P[[0, 1, 2], [2, 0, 1]]`
# gives, and how it differs from `P[:, [2, 0, 1]]`.


# %%
def sparse_cross_entropy(y, P):
    """Return the mean loss of the examples.

    Arguments:
        y: (m,) int64, the class of every example, from 0 to N - 1.
        P: (m, N) float64, the predicted probabilities, in (0, 1].

    Returns:
        float, in nats (natural logarithm).
    """
    ### BEGIN SOLUTION
    return float(-np.mean(np.log(P[np.arange(len(y)), y])))
    ### END SOLUTION


# %%
check(sparse_cross_entropy)

# %%
J = sparse_cross_entropy(y, P)
print(f"cost by one-hot rows {cross_entropy(Y, P):.12f}, {Y.nbytes:,} bytes of labels")
print(f"cost by indices      {J:.12f}, {y.nbytes:,} bytes of labels")
print(f"cost of guessing, every probability 1/{N}: log({N}) = {np.log(N):.4f}")

# %% [markdown]
# The last line is a test that costs nothing. A network that knows nothing yet should not be far from
# $\log N$. It may be a little above: its random weights favour some classes, and for no good reason. If your
# first cost is many times $\log N$, look for the fault before you train.

# %% [markdown]
# ### 3.2 Which neuron is the cost compared with?
#
# Back to the opening question. The cost is one number, and it was made out of all $m \times N$
# outputs. It is not compared with any neuron. Comparing happened *inside*: each example's row $p$ was
# compared with its own row $\bar y$. What the ten neurons get is something else, a derivative each.
#
# But look at the loss of an image of a 3. It is $-\log p_3$, and the other nine probabilities don't
# occur in it.
#
# **Predict before you run.** The next cell takes an image of a 3 and nudges its ten logits, one at a
# time. For how many of the ten does the loss move?

# %%
ask_prediction("ten logits", "For how many of the ten logits does the loss move?", [1, 5, 9, 10])

# %% [markdown]
# `nudged` measures derivatives with central differences, as in lesson 3. New is that it also takes
# functions with *several* outputs. You will need that soon.


# %%
def nudged(f, at, eps=1e-5):
    """Return the derivatives of `f` at the array `at`, by central differences.

    The result has the axes of f's value, then those of `at`: one number for every output and every
    input.
    """
    derivatives = []
    for place in np.ndindex(at.shape):
        step = np.zeros(at.shape)
        step[place] = eps
        derivatives.append((f(at + step) - f(at - step)) / (2 * eps))
    return np.stack(derivatives, axis=-1).reshape(np.shape(derivatives[0]) + at.shape)


# %%
example = int(np.flatnonzero(y == 3)[0])


def loss_of_the_three(z):
    """Return the loss of the example as a function of its ten logits (N,)."""
    return sparse_cross_entropy(y[example : example + 1], softmax(z[np.newaxis]))


slopes = nudged(loss_of_the_three, Z[example])

rows = ["| class $k$ | $z_k$ | $p_k$ | $\\bar y_k$ | measured slope of the loss |", "|---|---|---|---|---|"]
for k in range(N):
    rows.append(
        f"| {k} | {Z[example, k]:+.4f} | {P[example, k]:.4f} | {Y[example, k]:.0f} | {slopes[k]:+.4f} |"
    )
display(Markdown("\n".join(rows)))
print(f"sum of the ten slopes: {slopes.sum():+.1e}")
compare_prediction("ten logits", np.count_nonzero(slopes))

# %% [markdown]
# All ten. The other nine logits don't occur in the numerator of $p_3$, but they all sit in its
# *denominator*: raise any of them and $p_3$ gets a smaller share. So every output neuron receives a
# signal from every image. Gradient descent walks against the slope. So the logit of the right class, whose
# slope is negative, is told to go up, and the others, whose slopes are positive, to go down.

# %% [markdown]
# Now look along the rows of the table, at $p_k$, at $\bar y_k$ and at the slope. Do you see it? Write
# down your guess. A guess is worth a lot, but it is not a proof. The next section proves it.

# %% [markdown]
# **End of Part A.** You have a stable softmax and its logarithm, a loss in two forms, and a guess. What is
# missing is the derivative. When you come back, put the cursor into this cell and run all cells above it (in
# JupyterLab: *Run > Run All Above Selected Cell*, in Colab: *Runtime > Run before*). It takes a few
# seconds.

# %% [markdown]
# ## 4. The derivative, by a vector and by its components
#
# ### 4.1 A vector or a component?
#
# On the way to the derivative of the softmax stands the exponential $u = e^z$, taken of each entry of
# the row $z$. What is its derivative? One learner says: *it is* $e^z$, *as everyone knows*. Another
# asks:
#
# > *But is that the derivative with respect to the vector* $z$*, or with respect to a component
# > of it?*
#
# A very good question. Ask the nudges.

# %%
print("every output against every input, measured:")
print(nudged(np.exp, z))
print(f"e^z: {np.exp(z)}")

# %% [markdown]
# Both are right, they only speak of different things: the first learner of the numbers that are not 0, the
# second of how many numbers there are.
#
# - With respect to a **component**: one number. Nudge the one logit $z_j$, look at the one output
#   $u_i$, and you get $\partial u_i / \partial z_j$.
# - With respect to the **vector**: the table of all these numbers, a row for each output, a column for
#   each input. The table is called the **Jacobian**. Each of its entries is a derivative by a component.
#
# For the exponential the table is empty off the diagonal, since $u_i$ depends on $z_i$ and on no other
# logit:
#
# $$
# \Bigl( \frac{\partial u}{\partial z} \Bigr)_{ij} = \frac{\partial u_i}{\partial z_j}
# = \begin{cases} e^{z_i} & \text{if } i = j \\ 0 & \text{if } i \ne j \end{cases}
# \qquad\text{so}\qquad
# \underset{(N,\,N)}{\frac{\partial u}{\partial z}} = \operatorname{diag}(\underset{(1,\,N)}{u}) .
# $$
#
# So the first learner's $e^z$ is what stands on the diagonal, and the full answer is a **diagonal matrix**.
# You have used one without noticing it: the sigmoid also acts on each entry by itself, so its Jacobian is
# diagonal too. And for any two rows $g$ and $d$, the one times the diagonal matrix of the other is an
# entry-by-entry product:
#
# $$
# \underset{(1,\,N)}{g}\; \underset{(N,\,N)}{\operatorname{diag}(d)}
# = \begin{bmatrix} g_1 d_1 & g_2 d_2 & \cdots & g_N d_N \end{bmatrix}
# = \underset{(1,\,N)}{g} \odot \underset{(1,\,N)}{d} .
# $$
#
# That is where the $\odot\, \sigma'(Z)$ of lesson 3 came from. It is a matrix product in disguise. The
# softmax is the first *output function* of this course that does not act on each entry by itself.

# %% [markdown]
# ### 4.2 The Jacobian of the softmax
#
# Take the softmax apart: $u = e^z$, then the sum $s$, then $p = u / s$. You have the Jacobian of the
# first step. The sum is one number, and every $u_j$ adds to it with factor 1. With a row of ones,
# $\mathbf 1$:
#
# $$
# s = \sum_j u_j = \underset{(1,\,N)}{u}\; \underset{(N,\,1)}{\mathbf 1^{\mathsf T}}, \qquad
# \frac{\partial s}{\partial u} = \underset{(1,\,N)}{\mathbf 1} .
# $$
#
# Now $p_i = u_i / s$. The entry $u_j$ reaches it along two paths: through the sum always, and through
# the numerator only if $j$ is $i$. Write $I$ for the identity matrix: $I_{ij}$ is 1 if $i = j$, else 0.
# Add the paths, with the quotient rule:
#
# $$
# \frac{\partial p_i}{\partial u_j}
# = \frac{I_{ij}}{s}
# - \frac{u_i}{s^2} \cdot \frac{\partial s}{\partial u_j}
# = \frac{1}{s} \bigl( I_{ij} - p_i \bigr),
# \qquad
# \underset{(N,\,N)}{\frac{\partial p}{\partial u}}
# = \frac{1}{s} \bigl( \underset{(N,\,N)}{I} -
# \underset{(N,\,1)}{p^{\mathsf T}}\; \underset{(1,\,N)}{\mathbf 1} \bigr) .
# $$
#
# The middle uses that $u_i / s$ is $p_i$. The matrix form uses that $p^{\mathsf T} \mathbf 1$, a column
# times a row, has $p_i$ all along its row $i$. Before you go on, let the nudges judge this first half:

# %%
u = np.exp(z)
by_exponentials = (np.eye(3) - np.outer(u / u.sum(), np.ones(3))) / u.sum()
measured_half = nudged(lambda u: u / u.sum(), u)
print(f"largest difference from nudging u: {np.abs(by_exponentials - measured_half).max():.0e}")

# %% [markdown]
# The chain rule for vectors is the one you know. *Multiply along a path and add over paths* becomes:
# multiply the Jacobians.
#
# $$
# \frac{\partial p_i}{\partial z_j} = \sum_k \frac{\partial p_i}{\partial u_k}
# \frac{\partial u_k}{\partial z_j},
# \qquad
# \underset{(N,\,N)}{\frac{\partial p}{\partial z}}
# = \underset{(N,\,N)}{\frac{\partial p}{\partial u}}\;
# \underset{(N,\,N)}{\frac{\partial u}{\partial z}} .
# $$
#
# Both factors stand above. Multiply them with pencil and paper, and don't stop before $u$ and $s$ have
# disappeared: everything can be said with $p$ alone.

# %% [markdown]
# ### Exercise 5: `softmax_jacobian` (3 points)
#
# Write the Jacobian of the softmax of *one* example: entry $(i, j)$ is $\partial p_i / \partial z_j$.
#
# *Your `softmax` wants a matrix, and `z[np.newaxis]` is a matrix of one row. `np.diag` of a flat array is
# a diagonal matrix. A flat array `(N,)` is neither a row nor a column, and `.T` leaves it as it is.
# `np.outer(a, b)` takes two of them for a column times a row.*


# %%
def softmax_jacobian(z):
    """Return the derivatives of the probabilities with respect to the logits, for one example.

    Arguments:
        z: (N,) logits, float64 or int64.

    Returns:
        (N, N) float64: row i holds the derivatives of p_i, column j those with respect to z_j.
    """
    ### BEGIN SOLUTION
    p = softmax(z[np.newaxis])[0]
    return np.diag(p) - np.outer(p, p)
    ### END SOLUTION


# %%
check(softmax_jacobian)


# %%
def softmax_of_one(z):
    """Return the probabilities (N,) of one example's logits (N,)."""
    return softmax(z[np.newaxis])[0]


jacobian = softmax_jacobian(z)
difference = np.abs(jacobian - nudged(softmax_of_one, z)).max()
show(plots.plot_jacobian(jacobian))
print(f"largest difference from nudging: {difference:.0e}")

# %% [markdown]
# This is the product that you computed, in full:
#
# $$
# \frac{\partial p}{\partial z}
# = \frac{1}{s} \bigl( I - p^{\mathsf T}\, \mathbf 1 \bigr) \operatorname{diag}(u)
# = \operatorname{diag}\Bigl(\frac{u}{s}\Bigr)
#   - p^{\mathsf T}\, \frac{\mathbf 1 \operatorname{diag}(u)}{s}
# = \underset{(N,\,N)}{\operatorname{diag}(p)} -
#   \underset{(N,\,1)}{p^{\mathsf T}}\; \underset{(1,\,N)}{p} ,
# $$
#
# since $\mathbf 1 \operatorname{diag}(u) = u$ and $u / s = p$. Entry by entry it says:
#
# $$
# \frac{\partial p_i}{\partial z_j} =
# \begin{cases} p_i (1 - p_i) & \text{if } i = j \\ -\,p_i\, p_j & \text{if } i \ne j . \end{cases}
# $$
#
# The diagonal looks like the sigmoid's derivative. Many stop there. But the minus signs off the
# diagonal are what makes it a softmax: *what one class gains, the others lose.*

# %% [markdown]
# ### 4.3 Checks that need no answer sheet
#
# One day there will be no `check`. What can you test then? Look for **invariants**, facts that hold
# whatever the numbers are. The softmax has two.
#
# - Add the same $c$ to all logits, and $p$ does not move. So a nudge in the direction of $\mathbf 1$
#   has no effect: every *row* of the Jacobian sums to 0.
# - Whatever happens to the logits, the probabilities sum to 1. What they gain and lose adds up to
#   nothing: every *column* of the Jacobian sums to 0.
#
# $$
# \frac{\partial p}{\partial z}\, \underset{(N,\,1)}{\mathbf 1^{\mathsf T}} =
# \underset{(N,\,1)}{\mathbf 0^{\mathsf T}},
# \qquad
# \underset{(1,\,N)}{\mathbf 1}\, \frac{\partial p}{\partial z} = \underset{(1,\,N)}{\mathbf 0} .
# $$
#
# Try them on logits drawn at random, and on the popular mistake, the diagonal alone:

# %%
random_logits = np.random.default_rng(4).normal(size=N)
whole = softmax_jacobian(random_logits)
only_diagonal = np.diag(np.diag(whole))

for name, matrix in {"your Jacobian": whole, "only its diagonal": only_diagonal}.items():
    rows, columns = np.abs(matrix.sum(axis=1)).max(), np.abs(matrix.sum(axis=0)).max()
    print(f"{name:18} largest row sum {rows:.0e}, largest column sum {columns:.0e}")

# %% [markdown]
# An invariant can't tell you that you are right, but it is quick to tell you that you are wrong. It
# also works on a million examples, where nobody nudges.

# %% [markdown]
# ### 4.4 Back from the loss: a row times the Jacobian
#
# Now walk back from the loss. Its derivative by the probabilities is a row. Only one entry of $p$
# occurs in the loss, and the one-hot label marks it:
#
# $$
# \underset{(1,\,N)}{g} = \frac{\partial \ell}{\partial p}, \qquad
# g_i = \frac{\partial \ell}{\partial p_i} = -\frac{\bar y_i}{p_i} .
# $$
#
# The logit $z_j$ moves *all* probabilities, so it reaches the loss along $N$ paths. Multiply along
# each and add. With the $g_i$ for weights, the weighted sum of the matrix's rows is a row times that matrix
# (here $i$ and $j$ number classes, since there is one example):
#
# $$
# \frac{\partial \ell}{\partial z_j}
# = \sum_i \frac{\partial \ell}{\partial p_i}\, \frac{\partial p_i}{\partial z_j},
# \qquad
# \underset{(1,\,N)}{\frac{\partial \ell}{\partial z}}
# = \underset{(1,\,N)}{g}\; \underset{(N,\,N)}{\frac{\partial p}{\partial z}} .
# $$
#
# This is a **vector-Jacobian product**. Every step of backpropagation is one: a row of derivatives
# comes in, is multiplied by the Jacobian of the step, and goes on as a row of derivatives. Use it on
# the image of a 3:

# %%
g = -Y[example] / P[example]
by_jacobian = g @ softmax_jacobian(Z[example])
print("row times Jacobian", by_jacobian)
print("nudged            ", slopes)

# %% [markdown]
# ### 4.5 The collapse
#
# The numbers are right. But it takes an $N \times N$ matrix for each example, and $g$ divides by a
# probability that may be as small as 0. Put the two formulas together on paper before you put them
# together in code: $g$ of section 4.4 is $-(\bar y \oslash p)$, with $\oslash$ for the division of
# entries, and the Jacobian is $\operatorname{diag}(p) - p^{\mathsf T} p$. Multiply them out, and use
# that the entries of a one-hot row sum to 1. Nearly everything goes away. For a batch, each example has
# its own row, and the mean in the cost contributes one factor. Unfold the next lines when you have your
# result, or after exercise 6.
#
# <details>
# <summary>The product, step by step, and the batch</summary>
#
# $$
# g\, \frac{\partial p}{\partial z}
# = -(\bar y \oslash p) \bigl( \operatorname{diag}(p) - p^{\mathsf T} p \bigr)
# = -\underbrace{(\bar y \oslash p) \operatorname{diag}(p)}_{\bar y}
# + \underbrace{(\bar y \oslash p)\, p^{\mathsf T}}_{\sum_k \bar y_k \,=\, 1}\; p
# = p - \bar y .
# $$
#
# In the first term $p$ cancels entry by entry. In the second, a row times a column, it cancels under
# the sum, and the entries of a one-hot row sum to 1. What is left is the difference between what the
# network said and what was right:
#
# $$
# \frac{\partial \ell}{\partial z_j} = p_j - \bar y_j .
# $$
#
# Was this your guess in section 3.2? And there is nothing left to divide by. The matrix is gone too:
# it has done its work on paper. For a batch, each example has its own row, and the mean in the cost
# contributes the one factor that you know:
#
# $$
# \underset{(m,\,N)}{dZ} = \frac{\partial J}{\partial Z}
# = \frac{1}{m} \bigl( \underset{(m,\,N)}{P} - \underset{(m,\,N)}{\bar Y} \bigr) .
# $$
#
# </details>

# %% [markdown]
# ### Exercise 6: `softmax_cross_entropy_gradient` (3 points)
#
# Write the derivative of the *mean* cost of a batch with respect to its logits, from the logits and
# from *integer* classes, right for logits up to 10,000 in size.
#
# - No loop and no Jacobian is needed.
# - Your function changes none of its arguments.


# %%
def softmax_cross_entropy_gradient(Z, y):
    """Return dJ/dZ for softmax and cross-entropy.

    Arguments:
        Z: (m, N) logits, float64 or int64, any size up to 10,000.
        y: (m,) int64, the class of every example, from 0 to N - 1.

    Returns:
        (m, N) float64: the derivative of the mean loss with respect to every logit.
    """
    ### BEGIN SOLUTION
    dZ = softmax(Z)
    dZ[np.arange(len(y)), y] -= 1
    return dZ / len(y)
    ### END SOLUTION


# %%
check(softmax_cross_entropy_gradient)

# %% [markdown]
# Four witnesses, each with its own way of knowing. The nudges measure it, on a few examples. Your
# Jacobians multiply it out, example by example. The invariant only counts: since $p$ and $\bar y$ both
# sum to 1, *every row of the gradient sums to 0*. And TensorFlow walks its own record back.


# %%
def largest_difference(mine, reference):
    """Return the largest difference of two arrays relative to the largest reference value."""
    return float(np.abs(mine - reference).max() / np.abs(reference).max())


def by_jacobians(Z, y):
    """Return dJ/dZ the long way, with one Jacobian an example."""
    G = -np.eye(N)[y] / softmax(Z)
    return np.array([g @ softmax_jacobian(z) for g, z in zip(G, Z, strict=True)]) / len(y)


tf = import_tensorflow()
logits = tf.constant(Z)
with tf.GradientTape() as tape:
    tape.watch(logits)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
    J_tf = tf.reduce_mean(losses)
dZ_tf = tape.gradient(J_tf, logits).numpy()

# %%
dZ = softmax_cross_entropy_gradient(Z, y)
few = slice(0, 6)
of_few = softmax_cross_entropy_gradient(Z[few], y[few])
measured = nudged(lambda logits: sparse_cross_entropy(y[few], softmax(logits)), Z[few])

print(f"off from nudging, first examples: {largest_difference(of_few, measured):.0e}")
print(f"off from the Jacobians:           {largest_difference(dZ, by_jacobians(Z, y)):.0e}")
print(f"off from TensorFlow's tape:       {largest_difference(dZ, dZ_tf):.0e}")
print(f"largest sum of a row:             {np.abs(dZ.sum(axis=1)).max():.0e}")

# %% [markdown]
# The collapse is also a gift to the computer. It is faster, and it survives where the long way breaks
# down: it has no probability in a denominator. Scale the logits up and compare:


# %%
long_way = seconds(lambda: by_jacobians(Z, y), times=5)
short_way = seconds(lambda: softmax_cross_entropy_gradient(Z, y), times=5)
print(f"on this machine: Jacobians {long_way * 1e3:.1f} ms, collapsed {short_way * 1e3:.2f} ms")

huge = 3000 * Z
with np.errstate(all="ignore"):
    broken = np.isnan(by_jacobians(huge, y)).any(axis=1).sum()
finite = np.isfinite(softmax_cross_entropy_gradient(huge, y)).all()
print(f"logits up to {np.abs(huge).max():,.0f}: the long way gives nan for {broken} of {m} examples,")
print(f"  the collapsed gradient is finite everywhere: {finite}")

# %% [markdown]
# Where a probability is 0, the long way divides by it: for a wrong class $0 / 0$, which is `nan` at once, for
# the right class $1 / 0$.

# %% [markdown]
# ### 4.6 What $p - \bar y$ looks like
#
# Two images of each digit, a row an image. The white frame marks the right class. This is the whole
# message that the ten output neurons get, times $1/m$.

# %%
some = np.concatenate([np.flatnonzero(y == digit)[:2] for digit in range(N)])
untrained = P[some] - Y[some]
show(plots.plot_error_signals({r"$p - \bar y$, untrained network": untrained}, y[some]))

# %% [markdown]
# In every row there is one strong pull upward (negative, since you walk *against* the gradient) and a
# gentle push downward for all others, shared out by how much probability they hold. The pull and the
# pushes balance exactly: each row sums to 0.
#
# Now play with it. The numbers above the picture are the logits of one example, and the bars come out of
# *your* `softmax`. Change one of them and watch the other bars. Add the same number to all of them: what
# stays? Make the right class, the hatched one with the star, lead by far: what becomes of $p - \bar y$
# and of the loss?

# %%
widgets.softmax_lab(softmax, z, label=1)

# %% [markdown]
# ## 5. A softmax on top of a network
#
# You have $dZ$ of the last layer. How does it go on? Exactly as in lesson 3. A hidden activation
# feeds all ten logits, so ten paths lead from it to the loss, and the product with
# $W^{\mathsf T}$ adds them up. Of the whole way back, only the first line is new:
#
# $$
# \begin{aligned}
# dZ_L &= \tfrac{1}{m} (P - \bar Y) && \text{once, at the softmax} \\
# dZ_l &= \bigl( dZ_{l+1}\, W_{l+1}^{\mathsf T} \bigr) \odot \sigma'(Z_l)
#   && \text{for } l = L - 1, \dots, 1 \\
# dW_l &= A_{l-1}^{\mathsf T}\, dZ_l, \qquad db_l = \textstyle\sum_i (dZ_l)_{i\,:}
#   && \text{for } l = L, \dots, 1
# \end{aligned}
# $$
#
# Here $(dZ_l)_{i\,:}$ is row $i$ of $dZ_l$, that of example $i$, and $A_0$ is $X$.
#
# The hidden layers are sigmoid, so $\sigma'(Z_l) = A_l \odot (1 - A_l)$. With another activation, its
# derivative takes that place. The sigmoid's Jacobian is diagonal, hence the $\odot$. The softmax's is
# not, but it was used up in the collapse: it must not be applied a second time.

# %% [markdown]
# ### Exercise 7: `backward_softmax` (4 points)
#
# Write the backward pass of a network with sigmoid hidden layers and a softmax output, for any number
# of layers of any size. How many layers there are, `params` tells you. (`walk_back` of `utils` serves
# in later cells; here it counts as borrowed.)
#
# - `cache` is what `forward` returns: `"A0"` (the input), `"Z1"`, `"A1"`, and so on. Its last `"Z"`
#   holds the logits, its last `"A"` the probabilities.
# - The result has the entries `"dW1"`, `"db1"`, `"dW2"`, ... and no others.


# %%
def backward_softmax(params, cache, y):
    """Return the gradient of the cost with respect to every parameter.

    Arguments:
        params: dict {"W1": (n_0, n_1), "b1": (n_1,), "W2": ...}, float64, for any number of layers.
        cache: dict {"A0": (m, n_0), "Z1": (m, n_1), "A1": (m, n_1), ...} from `forward`; the last A
            is the softmax of the last Z.
        y: (m,) int64, the class of every example, from 0 to N - 1.

    Returns:
        dict {"dW1", "db1", "dW2", ...}, each float64 with the shape of its parameter.
    """
    ### BEGIN SOLUTION
    depth = len(params) // 2
    dZ = softmax_cross_entropy_gradient(cache[f"Z{depth}"], y)
    grads = {}
    for layer in range(depth, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"] = A_prev.T @ dZ
        grads[f"db{layer}"] = dZ.sum(axis=0)
        if layer > 1:
            dZ = (dZ @ params[f"W{layer}"].T) * A_prev * (1 - A_prev)
    return grads
    ### END SOLUTION


# %%
check(backward_softmax)

# %% [markdown]
# Your gradients against TensorFlow's, part by part. `forward` of `utils` takes *your* `softmax` for its
# output function.


# %%
def tensorflow_gradients(params, X, y):
    """Return the gradients of the cost as TensorFlow finds them."""
    variables = {name: tf.Variable(array) for name, array in params.items()}
    with tf.GradientTape() as tape:
        A = tf.constant(X)
        for layer in range(1, len(params) // 2 + 1):
            Z = A @ variables[f"W{layer}"] + variables[f"b{layer}"]
            A = tf.sigmoid(Z)
        J = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=Z))
    return {f"d{name}": found.numpy() for name, found in tape.gradient(J, variables).items()}


_, cache = forward(X, params, output=softmax)
grads = backward_softmax(params, cache, y)
tf_grads = tensorflow_gradients(params, X, y)

rows = ["| part | shape | off from TensorFlow |", "|---|---|---|"]
for part in sorted(grads):
    rows.append(f"| {part} | {grads[part].shape} | {largest_difference(grads[part], tf_grads[part]):.0e} |")
display(Markdown("\n".join(rows)))
print(f"sum of db3, one more invariant: {grads['db3'].sum():+.0e}")

# %% [markdown]
# ## 6. Ten digits
#
# ### 6.1 Train with your own gradients
#
# The same gradient descent as ever, $\theta \leftarrow \theta - \eta\, d\theta$. Every number below
# comes from your functions.


# %%
def train(params, gradients, learning_rate=3.0, steps=400):
    """Return `(params, costs)` after gradient descent; `costs` holds (training, held-out) pairs.

    `gradients(params, cache)` gives the gradients after a forward pass of all training images.
    """
    costs = []
    for _ in progress_bar(range(steps)):
        P, cache = forward(X, params, output=softmax)
        P_test, _ = forward(X_test, params, output=softmax)
        costs.append((sparse_cross_entropy(y, P), sparse_cross_entropy(y_test, P_test)))
        grads = gradients(params, cache)
        params = {name: params[name] - learning_rate * grads[f"d{name}"] for name in params}
    return params, np.array(costs)


trained, costs = train(params, lambda params, cache: backward_softmax(params, cache, y))

# %%
show(plot_training(costs[:, 0], costs[:, 1]))

# %% [markdown]
# The bumps are steps that were too long: downhill at their start, and across the valley at their end. Try
# `learning_rate=1.0` in the cell that trains. Are there bumps? And how far does the cost get?
#
# To read a digit, take the class with the largest probability. The largest logit would do as well,
# since the softmax keeps the order.

# %%
Z_test, _ = forward(X_test, trained, output=identity)
P_test = softmax(Z_test)
read = P_test.argmax(axis=1)
wrong = np.flatnonzero(read != y_test)
accuracy = np.mean(read == y_test)

print("the largest logit gives the same answer:", np.array_equal(read, Z_test.argmax(axis=1)))
display(
    Markdown(
        f"Of {len(y_test)} held-out images of ten digits the network reads **{accuracy:.1%}** right and "
        f"{len(wrong)} wrong. Guessing would get about {1 / N:.0%}."
    )
)

# %% [markdown]
# ### 6.2 Which digits are taken for which?

# %%
confusion = np.zeros((N, N), dtype=int)
np.add.at(confusion, (y_test, read), 1)
show(plots.plot_confusion(confusion))

# %% [markdown]
# These are the hardest: the images whose label got the least probability.

# %%
of_label = P_test[np.arange(len(y_test)), y_test]
hard = np.argsort(of_label)[:7]
titles = [f"label {y_test[i]}: {of_label[i]:.2f}\nread {read[i]}: {P_test[i, read[i]]:.2f}" for i in hard]
show(plot_digits(X_test[hard], titles))

# %% [markdown]
# ### 6.3 What is left of $p - \bar y$
#
# The same twenty training images as in section 4.6, before and after:

# %%
P_trained, _ = forward(X, trained, output=softmax)
after = P_trained[some] - Y[some]
show(
    plots.plot_error_signals(
        {r"$p - \bar y$, untrained": untrained, r"$p - \bar y$, trained": after}, y[some]
    )
)

# %% [markdown]
# Nearly nothing. An image that is read well has $p \approx \bar y$, so it sends no signal and asks for
# no change. What still moves the weights are mostly the few images that are hard. That is
# cross-entropy's good sense: it spends its effort where there is something to learn.

# %%
for name, signals in {"untrained": P - Y, "trained": P_trained - Y}.items():
    sizes = np.sort(np.abs(signals).sum(axis=1))[::-1]  # one number an image, the largest first
    hardest = sizes[: m // 10].sum() / sizes.sum()
    print(f"{name:9} mean size of a signal {sizes.mean():.4f}, {hardest:.0%} of it from the hardest tenth")

# %% [markdown]
# ## 7. `from_logits`, right and wrong
#
# ### 7.1 Four combinations
#
# Keras has the same loss. It must know what you hand it: probabilities, or logits to which it applies
# the softmax itself. You tell it with `from_logits`, and nothing stops you from saying the wrong
# thing. Here are all four combinations, on the trained network and its training images.

# %%
Z_trained, _ = forward(X, trained, output=identity)


def keras_cost(output, from_logits):
    """Return the mean cost by Keras's sparse cross-entropy, in float64."""
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=from_logits, dtype="float64")
    return float(loss(y, output))


rows = ["| you hand over | `from_logits=False` | `from_logits=True` |", "|---|---|---|"]
for name, output in {"probabilities": P_trained, "logits": Z_trained}.items():
    rows.append(f"| {name} | {keras_cost(output, False):.4f} | {keras_cost(output, True):.4f} |")
display(Markdown("\n".join(rows)))
print(f"your sparse_cross_entropy: {sparse_cross_entropy(y, P_trained):.4f}")

# %% [markdown]
# Two of the four are right and agree with yours. The other two are wrong, in two ways:
#
# - **Logits taken for probabilities** (bottom left). Keras's sparse loss clips them into the interval
#   from a small $\varepsilon$ to $1 - \varepsilon$, divides each row by its sum and takes the
#   logarithm. The result is a number, and it means nothing.
# - **Probabilities taken for logits** (top right). The softmax is applied *twice*. This is the
#   dangerous one, because its number looks almost right.
#
# No error, no warning. Keras can notice the second mistake only where it sees that the probabilities
# come straight out of a softmax, such as that of a layer with `activation="softmax"`. Then it goes back
# to the logits and warns. Handed the same numbers as a plain array, it has no chance to:

# %%
tf.keras.utils.set_random_seed(4)
model = tf.keras.Sequential([tf.keras.layers.Dense(N, activation="softmax", dtype="float64")])
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    straight, as_array = keras_cost(model(X), True), keras_cost(model(X).numpy(), True)

print(f"right               {keras_cost(model(X).numpy(), False):.4f}")
print(f"straight from model {straight:.4f}")
print(f"as a plain array    {as_array:.4f}")
for warning in caught:
    display(Markdown(f"Keras warns: {warning.message}"))

# %% [markdown]
# ### 7.2 Training with two softmaxes
#
# The gradient of the mistake is easy: your `softmax_cross_entropy_gradient`, called with probabilities,
# and then the vector-Jacobian product of the first softmax. For one row it is
# $g\,(\operatorname{diag}(p) - p^{\mathsf T} p) = g \odot p - (g\, p^{\mathsf T})\, p$, where
# $g\, p^{\mathsf T}$ is a single number, the sum of the entries of $g \odot p$. So no matrix is needed, and
# all rows go at once. `walk_back` of `utils` carries any $dZ$ of the output back through the layers.

# %% [markdown]
# **Predict before you run.** The first softmax puts out numbers between 0 and 1. To the second softmax
# they are logits. What happens to the cost of a network that is trained this way?

# %%
ask_prediction(
    "softmax twice",
    "What happens to the cost of a network that is trained with two softmaxes?",
    ["It goes to 0, only more slowly.", "It falls, and stays far above 0.", "It rises."],
)


# %%
reported = []


def twice_softmax_gradients(params, cache):
    """Return the gradients of a cost that takes the probabilities for logits, and note the cost."""
    P = cache["A3"]
    reported.append(sparse_cross_entropy(y, softmax(P)))
    G = softmax_cross_entropy_gradient(P, y)
    dZ = G * P - (G * P).sum(axis=1, keepdims=True) * P
    return walk_back(params, cache, dZ)


spoilt, _ = train(params, twice_softmax_gradients)

# %%
floor = np.log(1 + (N - 1) / np.e)
show(plots.plot_costs({"one softmax": costs[:, 0], "softmax applied twice": reported}, floor))
spoilt_read = forward(X_test, spoilt, output=identity)[0].argmax(axis=1)
print(f"with two softmaxes: cost {reported[-1]:.4f}, and it can't go below {floor:.4f};")
print(f"  held-out accuracy {np.mean(spoilt_read == y_test):.1%}, with one softmax {accuracy:.1%}")

first, last = reported[0], reported[-1]
compare_prediction("softmax twice", [last < 0.1 * floor, floor <= last < first, last >= first])

# %% [markdown]
# It learns, slowly and badly, and its cost never gets near 0. The best that the first softmax can do is
# a row with a single 1. The second softmax makes of it, at the place of that 1,
#
# $$
# \frac{e^{1}}{e^{1} + (N - 1)\, e^{0}}, \qquad\text{so}\qquad
# \ell \ge \log \Bigl( 1 + \frac{N - 1}{e} \Bigr) .
# $$
#
# Remember the number that you see above for ten classes. If a cost of yours gets stuck near it, look
# for a second softmax. It happens in published code too (the sources below name three cases).

# %% [markdown]
# ### 7.3 Where logits are better
#
# Of the two right ways, one is better. Of a prediction that is certain and wrong, $p_y$ is tiny, and
# where the wrong logit leads by very much it underflows to 0: from *numbers* that are probabilities the
# loss is infinite then. Keras avoids that by clipping such numbers at a small one, its `epsilon`, and
# so loses the loss long before they underflow. What is left is finite, but it is not the loss any more,
# and its gradient is 0 just where it is needed most. From logits nothing is lost. Let a wrong logit
# lead the right one by more and more:

# %%
gaps = np.logspace(-1, 4, 61)
two_logits = np.column_stack([np.zeros_like(gaps), gaps])  # class 0 is right, class 1 leads
with np.errstate(divide="ignore"):
    naive_loss = -np.log(softmax(two_logits)[:, 0])
clipped = tf.keras.losses.sparse_categorical_crossentropy(
    np.zeros(len(gaps)), tf.constant(softmax(two_logits)), from_logits=False
).numpy()
stable_loss = -log_softmax(two_logits)[:, 0]

show(
    plots.plot_three_losses(
        gaps,
        {
            "from logits, log_softmax": stable_loss,
            "from probabilities, log of softmax": naive_loss,
            "from probabilities, clipped by Keras": clipped,
        },
    )
)
underflow = np.log(2) - np.log(np.finfo(np.float64).smallest_subnormal)
epsilon = tf.keras.backend.epsilon()
print(f"in float64 the right probability becomes 0 from a lead of {underflow:.0f} on")
print(f"Keras clips at {epsilon:.0e}, so with two classes its loss ends at {-np.log(epsilon):.4f}")

# %%
logits, right = tf.constant([[0.0, 40.0]], tf.float64), tf.constant([0])
for name, from_logits in {"from logits": True, "from probabilities": False}.items():
    with tf.GradientTape() as tape:
        tape.watch(logits)
        output = logits if from_logits else tf.nn.softmax(logits)
        loss = tf.keras.losses.sparse_categorical_crossentropy(right, output, from_logits=from_logits)
    gradient = tape.gradient(loss, logits).numpy()[0]
    print(f"lead 40, {name:19} loss {float(loss[0]):.4f}, gradient {gradient}")

# %% [markdown]
# ### 7.4 What Keras does in `fit`
#
# Does every network that ends in a softmax lose its gradient like this? Most don't. In `fit` and in
# `evaluate` Keras is handed more than numbers: it can see which operation made them. If that was a
# softmax or a sigmoid, it goes back to the logits before it, without being asked.
#
# So it depends on *what* you hand over. Try it, always with `from_logits=False` but in the last row. Each
# network here has a single input, the number 1, so its weights are its logits: 0 and 40 for two
# classes, or 40 alone for one sigmoid unit with label 0. One step of `fit` with a learning rate of 1
# moves them by minus the gradient, so the gradient can be read off.


# %%
keras = tf.keras


def in_fit(*after, activation=None, dtype="float32", units=2, from_logits=False):
    """Return `(loss, gradient)` of the logits as `evaluate` and `fit` have them, the loss in float32.

    The network is a layer with the `activation`, computed in `dtype`, and the layers `after` it.
    """
    logits = np.array([[0.0, 40.0]])[:, -units:]
    first = keras.layers.Dense(units, activation, use_bias=False, dtype=dtype)
    model = keras.Sequential([keras.Input((1,)), first, *after])
    binary, many = keras.losses.BinaryCrossentropy, keras.losses.SparseCategoricalCrossentropy
    loss = (binary if units == 1 else many)(from_logits=from_logits, dtype="float32")
    model.compile(loss=loss, optimizer=keras.optimizers.SGD(1.0))
    first.set_weights([logits])
    example = np.ones((1, 1)), np.zeros((1, 1))
    found = model.evaluate(*example, verbose=0)
    model.fit(*example, verbose=0)
    return found, logits[0] - first.get_weights()[0][0]


def bare_sigmoid():
    """Return the same for TensorFlow's own sigmoid, without any layer."""
    logits = tf.constant([[40.0]])
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss = keras.losses.binary_crossentropy(tf.constant([[0.0]]), tf.sigmoid(logits))
    return loss[0], tape.gradient(loss, logits)[0]


softmax_layer, times_one = keras.layers.Softmax(dtype="float32"), keras.layers.Rescaling(1.0, dtype="float32")
handed_over = {
    '`fit`, `activation="softmax"`': in_fit(activation="softmax"),
    "`fit`, `activation=tf.nn.softmax`": in_fit(activation=tf.nn.softmax),
    "`fit`, a layer `Softmax` at the end": in_fit(softmax_layer),
    '`fit`, `activation="sigmoid"`': in_fit(activation="sigmoid", units=1),
    "`tf.sigmoid` in a `tf.function`": tf.function(bare_sigmoid)(),
    "`tf.sigmoid`, run at once": bare_sigmoid(),
    "`fit`, softmax and then times 1": in_fit(times_one, activation="softmax"),
    "`fit`, the layer in `float64`, the loss in `float32`": in_fit(activation="softmax", dtype="float64"),
    "`fit`, logits and `from_logits=True`": in_fit(from_logits=True),
}
rows = ["| you hand over | loss | gradient of the logits |", "|---|---|---|"]
for name, (loss, gradient) in handed_over.items():
    rows.append(f"| {name} | {float(loss):.4f} | {np.asarray(gradient).round(6) + 0.0} |")
display(Markdown("\n".join(rows)))
print(f"Keras {keras.__version__}, TensorFlow {tf.__version__}")

# %% [markdown]
# A loss of 40 with slopes of size 1 is right: there Keras has found the logits. It finds them behind
# `"softmax"` and `"sigmoid"`, whether they are an activation or a layer of their own. TensorFlow's own
# functions it finds only where the computation is a *graph*, as in `fit` or in a `tf.function`, because
# a graph knows where each number comes from. A number that has been computed already doesn't.
#
# Where the trail is broken, Keras clips after all and the gradient is 0. Any operation after the softmax
# breaks it, even a multiplication by 1. So does a loss in another number format than the layers, since
# the conversion is an operation too. No warning tells you.
#
# Hence the advice to build models whose last layer has *no* activation and to say `from_logits=True`. It
# is right in every case, and nothing has to be found. A softmax is needed only when you want to read the
# probabilities.

# %% [markdown]
# ## 8. When the target is a number
#
# Sections 8.2 and 8.3 are optional. The two short exercises of 8.1 count 2 points.
#
# ### 8.1 Squared error
#
# Not every question has classes for answers. How warm will it be tomorrow? The target is a number, or
# several numbers. For this the usual cost is the **mean squared error**. For $m$ examples of $n$
# targets each, with $y_{ik}$ target $k$ of example $i$ (a number now, no class) and $a_{ik}$ its prediction,
#
# $$
# J = \frac{1}{m\,n} \sum_{i=1}^{m} \sum_{k=1}^{n} (a_{ik} - y_{ik})^2 .
# $$
#
# Mind the count. This mean runs over all *entries*, as Keras has it: over examples and over targets.
# The cross-entropy took the mean over examples only.

# %% [markdown]
# ### Exercise 8: `mean_squared_error` (1 point)
#
# Write the mean squared error of predictions of any shape.


# %%
def mean_squared_error(Y, A):
    """Return the mean over all entries of the squared difference.

    Arguments:
        Y: the targets, an array of any shape, float64 or int64.
        A: the predictions, same shape, float64 or int64.

    Returns:
        float.
    """
    ### BEGIN SOLUTION
    return float(np.mean((A - Y) ** 2))
    ### END SOLUTION


# %%
check(mean_squared_error)

# %%
numbers, others = Z[:, :3], X[:, :3]  # any numbers, of one shape
keras_mse = float(tf.keras.losses.MeanSquaredError(dtype="float64")(others, numbers))
print(f"yours {mean_squared_error(others, numbers):.12f}, Keras's {keras_mse:.12f}")

# %% [markdown]
# Its derivative is the easiest of the lesson. The entry $a_{ik}$ occurs in exactly one term of the
# double sum. Differentiate that term, and mind the factor in front.

# %% [markdown]
# ### Exercise 9: `mean_squared_error_gradient` (1 point)
#
# Write the derivative of the mean squared error with respect to every prediction.


# %%
def mean_squared_error_gradient(Y, A):
    """Return dJ/dA of the mean squared error.

    Arguments:
        Y: the targets, an array of any shape, float64 or int64.
        A: the predictions, same shape, float64 or int64.

    Returns:
        float64 array with the shape of A.
    """
    ### BEGIN SOLUTION
    return 2 * (A - Y) / A.size
    ### END SOLUTION


# %%
check(mean_squared_error_gradient)

# %% [markdown]
# ### 8.2 A linear output
#
# What is the output function of such a network? Here are examples of a curve that swings between
# about $-2$ and 2. The next cell trains two networks on it, both with one hidden sigmoid layer. They
# differ in the output unit: one is **linear**, which means that it has no output function at all, the
# other is a sigmoid. Each needs its own first step back, from $dA$ to $dZ$. Below that, all is the same.

# %%
rng = np.random.default_rng(4)
x = rng.uniform(-1, 1, size=(60, 1))
target = 2 * np.sin(3 * x) + rng.normal(scale=0.2, size=x.shape)


def fit_curve(output, to_dZ, learning_rate=0.3, steps=4000):
    """Return the parameters of a 1-8-1 network after training with squared error."""
    params = initialize([1, 8, 1], seed=4)
    for _ in range(steps):
        A, cache = forward(x, params, output=output)
        dZ = to_dZ(mean_squared_error_gradient(target, A), A)
        grads = walk_back(params, cache, dZ)
        params = {name: params[name] - learning_rate * grads[f"d{name}"] for name in params}
    return params


# %%
linear = fit_curve(identity, lambda dA, A: dA)  # a = z: the derivative is 1
bounded = fit_curve(sigmoid, lambda dA, A: dA * A * (1 - A))

places = np.linspace(-1, 1, 200)[:, np.newaxis]
curves = {
    "linear output": forward(places, linear, output=identity)[0][:, 0],
    "sigmoid output": forward(places, bounded, output=sigmoid)[0][:, 0],
}
show(plots.plot_fits(x[:, 0], target[:, 0], curves, places[:, 0]))
for name, params_, output in (("linear", linear, identity), ("sigmoid", bounded, sigmoid)):
    print(f"{name:8} output: cost {mean_squared_error(target, forward(x, params_, output=output)[0]):.4f}")

# %% [markdown]
# A sigmoid can't leave the interval from 0 to 1, and a softmax can't either. A number that may be
# anything wants an output that may be anything.

# %% [markdown]
# ### 8.3 Three heads, one body
#
# Put the three output layers of this course side by side. In each the loss is made for its output
# function, and each time the derivative of the output function is gone in the end:
#
# | the answer is | output | loss of one example | $dZ_L$ of the mean cost |
# |---|---|---|---|
# | yes or no | sigmoid | binary cross-entropy | $\frac1m (A - Y)$ |
# | one of $N$ classes | softmax | cross-entropy | $\frac1m (P - \bar Y)$ |
# | $n$ numbers | linear | mean squared error | $\frac{2}{m\,n} (A - Y)$ |
#
# *What came out, minus what should have come out.* From there on down, backpropagation does not know
# which of the three it started from. Nudge the logits of each head and see:

# %%
odd = y[few, np.newaxis] % 2  # yes or no: is the digit odd?
one, three, ten = Z[few, :1], Z[few, :3], Z[few]
heads = {
    "sigmoid": (lambda Z: binary_cross_entropy(odd, sigmoid(Z)), one, (sigmoid(one) - odd) / len(one)),
    "softmax": (lambda Z: sparse_cross_entropy(y[few], softmax(Z)), ten, (softmax(ten) - Y[few]) / len(ten)),
    "linear": (lambda Z: mean_squared_error(X[few, :3], Z), three, 2 * (three - X[few, :3]) / three.size),
}
for name, (cost_of, at, formula) in heads.items():
    print(f"{name:8} the formula is {largest_difference(formula, nudged(cost_of, at)):.0e} off from nudging")

# %% [markdown]
# ## 9. Questions learners ask
#
# *This section is optional.*
#
# Short answers, each with an experiment. Change the cells and ask further.

# %% [markdown]
# **Which neuron is the averaged cost compared with?** With none. The cost is one number *for the whole
# batch*, and every logit of every example has its own influence on it. There are as many derivatives
# as there are outputs, and none of them is shared:

# %%
print(f"the cost has shape {np.shape(J)}, its derivative by the logits {dZ.shape}")
print(f"entries of the derivative that are exactly 0: {np.sum(dZ == 0)}")
only_right = walk_back(params, cache, np.where(Y == 1, dZ, 0))
difference = largest_difference(only_right["dW3"], grads["dW3"])
print(f"dW3, if only the neuron of the right class got a signal: {difference:.0%} off")

# %% [markdown]
# **Is the derivative taken with respect to a vector or to a component?** The one consists of the
# others. A derivative by a component answers: what if I nudge this one? The Jacobian answers for small steps
# *in any direction*:

# %%
step = 0.01 * np.array([1.0, -2.0, 0.5])
moved, foretold = softmax_of_one(z + step) - softmax_of_one(z), softmax_jacobian(z) @ step
print(f"p moves by             {moved}")
print(f"Jacobian @ step says   {foretold}")
print(f"relative difference    {largest_difference(foretold, moved):.1%}")

# %% [markdown]
# **Must I still multiply $p - \bar y$ by the softmax's derivative?** No. It is in there. If you multiply
# once more, be it with the full Jacobian or with $p(1 - p)$, the nudges disagree:

# %%
again = np.array([row @ softmax_jacobian(z) for row, z in zip(of_few, Z[few], strict=True)])
print(f"p - y:                    {largest_difference(of_few, measured):.0e} off")
print(f"times p(1 - p):           {largest_difference(of_few * P[few] * (1 - P[few]), measured):.0%} off")
print(f"times the Jacobian again: {largest_difference(again, measured):.0%} off")

# %% [markdown]
# **Is there a shorter proof?** Yes, if you never leave the logarithm. By section 1.4 the loss is
# $\operatorname{lse}(z) - z_y$. The derivative of log-sum-exp *is* the softmax, and that of $z_y$ by $z_j$
# is 1 if $j = y$ and 0 otherwise, which is what $\bar y_j$ says:
#
# $$
# \frac{\partial \ell}{\partial z_j}
# = \frac{\partial}{\partial z_j} \Bigl( \log \sum_k e^{z_k} - z_y \Bigr)
# = \frac{e^{z_j}}{\sum_k e^{z_k}} - \bar y_j = p_j - \bar y_j .
# $$


# %%
def log_sum_exp(z):
    """Return log-sum-exp of one row of moderate logits."""
    return np.log(np.exp(z).sum())


print("nudged log-sum-exp:", nudged(log_sum_exp, z))
print("softmax:           ", softmax_of_one(z))

# %% [markdown]
# **Is a softmax with two classes the same as a sigmoid?** Yes, of the *difference* of its two logits.
# One of the two is superfluous, by the shift invariance:
#
# $$
# \frac{e^{z_1}}{e^{z_0} + e^{z_1}} = \frac{1}{1 + e^{-(z_1 - z_0)}} = \sigma(z_1 - z_0) .
# $$

# %%
pairs = np.random.default_rng(4).normal(size=(5, 2))
print("softmax, second class:", softmax(pairs)[:, 1])
print("sigmoid of difference:", sigmoid(pairs[:, 1] - pairs[:, 0]))

# %% [markdown]
# **Why not squared error for classes too?** It can be done, but then nothing cancels: $p - \bar y$ is
# multiplied by the softmax's Jacobian, and that one is nearly 0 wherever the network is certain, also
# where it is certain and *wrong*. Let a wrong logit lead by more and more:

# %%
for lead in (0.0, 5.0, 10.0, 20.0):
    one = np.array([[0.0, lead, 0.0]])  # class 0 is right, class 1 leads
    by_cross_entropy = softmax_cross_entropy_gradient(one, np.array([0]))[0]
    target_row, guess = np.eye(3)[:1], softmax(one)
    by_squared_error = mean_squared_error_gradient(target_row, guess)[0] @ softmax_jacobian(one[0])
    print(
        f"lead {lead:4.0f}: slope of the right logit {by_cross_entropy[0]:+.4f} with cross-entropy, "
        f"{by_squared_error[0]:+.1e} with squared error"
    )

# %% [markdown]
# **My classes are numbered from 1. Does it matter?** It does: the label is a *position*, and the first
# position is 0. With labels 1 to 10 every image is compared with the column of the next digit, and the
# last class has no column at all. Where no image of it is in the batch, nothing complains:

# %%
from_one = y + 1
without_nines = y != 9
print(f"right:              {sparse_cross_entropy(y[without_nines], P_trained[without_nines]):.4f}")
print(f"counted from 1:     {sparse_cross_entropy(from_one[without_nines], P_trained[without_nines]):.4f}")
try:
    sparse_cross_entropy(from_one, P_trained)
except IndexError as error:
    print(f"with the last class: IndexError, {error}")
names, back = np.unique(from_one, return_inverse=True)
print(f"np.unique gives positions back: {np.array_equal(back, y)}, and the names {names}")

# %% [markdown]
# **Must I divide by the number of classes too?** No. The cost is a mean over *examples*. A
# `np.mean` over the whole $(m, N)$ array divides by the classes as well, and everything comes out too
# small by the factor $N$. It still trains, as if the learning rate were smaller:

# %%
of_all_entries = np.mean(-Y * np.log(P))
print(f"cost {J:.4f}, mean over all entries {of_all_entries:.4f}, ratio {J / of_all_entries:.4f}")

# %% [markdown]
# **Do I need the softmax when I only want the class?** No, the order of the logits is the order of the
# probabilities. **And are these really probabilities?** They are positive and sum to 1. Whether a
# "0.99" is right 99 times in 100 is another matter. Multiply the trained logits by 3: not one answer
# changes, but the network claims to be surer, and the cost notices:

# %%
for factor in (1, 3):
    bold = softmax(factor * Z_test)
    same = np.array_equal(bold.argmax(axis=1), read)
    print(
        f"logits times {factor}: same answers {same}, mean claim {bold.max(axis=1).mean():.1%}, "
        f"right {accuracy:.1%}, held-out cost {sparse_cross_entropy(y_test, bold):.3f}"
    )

# %% [markdown]
# **What if an image could show two digits, or none?** Then ten sigmoids with ten binary
# cross-entropies are right, and a softmax is wrong: it forces the classes to compete. The softmax is
# for *exactly one of N*.

# %%
both = np.array([[6.0, 6.0, -6.0]])  # two classes with a strong logit each
print(f"softmax {softmax(both)[0]}   sigmoids {sigmoid(both)[0]}")

# %% [markdown]
# And if you hand a softmax such labels all the same? Section 4.5 used once that a row of labels sums to 1.
# Without that, the derivative of $-\sum_k \bar y_k \log p_k$ is $\bigl(\sum_k \bar y_k\bigr)\, p - \bar y$.
# TensorFlow takes the sum for granted:

# %%
logits = tf.constant([[1.0, 2.0, 0.5]], tf.float64)
for labels in ([0.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0]):
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss = tf.nn.softmax_cross_entropy_with_logits(labels=[labels], logits=logits)
    by_nudging = nudged(lambda z, row=labels: -np.dot(row, log_softmax(z)[0]), logits.numpy())[0]
    by_tape = tape.gradient(loss, logits).numpy()[0]
    cost = abs(float(loss[0]))
    print(f"{labels}: loss {cost:.3f}, nudged {by_nudging.round(3) + 0.0}, tape {by_tape.round(3)}")

# %% [markdown]
# An image without a digit costs exactly 0 and still moves the weights, with Keras's
# `CategoricalCrossentropy` too. The tape knows only the rule that somebody wrote for this op, $p - \bar y$.

# %% [markdown]
# ## 10. Summary
#
# - The softmax makes shares of a whole out of any logits. Only **differences** of logits count, and
#   that is also the cure for overflow. Logarithms come from logits, by log-sum-exp.
# - The loss of an example is $-\bar y \cdot \log p = -\log p_y$. The cost is its mean over the examples.
#   It is compared with no neuron. Every logit has a derivative of its own.
# - A derivative by a vector is the table of the derivatives by its components. For a function that acts
#   entry by entry the table is diagonal, hence $\odot$. For the softmax it is
#   $\operatorname{diag}(p) - p^{\mathsf T} p$.
# - Backward, a row of derivatives is multiplied by the Jacobian. With cross-entropy the product
#   collapses to $p - \bar y$, for a batch $\frac1m (P - \bar Y)$. Don't apply the softmax's derivative
#   a second time.
# - **Invariants** test your work without an answer sheet: rows of the gradient sum to 0, rows and
#   columns of the Jacobian do too, and a shift of the logits changes nothing.
# - Say `from_logits` truthfully. A cost that gets stuck at $\log(1 + (N - 1)/e)$ has a softmax too many.
#   From logits, nothing is clipped, wherever they come from.
# - For numbers: linear output and squared error. Three heads, one body.
#
# All symbols of the course, with examples in rows and in columns side by side, are in
# [docs/notation.md](../../docs/notation.md).

# %% [markdown]
# ### Question: What do the other nine learn?
#
# A classmate writes: *"The loss of an image of a 3 is* $-\log p_3$*. The other nine outputs don't occur
# in it. So the cost is compared with output neuron 3 only, and from this image the other nine learn
# nothing."* Answer in your own words, in a hundred or two hundred words. Say what is right about it and
# what is not, which signal each of the ten neurons gets and why the ten signals sum to 0, and where the
# average over the batch comes in. Point to an experiment of this lesson that your classmate can run.

# %% [markdown]
# **Your answer (4 points)**
#
# ### BEGIN SOLUTION
# Right is that the loss of this image can be computed from $p_3$ alone. But $p_3$ is not made by neuron
# 3 alone. It is a share: its denominator adds up the exponentials of all ten logits. Raise the logit of
# the 8 and $p_3$ falls, so the loss rises. Every logit has an influence on the loss, and the gradient
# is that influence.
#
# The signal of logit $k$ is $p_k - \bar y_k$. Neuron 3 gets $p_3 - 1$, which is negative: its logit
# should go up. Every other neuron gets $p_k$, which is positive: its logit should go down, and more so
# the more probability it had taken. The ten signals sum to 0 because the probabilities and the one-hot
# label both sum to 1, or because adding the same number to all logits changes nothing.
#
# The cost is the mean of such losses. It is compared with no neuron. The mean only puts a factor $1/m$
# in front of each example's row of signals; rows of different examples are not mixed until the weights'
# gradients add them up.
#
# Experiment: section 3.2 nudges the ten logits of an image of a 3, and the loss moves for all ten.
#
# *For the marker, one point each:* (1) all ten logits are in the denominator of $p_3$, so all ten
# influence the loss; (2) the signals are $p_k - \bar y_k$, up for the right class and down for the
# others; (3) a reason why they sum to 0; (4) the cost is an average that is compared with no neuron,
# $1/m$ scales each example's row, and an experiment is named that fits. Any wording will do.
# ### END SOLUTION


# %%
solution("answer")

# %%
progress()

# %% [markdown]
# ## Sources
#
# - J. S. Bridle, "Training stochastic model recognition algorithms as networks can lead to maximum
#   mutual information estimation of parameters", *Advances in Neural Information Processing Systems 2*,
#   1990, pages 211 to 217: the softmax and its name.
# - P. Blanchard, D. J. Higham and N. J. Higham, "Accurately computing the log-sum-exp and softmax
#   functions", *IMA Journal of Numerical Analysis* 41, 2021, pages 2311 to 2330: the shift is safe.
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press 2016, section 6.2.2: output
#   units and the costs that fit them.
# - Keras documentation, "Probabilistic losses": `from_logits`. The clipping, and the warning of section
#   7.1, are in the source of Keras, `backend/tensorflow/nn.py`.
# - Labels that don't sum to 1: tensorflow/tensorflow, issue 60314.
# - A softmax too many, found and mended in public: nfmcclure/tensorflow_cookbook, issue 86;
#   tflearn/tflearn, pull request 562; discuss.pytorch.org, "Cross Entropy loss is not decreasing".
# - The images: scikit-learn's `load_digits`, a copy of the test set of "Optical Recognition of
#   Handwritten Digits" (E. Alpaydin and C. Kaynak 1998, UCI Machine Learning Repository).
