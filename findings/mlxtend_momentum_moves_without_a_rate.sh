#!/usr/bin/env bash
# mlxtend's networks report a mean cost and step by a sum; with the learning rate 0 its perceptron moves all the same, by momentum.
#
# mlxtend 0.25.0. `SoftmaxRegression` and `MultiLayerPerceptron` note in `cost_` the mean over the examples, but a step follows
# the gradient of the sum: with every example twice, the cost is about the same and the step twice as long. So a learning rate
# that suits 100 examples may be far too large for 10,000. Momentum adds the gradient of the step before, without the learning
# rate: with momentum 0.9 and the rate 0 the weights move by 0.9 of that gradient. `decrease_const` d is documented as
# eta / (1 + epoch d), but the rate that is left is divided by that in every epoch, and in each of its mini-batches, so it
# shrinks like one over a factorial. A cost that falls shows none of this. Nudging the weights does: the step over the rate is
# the number of examples times the gradient of the cost that is reported.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mlxtend==0.25.0 scikit-learn==1.9.1 pandas==3.0.0 numpy==2.3.5

"$folder/venv/bin/python" - <<'PYTHON'
import sys

import numpy as np
from mlxtend.classifier import MultiLayerPerceptron, SoftmaxRegression

rng = np.random.default_rng(0)
X = rng.normal(size=(40, 3))
y = (X[:, 0] > 0).astype(int)
twice = np.vstack([X, X]), np.hstack([y, y])


def weights(model):
    return np.array(model.w_["1"] if isinstance(model.w_, dict) else model.w_)


def trained(kind, data=(X, y), **options):
    model = kind(**{"eta": 1e-4, "epochs": 1, "minibatches": 1, "random_seed": 1, **options})
    return model.fit(*data)


seen = []
for kind in (SoftmaxRegression, MultiLayerPerceptron):
    start = weights(trained(kind, eta=0.0))
    once, doubled = trained(kind), trained(kind, twice)
    ratio = np.median((weights(doubled) - start) / (weights(once) - start))
    costs = once.cost_[0], doubled.cost_[0]
    seen.append(round(float(ratio), 6) == 2 and abs(costs[0] - costs[1]) < 1e-3)
    print(f"{kind.__name__}: with every example twice, cost {costs[0]:.4f} and {costs[1]:.4f}, step {ratio:.4f} times as long")

path = [weights(trained(MultiLayerPerceptron, eta=0.0, momentum=0.9, epochs=epochs)) for epochs in (1, 2, 3)]
gradient = (weights(trained(MultiLayerPerceptron, eta=0.0)) - weights(trained(MultiLayerPerceptron))) / 1e-4
moved = (path[0] - path[1]) / gradient
print("at the rate 0, moved after 1 epoch:", not np.allclose(path[0], start), "| after 2, over the gradient:", moved.mean().round(4))
seen.append(np.allclose(path[0], start) and np.allclose(moved, 0.9))

path = [weights(trained(MultiLayerPerceptron, eta=1e-7, decrease_const=0.5, epochs=epochs)) for epochs in range(1, 6)]
steps = [np.abs(np.diff(pair, axis=0)).sum() for pair in zip([start, *path], path)]
found, documented = np.divide(steps, steps[0]), [1 / (1 + 0.5 * epoch) for epoch in range(5)]
print("rates over the first:", found.round(3), "as documented:", np.round(documented, 3))
seen.append(np.allclose(found, 1 / np.cumprod([1 + 0.5 * epoch for epoch in range(5)]), rtol=1e-3))
sys.exit(None if all(seen) else f"This has changed: {seen}")
PYTHON
