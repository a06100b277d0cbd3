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
# # Lesson 3: Backpropagation
#
# Sooner or later everyone who trains a neural network stops and asks:
#
# > *The output layer has labels to compare with. The hidden layers have none. So how can
# > TensorFlow compute their cost, and how can it know their gradient?*
#
# ![Images lead through two hidden layers, which have no labels, to a prediction and the one cost. The
# labels have a single arrow, to the cost.](03_backpropagation.png)
#
# It is a very good question, because the answer that comes to mind, that every layer has targets, is
# wrong. In this lesson you find the right one yourself. You measure gradients by brute force until it hurts.
# Then you derive backpropagation one tensor at a time, and test each step before the next. Then you put your
# code beside TensorFlow's and train.
#
# **You need** derivatives, the matrix product, and the forward pass of lesson 2. Lesson 1 helps: it
# is this lesson for a single unit. **You write** seven short functions. `check` compares each with
# TensorFlow.
#
# **Time**: *Part A*, sections 1 to 3.4, leads to the gradients of the last layer in about
# 90 minutes. *Part B*, sections 3.5 to 6, takes about 105: hidden layers, batch, input, TensorFlow, training.
# Sections 7 and 8 are optional. The question in section 9 counts 4 points.

# %%
LESSON = "03_backpropagation"

from grader import check

# %%
import time

import numpy as np
from IPython.display import Markdown, display

from grader import ask_prediction, ask_questions, compare_prediction, hint, progress, solution
from utils.data import load_digits, split
from utils.network import binary_cross_entropy, forward, initialize, sigmoid
from utils.plots import backpropagation as plots
from utils.plots import plot_digits, plot_network, plot_training, show, show_animation
from utils.progress import progress_bar
from utils.tensorflow import import_tensorflow
from utils.threads import blas_threads
from utils.timing import seconds
from utils.widgets import backprop_stepper

threads = blas_threads(1)  # for matrices of this size, more threads only cost time

# %% [markdown]
# **Before you begin**, three questions from memory. They are not graded.

# %%
ask_questions()

# %% [markdown]
# ## 1. Hidden layers have no labels
#
# ### 1.1 A judge for gradients
#
# Before you derive a gradient, build its judge. The derivative of a function $f$ says how
# fast its value changes when its argument $\theta$ does. So nudge $\theta$ by a small $\varepsilon$ to
# either side, and take the **central difference**:
# $f'(\theta) \approx \bigl( f(\theta + \varepsilon) - f(\theta - \varepsilon) \bigr) / (2 \varepsilon)$.
# Where $\theta$ is an array there is a derivative for each of its entries, and each is found by nudging
# that entry alone. All of them together are the **gradient**, an array of the same shape. How good such
# a measurement is, section 2 shows.

# %% [markdown]
# ### Exercise 1: `numerical_gradient` (2 points)
#
# Write a function that measures the gradient of any scalar function `f` at the array `theta`. For
# each entry of `theta`, step by `eps` to both sides in that entry alone, and take the central
# difference.
#
# - `theta` may have any shape, `()` included. The result has the same shape, in `float64`.
# - `f` takes an array like `theta` and returns one number.
# - When you are done, `theta` is as it was.
#
# *Two helpers you may want: `np.ndindex(theta.shape)` walks through all positions of an array of
# any shape. And an array of integers cannot hold a step of 0.00001, so look at the `dtype` before
# you add one.*


# %%
def numerical_gradient(f, theta, eps=1e-5):
    """Measure the gradient of `f` at `theta` by central differences, entry by entry.

    Arguments:
        f: a function of one array with the shape of `theta`; returns a float.
        theta: array of any shape, of floats or integers; not changed.
        eps: the step to either side, a positive float.

    Returns:
        float64 array with the shape of `theta`: the derivative of `f` with respect to each entry.
    """
    ### BEGIN SOLUTION
    theta = np.array(theta, dtype=np.float64)  # a copy, so that the caller's array stays as it is
    gradient = np.zeros_like(theta)
    for place in np.ndindex(theta.shape):
        value = theta[place]
        theta[place] = value + eps
        above = f(theta)
        theta[place] = value - eps
        below = f(theta)
        theta[place] = value
        gradient[place] = (above - below) / (2 * eps)
    return gradient
    ### END SOLUTION


# %%
check(numerical_gradient)


# %% [markdown]
# ### 1.2 The data and the network
#
# You teach a network to tell a handwritten 0 from a handwritten 1. The images come from the digits
# of scikit-learn. Each is 8 pixels high and 8 wide, so one example is one **row** of 64 numbers
# between 0 (blank paper) and 1 (full ink). `X` holds the images, one a row, and `Y` their labels
# in a single column. A quarter of the images is held out: the network never learns from those.

# %%
images, digits = load_digits(classes=(0, 1))
X, X_test, y, y_test = split(images, digits, seed=3)
Y = y[:, np.newaxis].astype(float)  # a column, because the network has one output
Y_test = y_test[:, np.newaxis].astype(float)
m = len(X)

print(f"X {X.shape}, Y {Y.shape}, held out {X_test.shape}, {y.mean():.0%} of the labels are 1")

# %%
show(plot_digits(X[:8], [f"label {label}" for label in y[:8]]))

# %% [markdown]
# The network has two hidden layers, of 25 and 15 units, and one output unit, as in lesson 2: it is the
# picture at the top of this lesson. Every layer $l$ does the same thing to the activations $A_{l-1}$ that
# reach it. Let $m$ be the number of examples, and $n_l$ that of the units of layer $l$; $n_0$ is the number
# of pixels. Then
#
# $$
# \underset{(m,\,n_l)}{Z_l} = \underset{(m,\,n_{l-1})}{A_{l-1}}\;
# \underset{(n_{l-1},\,n_l)}{W_l} + \underset{(n_l,)}{b_l},
# \qquad
# \underset{(m,\,n_l)}{A_l} = \sigma(Z_l), \qquad \sigma(z) = \frac{1}{1 + e^{-z}} .
# $$
#
# The shape of each array stands under it, and it will go on standing there: in backpropagation the
# shapes are half of the proof. $Z_l$ holds the *pre-activations* of the layer, $A_l$ its
# *activations*, and row $i$ of both belongs to example $i$ and to no other. The first activations
# are the data, $A_0 = X$.

# %%
layer_sizes = [64, 25, 15, 1]
params = initialize(layer_sizes, seed=3)
A, cache = forward(X, params)

for name, array in cache.items():
    print(f"{name}  {array.shape}")

# %% [markdown]
# The output $A_3$ is the network's guess at the probability that an image shows a 1. Only now does
# a label come into play. The **loss** $\ell_i$ says how bad the guess is for example $i$, and the
# **cost** $J$ is the mean loss:
#
# $$
# J = \frac{1}{m} \sum_{i=1}^{m} \ell_i, \qquad
# \ell_i = -\,y_i \log a_i - (1 - y_i) \log (1 - a_i),
# $$
#
# where $a_i$ is row $i$ of $A_3$ and $y_i$ is row $i$ of $Y$. The logarithm is the natural one, and
# a cost made with it is measured in *nats*. Keep two things in mind:
#
# - On the way *forward*, the labels $Y$ appear here and nowhere else.
# - Nor does the factor $1/m$.
#
# On the way back you will meet both exactly once, in the first step.

# %%
J = binary_cross_entropy(Y, A)
print(f"cost of the untrained network: {J:.6f}")
print(f"cost of always answering 0.5:  {np.log(2):.6f}")

# %% [markdown]
# ### 1.3 Does a hidden unit matter?
#
# Look for the hidden layers in the formula of $J$. They are not there. There is no label for
# $A_1$, and no cost for $A_1$.
#
# **Predict before you run.** The next cell reaches into the network, takes the activation of one
# hidden unit for one image, adds 0.001 to it and lets the layers above carry on from there. Nobody
# has a label for that unit. Does $J$ move?

# %%
ask_prediction("hidden unit", "Does J move?", ["No, it stays as it is.", "Yes, it moves."])


# %%
example, hidden_unit, nudge = 4, 7, 0.001
A1 = cache["A1"].copy()
A1[example, hidden_unit] += nudge

A2 = sigmoid(A1 @ params["W2"] + params["b2"])
A3 = sigmoid(A2 @ params["W3"] + params["b3"])
J_nudged = binary_cross_entropy(Y, A3)
hidden_quotient = (J_nudged - J) / nudge

print(f"J before {J:.12f}")
print(f"J after  {J_nudged:.12f}")
print(f"change of J divided by the nudge: {hidden_quotient:+.4e}")
compare_prediction("hidden unit", [J_nudged == J, J_nudged != J])

# %% [markdown]
# It moves. A little, since this is one unit for one image, and an image has one of $m$ votes in the cost.
# But it moves, because everything above that unit depends on it.
#
# That is the whole secret, and the rest of the lesson is bookkeeping:
#
# > **A hidden layer has no cost of its own. It has an influence on the one cost there is.** The
# > gradient of a hidden layer is that influence, measured for every one of its numbers.
#
# The quotient that you just printed estimates $\partial J / \partial A_1$ at one place. Keep it:
# in section 3.5 you compute the same number without any nudging.

# %% [markdown]
# ## 2. Measure a gradient by nudging
#
# ### 2.1 Nudge one weight
#
# What you did to an activation you can do to a weight. Add 0.001 to one entry of $W_1$, run the
# whole network again and see what the cost does.

# %%
pixel, unit = 20, 3
nudged = {name: array.copy() for name, array in params.items()}
nudged["W1"][pixel, unit] += 0.001
J_nudged = binary_cross_entropy(Y, forward(X, nudged)[0])
weight_quotient = (J_nudged - J) / 0.001

print(f"J before {J:.12f}")
print(f"J after  {J_nudged:.12f}")
print(f"change of J divided by the nudge: {weight_quotient:+.6e}")

# %% [markdown]
# The sign says what to do. A minus means that a larger weight makes the cost smaller, so learning
# should raise this weight; a plus, that it should lower it. Nudge every weight in turn and you know
# a direction in which the cost falls.
#
# But how good is the quotient? Let $f$ be the cost as a function of one weight $\theta$. Taylor's
# series, for a step up and for a step down, says
#
# $$
# f(\theta \pm \varepsilon)
# = f(\theta) \pm \varepsilon f'(\theta) + \frac{\varepsilon^2}{2} f''(\theta)
# \pm \frac{\varepsilon^3}{6} f'''(\theta) + \dots
# $$
#
# Take the step up alone, subtract $f(\theta)$, divide by $\varepsilon$:
#
# $$
# \frac{f(\theta + \varepsilon) - f(\theta)}{\varepsilon}
# = f'(\theta) + \frac{\varepsilon}{2} f''(\theta) + \dots
# $$
#
# The error shrinks in step with $\varepsilon$. Now step to *both* sides, and subtract the step down from the
# step up. Whatever has the same sign in both goes, and the term with $f''$ is one of those:
#
# $$
# \frac{f(\theta + \varepsilon) - f(\theta - \varepsilon)}{2 \varepsilon}
# = f'(\theta) + \frac{\varepsilon^2}{6} f'''(\theta) + \dots
# $$
#
# So the central difference costs one more evaluation, and its error shrinks with the *square* of
# $\varepsilon$. That is why you wrote it to both sides. It is your judge for the rest of the lesson.

# %% [markdown]
# ### 2.2 Your judge at work
#
# To measure a gradient of the network you need the cost as a function of *one* array. `cost_with`
# makes such a function: all the other parameters stay where they are. Compare the one-sided quotient of
# section 2.1 with two central ones. The first has the same step. How far off is each from the second?


# %%
def cost_with(name):
    """Return the cost as a function of the parameter `name` alone."""

    def cost(value):
        return binary_cross_entropy(Y, forward(X, {**params, name: value})[0])

    return cost


measured_W1 = numerical_gradient(cost_with("W1"), params["W1"])
slope = measured_W1[pixel, unit]
same_step = numerical_gradient(cost_with("W1"), params["W1"], 0.001)[pixel, unit]
print(f"one-sided, 0.001:   {weight_quotient:+.10e}, off by {abs(weight_quotient / slope - 1):.0e}")
print(f"central,   0.001:   {same_step:+.10e}, off by {abs(same_step / slope - 1):.0e}")
print(f"central,   0.00001: {slope:+.10e}")

# %%
weight = params["W1"][pixel, unit]
values = np.linspace(weight - 6, weight + 6, 61)
moved = np.repeat(params["W1"][np.newaxis], len(values), axis=0)
moved[:, pixel, unit] = values
moved_costs = np.array([cost_with("W1")(W1) for W1 in moved])

show(plots.plot_cost_along_weight(values, moved_costs, weight, slope))

# %% [markdown]
# ### 2.3 How small should the step be?
#
# *You may skip this section at a first reading: what follows needs of it only that `eps=1e-5` is a good
# step.*
#
# Calculus lets $\varepsilon$ go to 0. A computer keeps a limited number of digits. To see what
# that does, you need a function whose derivative is known exactly. Take
#
# $$ s(\theta) = \log(1 + e^{\theta}), \qquad s'(\theta) = \sigma(\theta). $$
#
# It is not a random choice: $s(z)$ is the loss of an example with label 0 whose output unit has
# the pre-activation $z$.
#
# You measure its derivative at 25 places, with steps from 1 down to $10^{-15}$, once with `s`
# computed in `float64` and once in `float32`. Your `numerical_gradient` stays the same and works
# in `float64`. In the second case it is the *function* that rounds its argument and its value to
# `float32`, which is what happens when a cost comes out of a network that runs in `float32`.
#
# **Predict before you run.** For `float64`, which step comes closest to the true derivative: 0.01,
# or about 0.00001, or 0.00000001, or $10^{-15}$? And does `float32` want a larger or a smaller
# one?

# %%
ask_prediction(
    "best step", "In float64, which step comes closest to the true derivative?", [1e-2, 1e-5, 1e-8, 1e-15]
)


# %%
def softplus(dtype):
    """Return log(1 + e^theta) as a function that computes in `dtype`."""
    one = dtype(1)
    return lambda theta: np.log(one + np.exp(np.asarray(theta, dtype=dtype)))


def step_errors(dtype, steps, places):
    """Return the mean relative error of `numerical_gradient` for each of the `steps`."""
    s = softplus(dtype)
    slopes = [[numerical_gradient(s, np.array(place), eps) for place in places] for eps in steps]
    return np.abs(np.array(slopes) / sigmoid(places) - 1).mean(axis=1)


steps = np.logspace(0, -15, 46)
places = np.random.default_rng(0).uniform(0.5, 2, size=25)
formats = {"float32": np.float32, "float64": np.float64}
errors = {name: step_errors(dtype, steps, places) for name, dtype in formats.items()}

for name, error in errors.items():
    print(f"{name}: smallest error {error.min():.0e} at step {steps[error.argmin()]:.0e}")
compare_prediction("best step", steps[errors["float64"].argmin()])

# %%
best = {name: float(np.cbrt(np.finfo(dtype).eps)) for name, dtype in formats.items()}
show(plots.plot_step_errors(steps, errors, best))

# %% [markdown]
# Each V has two branches, and each branch has its own cause.
#
# - **Right branch: curvature.** The step is too large and the curve bends under it. This is the
#   Taylor term $\frac{\varepsilon^2}{6} f'''$: a step ten times smaller, an error a hundred times
#   smaller. It is mathematics, so it is the same for both number formats.
# - **Left branch: rounding.** The two values of $f$ have nearly all their digits in common, and
#   the subtraction cancels those. What remains is the rounding of the values, about $u\,\lvert f
#   \rvert$, and it is divided by the step. Here $u$ is the machine epsilon, the gap between 1 and
#   the next larger number. A step ten times smaller, an error ten times *larger*. In `float32` you
#   see where this ends: the error grows beyond 100 %, until, far to the left, $\theta + \varepsilon$ rounds
#   to $\theta$. Then the difference is exactly 0, and the error 100 %.
#
# Between them lies the best step. Add the two errors and look for the minimum:
#
# $$
# E(\varepsilon) = \frac{\varepsilon^2}{6} \lvert f''' \rvert
# + \frac{u}{\varepsilon} \lvert f \rvert,
# \qquad
# E'(\varepsilon) = 0
# \;\Longrightarrow\;
# \varepsilon = \sqrt[3]{\frac{3\,u\,\lvert f \rvert}{\lvert f''' \rvert}} .
# $$
#
# Where $f$ and $f'''$ are of similar size, that is about the cube root of $u$: the dotted lines. It
# is why `eps=1e-5` is a sensible default in `float64` and a poor one in `float32`.
#
# With a good step, nudging is accurate enough to be a judge. Its trouble is another one.

# %% [markdown]
# ### 2.4 Why nobody trains this way
#
# Count. Every weight and every bias needs two forward passes of its own, over the whole batch. How
# many is that for one single step of training?

# %%
parameters = sum(array.size for array in params.values())
passes = 2 * parameters
display(
    Markdown(
        f"The network {'-'.join(map(str, layer_sizes))} has **{parameters:,} parameters**. One "
        f"gradient by central differences takes **{passes:,} forward passes**."
    )
)

# %% [markdown]
# TensorFlow gives the same gradient in one call. For the moment it is a black box with a stopwatch
# beside it. Section 6 opens it.

# %%
tf = import_tensorflow()


def tensorflow_gradients(params, X, Y):
    """Return `(J, grads)` of the network as TensorFlow finds them, in the dtype of the arrays."""
    variables = {name: tf.Variable(array) for name, array in params.items()}
    with tf.GradientTape() as tape:
        A = tf.constant(X)
        for layer in range(1, len(params) // 2 + 1):
            A = tf.sigmoid(A @ variables[f"W{layer}"] + variables[f"b{layer}"])
        J = tf.reduce_mean(-Y * tf.math.log(A) - (1 - Y) * tf.math.log(1 - A))
    found = tape.gradient(J, variables)
    return float(J), {f"d{name}": gradient.numpy() for name, gradient in found.items()}


# %%
start = time.perf_counter()
measured = {f"d{name}": numerical_gradient(cost_with(name), params[name]) for name in progress_bar(params)}
time_nudging = time.perf_counter() - start
time_tape = seconds(lambda: tensorflow_gradients(params, X, Y), times=5)
_, tf_grads = tensorflow_gradients(params, X, Y)

print(f"largest difference in dW1: {np.abs(measured['dW1'] - tf_grads['dW1']).max():.0e}")
print(f"on this machine, nudging every parameter: {time_nudging * 1e3:8.1f} ms")
print(f"on this machine, one GradientTape:        {time_tape * 1e3:8.1f} ms")

# %% [markdown]
# The same numbers, and one of the two is in another league. The gap also *grows with the network*:
# nudging needs two forward passes for every parameter, so twice the parameters mean twice the
# passes, and each pass takes longer too. Put ResNet-50 in its place, a common network for
# photographs, and suppose that a multiplication costs there what it costs here.

# %%
time_forward = seconds(lambda: forward(X, params), times=20)
products = m * sum(params[f"W{layer}"].size for layer in (1, 2, 3))  # multiplications in one pass

resnet_parameters = 25.6e6  # as Keras lists them
resnet_products = 3.8e9  # for one photograph (He et al. 2015)
resnet_pass = time_forward * resnet_products / products
years = 2 * resnet_parameters * resnet_pass / (365 * 24 * 3600)

print(f"on this machine, one forward pass of the small network: {time_forward * 1e3:.2f} ms")
print(f"one step of ResNet-50 by nudging, for one photograph: {years:.1f} years")

# %% [markdown]
# Nudging is how you *test* a gradient. To *train*, you need all the derivatives at the price of a
# few passes. That is what backpropagation does, and it does it with nothing but the chain rule.

# %% [markdown]
# ## 3. The chain rule, one tensor at a time
#
# ### 3.1 A network of two numbers
#
# Shrink the network until you can do it by hand: one input $x$, one hidden unit, one output unit,
# no biases, one example with label 1.
#
# $$
# z_1 = w_1 x, \qquad a_1 = \sigma(z_1), \qquad z_2 = w_2 a_1, \qquad a_2 = \sigma(z_2), \qquad
# \ell = -\log a_2 .
# $$
#
# Each quantity depends on the one before, so each has a **local derivative** that you can write
# down without knowing anything of the rest:
#
# $$
# \frac{\partial z_1}{\partial x} = w_1, \quad
# \frac{\partial a_1}{\partial z_1} = a_1 (1 - a_1), \quad
# \frac{\partial z_2}{\partial a_1} = w_2, \quad
# \frac{\partial a_2}{\partial z_2} = a_2 (1 - a_2), \quad
# \frac{\partial \ell}{\partial a_2} = -\frac{1}{a_2} .
# $$
#
# Two of them use that the derivative of the sigmoid can be had from its value:
#
# $$
# \sigma'(z) = \frac{e^{-z}}{(1 + e^{-z})^2}
# = \frac{1}{1 + e^{-z}} \cdot \frac{e^{-z}}{1 + e^{-z}} = \sigma(z)\,(1 - \sigma(z)) .
# $$

# %%
z = np.linspace(-7, 7, 141)
show(plots.plot_sigmoid(z, sigmoid(z), sigmoid(z) * (1 - sigmoid(z))))

# %% [markdown]
# The **chain rule** multiplies the local derivatives along the path from the loss back to the
# number you ask about. The hidden unit has no label, and it does not need one:
#
# $$
# \frac{\partial \ell}{\partial a_1}
# = \frac{\partial \ell}{\partial a_2}\,\frac{\partial a_2}{\partial z_2}\,
# \frac{\partial z_2}{\partial a_1},
# \qquad
# \frac{\partial \ell}{\partial w_1}
# = \frac{\partial \ell}{\partial a_1}\,\frac{\partial a_1}{\partial z_1}\,
# \frac{\partial z_1}{\partial w_1}
# \quad\text{with}\quad \frac{\partial z_1}{\partial w_1} = x .
# $$
#
# Look at the second product: its first factor is what you have just computed. Start at the loss,
# walk backward, and each step is *one* multiplication with a result that you already hold. That is
# why it is called **back**propagation. The other weight takes one step fewer: it multiplies
# $\partial \ell / \partial z_2$ by its own input, $\partial z_2 / \partial w_2 = a_1$.

# %%
x, w1, w2 = 1.5, 0.8, -1.2

# forward: values
z1 = w1 * x
a1 = sigmoid(z1)
z2 = w2 * a1
a2 = sigmoid(z2)
loss = -np.log(a2)

# backward: dt is the derivative of the loss with respect to t; each comes from the one before
da2 = -1 / a2
dz2 = da2 * a2 * (1 - a2)
da1 = dz2 * w2
dz1 = da1 * a1 * (1 - a1)
dx = dz1 * w1
dw2 = dz2 * a1
dw1 = dz1 * x

print(f"loss {loss:.6f}   dw1 {dw1:+.6f}   dw2 {dw2:+.6f}")

# %%
show(
    plots.plot_chain(
        names=["$x$", "$z_1$", "$a_1$", "$z_2$", "$a_2$", r"$\ell$"],
        values=[x, z1, a1, z2, a2, loss],
        local=[w1, a1 * (1 - a1), w2, a2 * (1 - a2), -1 / a2],
        gradients=[dx, dz1, da1, dz2, da2, 1.0],
        weights={1: ("$w_1$", w1, dw1), 3: ("$w_2$", w2, dw2)},
    )
)

# %% [markdown]
# Believe none of it before the nudges agree:


# %%
def tiny_loss(weights):
    """Return the loss of the two-number network for `weights` (2,)."""
    hidden = sigmoid(weights[0] * x)
    return -np.log(sigmoid(weights[1] * hidden))


print("chain rule:", np.array([dw1, dw2]))
print("nudged:    ", numerical_gradient(tiny_loss, np.array([w1, w2])))

# %% [markdown]
# ### 3.2 When paths part: add them
#
# One thing is still missing. In a real network a hidden activation feeds *several* units of the
# next layer. Let $a$ feed two, $p = v_1 a$ and $q = v_2 a$, and let the loss depend on both. Nudge
# $a$: $p$ moves and moves the loss, and $q$ moves and moves the loss. The effects **add**:
#
# $$
# \frac{\partial \ell}{\partial a}
# = \frac{\partial \ell}{\partial p} \frac{\partial p}{\partial a}
# + \frac{\partial \ell}{\partial q} \frac{\partial q}{\partial a}
# = \frac{\partial \ell}{\partial p}\, v_1 + \frac{\partial \ell}{\partial q}\, v_2
# = \underset{(1,\,2)}{\begin{bmatrix} \frac{\partial \ell}{\partial p} &
# \frac{\partial \ell}{\partial q} \end{bmatrix}}
# \underset{(2,\,1)}{\begin{bmatrix} v_1 \\ v_2 \end{bmatrix}} .
# $$
#
# A sum over paths is a row times a column. Remember this picture when you look for a product of
# matrices below. It is nothing but this sum, for all units at once.

# %%
a, v1, v2 = 0.6, 1.5, -0.7


def forked_loss(a):
    """Return a loss that `a` reaches along two paths."""
    return np.log(1 + np.exp(v1 * a)) + (v2 * a) ** 2


dp = sigmoid(v1 * a)  # derivative of log(1 + e^p)
dq = 2 * (v2 * a)  # derivative of q^2
print(f"first path alone  {dp * v1:+.6f}")
print(f"second path alone {dq * v2:+.6f}")
print(f"sum of both       {dp * v1 + dq * v2:+.6f}")
print(f"nudged            {numerical_gradient(forked_loss, np.array(a)):+.6f}")

# %% [markdown]
# Those two rules are all you need: *multiply along a path, add over paths*. What follows applies
# them to your network, from right to left.
#
# **Notation.** $dT$ is short for $\partial J / \partial T$. It has the shape of $T$, always,
# because it holds one derivative for each entry of $T$. When you are in doubt about a formula,
# write the shapes under it. Mostly only one arrangement fits. The most useful of these arrays is
# $dZ_l$. It is called the **error signal** of layer $l$, for a reason that you see at once.

# %%
show(plot_network(layer_sizes, backward=True))

# %% [markdown]
# ### 3.3 First step: $dZ_3$
#
# Start at the cost and take one step back, for one example $i$. The mean gives the factor $1/m$, and the
# loss of example $i$ gives the rest. (Over the common denominator $a_i (1 - a_i)$, the numerator is
# $-y_i (1 - a_i) + (1 - y_i)\, a_i = a_i - y_i$.)
#
# $$
# \frac{\partial J}{\partial a_i}
# = \frac{1}{m} \left( -\frac{y_i}{a_i} + \frac{1 - y_i}{1 - a_i} \right)
# = \frac{1}{m} \cdot \frac{a_i - y_i}{a_i (1 - a_i)} .
# $$
#
# One more step back, through the sigmoid, to $z_i$, row $i$ of $Z_3$. It multiplies by $a_i (1 - a_i)$, which
# is just what stands in the denominator:
#
# $$
# \frac{\partial J}{\partial z_i}
# = \frac{\partial J}{\partial a_i} \cdot a_i (1 - a_i)
# = \frac{1}{m} \cdot \frac{a_i - y_i}{a_i (1 - a_i)} \cdot a_i (1 - a_i)
# = \frac{a_i - y_i}{m} .
# $$
#
# Read it aloud: *the error signal of the output is the prediction minus the label, and each example
# has one of $m$ votes*. It is the $f - y$ of lesson 1, since the last layer is a logistic regression
# on what the hidden layers make of the image. Two remarks.
#
# - The sigmoid's derivative has **cancelled**. It belongs to this step, it is not forgotten, and
#   multiplying by it here once more would be a mistake.
# - This is no accident. It is the reason to pair the sigmoid with this loss. An output that is
#   certain and wrong has $a_i (1 - a_i)$ near 0. Thanks to the cancellation it still gets a strong
#   signal.

# %% [markdown]
# ### Exercise 2: `output_delta` (1 point)
#
# Write the derivative of the cost with respect to the pre-activation of the output layer, for a
# batch: the last line above, for all examples at once. This is where $1/m$ enters the backward pass,
# once and for all.


# %%
def output_delta(A, Y):
    """Return dJ/dZ of the output layer for sigmoid and binary cross-entropy.

    Arguments:
        A: (m, 1) float64, the predictions.
        Y: (m, 1) float64 or int64, the labels.

    Returns:
        (m, 1) float64: the derivative of the mean loss with respect to each pre-activation.
    """
    ### BEGIN SOLUTION
    return (A - Y) / len(Y)
    ### END SOLUTION


# %%
check(output_delta)

# %% [markdown]
# <details>
# <summary>When the check says that it is right: all examples in one line</summary>
#
# $$
# \underset{(m,\,1)}{dZ_3}
# = \frac{1}{m} \bigl( \underset{(m,\,1)}{A_3} - \underset{(m,\,1)}{Y} \bigr) .
# $$
# </details>
#
# See for yourself, with your own judge. `numerical_gradient` takes any scalar function of any
# array, so let it nudge $Z_3$, entry by entry. To compare two arrays, take the largest difference
# and divide it by the largest reference value.


# %%
def largest_difference(mine, reference):
    """Return the largest difference of two arrays relative to the largest reference value."""
    return float(np.abs(mine - reference).max() / np.abs(reference).max())


def cost_of_Z3(Z3):
    """Return the cost as a function of the output layer's pre-activations."""
    return binary_cross_entropy(Y, sigmoid(Z3))


dZ3 = output_delta(cache["A3"], Y)
difference = largest_difference(dZ3, numerical_gradient(cost_of_Z3, cache["Z3"]))
print(f"dZ3 {dZ3.shape}, relative difference from nudging: {difference:.0e}")

# %% [markdown]
# Is that good? Below about a millionth it is the *nudge* that is off. A wrong formula is off by a hundredth
# or more.

# %% [markdown]
# ### 3.4 Second step: $dW_3$ and $db_3$
#
# The weights of layer 3 act through $Z_3$. Write one entry of it out, with $j$ running over the
# units of layer 2 and $k$ over the units of layer 3:
#
# $$ (Z_3)_{ik} = \sum_j (A_2)_{ij}\, (W_3)_{jk} + (b_3)_k . $$
#
# The weight $(W_3)_{jk}$ touches the entry $(Z_3)_{ik}$ of *every* example $i$, in column $k$ and in no
# other column. Every example is a path from this weight to the cost. Multiply along each path and add over
# the paths:
#
# $$
# \frac{\partial J}{\partial (W_3)_{jk}}
# = \sum_i \frac{\partial J}{\partial (Z_3)_{ik}}\,
#   \frac{\partial (Z_3)_{ik}}{\partial (W_3)_{jk}}
# = \sum_i (dZ_3)_{ik}\, (A_2)_{ij} .
# $$
#
# The bias is the same with a constant input of 1. You look for $dW_3$ of shape $(n_2, n_3)$, and you have
# $A_2$ of shape $(m, n_2)$ and $dZ_3$ of shape $(m, n_3)$. Which product of matrices is a sum over the
# *first* index of both?
#
# No $1/m$ in sight. It is inside $dZ_3$ already, so the sums over the batch *are* the means.
# Nothing in the derivation used that this is the last layer: the two sums hold for every layer, with its
# own input $A_{l-1}$ and its own $dZ_l$.

# %% [markdown]
# ### Exercise 3: `parameter_gradients` (2 points)
#
# Write the gradients of one layer's weights and biases, for *any* layer: from the input that the
# layer received and from its `dZ`.


# %%
def parameter_gradients(A_prev, dZ):
    """Return `(dW, db)` of one layer.

    Arguments:
        A_prev: (m, n_in) float64, the activations that the layer received.
        dZ: (m, n_out) float64, dJ/dZ of the layer; the 1/m of the cost is already in it.

    Returns:
        dW: (n_in, n_out) float64.
        db: (n_out,) float64.
    """
    ### BEGIN SOLUTION
    return A_prev.T @ dZ, dZ.sum(axis=0)
    ### END SOLUTION


# %%
check(parameter_gradients)

# %% [markdown]
# <details>
# <summary>When the check says that it is right: the sums as matrices</summary>
#
# A sum over the first index of both is a matrix product with the left one transposed, and
# $(dZ_3)_{i\,:}$ is row $i$ of $dZ_3$:
#
# $$
# \underset{(n_2,\,n_3)}{dW_3}
# = \underbrace{A_2^{\mathsf T}}_{(n_2,\,m)}\; \underbrace{dZ_3}_{(m,\,n_3)},
# \qquad
# \underset{(n_3,)}{db_3} = \sum_{i=1}^{m} \underset{(n_3,)}{(dZ_3)_{i\,:}} .
# $$
#
# The batch is the side that disappears.
# </details>

# %%
dW3, db3 = parameter_gradients(cache["A2"], dZ3)
print(f"dW3 {dW3.shape}, off from nudging by {largest_difference(dW3, measured['dW3']):.0e}")
print(f"db3 {db3.shape}, off from nudging by {largest_difference(db3, measured['db3']):.0e}")

# %% [markdown]
# **End of Part A.** You have a judge, $dZ_3$, $dW_3$ and $db_3$. What is missing is everything for which
# there is no label. When you come back, put the cursor into this cell and run all cells above it (in
# JupyterLab: *Run > Run All Above Selected Cell*, in Colab: *Runtime > Run before*). It takes a few
# seconds.

# %% [markdown]
# ### 3.5 Third step: into the hidden layer, $dZ_2$
#
# Here is the moment the whole lesson is about. Layer 2 has no labels. But you know how the cost
# responds to $Z_3$, and you know how $Z_3$ is made from $A_2$. The activation $(A_2)_{ij}$ feeds
# *every* unit $k$ of layer 3, so once more you add over paths, as in section 3.2:
#
# $$
# \frac{\partial J}{\partial (A_2)_{ij}}
# = \sum_k \frac{\partial J}{\partial (Z_3)_{ik}}\,
#   \frac{\partial (Z_3)_{ik}}{\partial (A_2)_{ij}}
# = \sum_k (dZ_3)_{ik}\, (W_3)_{jk} .
# $$
#
# (In your network $k$ has one value only, since layer 3 is one unit: each unit of layer 2 hears from one
# place. One layer further back, every unit of layer 1 feeds all units of layer 2, and there the sum has a
# term for each of them.)
#
# This time the sum runs over units, not over examples: an activation belongs to one example and
# influences no other. You have arrays of shapes $(m, n_3)$ and $(n_2, n_3)$, and you look for one of shape
# $(m, n_2)$. The index $k$ that is summed over is the *second* of both.
#
# One step is left, from $A_2$ through the sigmoid to $Z_2$. It acts on each entry by itself, and here
# nothing cancels:
#
# $$
# \frac{\partial J}{\partial (Z_2)_{ij}}
# = \frac{\partial J}{\partial (A_2)_{ij}}\; \sigma'\bigl( (Z_2)_{ij} \bigr) .
# $$
#
# Watch which layer each factor comes from: the weights belong to the *next* layer, whose signal comes back
# through them. The activations belong to the layer at which the signal arrives.

# %% [markdown]
# ### Exercise 4: `hidden_delta` (2 points)
#
# Write the derivative of the cost with respect to the pre-activations of a hidden layer, from the
# signal and the weights of the layer after it and from the hidden layer's own activations.


# %%
def hidden_delta(dZ_next, W_next, A):
    """Return dJ/dZ of a hidden sigmoid layer.

    Arguments:
        dZ_next: (m, n_next) float64, dJ/dZ of the layer after it.
        W_next: (n, n_next) float64, the weights of the layer after it.
        A: (m, n) float64, the activations of the hidden layer itself.

    Returns:
        (m, n) float64.
    """
    ### BEGIN SOLUTION
    return (dZ_next @ W_next.T) * A * (1 - A)
    ### END SOLUTION


# %%
check(hidden_delta)

# %% [markdown]
# <details>
# <summary>When the check says that it is right: the sums as matrices</summary>
#
# Forward, a layer sends its activations through $W$. Backward, the error signals return through
# $W^{\mathsf T}$, along the same connections:
#
# $$
# \underset{(m,\,n_2)}{dA_2} = \underbrace{dZ_3}_{(m,\,n_3)}\;
# \underbrace{W_3^{\mathsf T}}_{(n_3,\,n_2)} .
# $$
#
# The product with the slopes is entry by entry, written $\odot$:
#
# $$
# \underset{(m,\,n_2)}{dZ_2}
# = \underset{(m,\,n_2)}{dA_2} \odot \sigma'(\underset{(m,\,n_2)}{Z_2})
# = \bigl( dZ_3\, W_3^{\mathsf T} \bigr) \odot A_2 \odot (1 - A_2) .
# $$
# </details>
#
# Now walk. $dZ_2$ takes you to $dW_2$ and $db_2$ with the function of exercise 3, and one more
# step back leads to the layer where you nudged a single activation in section 1.3.

# %%
dZ2 = hidden_delta(dZ3, params["W3"], cache["A2"])
dW2, db2 = parameter_gradients(cache["A1"], dZ2)
print(f"dW2 {dW2.shape}, off from nudging by {largest_difference(dW2, measured['dW2']):.0e}")
print(f"db2 {db2.shape}, off from nudging by {largest_difference(db2, measured['db2']):.0e}")

dA1 = (
    dZ2 @ params["W2"].T
)  # before the sigmoid of layer 1; the sum over k has a term for each unit of layer 2
print(f"\nthe nudged hidden activation: {hidden_quotient:+.4e}")
print(f"the same number from dA1:     {dA1[example, hidden_unit]:+.4e}")

# %% [markdown]
# There is the answer to the opening question, in numbers. The hidden unit had no label and no
# cost. Its derivative came out of the one cost, through the layers above it. That the last digits
# differ is the fault of the nudge. It went to one side only, and you know the error of that from
# section 2.1.

# %% [markdown]
# ### 3.6 The whole way back
#
# You could go on by hand, $dZ_1$, $dW_1$, $db_1$. But the pattern is complete, and it does not
# care how many layers there are. The error signal begins at the output, once. At every layer it gives
# that layer's gradients, and it goes on to the layer before, as long as there is a hidden one. Every
# step uses what the step before has left. Everything else it needs lies in the cache of the forward
# pass: that is what the cache is for. But mind which entry of it each step needs.

# %% [markdown]
# ### Exercise 5: `backward` (4 points)
#
# Write the backward pass of the whole network, for any number of layers of any size. You may use
# the functions that you have written. How many layers there are, `params` tells you.
#
# - `cache` is what `forward` returns: `"A0"` (the input), `"Z1"`, `"A1"`, and so on.
# - The result has the entries `"dW1"`, `"db1"`, `"dW2"`, ... and no others.


# %%
def backward(params, cache, Y):
    """Return the gradient of the cost with respect to every parameter.

    Arguments:
        params: dict {"W1": (n_0, n_1), "b1": (n_1,), "W2": ...}, float64, for any number of layers.
        cache: dict {"A0": (m, n_0), "Z1": (m, n_1), "A1": (m, n_1), ...} from `forward`.
        Y: (m, 1) labels.

    Returns:
        dict {"dW1", "db1", "dW2", ...}, each float64 with the shape of its parameter.
    """
    ### BEGIN SOLUTION
    depth = len(params) // 2
    dZ = output_delta(cache[f"A{depth}"], Y)
    grads = {}
    for layer in range(depth, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = parameter_gradients(A_prev, dZ)
        if layer > 1:  # the input is no sigmoid's output, and nobody asked for its gradient
            dZ = hidden_delta(dZ, params[f"W{layer}"], A_prev)
    return grads
    ### END SOLUTION


# %%
check(backward)

# %% [markdown]
# <details>
# <summary>When the check says that it is right: the whole way back in three lines, and the form that
# forums ask about</summary>
#
# With $L$ layers:
#
# $$
# \begin{aligned}
# dZ_L &= \tfrac{1}{m} (A_L - Y) && \text{once, at the output} \\
# dW_l &= A_{l-1}^{\mathsf T}\, dZ_l, \qquad db_l = \textstyle\sum_i (dZ_l)_{i\,:}
#   && \text{for } l = L, \dots, 1 \\
# dZ_{l-1} &= \bigl( dZ_l\, W_l^{\mathsf T} \bigr) \odot A_{l-1} \odot (1 - A_{l-1})
#   && \text{for } l = L, \dots, 2
# \end{aligned}
# $$
#
# In forums the recursion is often asked about in this form: *for every* $l \le L - 1$,
# $dJ/dZ_l = (dJ/dZ_{l+1}\; W_{l+1}^{\mathsf T}) \odot g'(Z_l)$. It is the last line, with $l + 1$ for $l$ and
# with any activation $g$: for the sigmoid, $g'(Z_l) = A_l \odot (1 - A_l)$. Why does it not hold for $l = L$?
# Because there is no layer $L + 1$ whose signal could come back. A recursion needs a *base*, one case that is
# known without it. Here that is $dZ_L$, the one place where the cost is touched directly, and with it the
# labels.
#
# Is this how it is done in industry? Yes: section 8 has it as an algorithm in six lines.
# </details>

# %% [markdown]
# All parts against the nudges of section 2.4, and the stopwatch again. How many forward passes
# does one of your backward passes cost?

# %%
grads = backward(params, cache, Y)
for part in sorted(grads):
    difference = largest_difference(grads[part], measured[part])
    print(f"{part} {grads[part].shape!s:9} off from nudging by {difference:.0e}")

time_backward = seconds(lambda: backward(params, cache, Y), times=20)
print(f"\non this machine, one backward pass: {time_backward * 1e3:.2f} ms,")
print(f"  that is {time_backward / time_forward:.1f} forward passes")
print(f"nudging takes {passes:,} forward passes; this takes {1 + time_backward / time_forward:.1f} in all")

# %% [markdown]
# That is the bargain: *all* derivatives for about the price of another pass or two, however many
# parameters there are. It is a theorem that the gradient of any computation can be had for a small
# constant times the price of the computation itself (Griewank and Walther 2008, the "cheap
# gradient principle"). The differences above come from the nudging: your backward pass is the more
# accurate of the two, as section 6 will show.

# %% [markdown]
# ### 3.7 Watch it, number by number
#
# Here is all of section 3 at work in a network so small that you can read every number. Each image
# is boiled down to two: its mean ink in the two middle columns, and in the other six. Two hidden
# layers follow, of three units and two, and four images make the batch. Small letters stand for
# single numbers: `da` and `dz` at a unit are its entries of $dA_l$ and $dZ_l$, in the row of the
# chosen example. Step forward with the button, and look for three things:
#
# - which is the first step that needs a label;
# - how many numbers of the next layer make the `da` of one hidden unit;
# - what changes in the table of $dW_1$ when you choose another example, and what does not.

# %%
pictures = X[:4].reshape(4, 8, 8)
middle = pictures[:, :, 3:5].mean(axis=(1, 2))
beside = np.delete(pictures, [3, 4], axis=2).mean(axis=(1, 2))

backprop_stepper(initialize([2, 3, 2, 1], seed=3), np.column_stack([middle, beside]), Y[:4])

# %% [markdown]
# <details>
# <summary>When you have found all three</summary>
#
# The label comes in with $J$ and with $dZ_3$, and no step after that asks for it. A hidden unit
# hears from *every* unit that it feeds: that is the sum over paths. And in $dW_1$ the example gives
# only its own part. The last column, the sum, belongs to the whole batch.
# </details>
#
# To walk through the large network, put `params, X, Y` in the place of the three arguments. Of a
# large layer only a few units are drawn, but you can choose any of them.

# %% [markdown]
# ## 4. What about a batch?
#
# The network saw all images at once. A common picture of that goes wrong: *the activations are
# averaged over the batch, and then backpropagation runs once for the averaged example.* Look at
# your formulas. No $A_l$ was ever averaged. Each example keeps its own row all the way forward and
# all the way back.
#
# What is averaged is the **loss**, and since differentiating is linear, the gradient of the mean
# is the mean of the gradients:
#
# $$
# \frac{\partial J}{\partial W_l}
# = \frac{\partial}{\partial W_l}\, \frac{1}{m} \sum_{i=1}^{m} \ell_i
# = \frac{1}{m} \sum_{i=1}^{m} \frac{\partial \ell_i}{\partial W_l} .
# $$
#
# So behind the batch gradient stand $m$ gradients, one per example. The matrix product
# $A_{l-1}^{\mathsf T}\, dZ_l$ adds them up without ever showing them. Make them visible. The
# gradient of example $i$'s *own* loss has no $1/m$, and for a weight matrix it is a column times a
# row:
#
# $$
# \underset{(n_{l-1},\,n_l)}{\frac{\partial \ell_i}{\partial W_l}}
# = \underbrace{\bigl( (A_{l-1})_{i\,:} \bigr)^{\mathsf T}}_{(n_{l-1},\,1)}\;
# \underbrace{\delta_{l,i}}_{(1,\,n_l)},
# \qquad
# \underset{(n_l,)}{\frac{\partial \ell_i}{\partial b_l}} = \delta_{l,i},
# $$
#
# where $(A_{l-1})_{i\,:}$ is row $i$ of $A_{l-1}$ and $\delta_{l,i} = \partial \ell_i / \partial
# (Z_l)_{i\,:}$, which is $m$ times row $i$ of $dZ_l$.

# %% [markdown]
# ### Exercise 6: `per_example_gradients` (3 points)
#
# Write a function that returns the gradient of every example's own loss, stacked along a new first
# axis: entry $i$ of `"dW1"` is $\partial \ell_i / \partial W_1$.
#
# There is more than one good way. The slow one asks what `backward` gives for a batch of *one*
# example, and remembers that a slice such as `X[i : i + 1]` keeps the row a row. The fast one
# forms all the products of the formula at once (look up `np.einsum`, or think about broadcasting).
# Both are right.


# %%
def per_example_gradients(params, X, Y):
    """Return the gradient of each example's own loss.

    Arguments:
        params: dict {"W1": (n_0, n_1), "b1": (n_1,), "W2": ...}, float64, for any number of layers.
        X: (m, n_0) examples.
        Y: (m, 1) labels.

    Returns:
        dict {"dW1": (m, n_0, n_1), "db1": (m, n_1), "dW2": ...}, float64. The mean of each entry
        over its first axis is the gradient of the cost.
    """
    ### BEGIN SOLUTION
    singles = []
    for i in range(len(X)):
        _, cache = forward(X[i : i + 1], params)
        singles.append(backward(params, cache, Y[i : i + 1]))  # m is 1 here, and so is 1/m
    return {name: np.stack([single[name] for single in singles]) for name in singles[0]}
    ### END SOLUTION


# %%
check(per_example_gradients)

# %% [markdown]
# ### 4.1 The mean of the gradients is the gradient
#
# **Predict before you run.** You are about to compare two things with the batch gradient: the mean
# of the $m$ gradients, and the gradient at *the averaged example*, with the mean image and the
# mean label. One of them agrees. How far off is the other for $W_1$, the weights of layer 1: by about a
# twentieth, or by more than half?

# %%
ask_prediction(
    "averaged example",
    "Which one agrees with the batch gradient, and how far off is the other in dW1?",
    [
        "The mean of the gradients; the other is off by about a twentieth.",
        "The mean of the gradients; the other is off by more than half.",
        "The gradient at the averaged example.",
    ],
)


# %%
single = per_example_gradients(params, X, Y)

X_mean, Y_mean = X.mean(axis=0, keepdims=True), Y.mean(axis=0, keepdims=True)
at_mean = backward(params, forward(X_mean, params)[1], Y_mean)

rows = ["| part | mean of the gradients | gradient at the averaged example |", "|---|---|---|"]
for part in sorted(grads):
    of_mean = largest_difference(single[part].mean(axis=0), grads[part])
    of_averaged = largest_difference(at_mean[part], grads[part])
    rows.append(f"| {part} | {of_mean:.0e} | {of_averaged:.0%} |")
display(Markdown("Difference from the batch gradient, relative:\n\n" + "\n".join(rows)))

off = largest_difference(at_mean["dW1"], grads["dW1"])
agrees = largest_difference(single["dW1"].mean(axis=0), grads["dW1"]) < 1e-9
compare_prediction("averaged example", [agrees and off < 0.1, agrees and off > 0.5, off < 1e-9])

# %%
spread = single["dW1"][:, pixel, unit]
averaged_first = at_mean["dW1"][pixel, unit]
show(plots.plot_per_example(spread, y, spread.mean(), averaged_first, "derivative of one weight"))
blank = X[:, pixel] == 0
same = np.array_equal(blank, spread == 0)
print(f"derivatives that are exactly 0: {np.sum(spread == 0)} of {m}")
print(f"images with a blank pixel {pixel}: {np.sum(blank)}, the same images: {same}")

# %% [markdown]
# Why is the averaged example off at all? The derivative of a weight for example $i$ is a product of two
# numbers, an activation and a signal. Call them $u_i$ and $v_i$. The mean of a product is not the product of
# the means:
#
# $$
# \frac{1}{m} \sum_i u_i\, v_i
# = \underbrace{\bar u\; \bar v}_{\text{product of the means}}
# + \underbrace{\frac{1}{m} \sum_i (u_i - \bar u)(v_i - \bar v)}_{\text{covariance}} .
# $$
#
# The averaged example knows little more than the first term. The covariance says *which
# activations go with which errors*, and that is just what there is to learn. Average the
# activations first and you throw it away.
#
# Each step back multiplies once more, the signal by the slopes, so the table gets worse from layer 3 to
# layer 1, for the weights and for the biases. The bias of layer 3 comes off best: there is no product in it,
# but a constant 1 for the input, and a constant has no covariance with anything.
#
# The picture shows one weight of layer 1, and one more thing. Many of the derivatives are exactly 0. In
# those images the pixel in front of the weight is blank, as the last line of the output says, and a weight
# with nothing to multiply has no influence.

# %% [markdown]
# ### 4.2 Where $1/m$ lives
#
# In one place, the cost. From there it enters $dZ_3$, and every later formula is linear in $dZ$,
# so it rides along. Take it out at its one entrance and every gradient grows by the same factor:

# %%
dZ3_of_the_sum = m * output_delta(cache["A3"], Y)
dZ2_of_the_sum = hidden_delta(dZ3_of_the_sum, params["W3"], cache["A2"])
dW2_of_the_sum, _ = parameter_gradients(cache["A1"], dZ2_of_the_sum)

ratio = dW2_of_the_sum / grads["dW2"]
print(f"smallest and largest ratio in dW2: {ratio.min():.6f}, {ratio.max():.6f}; m = {m}")

# %% [markdown]
# ## 5. One step further: the input
#
# Nothing forces you to stop at $dZ_1$. The data $X$ are the activations $A_0$, so the rule of
# section 3.5 also gives the derivative of the cost with respect to every pixel:
#
# $$
# \underset{(m,\,n_0)}{dX}
# = \underbrace{dZ_1}_{(m,\,n_1)}\; \underbrace{W_1^{\mathsf T}}_{(n_1,\,n_0)} .
# $$
#
# The pixels did not come out of a sigmoid, so no $\sigma'$ follows. You never *change* $X$ in
# training. But $dX$ tells you how each pixel pulls at the cost, and it answers a pretty question:
# what does the network look at?

# %% [markdown]
# ### Exercise 7: `input_gradient` (2 points)
#
# Write the derivative of the cost with respect to the input, for any number of layers. A network
# of a single layer is legal too.


# %%
def input_gradient(params, cache, Y):
    """Return dJ/dX.

    Arguments:
        params: dict {"W1": (n_0, n_1), "b1": (n_1,), "W2": ...}, float64, for any number of layers.
        cache: dict {"A0": (m, n_0), "Z1": (m, n_1), "A1": (m, n_1), ...} from `forward`.
        Y: (m, 1) labels.

    Returns:
        (m, n_0) float64.
    """
    ### BEGIN SOLUTION
    depth = len(params) // 2
    dZ = output_delta(cache[f"A{depth}"], Y)
    for layer in range(depth, 1, -1):
        dZ = hidden_delta(dZ, params[f"W{layer}"], cache[f"A{layer - 1}"])
    return dZ @ params["W1"].T
    ### END SOLUTION


# %%
check(input_gradient)

# %% [markdown]
# Below is the derivative under its digit, one image of each kind, each as a batch of one. Light
# pixels with a plus raise the cost when they get more ink, dark ones with a minus lower it.


# %%
def look(params, chosen):
    """Show the images `chosen` of the training set above dJ/dX of their own losses, and return these."""
    gradients = np.concatenate(
        [input_gradient(params, forward(X[i : i + 1], params)[1], Y[i : i + 1]) for i in chosen]
    )
    show(plots.plot_input_gradient(X[chosen], gradients, [f"label {y[i]}" for i in chosen]))
    return gradients


chosen = [int(np.flatnonzero(y == 0)[0]), int(np.flatnonzero(y == 1)[0])]
pulls = look(params, chosen)
print(f"correlation of the two: {np.corrcoef(pulls)[0, 1]:+.2f}")

# %% [markdown]
# The untrained network looks at nothing in particular: wherever one picture has a plus, the other tends to
# have a minus, whatever the image, as the correlation says. The two labels give $dZ_3$ opposite signs, and
# the rest of the way back is much the same for both. Remember them. After training you look again.

# %% [markdown]
# ## 6. Does TensorFlow agree, and does it learn?
#
# ### 6.1 One cost, in TensorFlow too
#
# Open the black box of section 2.4. The lines under `with tf.GradientTape() as tape:` are the
# forward pass and nothing else. The tape writes down each operation as it runs. Then
# `tape.gradient(J, ...)` walks the list from its end to its start, multiplies by each operation's
# local derivative and adds where paths meet. Your two rules. In lesson 6, *Automatic
# differentiation*, you write such a tape yourself.

# %%
J_tf, tf_grads = tensorflow_gradients(params, X, Y)

rows = ["| part | shape | largest entry, yours | TensorFlow's | relative difference |"]
rows.append("|---|---|---|---|---|")
for part in sorted(grads):
    mine, theirs = grads[part], tf_grads[part]
    rows.append(
        f"| {part} | {mine.shape} | {np.abs(mine).max():.6e} | {np.abs(theirs).max():.6e} "
        f"| {largest_difference(mine, theirs):.0e} |"
    )
display(Markdown("\n".join(rows)))
print(f"cost: yours {J:.15f}, TensorFlow's {J_tf:.15f}")

# %% [markdown]
# The two agree part by part, down to the rounding of `float64`. Now search TensorFlow for the cost
# of a hidden layer. `tf.function` makes it write down all the operations, those of the way back too. Leave
# out those that only hold values or change shapes, and read the list:


# %%
def tensorflow_cost(X, Y, W1, b1, W2, b2, W3, b3):
    """Return the cost of the network, as TensorFlow operations."""
    A1 = tf.sigmoid(X @ W1 + b1)
    A2 = tf.sigmoid(A1 @ W2 + b2)
    A3 = tf.sigmoid(A2 @ W3 + b3)
    return tf.reduce_mean(-Y * tf.math.log(A3) - (1 - Y) * tf.math.log(1 - A3))


def tensorflow_way_back(X, Y, *parameters):
    """Return the gradients of that cost, as TensorFlow operations."""
    return tf.gradients(tensorflow_cost(X, Y, *parameters), parameters)


arrays = [tf.constant(array) for array in (X, Y, *params.values())]
graph = tf.function(tensorflow_way_back, autograph=False).get_concrete_function(*arrays).graph
left_out = {"Placeholder", "Const", "Identity", "Shape", "Reshape", "Fill", "Tile", "BroadcastGradientArgs"}
operations = [step.type for step in graph.get_operations() if step.type not in left_out]
readers = [step.type for step in graph.inputs[1].consumers()]

turn = operations.index("Mean") + 1
print("forward:\n" + " > ".join(operations[:turn]).replace("Sigmoid > ", "Sigmoid >\n"))
print("\nback:\n" + " > ".join(operations[turn:]).replace("> SigmoidGrad", ">\nSigmoidGrad"))
print(f"\nmeans in both lists: {operations.count('Mean')}")
print(f"operations that read the labels: {', '.join(readers)}")

# %% [markdown]
# Forward: three layers, one per line, then the logarithms of the loss, then *one* mean. The labels are read
# in that line only, as $-Y$ and as $1 - Y$.
#
# Back: first the derivative of mean and loss. Then three times the same, from layer 3 to layer 1: the slope
# of the sigmoid, a sum for $db$, and two products of matrices, for $dW$ and for the layer before. No second
# mean, no label. TensorFlow does not compute a cost of the hidden layers, neither forward nor back. It does
# what you did.
#
# It can even be asked for the derivative with respect to hidden activations. A tape follows
# variables by itself and a constant only if it is told to, hence the `watch`. Compare with your
# $dA_1$ of section 3.5:

# %%
hidden = tf.constant(cache["A1"])
with tf.GradientTape() as tape:
    tape.watch(hidden)
    A2 = tf.sigmoid(hidden @ params["W2"] + params["b2"])
    A3 = tf.sigmoid(A2 @ params["W3"] + params["b3"])
    J_hidden = tf.reduce_mean(-Y * tf.math.log(A3) - (1 - Y) * tf.math.log(1 - A3))

dA1_tf = tape.gradient(J_hidden, hidden).numpy()
print(f"dA1 {dA1.shape}, relative difference: {largest_difference(dA1, dA1_tf):.0e}")

# %% [markdown]
# ### 6.2 Train with your own gradients
#
# Now let the network learn. One step of gradient descent moves every parameter a
# little against its gradient, $\theta \leftarrow \theta - \eta \, d\theta$, with the learning rate
# $\eta$. Every number below comes from your `backward`.


# %%
def train(params, X, Y, learning_rate=1.0, steps=300, quiet=False, held_out=None):
    """Return `(params, costs)` after gradient descent; `costs` holds (training, held-out) pairs."""
    costs, (X_held_out, Y_held_out) = [], held_out or (X_test, Y_test)
    for _ in progress_bar(range(steps), disable=quiet):
        A, cache = forward(X, params)
        cost_held_out = binary_cross_entropy(Y_held_out, forward(X_held_out, params)[0])
        costs.append((binary_cross_entropy(Y, A), cost_held_out))
        grads = backward(params, cache, Y)
        params = {name: params[name] - learning_rate * grads[f"d{name}"] for name in params}
    return params, costs


trained, costs = train(params, X, Y)

# %%
A_test = forward(X_test, trained)[0][:, 0]
wrong = np.flatnonzero((A_test >= 0.5) != y_test)
accuracy = 1 - len(wrong) / len(y_test)

cost_train, cost_test = zip(*costs, strict=True)
show(plot_training(cost_train, cost_test))
sentence = f"Of {len(y_test)} held-out images the network reads **{accuracy:.1%}** right"
display(Markdown(f"{sentence} and {len(wrong)} wrong."))

# %% [markdown]
# The held-out cost lies below the training cost. That is the luck of the draw, as in lesson 1.
#
# Now watch it. Each picture of the animation is a moment of this training: the costs up to then, and what
# the network answers to the held-out images. It plays once, in five seconds. Run the cell to see it again.

# %%
moments = np.unique(np.geomspace(1, len(costs), 20).astype(int)) - 1  # closer together at the start
now, done, figures = params, 0, []
for moment in progress_bar(moments):
    now, _ = train(now, X, Y, steps=moment - done, quiet=True)
    done = moment
    figures.append(plots.plot_learning(costs, moment, forward(X_test, now)[0][:, 0], y_test))
show_animation(figures)

# %% [markdown]
# Look at the hard cases: the images that are misread, or if there are none, the ones it is least
# certain of.

# %%
certainty = np.maximum(A_test, 1 - A_test)
hard = wrong[:6] if len(wrong) else np.argsort(certainty)[:6]
kind = "misread" if len(wrong) else "read right but least certain"

titles = [f"label {y_test[i]}\np(1) = {A_test[i]:.3f}" for i in hard]
show(plot_digits(X_test[hard], titles))
display(Markdown(f"Shown: {len(hard)} held-out images that are **{kind}**."))

# %% [markdown]
# And now that it has learned, what does it look at? The same two images as in section 5:

# %%
pulls = look(trained, chosen)

# %% [markdown]
# The network has found the digits. Ink in the two middle columns speaks for a 1, and the hole of
# the 0 is what tells the two apart: more ink there raises the cost of a 0 and lowers the cost of
# a 1.

# %% [markdown]
# ## 7. What the signals look like
#
# *Sections 7 and 8 are optional. The question that counts is in section 9.*
#
# ### 7.1 Layer by layer
#
# Your functions of exercises 2 and 4 give the error signal of every layer. Sort some examples by
# their digit and look.


# %%
def error_signals(params, cache, Y):
    """Return {layer: dZ of that layer}, layers 1 to L in order."""
    depth = len(params) // 2
    signals = {depth: output_delta(cache[f"A{depth}"], Y)}
    for layer in range(depth - 1, 0, -1):
        after = layer + 1
        signals[layer] = hidden_delta(signals[after], params[f"W{after}"], cache[f"A{layer}"])
    return dict(sorted(signals.items()))


def rms(array):
    """Return the root mean square of all entries."""
    return float(np.sqrt(np.mean(array**2)))


some = np.concatenate([np.flatnonzero(y == 0)[:15], np.flatnonzero(y == 1)[:15]])
signals = error_signals(params, forward(X[some], params)[1], Y[some])
show(plots.plot_signals({f"$dZ_{layer}$": s for layer, s in signals.items()}, y[some]))
columns = np.hstack([np.sign(signal) for signal in signals.values()]).T
apart = sum(abs(c[:15].sum() - c[15:].sum()) == len(some) for c in columns)
print(f"units in which all zeros have one sign and all ones the other: {apart} of {len(columns)}")

# %% [markdown]
# Light is positive, dark is negative. The output signal $dZ_3$ is simple: positive for zeros (the
# guess is too high), negative for ones (the guess is too low). Going back, each unit gets its own
# version of that message, with the sign and the strength of the connections it came through. And
# the message gets *fainter*. Why?

# %% [markdown]
# ### 7.2 Vanishing
#
# Each step back multiplies by $W^{\mathsf T}$ and by $\sigma'$. The second factor can only do
# harm:
#
# $$ \sigma'(z) = \sigma(z) (1 - \sigma(z)) \le \tfrac14, $$
#
# with equality only at $z = 0$. With modest weights the signal therefore shrinks by a factor at
# every layer. Build deeper networks of 15 units a layer and see how bad it gets.


# %%
def signal_sizes(depth):
    """Return the root mean squares of dZ of the layers 1 to `depth`."""
    deep = initialize([64, *[15] * (depth - 1), 1], seed=3)
    signals = error_signals(deep, forward(X, deep)[1], Y)
    return np.array([rms(signal) for signal in signals.values()])


sizes = {f"{depth} layers": signal_sizes(depth) for depth in (3, 6, 12)}
for name, size in sizes.items():
    factor = (size[0] / size[-1]) ** (1 / (len(size) - 1))
    print(f"{name:9} layer 1 / output: {size[0] / size[-1]:.0e}, per layer: {factor:.2f}", end="")
    print(f", in the first step back: {size[-2] / size[-1]:.2f}")

# %%
show(plots.plot_vanishing(sizes, bound=0.25))

# %% [markdown]
# From the second step on the lines are nearly straight, on a logarithmic axis: the signal dies
# exponentially with depth. The first layers of a deep sigmoid network hardly learn, not for want of a cost
# of their own, but because so little of the one cost's message gets through. This is the *vanishing
# gradient*.
#
# Who is to blame? Between layers of equal size, hardly the weights. They are drawn by the rule of Glorot
# and Bengio (2010), which keeps signals about at their size where an activation has the slope 1. It is the
# sigmoid, which lets a quarter through at best. Only the first step is worse: there a unit hears from a
# single output unit, over a single weight that is smaller than 1. Vanishing is a good part of why deep
# networks today use other activations.

# %% [markdown]
# ### 7.3 Saturation
#
# There is a quicker way to lose the signal. Far from 0 the sigmoid is flat, and a unit whose
# activation sits near 0 or 1 is *saturated*: $a(1 - a)$ is nearly 0, and so is all that passes
# back through it. Large weights do it. Multiply those of layer 1, and watch the signal that
# reaches layer 1.

# %%
scales = np.array([1, 2, 4, 8, 16, 32, 64, 128])
sizes, shares = {"root mean square": [], "median of the absolute values": []}, []
for scale in scales:
    large = {**params, "W1": scale * params["W1"], "b1": scale * params["b1"]}
    large_cache = forward(X, large)[1]
    dZ1 = error_signals(large, large_cache, Y)[1]
    sizes["root mean square"].append(rms(dZ1))
    sizes["median of the absolute values"].append(np.median(np.abs(dZ1)))
    shares.append(np.mean(np.abs(large_cache["A1"] - 0.5) > 0.49))

show(plots.plot_saturation(scales, sizes, shares))

# %% [markdown]
# The percentages count the activations that are closer than 0.01 to 0 or 1. The median tells of
# the typical unit: its signal is gone. The root mean square holds out longer, because it lives on
# the few units that are not saturated yet. So large initial weights are no cure for vanishing.

# %% [markdown]
# ### 7.4 A task for hidden layers
#
# Zero against one is too easy: a single unit, trained in the same way, reads those images about as well as
# the network does. So ask something harder: is the digit even or odd? Each of the two classes has five
# shapes. Train a single unit on it, and then the network.
#
# **Predict before you run.** Guessing gives one half. What do you expect of the single unit, what of
# the network?

# %%
ask_prediction(
    "odd or even",
    "How many of the images held out does the single unit read right as odd or even?",
    [50, 70, 90, 98],
    unit="%",
)


# %%
all_images, all_digits = load_digits(classes=range(10))
X_all, X_all_test, digit, digit_test = split(all_images, all_digits, seed=3)
odd, odd_test = (d[:, np.newaxis] % 2 == 1 for d in (digit, digit_test))
Y_odd, Y_odd_test = odd.astype(float), odd_test.astype(float)

unit, _ = train(initialize([64, 1], seed=3), X, Y)
zero_or_one = np.mean((forward(X_test, unit)[0][:, 0] >= 0.5) == y_test)
print(f"0 or 1, held out: a single unit {zero_or_one:.1%}, the network {accuracy:.1%}\n")

read_right = {}
for sizes in ([64, 1], layer_sizes):
    start = initialize(sizes, seed=3)
    fitted, _ = train(start, X_all, Y_odd, steps=1000, held_out=(X_all_test, Y_odd_test))
    pairs = ((X_all, odd), (X_all_test, odd_test))
    read_right[str(sizes)] = [np.mean((forward(x, fitted)[0] >= 0.5) == truth) for x, truth in pairs]
for name, (seen, held_out) in read_right.items():
    print(f"{name:15} read right: {seen:.1%} of the {len(X_all)} training images, {held_out:.1%} held out")
compare_prediction("odd or even", 100 * read_right[str([64, 1])][1])

# %% [markdown]
# The single unit draws one straight cut through the space of images. In 64 dimensions that is enough for nine
# of ten. The hidden layers bend the space first, so that one cut gets most of the rest as well. Nobody told
# them how. All that they ever heard was $dZ_1$ and $dZ_2$: the message of the one cost, carried back by your
# `output_delta` and `hidden_delta`.

# %% [markdown]
# ## 8. Questions learners ask
#
# *This section is optional.*
#
# Short answers, each with an experiment. Change the cells and ask further.

# %% [markdown]
# **Hidden layers have no targets. So what is their cost?** They have none. To compute the cost you
# need the output and the labels. Throw all the rest away and it is still the same number:

# %%
only_output = {"A3": cache["A3"]}
print("the same cost:", binary_cross_entropy(Y, only_output["A3"]) == J)

# %% [markdown]
# **Which neuron is the averaged cost compared with?** With none. Predictions are compared with
# labels, at the output unit, example by example. The cost is only the mean of the results, and
# nothing is compared with *it*. The way back does not even use its value, only how it responds. Add
# 100 to the cost, and no derivative takes notice:

# %%
lifted = numerical_gradient(lambda W3: cost_with("W3")(W3) + 100, params["W3"])
print(f"cost {J:.2f} or {J + 100:.2f}: dW3 differs by {largest_difference(lifted, grads['dW3']):.0e}")

# %% [markdown]
# **Is the gradient computed for each example, or for the averaged loss?** It is the same thing
# (section 4). The gradient of the averaged loss *is* the average of the examples' gradients, and
# the matrix product computes the sum without ever storing them one by one.

# %%
difference = largest_difference(single["dW2"].mean(axis=0), grads["dW2"])
print(f"mean of the gradients against gradient of the mean, dW2: {difference:.0e}")

# %% [markdown]
# **How can a whole batch give one set of weights?** There is only one set from the start, and every
# example goes through it. What a batch gives is one *gradient*, of the same shape for one example
# as for many, because the sum over examples leaves no trace of their number:

# %%
for size in (1, 10, m):
    of_batch = backward(params, forward(X[:size], params)[1], Y[:size])
    shapes = ", ".join(f"{part} {array.shape}" for part, array in of_batch.items())
    print(f"examples: {size:3}   {shapes}")

# %% [markdown]
# **Then must the inputs be averaged, to get one gradient out of many examples?** No, and it would
# ruin the learning. Train as in section 6.2, but on the averaged example:

# %%
averaged, _ = train(params, X_mean, Y_mean, quiet=True)
read = forward(X_test, averaged)[0][:, 0] >= 0.5
print(f"held-out accuracy {np.mean(read == y_test):.1%}; trained as it should be {accuracy:.1%}")

# %% [markdown]
# **Does "nudge by 0.001 and see what happens" compute gradients in practice?** It explains what a
# gradient *is*, and it is how you test one. It is not how they are computed:

# %%
print(f"nudging: {passes:,} forward passes; backpropagation: 1 forward and 1 backward pass")

# %% [markdown]
# **Is this how it is done in industry?** Yes. One step of training is these six lines, in every framework:
#
# 1. Forward, for $l = 1, \dots, L$: compute $Z_l$ and $A_l$ from $A_{l-1}$, and keep them.
# 2. At the output: $dZ_L = \frac1m (A_L - Y)$.
# 3. Backward, for $l = L, \dots, 1$: $dW_l = A_{l-1}^{\mathsf T}\, dZ_l$, and $db_l$ sums the rows of $dZ_l$.
# 4. On the way, for $l = L, \dots, 2$: $dZ_{l-1} = (dZ_l\, W_l^{\mathsf T}) \odot g'(Z_{l-1})$.
# 5. Then, for all $l$: $W_l \leftarrow W_l - \eta\, dW_l$ and $b_l \leftarrow b_l - \eta\, db_l$.
# 6. Again, with the next batch.
#
# What differs is who writes them. Nobody does lines 2 to 4 by hand: the framework finds them from line 1
# (lesson 6). And it computes in `float32` or shorter numbers, on graphics cards, often with another line 5,
# such as Adam's (lesson 5). Make one step yourself, and let Keras make one:

# %%
layers = [tf.keras.layers.Dense(units, "sigmoid", dtype="float64") for units in layer_sizes[1:]]
model = tf.keras.Sequential([tf.keras.Input((64,), dtype="float64"), *layers])
names = [f"{kind}{layer}" for layer in (1, 2, 3) for kind in "Wb"]
model.set_weights([params[name] for name in names])
loss_in_float64 = tf.keras.losses.BinaryCrossentropy(dtype="float64")
model.compile(loss=loss_in_float64, optimizer=tf.keras.optimizers.SGD(1.0))
model.train_on_batch(X, Y)

for name, theirs in zip(names, model.get_weights(), strict=True):
    mine = params[name] - 1.0 * grads[f"d{name}"]
    print(f"{name} after one step: yours against Keras's {largest_difference(mine, theirs):.0e}")

# %% [markdown]
# **Is a derivative taken with respect to a whole array, or to one of its entries?** To one entry.
# An array such as $dW_2$ is all those derivatives, in the places of their entries. Together they
# know more than each: move *all* entries at once in any direction $V$, and the cost responds with
# the sum of $dW_2 \odot V$.

# %%
V = np.random.default_rng(8).normal(size=params["W2"].shape)
along = numerical_gradient(lambda t: cost_with("W2")(params["W2"] + t * V), np.array(0.0))
print(f"nudged along V: {along:+.10f}")
print(f"sum of dW2 * V: {np.sum(grads['dW2'] * V):+.10f}")

# %% [markdown]
# So far one number, the cost, was differentiated. A *vector* differentiated by a vector gives a
# matrix. Lesson 4, *Softmax and cross-entropy*, cannot do without it.

# %% [markdown]
# **Where does $1/m$ go?** Some courses keep it back and divide at the very
# end, in $dW$ and $db$. That comes to the same, as long as it is done *once*:

# %%
late, _ = parameter_gradients(cache["A2"], cache["A3"] - Y)
print(f"divided at the end: {largest_difference(late / m, grads['dW3']):.0e}")
print(f"divided twice:      {largest_difference(late / m / m, grads['dW3']):.0%} off")

# %% [markdown]
# **Why does my result differ from TensorFlow's in the seventh digit?** Because TensorFlow and
# Keras work in `float32` unless told otherwise. It is rounding, not a mistake. This lesson uses
# `float64`, where a mistake has nowhere to hide. (On many graphics cards TensorFlow goes further and
# rounds the factors of a matrix product in `float32` to three digits, a format called TensorFloat-32.
# `import_tensorflow` has switched that off.)

# %%
rounded = {name: array.astype(np.float32) for name, array in params.items()}
_, grads32 = tensorflow_gradients(rounded, X.astype(np.float32), Y.astype(np.float32))
for part in ("dW1", "dW3"):
    difference = largest_difference(grads32[part], grads[part])
    print(f"{part} in float32: relative difference {difference:.0e}")
print(f"one step of rounding in float32: {np.finfo(np.float32).eps:.0e}")

# %% [markdown]
# **Does TensorFlow differentiate symbolically, as I do on paper?** No, it never has a formula of
# the whole. It has the list of the operations that ran, and for each kind of operation a rule that
# somebody derived once. So it can differentiate code that no formula describes well, such as a loop
# that decides while it runs how often to turn:


# %%
def halve_and_square(x):
    """Halve `x` until it is at most 1, then square it."""
    while x > 1:
        x = x / 2
    return x * x


for start in (3.0, 20.0):
    x_tf = tf.Variable(start, dtype=tf.float64)
    with tf.GradientTape() as tape:
        result = halve_and_square(x_tf)
    measured_slope = numerical_gradient(halve_and_square, np.array(start))
    print(f"at {start:4}: tape {tape.gradient(result, x_tf):.8f}, nudged {measured_slope:.8f}")

# %% [markdown]
# How the list is written and read is the subject of lesson 6.

# %% [markdown]
# ## 9. Summary
#
# - There is **one cost**, measured at the output, where the labels are. Hidden layers have no
#   cost. They have an *influence* on the one cost, and the gradient is that influence.
# - Nudging measures it, at two forward passes for each parameter. It is the judge, not the engine.
# - **Multiply along a path, add over paths.** From the right to the left, each step reuses what
#   the step before has left.
# - The output: $dZ_L = \frac1m (A_L - Y)$. The parameters: $dW_l = A_{l-1}^{\mathsf T}\, dZ_l$ and
#   $db_l = \sum_i (dZ_l)_{i\,:}$. One layer back: $dZ_{l-1} = (dZ_l\, W_l^{\mathsf T}) \odot
#   A_{l-1} \odot (1 - A_{l-1})$.
# - Sums over *units* appear when you walk back through a layer, sums over *examples* when you
#   arrive at a parameter. Nothing is averaged on the way: $1/m$ lives in the cost.
# - TensorFlow records the forward pass and walks the record back. No step of it needs a label for
#   a hidden layer.
#
# **The same things elsewhere.** This course puts one example in a *row*, as NumPy, TensorFlow and
# Keras do. Others put it in a *column*. Then everything is transposed, and $1/m$ often waits until
# the end. All symbols of the course stand beside those of other courses and of forums in
# [docs/notation.md](../../docs/notation.md).
#
# **Where next.** Almost nothing of this lesson was about zeros and ones.
#
# - Lesson 4, *Softmax and cross-entropy*, lets the network tell ten digits apart. Only the first
#   step of the way back is new, $dZ_L$. The rest of your `backward` stays as it is.
# - Lesson 5, *Matching Keras*, trains your network and Keras's from the same weights, and measures
#   after every epoch how far apart they are.
# - Lesson 6, *Automatic differentiation*, does away with deriving: you write the tape that finds
#   these gradients for any network.

# %% [markdown]
# ### Question: What happens in the middle?
#
# A classmate writes: *"How does TensorFlow compute the cost of a hidden layer? It has no labels to
# compare with!"* Answer in your own words, in a hundred or two hundred words. Say where the cost
# is measured, what the gradient of a hidden layer means and how it is obtained, and what
# TensorFlow has to remember for it. Point to an experiment of this lesson that your classmate can
# run to see that you are right.

# %% [markdown]
# **Your answer (4 points)**
#
# ### BEGIN SOLUTION
# It does not, because a hidden layer has no cost. There is one cost, and it is measured where the
# labels are: at the output. A hidden activation matters only through its influence on that cost:
# change it a little, and the layers above it change, and so does the output, and so does the cost.
# The gradient of a hidden layer is this influence, one derivative for each of its numbers.
#
# It is obtained with the chain rule, from the output backward. The signal of a layer is the signal
# of the next layer sent back through that layer's weights, added over all the units it feeds,
# times the derivative of its own activation. Weights and biases get their gradients from the
# layer's signal and the layer's input, added over the examples. During the forward pass TensorFlow
# records every operation with the values that its derivative needs, then walks the record
# backward.
#
# Experiment: section 1.3 nudges one hidden activation and the cost moves; section 3.5 finds the
# same number without nudging.
#
# *For the marker, one point each:* (1) one cost only, at the output; (2) the hidden gradient is
# the influence on that cost; (3) chain rule backward, next layer's signal through its weights,
# times the local derivative; (4) the forward values are remembered, and an experiment is named
# that fits. Any wording will do. An answer that invents targets for hidden units gets no points
# for (1) and (2).
# ### END SOLUTION


# %%
solution("answer")

# %%
progress()

# %% [markdown]
# ## Sources
#
# - D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning representations by back-propagating
#   errors", *Nature* 323, 1986, pages 533 to 536: the paper that made the method known.
# - A. Griewank and A. Walther, *Evaluating Derivatives*, 2nd edition, SIAM 2008.
# - X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural
#   networks", AISTATS 2010.
# - K. He, X. Zhang, S. Ren and J. Sun, "Deep residual learning for image recognition", 2015.
# - The images: scikit-learn's `load_digits`, a copy of the test set of "Optical Recognition of
#   Handwritten Digits" (E. Alpaydin and C. Kaynak 1998, UCI Machine Learning Repository).
