#!/usr/bin/env bash
# scikit-learn's networks start sigmoid layers 1.73 times narrower than Glorot's limit, not wider, and with random biases.
#
# scikit-learn 1.9.1: `MLPClassifier` and `MLPRegressor` draw weights uniformly up to sqrt(6 / (n_in + n_out)), as Glorot and
# Bengio have it for tanh, but up to sqrt(2 / (n_in + n_out)) with activation="logistic". A sigmoid is flatter than tanh, by a
# factor of 4 at 0, and the usual correction is a limit 4 times as wide. The biases, 0 in Keras and in the paper, are
# drawn from the same interval. The documentation of the class refers to the paper and names no limit. Who compares it with a
# network of one's own has to copy weights and biases.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check scikit-learn==1.9.1 numpy==2.3.5

"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import sys

import numpy as np
from sklearn.neural_network import MLPClassifier

X, y = np.random.default_rng(0).normal(size=(20, 64)), np.arange(20) % 2


def start(activation):
    """Return the largest weight of two hidden layers over Glorot's limit, and the largest bias over the same."""
    options = {"solver": "sgd", "learning_rate_init": 1e-12, "max_iter": 1, "random_state": 0}  # it starts, and hardly moves
    network = MLPClassifier((200, 200), activation=activation, **options).fit(X, y)
    limits = [np.sqrt(6 / sum(weights.shape)) for weights in network.coefs_]
    return tuple(
        max(float(np.abs(array).max() / limit) for array, limit in zip(arrays[:2], limits))
        for arrays in (network.coefs_, network.intercepts_)
    )


found = {activation: start(activation) for activation in ("tanh", "relu", "logistic")}
for activation, (weights, biases) in found.items():
    print(f"{activation:8} largest weight {weights:.3f} of Glorot's limit, largest bias {biases:.3f}")
limits = {"tanh": 1.0, "relu": 1.0, "logistic": np.sqrt(1 / 3)}
as_seen = all(0.95 * limits[name] < size <= limits[name] for name, sizes in found.items() for size in sizes)
sys.exit(None if as_seen else "This has changed.")
PYTHON
