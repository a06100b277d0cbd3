"""What a GPU would change: nothing of a verdict, and in lessons nothing that their text says.

There is one test for a real GPU. The others simulate its rounding.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grader import lessons
from grader.diagnosis.references import SHIPPED, SHIPPED_FILE, Draw, Parts, References
from grader.judge import judge_function
from grader.lessons import Exercise
from tests import gpu
from tests.colab.shell import Ran
from tests.conftest import ROOT, solution_functions

COURSE = [(lesson, name) for lesson in lessons.names() for name in lessons.load(lesson).exercises]


class MovedReferences(References):
    """References as they are stored, each number moved by 1e-12 of the largest of its part."""

    def _want(self, exercise: Exercise, drawn: Draw, place: int) -> Parts:
        rng = np.random.default_rng(place)
        want = super()._want(exercise, drawn, place)
        return {name: self._moved(rng, value) for name, value in want.items()}

    @staticmethod
    def _moved(rng, value):
        if np.asarray(value).dtype != np.float64:
            return value
        signs = rng.choice([-1, 1], size=np.shape(value))
        moved = value + 1e-12 * np.max(np.abs(value), initial=0) * signs
        return moved if isinstance(value, np.ndarray) else moved.tolist()


@pytest.mark.parametrize(("lesson", "name"), COURSE)
def test_no_verdict_changes_with_references_moved_by_1e_12(lesson, name):
    exercise = lessons.load(lesson).exercises[name]

    def slipped(*arguments):
        return exercise.answer(arguments, exercise.slips[:1])

    for function in (solution_functions(lesson)[name], slipped):
        here, there = (
            judge_function(exercise, function, references=references)
            for references in (SHIPPED, MovedReferences(SHIPPED_FILE))
        )
        assert (here.status, here.score, here.diagnosis) == (there.status, there.score, there.diagnosis)


@pytest.mark.slow
def test_in_float32_a_device_keeps_seven_digits_since_tensorfloat_32_is_off():
    """And the simulated device is one on which this matters, and has no part in TensorFlow's graphs."""
    code = """
import json
import numpy as np
from tests import simulated_device
from utils.tensorflow import import_tensorflow
tf = import_tensorflow()
simulated_device.install()
rng = np.random.default_rng(0)
X, W = rng.normal(size=(200, 64)), rng.normal(size=(64, 25))
def off(dtype):
    layer = tf.keras.layers.Dense(25, dtype=dtype)
    layer.build((None, 64))
    layer.set_weights([W, np.zeros(25)])
    return float(np.abs(layer(X).numpy() - X @ W).max() / np.abs(X @ W).max())
off_now = [off("float32"), off("float64")]
x = tf.Variable(X, dtype=tf.float32)
with tf.GradientTape() as tape:
    total = tf.reduce_sum(x @ tf.constant(W, tf.float32))
gradient = float(np.abs(tape.gradient(total, x).numpy() - W.sum(axis=1)).max())
tf.config.experimental.enable_tensor_float_32_execution(True)
graph = tf.function(lambda x: x @ W).get_concrete_function(tf.constant(X)).graph
kinds = [operation.type for operation in graph.get_operations()]
print(json.dumps([*off_now, gradient, off("float32"), off("float64"), kinds]))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    single, double, gradient, cut, still_double, kinds = json.loads(done.stdout)
    assert 1e-8 < single < 1e-6
    assert gradient < 1e-5
    assert double < 1e-15 and still_double < 1e-15
    assert 1e-5 < cut < 1e-2
    assert [kind for kind in kinds if kind != "Const"] == ["Placeholder", "MatMul", "Identity"]


@pytest.mark.gpu
@pytest.mark.skipif(not Path("/dev/nvidia0").exists(), reason="there is no GPU")
def test_all_lessons_on_a_gpu():
    assert gpu.main([]) == 0


@pytest.mark.parametrize(
    ("here", "there", "changed"),
    [
        ("off by 3e-16, of 1e-7", "off by 9e-15, of 2e-07", []),
        ("off by 3e-7", "off by 3e-4", ["3e-07 -> 3e-04"]),
        ("off by 3e-7", "off by 0e+00", ["3e-07 -> 0e+00"]),
        ("off by 3e-7", "off by nothing", ["1 numbers -> 0"]),
    ],
)
def test_numbers_of_another_size_are_told(here, there, changed):
    assert gpu._changed(*(Ran([], text, None) for text in (here, there))) == changed
