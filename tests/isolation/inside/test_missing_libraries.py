"""Libraries that are not there: naming them does no harm, using them is found out."""

import numpy as np
import pytest

from grader.isolation.submission import SubmissionProcess
from tests.isolation.calls import call

FILE = """
import numpy as np
import tensorflow as tf
from tensorflow import keras
import jax.numpy as jnp, torch.nn

class Model(tf.keras.Model):
    pass

layer = keras.layers.Dense(3)

def honest(a):
    return 2 * a

def shown(a):
    return isinstance(a, tf.Tensor)

def by_name(a):
    return tf.constant(a)

def by_import(a):
    import torch
    return torch.tensor(a)

def by_importlib(a):
    import importlib
    return importlib.import_module("ja" + "x").grad(a)

def by_exec(a):
    exec("imp" + "ort keras; keras.ops.sum(3)")

def by_text(a):
    import subprocess, sys
    subprocess.run([sys.executable, "-c", "import tensorflow"])
"""


@pytest.fixture(scope="module")
def process():
    with SubmissionProcess(FILE.encode()) as running:
        yield running


def test_imports_do_no_harm_to_what_does_without(process):
    assert process.failure.kind == "ForbiddenLibrary"
    assert np.array_equal(call(process, "honest", (np.ones(2),), 5).value, [2, 2])


@pytest.mark.parametrize(
    ("name", "library"),
    [
        ("shown", "tensorflow"),
        ("by_name", "tensorflow"),
        ("by_import", "torch"),
        ("by_importlib", "jax"),
        ("by_exec", "keras"),
        ("by_text", "tensorflow"),
    ],
)
def test_every_use_is_forbidden(process, name, library):
    assert call(process, name, (np.ones(2),), 5).forbidden == library


def test_the_instructor_is_told(process):
    assert process.stopped == ("It imports a library for automatic differentiation, which is not there.",)
