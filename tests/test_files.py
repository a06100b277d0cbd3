"""`grader check` on files, as a person runs it."""

import json
import subprocess
import sys
import time

import pytest

from grader import lessons
from tests.conftest import solution_sources

LESSON = "03_backpropagation"


def solution_file(lesson):
    """The lesson's solution as the text of a Python file."""
    imports = ["import numpy as np", "from utils.network import *"]
    return "\n\n".join([*imports, *solution_sources(lesson)])


@pytest.fixture(scope="module")
def solved():
    return solution_file(LESSON)


@pytest.fixture
def run(root):
    """Run the command line from the repository's root."""

    def command(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "grader", *map(str, arguments)],
            cwd=root,
            capture_output=True,
            text=True,
            timeout=240,
        )

    return command


@pytest.mark.parametrize("lesson", lessons.names())
def test_the_solution_of_every_lesson_is_right_in_a_process_of_its_own(run, tmp_path, lesson):
    file = tmp_path / "solution.py"
    file.write_text(solution_file(lesson))
    result = run("check", lesson, file, "--json")
    verdicts = json.loads(result.stdout)["exercises"]
    assert {v["name"]: v["status"] for v in verdicts} == dict.fromkeys(
        lessons.load(lesson).exercises, "correct"
    )


def test_right_wrong_missing_and_unreadable_files_in_one_run(run, tmp_path, solved):
    texts = {
        "right.py": solved,
        "wrong.py": solved + "\ndef output_delta(A, Y):\n    return A - Y\n",
        "partial.py": "def output_delta(A, Y):\n    return (A - Y) / len(A)\n",
        "broken.py": "def f(:\n",
    }
    files = [tmp_path / name for name in texts]
    for file, text in zip(files, texts.values(), strict=True):
        file.write_text(text)
    result = run("check", LESSON, *files, tmp_path / "absent.py", "--json", "--seed", 5)
    reports = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.returncode == 2
    assert [report["file"] for report in reports] == [*map(str, files), str(tmp_path / "absent.py")]
    right, wrong, partial, broken, absent = reports
    assert (right["lesson"], right["seed"], right["score"], right["max_score"]) == (LESSON, 5, 16, 16)
    assert {e["status"] for e in right["exercises"]} == {"correct"}
    found = {e["name"]: (e["status"], e["diagnosis"]) for e in wrong["exercises"]}
    slipped = ("incorrect", ["missing-mean"])
    assert found["output_delta"] == found["backward"] == found["input_gradient"] == slipped
    assert [e["status"] for e in partial["exercises"]].count("missing") == 6
    assert "broken.py, line 1" in broken["error"]
    assert "can't be read" in absent["error"]


def test_exit_codes_and_text(run, tmp_path, solved):
    file = tmp_path / "partial.py"
    file.write_text("def output_delta(A, Y):\n    return (A - Y) / len(A)\n")
    assert run("check", LESSON, file).returncode == 0
    file.write_text("def output_delta(A, Y):\n    return A - Y\n")
    result = run("check", LESSON, file)
    assert result.returncode == 1
    assert "✗ output_delta: not right yet, 0 of 1 point" in result.stdout
    result = run("check", "99_magic", file)
    assert result.returncode == 2
    assert "The lessons are: 01_logistic_regression, " in result.stderr


def test_an_error_may_cost_points_once(run, tmp_path):
    file = tmp_path / "partial.py"
    file.write_text(
        "def per_example_gradients(params, X, Y):\n"
        "    from utils.network import forward\n"
        "    A, cache = forward(X, params)\n"
        "    grads, dZ = {}, 2 * (A - Y)\n"
        "    for layer in range(len(params) // 2, 0, -1):\n"
        "        A = cache[f'A{layer - 1}']\n"
        "        grads[f'dW{layer}'], grads[f'db{layer}'] = A[:, :, None] * dZ[:, None, :], dZ\n"
        "        dZ = (dZ @ params[f'W{layer}'].T) * A * (1 - A)\n"
        "    return grads\n"
    )
    assert "per_example_gradients: not right yet, 0 of 3 points" in run("check", LESSON, file).stdout
    carried = run("check", LESSON, file, "--carry-errors").stdout
    assert "per_example_gradients: not right yet, 2.5 of 3 points" in carried


HOSTILE = {
    "huge_int.py": "def numerical_gradient(f, theta, eps=1e-5):\n    return 10 ** 30\n",
    "deep.py": "x = " + "-" * 100_000 + "1\n",
    "surrogate.py": "def output_delta(A, Y):\n    raise ValueError('\\ud800')\n",
    "clock.py": "import time\ntime.perf_counter = lambda: 'now'\ndef output_delta(A, Y):\n    return A\n",
    "exit.py": "def output_delta(A, Y):\n    return A\nimport os\nos._exit(3)\n",
    "number.py": "output_delta = 5\n",
    "nul.py": "x = 1\0\n",
}


def test_no_file_can_stop_the_others_or_pass_unjudged(run, tmp_path):
    for name, text in HOSTILE.items():
        (tmp_path / name).write_text(text)
    files = [tmp_path / name for name in HOSTILE]
    lines = run("check", LESSON, *files, "--json").stdout.splitlines()
    reports = [json.loads(line, parse_constant=pytest.fail) for line in lines]
    assert [report["file"] for report in reports] == list(map(str, files))
    assert not [e for report in reports for e in report["exercises"] if e["status"] == "correct"]
    assert run("check", LESSON, *files).returncode == 2
    assert run("check", LESSON, tmp_path / "exit.py").returncode == 1
    assert run("check", LESSON, tmp_path / "number.py").returncode == 1


def test_the_same_seed_gives_the_same_bytes(run, tmp_path):
    file = tmp_path / "f.py"
    file.write_text("def output_delta(A, Y):\n    return A * 0.3 - Y\n")
    first, again = (run("check", LESSON, file, "--json", "--seed", 11).stdout for _ in range(2))
    assert first == again


def test_a_file_that_hangs_takes_nothing_else_with_it(run, tmp_path, solved):
    bad, good = tmp_path / "bad.py", tmp_path / "good.py"
    loop = "\ndef input_gradient(params, cache, Y):\n    while True: pass\n"
    bad.write_text(solved + loop)
    good.write_text(solved)
    result = run("check", LESSON, bad, good, "--json")
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert first["exercises"][-1]["status"] == "timeout"
    assert first["score"] == 14
    assert second["score"] == 16


@pytest.mark.slow
def test_a_hundred_files_take_well_under_a_minute(run, tmp_path, solved):
    files = [tmp_path / f"{i:03}.py" for i in range(100)]
    for file in files:
        file.write_text(solved)
    start = time.perf_counter()
    result = run("check", LESSON, *files, "--json")
    assert result.returncode == 0
    assert len(result.stdout.splitlines()) == 100
    assert time.perf_counter() - start < 120


def test_lessons_are_listed(run):
    result = run("lessons")
    assert result.returncode == 0
    assert "backward" in result.stdout
