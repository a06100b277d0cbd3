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
# # Lesson 1: Logistic regression
#
# Everyone who meets machine learning is told: *training makes the cost small, and the gradient says
# how*. Whoever then looks at the formulas asks:
#
# > *What does a cost measure? And why is its gradient just "prediction minus label", when a
# > sigmoid and two logarithms went into it? Where have they gone?*
#
# ![Three steps. The model makes scores of features and parameters, and predictions of scores. The
# loss compares these with the labels, and the mean loss is the one cost. Gradient descent leads from
# the cost back to the parameters.](01_logistic_regression.png)
#
# In this lesson you build the smallest model that learns, and answer both halves in numbers. Here,
# every prediction has a label that you can subtract. In a network with hidden layers, most units have
# none. How can anything know *their* gradient?
#
# **You need** derivatives, the matrix product and a little NumPy. **You write** six short
# functions. `check` compares each with TensorFlow.
#
# **Time**: *Part A*, sections 1 to 3, is the model and its cost, in about 85 minutes. *Part B*, sections 4
# and 5, is learning, in about 75. Section 6 is optional; the question in section 7 counts.

# %%
LESSON = "01_logistic_regression"

from grader import check

# %%
import warnings

import numpy as np
from IPython.display import Markdown, display

from grader import ask_prediction, ask_questions, compare_prediction, hint, progress, solution
from utils import widgets
from utils.data import load_digits, split
from utils.network import backward, forward, initialize
from utils.plots import logistic_regression as plots
from utils.plots import plot_digits, plot_training, show
from utils.progress import progress_bar
from utils.tensorflow import import_tensorflow
from utils.threads import blas_threads
from utils.timing import seconds

threads = blas_threads(1)  # for matrices of this size, more threads only cost time

# %% [markdown]
# **Before you begin**, three questions from memory. They are not graded.

# %%
ask_questions()

# %% [markdown]
# ## 1. Four or nine?
#
# ### 1.1 From a score to a probability
#
# Does an image show a four or a nine? A model gives it a **score** $z$: above 0 for a nine, below 0
# for a four, and the further from 0 the surer. The **sigmoid** squeezes a score into the range from 0
# to 1, so that it can be read as the probability of a nine: $f = \sigma(z)$ with
# $\sigma(z) = 1 / (1 + e^{-z})$. A score of 0 gives $f = \frac12$: no idea.
#
# Nothing says that $z$ is small. What does NumPy make of a score of 1000, or of $-1000$?


# %%
def complaints(action):
    """Return `(value, warnings)` of calling `action`: what it gives, and what NumPy says about it."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        value = action()
    return value, ", ".join(sorted({str(w.message) for w in caught})) or "no warning"


for score in (1000.0, -1000.0):
    number = np.array(score)
    value, warning = complaints(lambda number=number: 1 / (1 + np.exp(-number)))
    print(f"z = {score:+.0f}:  1 / (1 + e^-z)    = {value:.1f}   {warning}")
    value, warning = complaints(lambda number=number: np.exp(number) / (1 + np.exp(number)))
    print(f"            e^z / (1 + e^z)   = {value:.1f}   {warning}")

largest = np.finfo(np.float64).max
print(f"the largest float64 is {largest:.1e}, and e^z is larger for all z above {np.log(largest):.1f}")

# %% [markdown]
# The number $e^{1000}$ is too large for `float64`: it *overflows*. On paper, multiplying above and
# below by $e^z$, the two expressions are one function:
#
# $$ \frac{1}{1 + e^{-z}} = \frac{e^z}{1 + e^z} . $$
#
# Yet the first merely overflows on its way to a right result, and the second ends in `nan`, "not a
# number". So never take an exponential of a large positive number.

# %% [markdown]
# ### Exercise 1: `sigmoid` (2 points)
#
# Write the sigmoid so that it is right for *every* score.
#
# - `z` may be a number (a Python `float` or `int`) or an array of any shape. The result has the
#   same shape.
# - Integers are legal, and the result still has its fractions.
# - Scores may lie anywhere between $-10^4$ and $10^4$, and NumPy must not warn. (A result that
#   rounds to 0 is right where the true value is too small for `float64`.)
#
# *A helper you may want: `np.where(condition, a, b)` picks from `a` or `b`, entry by entry. It
# picks only after both have been computed.*


# %%
def sigmoid(z):
    """Return 1 / (1 + e^-z), entry by entry.

    Arguments:
        z: a number, or an array of any shape; float64 or integers.

    Returns:
        float64, the same shape as `z`. Never overflows.
    """
    ### BEGIN SOLUTION
    z = np.asarray(z, dtype=np.float64)
    small = np.exp(-np.abs(z))  # at most 1, so nothing overflows
    return np.where(z >= 0, 1.0, small) / (1.0 + small)
    ### END SOLUTION


# %%
check(sigmoid)

# %% [markdown]
# ### 1.2 The data
#
# A handwritten 4 and a handwritten 9 are easy to mix up. That is why you start with them. The
# images come from the digits of scikit-learn: 8 by 8 pixels between 0 (blank paper) and 1 (full
# ink), and one image is one **row** of 64 numbers. The label `y` is 1 for a nine and 0 for a four.
# A quarter of the images is held out: the model never learns from those.

# %%
images, digits = load_digits(classes=(4, 9))
pixels, pixels_test, y, y_test = split(images, digits, seed=1)
m = len(y)

print(f"pixels {pixels.shape}, y {y.shape}, held out {pixels_test.shape}")
print(f"{y.mean():.0%} of the labels are 1, which means nine")

# %%
show(plot_digits(pixels[:8], [f"label {label}" for label in y[:8]]))

# %% [markdown]
# How do *you* tell them apart? A nine has a round arch at the top, where a four comes to a point or
# is open. A four has a bar across its lower half. So measure two numbers in each image: the mean ink
# of its **top** two rows, and the mean ink of the fifth and sixth row, where the **bar** is. A number
# that describes an example is called a *feature*.
#
# Pixels have awkward units, so shift and stretch each feature until it has mean 0 and standard
# deviation 1 over the training images. (Lesson 5 has more to say about that.)


# %%
def measure(images):
    """Return the mean ink (m, 2) of the top two rows and of the rows with the bar."""
    rows = images.reshape(-1, 8, 8)
    return np.stack([rows[:, 0:2].mean(axis=(1, 2)), rows[:, 4:6].mean(axis=(1, 2))], axis=1)


ink = measure(pixels)
X = (ink - ink.mean(axis=0)) / ink.std(axis=0)
X_test = (measure(pixels_test) - ink.mean(axis=0)) / ink.std(axis=0)
print(f"X {X.shape}: one row for each image, one column for each feature")

# %%
NAMES = ("four", "nine")
FEATURES = ("top: ink in rows 1 and 2 (standard deviations)", "bar: ink in rows 5 and 6 (s. d.)")
show(plots.plot_examples(X, y, FEATURES))

# %% [markdown]
# ### 1.3 Three steps
#
# You want a rule that takes the two features of an image and says how likely it is to be a nine,
# and you want to find that rule by learning. It takes three steps:
#
# 1. **The model** turns features into a prediction $f$, with parameters $w$ and $b$ that nobody
#    has chosen yet.
# 2. **The loss** says how bad one prediction is, given its label. **The cost** is the mean loss.
# 3. **Gradient descent** moves the parameters, step by step, so that the cost falls.
#
# Every network of this course, and every network that you will ever train, goes through the same
# three steps. Only the first gets bigger.

# %%
show(plots.plot_three_steps())

# %% [markdown]
# ## 2. Step one: the model
#
# ### 2.1 What the model says
#
# Give each feature a weight and add up, with a constant on top. That is the score $z$ of an image.
# The sigmoid of the score is the model's guess $f$ that the image shows a nine. For example $i$ with
# $n$ features:
#
# $$
# z_i = x_{i1} w_1 + x_{i2} w_2 + \dots + x_{in} w_n + b, \qquad
# f_i = \sigma(z_i), \qquad \sigma(z) = \frac{1}{1 + e^{-z}} .
# $$
#
# The numbers $w_j$ are the **weights**, $b$ is the **bias**. (Some courses write $g$ for the sigmoid.)
# Why this function and no other? Solve for $z$:
#
# $$ z = \log \frac{f}{1 - f} . $$
#
# The fraction is what people who bet call the *odds*. A clue that is seen three times as often in nines
# as in fours multiplies the odds of a nine by three, and the next clue multiplies them again. (The
# probability does not get three times as large: odds of 1 become odds of 3, so one half becomes three
# quarters.) The model *adds* what its features say, and where odds are multiplied, their logarithms add
# up. ($z$ is also called the *logit*, from "logarithm of the odds".)

# %%
top_ink = X[:, :1]  # one feature alone, still a column
x = np.linspace(-3, 3, 121)
curves = {
    "$w = 1$, $b = 0$": 1 / (1 + np.exp(-x)),
    "$w = 5$, $b = 0$": 1 / (1 + np.exp(-5 * x)),
    "$w = 5$, $b = 5$": 1 / (1 + np.exp(-5 * x - 5)),
}
show(plots.plot_model(x, curves, top_ink[:, 0], y, FEATURES[0]))

# %% [markdown]
# ### 2.2 All examples at once
#
# Here is the model written down just as the formula says: a loop over the examples, and inside it
# a loop over the features.


# %%
def predict_loop(X, w, b):
    """Return the predictions (m,), one example and one feature at a time."""
    predictions = []
    for i in range(len(X)):
        z = b
        for j in range(len(w)):
            z = z + X[i, j] * w[j]
        predictions.append(sigmoid(z))
    return np.array(predictions)


w, b = np.array([1.0, -1.0]), 0.0  # a first guess: ink at the top speaks for a nine, a bar against
for image in range(3):
    f = predict_loop(X[image : image + 1], w, b)[0]
    print(f"image {image}: features {X[image].round(2)}, prediction {f:.3f}, label {y[image]}")

# %% [markdown]
# It is right, and it is slow: Python looks at every single number. But the inner loop is a row of `X`,
# of `n` numbers, times the `n` numbers of `w`. All the inner loops together turn a shape `(m, n)` and a
# shape `(n,)` into a shape `(m,)`. The bias has no axis at all. NumPy adds it to every entry, which is
# called *broadcasting*.

# %% [markdown]
# ### Exercise 2: `predict` (1 point)
#
# Write the model for a whole batch of examples, without a loop.


# %%
def predict(X, w, b):
    """Return the prediction of each example.

    Arguments:
        X: (m, n) examples, one a row.
        w: (n,) weights.
        b: the bias, a number.

    Returns:
        f: (m,) float64, each entry a probability.
    """
    ### BEGIN SOLUTION
    return sigmoid(X @ w + b)
    ### END SOLUTION


# %%
check(predict)

# %% [markdown]
# <details>
# <summary>When the check says that it is right: the model in one line</summary>
#
# All the inner loops together are one matrix product. The shapes stand under it:
#
# $$
# \underset{(m,)}{z} = \underset{(m,\,n)}{X}\; \underset{(n,)}{w} + \underset{()}{b} .
# $$
# </details>
#
# Now the stopwatch. Two features are too few to tell, so take all 64 pixels for once.


# %%
some_weights = np.random.default_rng(1).normal(size=64)
difference = np.abs(predict(pixels, some_weights, 0.1) - predict_loop(pixels, some_weights, 0.1))
slow = seconds(lambda: predict_loop(pixels, some_weights, 0.1), times=5)
fast = seconds(lambda: predict(pixels, some_weights, 0.1), times=50)

print(f"largest difference of the two: {difference.max():.0e}")
print(f"on this machine, with loops:   {slow * 1e3:8.3f} ms")
print(f"on this machine, your predict: {fast * 1e3:8.3f} ms, {slow / fast:,.0f} times as fast")

# %% [markdown]
# The arithmetic is the same, and the results agree to rounding. What you have saved is Python's
# bookkeeping for each number. This is why one writes with whole arrays, and why the shapes under
# the formulas matter.

# %% [markdown]
# ## 3. Step two: the loss and the cost
#
# ### 3.1 What a loss measures
#
# The model says that an image shows a nine with probability $f$. Then you look at the label. How
# bad was that? Ask how much probability the model gave to **what turned out to be true**: $f$ if
# the image is a nine, $1 - f$ if it is a four. Then take minus the logarithm:
#
# $$
# \ell = \begin{cases} -\log f & \text{if } y = 1 \\ -\log (1 - f) & \text{if } y = 0 . \end{cases}
# $$
#
# This is the **loss** of one example: its *surprise*. Whoever held the truth to be certain is not
# surprised at all, $-\log 1 = 0$. Halve the probability that the truth was given, and the surprise
# grows by $\log 2$, every time. Whoever held the truth to be impossible is infinitely surprised.
# (With the natural logarithm, surprise is counted in *nats*, as at the axis of the next picture.)

# %%
f = np.linspace(0.001, 0.999, 400)
show(plots.plot_losses(f, {"label 1: nine": -np.log(f), "label 0: four": -np.log(1 - f)}))

# %% [markdown]
# There are labels that are neither 0 nor 1. If three of ten people read an image as a nine, its
# label may be 0.3: a *soft label*. Then the image counts as three tenths of a nine and seven tenths
# of a four, and its loss is the two losses in that proportion.

# %% [markdown]
# ### Exercise 3: `loss` (2 points)
#
# Write the loss of every example, in one line that serves nines, fours and soft labels alike. No
# `if` and no loop: let $y$ itself say how much each of the two cases counts.


# %%
def loss(f, y):
    """Return the loss of each example.

    Arguments:
        f: (m,) float64 predictions, strictly between 0 and 1.
        y: (m,) labels from 0 to 1, int64 or float64.

    Returns:
        (m,) float64.
    """
    ### BEGIN SOLUTION
    return -y * np.log(f) - (1 - y) * np.log(1 - f)
    ### END SOLUTION


# %%
check(loss)

# %% [markdown]
# In books your line looks like this, and goes by the name of *binary cross-entropy*:
#
# $$ \ell_i = -\,y_i \log f_i - (1 - y_i) \log (1 - f_i) . $$
#
# **Predict before you run.** Two models read a hundred images. Model A is careful: it gives the
# truth a probability of 0.9 in ninety images, and in the other ten it leans the wrong way and gives
# the truth only 0.4. Model B is bold: it gives the truth 0.999 in 98 images, and one in a million
# in the other two. Which of the two reads more images right? And which has the smaller mean loss?

# %%
ask_prediction(
    "careful or bold",
    "Which of the two models has the smaller mean loss?",
    ["A, the careful one", "B, the bold one"],
)


# %%
all_nines = np.ones(100)
careful = np.repeat([0.9, 0.4], [90, 10])
bold = np.repeat([0.999, 1e-6], [98, 2])

for name, f in (("A, careful", careful), ("B, bold   ", bold)):
    right = np.mean(f > 0.5)
    print(f"model {name}: {right:.0%} right, mean loss {loss(f, all_nines).mean():.3f}")

mean_losses = [loss(f, all_nines).mean() for f in (careful, bold)]
compare_prediction("careful or bold", np.equal(mean_losses, min(mean_losses)))

# %% [markdown]
# Accuracy counts mistakes. The loss asks in addition *how sure* the model was when it made them.
# Two images, believed impossible, cost model B more than everything else together.

# %% [markdown]
# ### 3.2 The cost, and where $1/m$ lives
#
# The **cost** of a whole batch is the mean of its losses. It is a function of the parameters: other
# $w$ and $b$, other predictions, other losses.
#
# $$ J(w, b) = \frac{1}{m} \sum_{i=1}^{m} \ell_i . $$
#
# Remember the factor $1/m$. It lives in this formula and nowhere else. It will turn up again in the
# gradient, not as a new rule but because it was here.
#
# Now you can say what a cost measures. Let $p_i$ be the probability that the model gave to the
# truth in example $i$, so that $\ell_i = -\log p_i$. A mean of logarithms is the logarithm of a
# geometric mean:
#
# $$ e^{-J} = \Bigl( \prod_{i=1}^{m} p_i \Bigr)^{1/m} . $$
#
# So $e^{-J}$ is a typical probability that the model gave to the truth. Look at your first guess of
# section 2.2, the weights 1 and $-1$ without a bias:

# %%
f = predict(X, w, b)
p = np.where(y == 1, f, 1 - f)
J = loss(f, y).mean()
geometric_mean = np.prod(p) ** (1 / m)
guess = -np.log(0.5)

print(f"cost of the first guess: J = {J:.4f}, e^-J = {np.exp(-J):.4f}")
print(f"geometric mean of the probabilities given to the truth: {geometric_mean:.4f}")
print(f"always answering one half:  J = {guess:.4f}, e^-J = {np.exp(-guess):.4f}")

# %% [markdown]
# A model that has learned nothing and always answers one half has a cost of $\log 2$. Whatever you
# train, its cost should soon be below that. If it is far above, the model is *sure and wrong*.

# %% [markdown]
# ### 3.3 Why not squared error?
#
# The obvious loss would be another one: the square of the difference, $(f_i - y_i)^2$, as for
# fitting a line. What is wrong with it? Don't take anybody's word. Draw both. Keep the one feature
# `top_ink`, then there are two parameters, $w$ and $b$, and a cost is a landscape over a plane.


# %%
def cross_entropy_at(theta):
    """Return the mean loss for the parameters `theta` = (w, b) of the one-feature model."""
    return loss(predict(top_ink, theta[:1], theta[1]), y).mean()


def squared_error_at(theta):
    """Return the mean squared error for the same parameters."""
    return np.mean((predict(top_ink, theta[:1], theta[1]) - y) ** 2)


SPAN = ((-8.0, 8.0), (-6.0, 6.0))  # of w and of b
ws, bs = (np.linspace(low, high, 65) for low, high in SPAN)
surfaces = {
    "cross-entropy": np.array([[cross_entropy_at(np.array([w, b])) for w in ws] for b in bs]),
    "squared error": np.array([[squared_error_at(np.array([w, b])) for w in ws] for b in bs]),
}
show(plots.plot_surfaces(ws, bs, surfaces))

# %% [markdown]
# On the left a bowl, seen from one side. Wherever you stand, downhill leads to the bottom. On the
# right a basin below a *plateau*: up there it is nearly flat, and there is little to tell you which
# way to go.
#
# The word for the left one is **convex**. A surface is convex if, between any two points of it,
# it never rises above the straight line that joins them. Write $\theta$ for all parameters together,
# here the pair $(w, b)$. Halfway between two settings $\theta$ and $\varphi$ it says
#
# $$
# J\Bigl( \frac{\theta + \varphi}{2} \Bigr) \le \frac{J(\theta) + J(\varphi)}{2}
# \qquad \text{for all } \theta \text{ and } \varphi .
# $$
#
# That is a statement about every pair of points. You can't test them all, but you can test many.

# %%
low, high = np.array(SPAN).T
rng = np.random.default_rng(1)
pairs = rng.uniform(low, high, size=(3000, 2, 2))


def rise_above_chord(cost):
    """Return, for every pair, how far the cost halfway lies above the mean of the two ends."""
    return np.array([cost(pair.mean(axis=0)) - (cost(pair[0]) + cost(pair[1])) / 2 for pair in pairs])


rises = {"cross-entropy": rise_above_chord(cross_entropy_at)}
rises["squared error"] = rise_above_chord(squared_error_at)
for name, rise in rises.items():
    print(f"{name}: above the chord for {np.mean(rise > 0):.1%} of {len(pairs):,} pairs")
print(f"worst case of the squared error: {rises['squared error'].max():.3f} above the chord")

# %% [markdown]
# Walk along the worst of these chords and look at both costs on the way.

# %%
start, end = pairs[rises["squared error"].argmax()]
way = np.linspace(0, 1, 81)
points = start + way[:, np.newaxis] * (end - start)
profiles = {
    "cross-entropy": np.array([cross_entropy_at(point) for point in points]),
    "squared error": np.array([squared_error_at(point) for point in points]),
}
show(plots.plot_chords(way, profiles))

# %% [markdown]
# So the squared error is not convex in these parameters, and you have measured by how much. Does it
# matter? In section 4.7 you let both costs start from the same bad place and see where they end.

# %% [markdown]
# ### 3.4 When predictions saturate
#
# Far from 0 the sigmoid is so flat that the computer can't tell it from 0 or 1: the prediction is
# *saturated*.
#
# **Predict before you run.** An image of a four, label 0, gets the score $z = 40$. The model is
# sure, and wrong. What does `loss(sigmoid(z), y)` say: about 40, or `inf`, or `nan`? And what if
# the image *is* a nine, so that the model is sure and right?

# %%
ask_prediction(
    "sure and wrong",
    "The score is 40 and the label 0. What does loss(sigmoid(z), y) say?",
    ["about 40", "inf", "nan"],
)


# %%
four, nine = np.array([0.0]), np.array([1.0])
for score in (10.0, 30.0, 36.0, 40.0):
    f = sigmoid(np.array([score]))
    of_four, warning = complaints(lambda f=f: loss(f, four)[0])
    of_nine, _ = complaints(lambda f=f: loss(f, nine)[0])
    print(f"z = {score:.0f}  f = {f[0]:.16f}  label 0: {of_four:7.4f}  label 1: {of_nine:6.4f}  {warning}")

compare_prediction("sure and wrong", [np.isfinite(of_four), np.isinf(of_four), np.isnan(of_four)])

# %% [markdown]
# At a score of 40 the number $f$ is *exactly* 1. Its logarithm is 0, and $1 - f$ is 0, and the
# logarithm of 0 is $-\infty$. For the four the loss is `inf`. For the nine it is worse: $0 \cdot
# \infty$ is `nan`, and a single `nan` makes the whole cost `nan`. Look at 30 and 36, too: the loss
# was wrong in its digits before it broke.

# %% [markdown]
# Many programs *clip*: they keep $f$ away from 0 and 1 by a small number. Then nothing breaks, but
# the loss is another one. See what clipping at $10^{-7}$ makes of three scores of a four, each more
# wrong than the one before:

# %%
f = np.clip(sigmoid(np.array([40.0, 400.0, 4000.0])), 1e-7, 1 - 1e-7)
print("clipped losses for scores of 40, 400 and 4000:", loss(f, np.zeros(3)).round(4))

# %% [markdown]
# One and the same loss, however wrong the score. Clipping hides the worst mistakes of the model,
# just those that it should learn from. (The true losses are 40, 400 and 4000, as you will see.)
#
# The trouble comes from going through $f$. So don't. Put $f = \sigma(z)$ into the loss and simplify
# on paper, *before* the computer rounds anything. From $\sigma(z) = e^z / (1 + e^z)$ you get $\log
# \sigma(z) = z - \log(1 + e^z)$. What is missing to 1 is $1 - \sigma(z) = 1 / (1 + e^z)$, and its
# logarithm is $-\log (1 + e^z)$. So
#
# $$
# \ell = -y \bigl( z - \log (1 + e^z) \bigr) + (1 - y) \log (1 + e^z) = \log (1 + e^z) - y z .
# $$
#
# No $f$ anywhere, nothing that could saturate, and one term less. But $e^z$ still overflows for a
# large score. You know the cure from exercise 1: take out the large factor.
#
# $$ \log (1 + e^z) = \log \bigl( e^z (e^{-z} + 1) \bigr) = z + \log (1 + e^{-z}) . $$
#
# Again there are two expressions for one function, and again each is safe on one side of 0.

# %% [markdown]
# ### Exercise 4: `cost` (3 points)
#
# Write the cost of a batch, straight from the scores. It must equal $J$ for *every* score between
# $-10^4$ and $10^4$, with nothing clipped and nothing added, and without a warning.
#
# *A helper you may want: `np.log1p(t)` is $\log(1 + t)$, and keeps its digits when `t` is tiny.*


# %%
def cost(X, y, w, b):
    """Return the mean loss of the batch.

    Arguments:
        X: (m, n) examples, one a row.
        y: (m,) labels from 0 to 1, int64 or float64.
        w: (n,) weights.
        b: the bias, a number.

    Returns:
        J: a float. Right for saturated predictions, too.
    """
    ### BEGIN SOLUTION
    z = X @ w + b
    softplus = np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))  # log(1 + e^z)
    return float(np.mean(softplus - y * z))
    ### END SOLUTION


# %%
check(cost)

# %% [markdown]
# Put the three ways side by side, for one four with a growing score, and ask Keras as well. It has
# both: a cross-entropy of probabilities, and one of logits (`from_logits=True`), which starts from the
# scores as you do. The probabilities are handed over as plain arrays, so Keras knows nothing of the
# scores behind them, and clips.

# %%
tf = import_tensorflow()
one_feature, label = np.array([[1.0]]), np.array([0.0])
rows = ["| score $z$ | loss of $f$ | $f$ clipped | your `cost` | Keras, array of $f$ | Keras, logits |"]
rows.append("|---|---|---|---|---|---|")
for score in (10.0, 36.0, 40.0, 800.0, 10000.0):
    f = sigmoid(np.array([score]))
    naive, _ = complaints(lambda f=f: loss(f, label)[0])
    clipped = loss(np.clip(f, 1e-7, 1 - 1e-7), label)[0]
    mine = cost(one_feature, label, np.array([score]), 0.0)
    keras = [
        float(tf.keras.losses.binary_crossentropy(label, given, from_logits=logits))
        for given, logits in ((f, False), (np.array([score]), True))
    ]
    cells = [f"{value:.4f}" for value in (naive, clipped, mine, *keras)]
    rows.append(f"| {score:.0f} | {' | '.join(cells)} |")
display(Markdown("\n".join(rows)))

# %% [markdown]
# That is the meaning of the advice in many manuals that the last sigmoid should be left to the
# loss. (When Keras trains a model whose last layer has `activation="sigmoid"`, it looks for the scores
# behind the probabilities and takes those. Lesson 4 shows when it finds them.) For the rest of this
# lesson, scores go into the cost, and probabilities are for looking at. Lessons 2 and 3 write the cost
# with probabilities again, as most books do: their networks stay far from saturation, and there you
# are to see each step of the chain by itself. Lesson 4 goes back to scores.

# %% [markdown]
# **End of Part A.** You have a model, its loss, and a cost that stays right where predictions saturate.
# What is missing is a way to make it small. When you come back, put the cursor into this cell and run all
# cells above it (in JupyterLab: *Run > Run All Above Selected Cell*, in Colab: *Runtime > Run before*).

# %% [markdown]
# ## 4. Step three: gradient descent
#
# ### 4.1 One example: where do the sigmoid and the logarithms go?
#
# How does the loss of one example respond when its score moves a little? The score acts on $f$, and
# $f$ acts on $\ell$, so the chain rule multiplies two derivatives. The first belongs to the loss:
#
# $$
# \frac{\partial \ell}{\partial f} = -\frac{y}{f} + \frac{1 - y}{1 - f} = \frac{f - y}{f\,(1 - f)} .
# $$
#
# (Over the common denominator, the numerator is $-y (1 - f) + (1 - y) f$, and the two $y f$ cancel.)
# The second belongs to the sigmoid. Its slope can be had from its value, since $1 - f = e^{-z} / (1 +
# e^{-z})$:
#
# $$
# \frac{\partial f}{\partial z} = \frac{e^{-z}}{(1 + e^{-z})^2}
# = \frac{1}{1 + e^{-z}} \cdot \frac{e^{-z}}{1 + e^{-z}} = f\,(1 - f) .
# $$
#
# Now multiply:
#
# $$
# \frac{\partial \ell}{\partial z} = \frac{\partial \ell}{\partial f}\,\frac{\partial f}{\partial z}
# = \frac{f - y}{f\,(1 - f)} \cdot f\,(1 - f) = f - y .
# $$
#
# There is your answer. The sigmoid and the logarithms have not been forgotten. Each has left its
# derivative, and the two derivatives **cancel**. What remains is the prediction minus the label. It
# is no accident, either: the logarithm in the loss undoes the exponential in the sigmoid. That is
# what it was chosen for.
#
# With the squared error, nothing cancels:
#
# $$
# \frac{\partial}{\partial z} (f - y)^2 = 2\,(f - y) \cdot f\,(1 - f) .
# $$
#
# See what that means for an image of a nine, whatever score it gets.

# %%
z = np.linspace(-8, 8, 161)
f = sigmoid(z)
signals = {"cross-entropy": f - 1, "squared error": 2 * (f - 1) * f * (1 - f)}
show(plots.plot_signals(z, signals))

# %% [markdown]
# To the left the model is sure, and wrong. The cross-entropy answers with its strongest signal,
# nearly $-1$: *raise this score!* The squared error answers with almost nothing, since the sigmoid
# is flat there. That is the plateau of section 3.3, seen from the side.

# %% [markdown]
# ### 4.2 All examples: the gradient of the cost
#
# One more link in the chain leads from the score to the parameters. The score is a sum, so
#
# $$ \frac{\partial z_i}{\partial w_j} = x_{ij}, \qquad \frac{\partial z_i}{\partial b} = 1 . $$
#
# And the cost is the *mean* of the losses. Differentiating is linear, so the derivative of the mean
# is the mean of the derivatives:
#
# $$
# \frac{\partial J}{\partial w_j} = \frac{1}{m} \sum_{i=1}^{m} (f_i - y_i)\, x_{ij}, \qquad
# \frac{\partial J}{\partial b} = \frac{1}{m} \sum_{i=1}^{m} (f_i - y_i) .
# $$
#
# There is the $1/m$ again, the same one, come from the cost. There are $n$ derivatives with respect
# to weights, one for each $j$. Put in a row they are $dw$, short for $\partial J / \partial w$, and
# $dw$ has the shape of $w$. Read the first formula aloud: *each image speaks with the strength of
# its error, and speaks about a weight as loudly as that weight's feature is in it.*

# %% [markdown]
# ### Exercise 5: `gradient` (4 points)
#
# Write the gradient of the cost for a batch. Try it with loops first, if you like, then without:
# the sum over $i$ runs over the *rows* of `X`, and it is a matrix product once you know which side
# has to be turned. The shapes will tell you.


# %%
def gradient(X, y, w, b):
    """Return `(dw, db)`, the gradient of the cost.

    Arguments:
        X: (m, n) examples, one a row.
        y: (m,) labels from 0 to 1, int64 or float64.
        w: (n,) weights.
        b: the bias, a number.

    Returns:
        dw: (n,) float64.
        db: a float.
    """
    ### BEGIN SOLUTION
    dz = (predict(X, w, b) - y) / len(y)
    return X.T @ dz, float(dz.sum())
    ### END SOLUTION


# %%
check(gradient)

# %% [markdown]
# Test it in the most direct way there is. Nudge each parameter a little to both sides, see how your
# `cost` responds, and divide by the distance.

# %%
w, b, nudge = np.array([1.0, -1.0]), 0.3, 1e-5
dw, db = gradient(X, y, w, b)
for j in range(len(w)):
    step = nudge * np.eye(len(w))[j]
    measured = (cost(X, y, w + step, b) - cost(X, y, w - step, b)) / (2 * nudge)
    print(f"dw[{j}]: formula {dw[j]:+.10f}   nudged {measured:+.10f}")
measured = (cost(X, y, w, b + nudge) - cost(X, y, w, b - nudge)) / (2 * nudge)
print(f"db:    formula {db:+.10f}   nudged {measured:+.10f}")

# %% [markdown]
# And the stopwatch once more, on all 64 pixels. Here are the two sums with loops, as they stand in
# the formulas:


# %%
def gradient_loop(X, y, w, b):
    """Return `(dw, db)`, one example and one feature at a time."""
    dw, db = np.zeros(len(w)), 0.0
    for i in range(len(X)):
        error = sigmoid(sum(X[i, j] * w[j] for j in range(len(w))) + b) - y[i]
        for j in range(len(w)):
            dw[j] += error * X[i, j] / len(X)
        db += error / len(X)
    return dw, db


dw_loop, _ = gradient_loop(pixels, y, some_weights, 0.1)
dw, _ = gradient(pixels, y, some_weights, 0.1)
slow = seconds(lambda: gradient_loop(pixels, y, some_weights, 0.1), times=3)
fast = seconds(lambda: gradient(pixels, y, some_weights, 0.1), times=50)

print(f"largest difference of the two:  {np.abs(dw - dw_loop).max():.0e}")
print(f"on this machine, with loops:    {slow * 1e3:8.3f} ms")
print(f"on this machine, your gradient: {fast * 1e3:8.3f} ms, {slow / fast:,.0f} times as fast")

# %% [markdown]
# ### 4.3 Does TensorFlow agree?
#
# TensorFlow has never seen your derivation. Give it the model and the cost, let a `GradientTape`
# watch, and ask for the gradient. How the tape finds it is the subject of lesson 6.

# %%
w, b = np.array([1.0, -1.0]), 0.3
w_tf, b_tf = tf.Variable(w), tf.Variable(b, dtype=tf.float64)
with tf.GradientTape() as tape:
    scores = tf.linalg.matvec(tf.constant(X), w_tf) + b_tf
    losses = tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.cast(y, tf.float64), logits=scores)
    J_tf = tf.reduce_mean(losses)
found = tape.gradient(J_tf, [w_tf, b_tf])

rows = ["| number | yours | TensorFlow's | difference |", "|---|---|---|---|"]
dw, db = gradient(X, y, w, b)
mine = {"`J`": cost(X, y, w, b), "`dw[0]`": dw[0], "`dw[1]`": dw[1], "`db`": db}
theirs = [float(J_tf), *found[0].numpy(), float(found[1])]
for (name, value), other in zip(mine.items(), theirs, strict=True):
    rows.append(f"| {name} | {value:+.15f} | {other:+.15f} | {abs(value - other):.0e} |")
display(Markdown("\n".join(rows)))

# %% [markdown]
# ### 4.4 Walk downhill
#
# The gradient points uphill, so a step against it leads down. How long a step is, the **learning
# rate** $\eta$ says:
#
# $$ w \leftarrow w - \eta\, dw, \qquad b \leftarrow b - \eta\, db . $$
#
# Both gradients belong to the *same* place, the one where you stand before the step. Do this again
# and again, and that is all there is to learning.

# %% [markdown]
# ### Exercise 6: `gradient_descent` (4 points)
#
# Write the loop. Each iteration takes one step, and *after* the step notes the cost at the new
# place in `history`.
#
# - The arguments `w` and `b` stay as they are: the caller may want to start there again.
# - `w` and `b` may be integers to begin with. They don't stay integers.


# %%
def gradient_descent(X, y, w, b, learning_rate, iterations):
    """Take `iterations` steps of gradient descent.

    Arguments:
        X: (m, n) examples, one a row.
        y: (m,) labels from 0 to 1.
        w: (n,) weights to start from, float64 or integers; not changed.
        b: the bias to start from, a float or an int.
        learning_rate: a positive float.
        iterations: how many steps, at least 1.

    Returns:
        w: (n,) float64, new.
        b: a float.
        history: a list of `iterations` floats, the cost after each step.
    """
    ### BEGIN SOLUTION
    history = []
    for _ in range(iterations):
        dw, db = gradient(X, y, w, b)
        w = w - learning_rate * dw
        b = b - learning_rate * db
        history.append(cost(X, y, w, b))
    return w, b, history
    ### END SOLUTION


# %%
check(gradient_descent)

# %% [markdown]
# ### 4.5 Watch it learn
#
# Where does the model change its mind? Where $f = \frac12$, and that is where the score is 0. With
# two features:
#
# $$ f = \tfrac12 \iff z = 0 \iff x_1 w_1 + x_2 w_2 + b = 0 . $$
#
# A straight line, the **decision boundary**. On one side of it the model says nine, on the other
# four. Let it start in a thoroughly bad place, with the signs of both weights the wrong way round,
# and look at it now and then.


# %%
def accuracy(X, y, w, b):
    """Return the share of the examples that the model reads right."""
    return np.mean((predict(X, w, b) >= 0.5) == y)


w, b = np.array([-1.5, 1.0]), -0.5
frames, done = [(0, w, b, cost(X, y, w, b))], 0
for steps in (1, 5, 10, 30, 1000):
    w, b, history = gradient_descent(X, y, w, b, 0.5, steps - done)
    done = steps
    frames.append((steps, w, b, history[-1]))

show(plots.plot_boundaries(X, y, frames, FEATURES))
print(f"read right: {accuracy(X, y, w, b):.1%} in training, {accuracy(X_test, y_test, w, b):.1%} held out")

# %% [markdown]
# The arrow is the direction of $w$. It stands at right angles to the boundary and points to where
# the nines should be. First the line *turns*, since it lies the wrong way round. In the third
# picture, half turned, the weights are so small that the model is sure of nothing, and the lines of
# 0.1 and 0.9 lie outside. Towards the end the boundary hardly moves any more, but the weights grow,
# and with them the model grows surer of itself: the lines close in.

# %% [markdown]
# ### 4.6 How large a step?
#
# Go back to the single feature, where you can see the whole landscape. This time it is drawn with
# your stable `cost` and walked with your `gradient`, both written as functions of one array `theta`
# that holds $w$ and $b$.


# %%
def cost_at(theta):
    """Return the cost of the one-feature model for `theta` = (w, b)."""
    return cost(top_ink, y, theta[:1], theta[1])


def gradient_at(theta):
    """Return the gradient (2,) of the cost there."""
    return np.append(*gradient(top_ink, y, theta[:1], theta[1]))


def walk(slope, theta, learning_rate, steps):
    """Return the places (steps + 1, 2) that gradient descent visits, the start included."""
    path = [np.asarray(theta)]
    for _ in range(steps):
        path.append(path[-1] - learning_rate * slope(path[-1]))
    return np.array(path)


# %% [markdown]
# **Predict before you run.** From $w = -2$, $b = -5$ you take 150 steps with three learning rates:
# 0.3, 8 and 60. One of them is too small and one is too large. What does the cost do, step by step,
# when the rate is too large: rise for ever, stand still, or something else?

# %%
ask_prediction(
    "too large a rate",
    "What does the cost do, step by step, when the learning rate is too large?",
    ["It rises for ever.", "It stands still.", "It rises and falls, again and again."],
)


# %%
start = np.array([-2.0, -5.0])
rates = {"too small: 0.3": 0.3, "right: 8": 8.0, "too large: 60": 60.0}
paths = {name: walk(gradient_at, start, rate, 150) for name, rate in rates.items()}
histories = {name: [cost_at(theta) for theta in path] for name, path in paths.items()}
show(plots.plot_histories(histories))
for name, history in histories.items():
    peak = max(history[-50:])
    print(f"{name:13}  lowest cost {min(history):.4f}, highest in the last 50 steps {peak:.4f}")

changes = np.diff(histories["too large: 60"])
up, down = changes > 0, changes < 0
compare_prediction("too large a rate", [up.all(), not changes.any(), up.any() and down.any()])

# %%
wide_ws, wide_bs = np.linspace(-4, 14, 73), np.linspace(-7, 7, 57)
landscape = np.array([[cost_at(np.array([w, b])) for w in wide_ws] for b in wide_bs])
show(plots.plot_paths(wide_ws, wide_bs, landscape, paths))

# %% [markdown]
# The large rate does not simply climb. Its first step leaps far over the valley. Then it slides
# back, comes closer to the bottom than the small rate does, and there it is *thrown out* again,
# time after time. Something at the bottom does not let it rest. What, you will see in a moment.

# %% [markdown]
# Try it yourself. Choose a learning rate and see where your own `cost` and `gradient` lead. In the
# picture, $\theta_0$ is $w$ and $\theta_1$ is $b$.

# %%
widgets.learning_rate_lab(cost_at, gradient_at, start=start, span=SPAN)

# %% [markdown]
# How large is too large? Take one parameter $\theta$, and let a star mark the minimum. Close to it
# every smooth valley looks like a parabola, $J = J^* + \frac{c}{2} (\theta - \theta^*)^2$. The number
# $c$, its second derivative, is the *curvature*. The slope is $c\,(\theta - \theta^*)$, so a step of
# gradient descent does this to the distance from the minimum:
#
# $$
# \theta_{\text{new}} - \theta^* = \theta - \eta\, c\, (\theta - \theta^*) - \theta^*
# = (1 - \eta\, c)\,(\theta - \theta^*) .
# $$
#
# Each step multiplies the distance by $1 - \eta c$. If $\eta$ is small this is just below 1, and
# you creep. At $\eta = 1/c$ it is 0, and you jump right to the bottom. Beyond that it is negative:
# you land on the other side. And at $\eta = 2/c$ it is $-1$. Beyond *that*, each step takes you
# farther away.
#
# That is a prediction, so test it. With two parameters the valley has a curvature in each direction,
# and the direction that bends most is the first to go wrong. To find it, nudge each parameter at the
# minimum and see how your `gradient` responds: that gives the four second derivatives, a 2 by 2
# matrix. Its largest *eigenvalue* is the largest curvature, and NumPy computes it. Then try rates on
# both sides of $2/c$.

# %%
minimum = walk(gradient_at, start, 20.0, 2000)[-1]
nudges = 1e-4 * np.eye(2)
curvatures = [(gradient_at(minimum + e) - gradient_at(minimum - e)) / 2e-4 for e in nudges]
c = np.linalg.eigvalsh(np.array(curvatures)).max()  # of all directions, the one that bends most

print(f"minimum at w = {minimum[0]:.3f}, b = {minimum[1]:.3f}; 2/c = {2 / c:.2f}")
for rate in (0.97 * 2 / c, 1.03 * 2 / c):
    path = walk(gradient_at, minimum + [0, 0.01], rate, 500)
    print(f"rate {rate:.2f}: distance 0.01 becomes {np.linalg.norm(path[-1] - minimum):.1e}")

# %% [markdown]
# Three per cent decide. Below $2/c$ the walk settles, above it never does. It is driven out of the
# bottom, up to where the valley is no parabola any more and bends less, and from there it slides
# back: those were the peaks in your picture. In a network nobody knows $c$, so one
# tries learning rates. But when a cost *rises*, you know now what to do about it.

# %% [markdown]
# ### 4.7 The plateau, walked on
#
# In section 3.3 you asked whether the plateau of the squared error matters. Let both costs start
# from $w = -4$, $b = 4$, where the model is sure and wrong, with the same learning rate and as many
# steps.


# %%
def squared_gradient_at(theta):
    """Return the gradient (2,) of the squared error: nothing cancels in it."""
    f = predict(top_ink, theta[:1], theta[1])
    dz = 2 * (f - y) * f * (1 - f) / m
    return np.append(top_ink.T @ dz, dz.sum())


bad_start = np.array([-4.0, 4.0])
race = {
    "cross-entropy": walk(gradient_at, bad_start, 1.0, 300),
    "squared error": walk(squared_gradient_at, bad_start, 1.0, 300),
}
rows = ["| trained with | end: w, b | cross-entropy | squared error | read right |"]
rows.append("|---|---|---|---|---|")
for name, path in race.items():
    theta = path[-1]
    right = accuracy(top_ink, y, theta[:1], theta[1])
    rows.append(
        f"| {name} | {theta[0]:.2f}, {theta[1]:.2f} | {cost_at(theta):.3f} "
        f"| {squared_error_at(theta):.3f} | {right:.0%} |"
    )
display(Markdown("\n".join(rows)))

for name, slope in (("cross-entropy", gradient_at), ("squared error", squared_gradient_at)):
    shares = [accuracy(top_ink, y, theta[:1], theta[1]) for theta in walk(slope, bad_start, 1.0, 1000)]
    print(f"{name}: 90% are read right for the first time after {np.argmax(np.array(shares) >= 0.9)} steps")

# %%
show(plots.plot_race(ws, bs, surfaces, race))

# %% [markdown]
# Training with cross-entropy has arrived. Training with the squared error has walked downhill on its
# own map, too, and yet it is in a worse place, even by its own measure. In the end it gets there,
# since the plateau is not quite flat, but look how long it takes. It is not a mistake in the method.
# It is the wrong landscape.

# %% [markdown]
# ## 5. All the pixels
#
# ### 5.1 A weight for every pixel
#
# You chose two features by looking. Nothing in your six functions knows about that. Give them all
# 64 pixels, and let gradient descent find out which ones matter.

# %%
w, b, history, held_out = np.zeros(64), 0.0, [], []
for _ in range(1000):
    w, b, costs = gradient_descent(pixels, y, w, b, 1.0, 1)
    history += costs
    held_out.append(cost(pixels_test, y_test, w, b))

show(plot_training(history, held_out))
right = accuracy(pixels_test, y_test, w, b)
display(Markdown(f"Of {len(y_test)} held-out images the model reads **{right:.1%}** right."))

# %% [markdown]
# The cost is lower on images that the model has never seen? That is the luck of this draw. Usually
# it is the other way round: draw another quarter in section 1.2, with `seed=2`, and run on from there.

# %%
show(plots.plot_weights(w, {f"mean {name}": pixels[y == k].mean(axis=0) for k, name in enumerate(NAMES)}))
print(f"mean weight in the top two rows {w[:16].mean():+.2f}, in rows five and six {w[32:48].mean():+.2f}")

# %% [markdown]
# Put ink where there is a plus, and the score rises: it speaks for a nine. You can recognise the
# rule that you found by eye, the arch at the top and the bar. The model found it from labels alone.

# %% [markdown]
# ### 5.2 What one unit can't do
#
# Now something harder, with all ten digits: is the digit *odd*? The odd digits have no shape in
# common. One model of this lesson draws one straight boundary through the space of the 64 pixels.
# Compare it with a network in which two hidden layers of such units come first. (You build it in
# lessons 2 and 3. Here it is borrowed.)

# %%
all_images, all_digits = load_digits(classes=range(10))
P, P_test, odd, odd_test = split(all_images, all_digits % 2, seed=1)

w, b, _ = gradient_descent(P, odd, np.zeros(64), 0.0, 1.0, 600)
one_unit = accuracy(P_test, odd_test, w, b)

params = initialize([64, 25, 15, 1], seed=1)
for _ in progress_bar(range(600)):
    _, cache = forward(P, params)
    grads = backward(params, cache, odd[:, np.newaxis])
    params = {name: params[name] - 4.0 * grads[f"d{name}"] for name in params}
network = np.mean((forward(P_test, params)[0][:, 0] >= 0.5) == odd_test)

print(f"held-out images read right: one unit {one_unit:.1%}, with hidden layers {network:.1%}")

# %% [markdown]
# Hidden layers help. The three steps are the same, and so is the cost. But look at the line with
# `backward`. Your gradient was *prediction minus label*, and the labels say what the **last** unit
# should have answered. The 25 + 15 hidden units have no labels. Nobody knows what they should have
# answered. What is subtracted from what, there? That is the question of lesson 3.

# %% [markdown]
# ## 6. Questions learners ask
#
# *This section is optional.*
#
# Short answers, each with an experiment. Change the cells and ask further.

# %% [markdown]
# **Isn't $f - y$ the gradient of linear regression? Have I left something out?** It is the same
# formula, and nothing is missing. In linear regression $f = z$, and *half* the squared error has
# the derivative $f - y$. (The half is there for that alone: it cancels the 2 that comes down from the
# square. It moves no minimum. Keras's squared error goes without it.) With the sigmoid it takes the
# cross-entropy to get there. Each loss belongs to its model: nudge the score and see.

# %%
score, label = 0.7, 1.0
pairings = {
    "f = z,          the squared error     ": (lambda z: (z - label) ** 2, score),
    "f = z,          half the squared error": (lambda z: (z - label) ** 2 / 2, score),
    "f = sigmoid(z), cross-entropy         ": (lambda z: np.log1p(np.exp(z)) - label * z, sigmoid(score)),
    "f = sigmoid(z), half the squared error": (lambda z: (sigmoid(z) - label) ** 2 / 2, sigmoid(score)),
}
for name, (loss_of, f) in pairings.items():
    slope = (loss_of(score + 1e-5) - loss_of(score - 1e-5)) / 2e-5
    print(f"{name}: slope {slope:+.6f}, f - y {f - label:+.6f}")

# %% [markdown]
# **Isn't the error simply the sum of $(y - \hat y)/n$, prediction against label?** ($\hat y$ is our $f$, and
# $n$ our $m$.) That is the mean of the *signed* errors. One image that is too high by 0.5 and one that is
# too low by 0.5 make 0 together, as if nothing were wrong. Up to its sign it is $db$, so *every* model
# with the right bias has it at 0, be it clever or not. Give each model a bias that brings it to 0:

# %%
guesses = {"no weights": (0.0, 0.0), "good weights": (2.0, -2.0), "the wrong way": (-2.0, 2.0)}
for name, pair in guesses.items():
    weights, bias = np.array(pair), 0.0
    for _ in range(500):
        bias -= 4.0 * gradient(X, y, weights, bias)[1]
    signed = np.mean(y - predict(X, weights, bias))
    right, J = accuracy(X, y, weights, bias), cost(X, y, weights, bias)
    print(f"{name:13} mean of signed errors {signed:+.0e}, read right {right:.0%}, cost {J:.3f}")

# %% [markdown]
# The mean of the signed errors does not see the difference. A loss is never negative, so the losses of
# two wrong answers can't cancel.

# %% [markdown]
# **Is the gradient computed for each example, or for the averaged loss?** Both, and it is the same.
# The gradient of the mean loss *is* the mean of the gradients, one for each example:

# %%
w, b = np.array([1.0, -1.0]), 0.3
singles = np.array([gradient(X[i : i + 1], y[i : i + 1], w, b)[0] for i in range(m)])
print("mean of the single gradients:", singles.mean(axis=0))
print("gradient of the mean loss:   ", gradient(X, y, w, b)[0])

# %% [markdown]
# **Which prediction is the averaged cost compared with?** With none. All comparing is over when the
# losses are known: one prediction, one label, one loss. The mean is there to be differentiated, and
# learning does not even need its value. Look at the names that your `gradient` uses:

# %%
used = gradient.__code__.co_names
print(", ".join(used))
print("the cost is one of them:", "cost" in used)

# %% [markdown]
# **One set of weights for a whole batch: must the images be averaged first?** No. The *losses* are
# averaged, never the images. The averaged image tells you nothing here: you have shifted the
# features so that their mean is 0, and an image of zeros has nothing to say about any weight.

# %%
mean_image, mean_label = X.mean(axis=0, keepdims=True), y.mean(keepdims=True)
for name, found in {
    "batch": gradient(X, y, w, b),
    "averaged image": gradient(mean_image, mean_label, w, b),
}.items():
    print(f"length of dw for the {name:14}: {np.linalg.norm(found[0]):.6f}")

# %% [markdown]
# **Where does $1/m$ go? Can't I just add up?** It is born in the cost and comes along. If you leave
# it out, every gradient is $m$ times as long, and you must divide the learning rate by $m$ to take
# the same steps. With the mean, a learning rate means the same for any number of images. Show the
# model every image twice and see what stays:

# %%
X_twice, y_twice = np.tile(X, (2, 1)), np.tile(y, 2)
once, twice = gradient(X, y, w, b)[0], gradient(X_twice, y_twice, w, b)[0]
print("mean of the images once ", once.round(6), "  twice", twice.round(6))
print("sum of the images once  ", (m * once).round(3), "  twice", (2 * m * twice).round(3))

# %% [markdown]
# **A derivative with respect to a vector: what is that? Or is it one for each component?** One for
# each component. $dw$ is the list of them, in the shape of $w$. The list is worth more than its
# entries, though: it knows the slope in *every* direction $v$, as $dw \cdot v$.

# %%
direction = np.array([0.6, -0.8])
uphill = cost(X, y, w + 1e-5 * direction, b)
downhill = cost(X, y, w - 1e-5 * direction, b)
print(f"slope in the direction, nudged: {(uphill - downhill) / 2e-5:+.8f}")
print(f"dw times the direction:         {gradient(X, y, w, b)[0] @ direction:+.8f}")

# %% [markdown]
# **Could I train by nudging, and save the derivation?** You could. It takes two costs for every
# parameter, and the more parameters, the longer it takes. On the 64 pixels:


# %%
def nudged_gradient(X, y, w, b):
    """Return dw (n,), each entry from two costs."""
    steps = 1e-5 * np.eye(len(w))
    return np.array([(cost(X, y, w + step, b) - cost(X, y, w - step, b)) / 2e-5 for step in steps])


slow = seconds(lambda: nudged_gradient(pixels, y, some_weights, 0.1), times=5)
fast = seconds(lambda: gradient(pixels, y, some_weights, 0.1), times=50)
print(f"on this machine, nudging {len(some_weights)} weights: {slow * 1e3:8.3f} ms")
print(f"on this machine, your gradient:     {fast * 1e3:8.3f} ms, {slow / fast:,.0f} times as fast")

# %% [markdown]
# **Why is my `dw` a big square array?** Look at the shape of your labels. Predictions `(m,)` minus
# labels in a column, `(m, 1)`, are no error in NumPy. They broadcast to `(m, m)`, every prediction
# with every label. There is no warning, and all later numbers are wrong.

# %%
column = y[:, np.newaxis]
print("predictions", predict(X, w, b).shape, "labels", column.shape)
print("their difference", (predict(X, w, b) - column).shape)

# %% [markdown]
# **May I start with all weights at zero?** Here, yes. The bowl has one bottom, and every start
# leads to it. Hidden layers are another matter: lesson 2 shows you a network that never learns
# because it started with equal weights.

# %%
starts = {"zero": np.zeros(2), "random": np.random.default_rng(4).normal(size=2)}
for name, w_start in starts.items():
    w, b, history = gradient_descent(X, y, w_start, 0.0, 8.0, 3000)
    print(f"start at {name:6}: w = {w.round(6)}, b = {b:.6f}, cost {history[-1]:.8f}")

# %% [markdown]
# **Why shift and stretch the features first?** Try without. Same images, same learning rate, same
# number of steps, but the features are the bare ink, between 0 and 1:

# %%
for name, features in (("standardised", X), ("bare ink", ink)):
    w, b, history = gradient_descent(features, y, np.zeros(2), 0.0, 8.0, 300)
    print(f"{name:12}: cost {history[-1]:.4f}, w = {w.round(1)}")

# %% [markdown]
# With small features the weights have a long way to go. With features of different sizes it is
# worse: the landscape is a long, narrow valley, and no single learning rate suits all directions.

# %% [markdown]
# **All training images are read right. Why does the cost go on falling?** Because it can. If a
# straight boundary separates the two digits, as it does with 64 pixels, twice the weights give the
# same boundary and surer predictions. There is no bottom: the weights grow for ever, ever more
# slowly.

# %%
w, b, done = np.zeros(64), 0.0, 0
for steps in (100, 1000, 5000):
    w, b, history = gradient_descent(pixels, y, w, b, 2.0, steps - done)
    done = steps
    right, length = accuracy(pixels, y, w, b), np.linalg.norm(w)
    print(f"{steps:5} steps: {right:.1%} right, cost {history[-1]:.5f}, length of w {length:.1f}")

# %% [markdown]
# **They say that squared error has several valleys. Can I see one?** Take four made-up examples and
# a model with one weight and no bias. Two of them ask for a positive weight. The other two ask for
# a negative one, the first very loudly, but only until it is saturated:

# %%
x, labels = np.array([[1.0], [1.0], [10.0], [0.1]]), np.array([1, 1, 0, 0])
weights = np.linspace(-2, 8, 501)[:, np.newaxis]  # one a row
valleys = {
    "cross-entropy": np.array([cost(x, labels, w, 0.0) for w in weights]),
    "squared error": np.array([np.mean((predict(x, w, 0.0) - labels) ** 2) for w in weights]),
}
show(plots.plot_valleys(weights[:, 0], valleys))

# %% [markdown]
# The squared error has two. Start on the right, and gradient descent ends in the worse one. For a
# single unit there can be exponentially many (Auer, Herbster and Warmuth 1995).

# %% [markdown]
# **So is squared error useless? From a good start, does it learn?** It does, so it is not *wrong*.
# Start both at zero, on the images again, and give each the same number of steps:

# %%
for name, slope in (("cross-entropy", gradient_at), ("squared error", squared_gradient_at)):
    theta = walk(slope, np.zeros(2), 1.0, 300)[-1]
    right = accuracy(top_ink, y, theta[:1], theta[1])
    print(f"{name}: {right:.1%} read right, typical probability of the truth {np.exp(-cost_at(theta)):.3f}")

# %% [markdown]
# Here it even reads a few more images right, which is what neither of them was asked for. What you
# lose is the guarantee, and the meaning of the cost. Cross-entropy is the one for which $e^{-J}$ is a
# probability, and whose signal is loudest where the model is most wrong.

# %% [markdown]
# ## 7. Summary
#
# - Three steps: a **model** $f = \sigma(Xw + b)$, a **loss** for each example with its mean, the
#   **cost**, and **gradient descent**.
# - A loss is a surprise, $-\log$ of the probability given to the truth. $e^{-J}$ is the typical
#   probability that the model gives to the truth.
# - Cross-entropy makes a bowl. Squared error through a sigmoid has plateaus, and you measured them.
# - Compute the cost from the *scores*: $\log(1 + e^z) - yz$, arranged so that no exponential
#   overflows. Clipping hides what is most wrong.
# - The slope of the logarithm cancels the slope of the sigmoid, so $\partial \ell / \partial z =
#   f - y$. Each feature carries it to its weight: $dw = \frac1m X^{\mathsf T} (f - y)$.
# - $1/m$ lives in the cost. The gradient inherits it, once.
# - A learning rate above $2/c$ drives the walk out of the bottom, one far below it makes you wait.
#
# | what | symbol | shape |
# |---|---|---|
# | examples, one a row | $X$ | $(m, n)$ |
# | labels, predictions, scores, losses | $y$, $f$, $z$, $\ell$ | $(m,)$ |
# | weights and their gradient | $w$, $dw$ | $(n,)$ |
# | bias, its gradient, cost | $b$, $db$, $J$ | a number |
#
# All symbols of the course, with examples in rows and in columns side by side, are in
# [docs/notation.md](../../docs/notation.md).

# %% [markdown]
# ### Question: Did you forget the sigmoid?
#
# A classmate reads your `gradient` and writes: *"You forgot to differentiate! There is a sigmoid in
# the model and there are logarithms in the loss. Your $f - y$ has neither. I multiply by $f(1 -
# f)$, to be on the safe side."* Answer in your own words, in a hundred or two hundred words. Say
# what the cost measures, where the two derivatives have gone, what the classmate's version does to
# an example that is certain and wrong, and point to an experiment of this lesson that shows it.

# %% [markdown]
# **Your answer (4 points)**
#
# ### BEGIN SOLUTION
# The loss of an example is minus the logarithm of the probability that the model gave to the true
# label, and the cost is the mean of that over all examples: how surprised the model is by the
# truth.
#
# Nothing was forgotten. By the chain rule the derivative with respect to the score is a product.
# The logarithms give $(f - y) / (f (1 - f))$, the sigmoid gives $f (1 - f)$, and in the product the
# two factors $f (1 - f)$ cancel. What is left is $f - y$.
#
# Multiplying by $f (1 - f)$ once more gives, up to a factor of two, the gradient of the squared
# error, not of this cost. For an example that is certain and wrong, $f (1 - f)$ is nearly 0: the
# example that most needs correcting gets almost no signal, and the walk stays on a plateau.
#
# Experiment: the nudged derivatives of section 4.2 agree with $f - y$, without the factor. Section
# 4.7 shows the race from a bad start, where descent with that factor is still on the plateau when the
# other has long arrived.
#
# *For the marker, one point each:* (1) the cost as mean surprise, or mean minus log of the
# probability given to the truth; (2) both derivatives are there and cancel; (3) with the factor the
# signal of a certain, wrong example vanishes; (4) an experiment that fits (nudging, GradientTape,
# the picture of the signals, the race). Any wording will do. "It is a rule" or "TensorFlow does so"
# earns nothing for (2).
# ### END SOLUTION


# %%
solution("answer")

# %%
progress()

# %% [markdown]
# ## Sources
#
# - D. R. Cox, "The regression analysis of binary sequences", *Journal of the Royal Statistical
#   Society B* 20, 1958, pages 215 to 242: the model.
# - P. Auer, M. Herbster and M. K. Warmuth, "Exponentially many local minima for single neurons",
#   NIPS 1995: how bad the squared error of a single sigmoid unit can be.
# - C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer 2006, section 4.3:
#   cross-entropy, its gradient and its convexity, and what happens when the classes can be
#   separated.
# - TensorFlow's documentation of `tf.nn.sigmoid_cross_entropy_with_logits`: the cost from logits.
# - The images: scikit-learn's `load_digits`, a copy of the test set of "Optical Recognition of
#   Handwritten Digits" (E. Alpaydin and C. Kaynak 1998, UCI Machine Learning Repository).
