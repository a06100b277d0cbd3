"""Environments that a learner may have: without TensorFlow, with settings of their own, in another order."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from grader import lessons
from grader.judge import judge_function
from tests.colab.shell import ROOT, code_cells, run_cells
from tests.conftest import solution_functions
from utils import tensorflow
from utils.tensorflow import TensorFlowUnusable

LESSON = "03_backpropagation"
WITHOUT_TENSORFLOW = "import sys; sys.modules['tensorflow'] = sys.modules['keras'] = None"


@pytest.fixture
def folder(tmp_path):
    """A folder for notebooks inside the course, which has a space in its name."""
    course = tmp_path / "my course"
    course.mkdir()
    for name in ("grader", "utils"):
        (course / name).symlink_to(ROOT / name)
    (course / "notebooks").mkdir()
    return course / "notebooks"


def verdicts(ran):
    return [tuple(cell.verdict) for cell in ran if cell.verdict]


def start(lesson=LESSON):
    """The first two cells of a lesson."""
    return code_cells("solutions", lesson)[:2]


def answers(lesson=LESSON):
    """The cells with answers and those that check them."""
    return [c for c in code_cells("solutions", lesson) if "### BEGIN SOLUTION" in c or c.startswith("check(")]


def correct(lesson=LESSON):
    return [(name, "correct") for name in lessons.load(lesson).exercises]


# --- TensorFlow and Keras -----------------------------------------------------------------------------------


@pytest.mark.parametrize("lesson", lessons.names())
def test_nobody_waits_for_tensorflow_before_the_first_check(lesson):
    cells = code_cells("solutions", lesson)
    before = cells[: next(i for i, cell in enumerate(cells) if cell.startswith("check("))]
    assert not [cell for cell in before if "import_tensorflow()" in cell]


@pytest.mark.slow
@pytest.mark.parametrize("lesson", ["02_forward_propagation", LESSON, "07_list_of_layers"])
def test_without_tensorflow_checks_work_and_cells_that_need_it_say_so(folder, lesson):
    ran = run_cells([WITHOUT_TENSORFLOW, *code_cells("solutions", lesson)], folder)
    assert verdicts(ran) == correct(lesson)
    errors = [cell.error for cell in ran if cell.error]
    assert all(len(error) == 1 for error in errors)
    assert errors[0] == [
        "This cell needs TensorFlow, which is not installed here. Every check works without it."
    ]
    assert all("TensorFlow" in line for (line,) in errors)


@pytest.mark.slow
def test_settings_of_keras_are_its_own_defaults_where_a_lesson_asks_for_tensorflow(tmp_path):
    """Another backend, number format and epsilon in keras.json and the environment; a policy set later."""
    settings = {
        "floatx": "float64",
        "epsilon": 0.1,
        "backend": "torch",
        "image_data_format": "channels_first",
    }
    (tmp_path / "keras.json").write_text(json.dumps(settings))
    code = """
from utils.tensorflow import import_tensorflow
def state():
    tf = import_tensorflow()
    config, policy = tf.keras.config, tf.keras.config.dtype_policy().name
    layer = tf.keras.layers.Dense(2)
    layer.build((None, 3))
    tf32 = tf.config.experimental.tensor_float_32_execution_enabled()
    return [config.backend(), config.floatx(), config.epsilon(), policy, layer.kernel.dtype, tf32]
found = [state()]
tf = import_tensorflow()
tf.keras.config.set_dtype_policy("mixed_float16")
tf.keras.config.set_floatx("float16")
tf.keras.config.set_epsilon(1e-3)
tf.config.experimental.enable_tensor_float_32_execution(True)
found.append(state())
from grader import check, lessons
from tests.conftest import solution_functions
tf.keras.config.set_dtype_policy("mixed_float16")
name, own = "05_matching_keras", solution_functions("05_matching_keras")
found += [check(own[function], lesson=name, live=True).status for function in ("fit", "leaky_relu")]
tf.compat.v1.disable_eager_execution()
try:
    import_tensorflow()
except RuntimeError as error:
    found += error._render_traceback_()
import json
print(json.dumps(found))
"""
    variables = os.environ | {"KERAS_HOME": str(tmp_path), "KERAS_BACKEND": "jax", "HOME": "/nonexistent"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    *states, fit, leaky_relu, eager = json.loads(done.stdout)
    assert states == [["tensorflow", "float32", 1e-7, "float32", "float32", False]] * 2
    assert (fit, leaky_relu) == ("correct", "correct")
    assert eager.startswith("TensorFlow's eager execution is switched off in this kernel")
    assert "Restart the kernel" in eager


@pytest.mark.parametrize(
    ("version", "backend", "is_eager", "said"),
    [
        ("3.8.0", "jax", True, "Keras computes with jax in this kernel"),
        ("3.8.0", "torch", True, "Keras computes with torch in this kernel"),
        ("2.15.0", "tensorflow", True, "tf.keras is Keras 2.15.0 in this kernel"),
        ("3.8.0", "tensorflow", False, "TensorFlow's eager execution is switched off"),
    ],
)
def test_what_only_a_new_kernel_can_change_is_a_sentence(monkeypatch, version, backend, is_eager, said):
    keras = SimpleNamespace(__version__=version, config=SimpleNamespace(backend=lambda: backend))
    tf = SimpleNamespace(keras=keras, executing_eagerly=lambda: is_eager)
    monkeypatch.setattr(tensorflow, "_imported", lambda: tf)
    with pytest.raises(TensorFlowUnusable, match=said) as caught:
        tensorflow.import_tensorflow()
    (line,) = caught.value._render_traceback_()
    assert "Restart the kernel" in line


# --- NumPy, folders, order ----------------------------------------------------------------------------------


@pytest.mark.parametrize("lesson", lessons.names())
def test_verdicts_do_not_depend_on_what_numpy_does_about_errors(lesson):
    own = solution_functions(lesson)
    for name, exercise in lessons.load(lesson).exercises.items():

        def slipped(*arguments, exercise=exercise):
            return exercise.answer(arguments, exercise.slips[:1])

        for function in (own[name], slipped):
            with np.errstate(all="warn"):
                usual = judge_function(exercise, function)
            with np.errstate(all="raise"):
                assert judge_function(exercise, function).as_dict() == usual.as_dict()


def test_a_home_that_cannot_be_written_to_is_none_that_a_lesson_needs(folder, tmp_path):
    variables = {"HOME": "/proc/none", "MPLCONFIGDIR": "/proc/none", "IPYTHONDIR": str(tmp_path)}
    cells = [*start(), "images, digits = load_digits(classes=(0, 1))", *answers()]
    ran = run_cells(cells, folder, **variables)
    assert [cell.error for cell in ran if cell.error] == []
    assert verdicts(ran) == correct()


def test_a_kernel_that_was_restarted_midway_says_what_to_run(folder):
    first, imports = start()
    answer, check = answers()[:2]
    ran = run_cells([check, first, answer, check, imports, answer, check], folder)
    assert "name 'check' is not defined" in ran[0].error[-1]
    assert verdicts(ran) == [("numerical_gradient", "error"), ("numerical_gradient", "correct")]


@pytest.mark.slow
def test_cells_may_run_twice_and_out_of_order(folder):
    first, imports = start()
    cells = answers()
    twice = [cell for cell in [first, imports, *cells] for _ in range(2)]
    ran = run_cells([*twice, *reversed(cells), first, *cells], folder)
    assert [cell.error for cell in ran if cell.error] == []
    assert len(set(verdicts(ran))) == len(lessons.load(LESSON).exercises)
    assert {status for _, status in verdicts(ran)} == {"correct"}
