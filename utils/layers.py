"""Networks as lists of layers, for the lesson that is about them."""

import numpy as np


def random_layers(sizes, slope, seed, last="sigmoid"):
    """Return a list of layers: dense ones of `sizes` such as [64, 25, 2], and an activation behind each.

    A dense layer is {"type": "dense", "W": (n_in, n_out), "b": (n_out,)}, float64, with weights uniform
    between -limit and limit, limit = sqrt(6 / (n_in + n_out)) (Glorot and Bengio, 2010), and biases of 0.
    Behind it stands a leaky ReLU, {"type": "leaky_relu", "slope": slope}, behind the last one {"type": last}.
    The same `seed` gives the same weights.
    """
    rng, layers = np.random.default_rng(seed), []
    for n_in, n_out in zip(sizes, sizes[1:], strict=False):
        limit = np.sqrt(6 / (n_in + n_out))
        W = rng.uniform(-limit, limit, size=(n_in, n_out))
        layers += [{"type": "dense", "W": W, "b": np.zeros(n_out)}, {"type": "leaky_relu", "slope": slope}]
    return [*layers[:-1], {"type": last}]
