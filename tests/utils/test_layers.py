import numpy as np

from utils.layers import random_layers


def test_layers_have_their_sizes_and_activations():
    layers = random_layers([6, 4, 2], 0.125, seed=1)
    assert [layer["type"] for layer in layers] == ["dense", "leaky_relu", "dense", "sigmoid"]
    assert [layers[i]["W"].shape for i in (0, 2)] == [(6, 4), (4, 2)]
    assert layers[1]["slope"] == 0.125
    assert not layers[0]["b"].any() and np.abs(layers[0]["W"]).max() <= np.sqrt(6 / 10)


def test_the_same_seed_gives_the_same_weights():
    first, again, other = (random_layers([3, 2], 0.1, seed)[0]["W"] for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
