"""Lesson 7 again: answers that were written, and named, before the check was asked."""

from __future__ import annotations

import numpy as np

from tests.corpus.entries import Corpus

CORPUS = Corpus("07_list_of_layers")


def squash(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z, float)))


def ahead(X, layers):
    out = [X]
    for layer in layers:
        A = out[-1]
        if layer["type"] == "dense":
            out.append(A @ layer["W"] + layer["b"])
        else:
            out.append(squash(A) if layer["type"] == "sigmoid" else np.where(A > 0, A, layer["slope"] * A))
    return out


def back(layers, activations, dA, of_dense=lambda A, dA: (A.T @ dA, dA.sum(axis=0)), slope=None):
    """The way back, with another rule for a dense layer's parameters or for the slope of a sigmoid."""
    grads = []
    for i, layer in reversed(list(enumerate(layers))):
        A, ahead = activations[i], activations[i + 1]
        if layer["type"] == "dense":
            dW, db = of_dense(A, dA)
            grads.insert(0, {"dW": dW, "db": db})
            dA = dA @ layer["W"].T
        else:
            grads.insert(0, {})
            if layer["type"] == "sigmoid":
                dA = dA * (slope(A, ahead) if slope else ahead * (1 - ahead))
            else:
                dA = dA * np.where(A > 0, 1.0, layer["slope"])
    return grads, dA


def train(X, Y, layers, rate, epochs, size, scale=lambda e, m: 2 / e.size, note="running"):
    layers, history = [dict(layer) for layer in layers], []
    for _ in range(epochs):
        start, costs = float(np.mean((ahead(X, layers)[-1] - Y) ** 2)), []
        for first in range(0, len(X), size):
            activations = ahead(X[first : first + size], layers)
            e = activations[-1] - Y[first : first + size]
            costs += [float(np.mean(e**2))] * len(e)
            grads, _ = back(layers, activations, e * scale(e, len(X)))
            for layer, grad in zip(layers, grads, strict=True):
                for name, value in grad.items():
                    layer[name[1:]] = layer[name[1:]] - rate * value
        history.append(start if note == "start" else sum(costs) / len(costs))
    return layers, history


def turned(A, dA):
    return dA.T @ A, dA.sum(axis=0)


def up(A, dA):
    return -A.T @ dA, -dA.sum(axis=0)


# backward_layers


@CORPUS.slip("backward_layers", "swapped-outputs")
def back_gives_the_inputs_first(layers, activations, dA):
    grads, dX = back(layers, activations, dA)
    return dX, grads


@CORPUS.slip("backward_layers", "chain-cut")
def back_stops_in_the_first_layer(layers, activations, dA):
    grads, dX = back(layers, activations, dA)
    if layers and layers[0]["type"] == "dense":
        _, dX = back(layers[1:], activations[1:], dA)
    return grads, dX


@CORPUS.slip("backward_layers", "transposed", "missing-activation-derivative")
def back_turned_without_slopes(layers, activations, dA):
    return back(layers, activations, dA, turned, lambda A, ahead: 1)


@CORPUS.slip("backward_layers", "transposed", "half-activation-derivative")
def back_turned_with_half_a_slope(layers, activations, dA):
    return back(layers, activations, dA, turned, lambda A, ahead: 1 - ahead)


@CORPUS.slip("backward_layers", "transposed", "bias-gradient-not-summed")
def back_turned_with_a_row_an_example(layers, activations, dA):
    return back(layers, activations, dA, lambda A, dA: (dA.T @ A, dA))


@CORPUS.slip("backward_layers", "wrong-sign", "half-activation-derivative")
def back_ready_to_be_added(layers, activations, dA):
    return back(layers, activations, dA, up, lambda A, ahead: ahead)


# fit_layers


@CORPUS.slip("fit_layers", "history-before-epoch")
def fit_notes_where_it_starts(X, Y, layers, learning_rate, epochs, batch_size):
    return train(X, Y, layers, learning_rate, epochs, batch_size, note="start")


@CORPUS.slip("fit_layers", "history-before-epoch", "factor-two")
def fit_half_steps_and_notes_where_it_starts(X, Y, layers, learning_rate, epochs, batch_size):
    return train(X, Y, layers, learning_rate, epochs, batch_size, lambda e, m: 1 / e.size, note="start")


@CORPUS.slip("fit_layers", "ignores-argument", "factor-two")
def fit_half_steps_with_all_examples(X, Y, layers, learning_rate, epochs, batch_size):
    return train(X, Y, layers, learning_rate, epochs, len(X), lambda e, m: 1 / e.size)


@CORPUS.slip("fit_layers", "ignores-argument", "wrong-sign")
def fit_uphill_with_all_examples(X, Y, layers, learning_rate, epochs, batch_size):
    return train(X, Y, layers, -learning_rate, epochs, len(X))
