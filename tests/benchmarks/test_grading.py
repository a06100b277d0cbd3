"""The figures of a benchmark follow from what classes of different sizes took."""

import io

import pytest
from rich.console import Console

from tests.benchmarks.classes import Graded
from tests.benchmarks.grading import (
    Line,
    Model,
    fixed,
    further,
    lines_of_model,
    lines_of_time,
    print_table,
)
from tests.benchmarks.main_process import _place
from tests.benchmarks.measure import Usage
from tests.conftest import ROOT


def graded(size, start, each):
    seconds = start + size * each
    return Graded(size, Usage(cpu=seconds, main=seconds / 2, wall=seconds, memory=0), {})


def test_a_line_through_two_sizes_gives_a_further_submission_and_the_fixed_part():
    classes = graded(10, 3, 0.2), graded(100, 3, 0.2)
    assert further(*classes, "cpu") == pytest.approx(0.2)
    assert further(*classes, "main") == pytest.approx(0.1)
    assert fixed(*classes, "cpu") == pytest.approx(3)


def test_each_step_between_sizes_is_compared_with_plain_nbgrader():
    stock = graded(4, 5, 12), graded(10, 5, 12)
    lines = list(lines_of_time([graded(size, 3, 0.2) for size in (10, 100, 1000)], stock))
    steps = [line for line in lines if line.measure.startswith("CPU time of a further")]
    assert [line.wanted for line in steps] == ["0.200, better 0.120"] * 2
    assert [line.stock / line.value for line in steps] == pytest.approx([60, 60])


def test_the_model_is_that_of_a_main_process_and_many_workers():
    model = Model.of(graded(10, 3, 0.2), graded(100, 3, 0.2))
    assert (model.fixed, model.main, model.workers) == pytest.approx((3, 0.1, 0.1))
    assert model.wall(100, jobs=1, cores=1) == pytest.approx(3 + 100 * 0.2)
    assert model.wall(100, jobs=1, cores=2) == pytest.approx(3 + 100 * 0.1)
    model = Model(fixed=1, main=0.01, workers=0.1)
    assert model.wall(100, jobs=5, cores=16) == pytest.approx(1 + 100 * 0.02)
    assert model.wall(100, jobs=64, cores=64) == pytest.approx(1 + 100 * 0.01)
    usage = Usage(cpu=12, main=2, wall=22, memory=0)
    lines = {line.measure: line.value for line in lines_of_model(model, 100, [(1, usage)])}
    assert lines["model, class of 10,000, one core"] == pytest.approx(1 + 1100)
    assert lines["measured, as a multiple of it, one job"] == pytest.approx(22 / 11)
    assert lines["cores beyond which the main process is the slower part"] == pytest.approx(11)


def test_the_table_is_markdown():
    lines = [Line("time", 0.2, stock=12.0), Line("memory", 500, "MiB", "400", 250)]
    print_table(lines, "title", Console(file=(file := io.StringIO()), width=140))
    rows = [
        [cell.strip() for cell in row.split("|")[1:-1]] for row in file.getvalue().splitlines() if "|" in row
    ]
    assert rows[2:] == [
        ["time", "0.200 s", "", "12.000 s", "1/60.0"],
        ["memory", "500 MiB", "400", "250 MiB", "2.0"],
    ]


@pytest.mark.parametrize(
    "path, place",
    [
        (f"{ROOT}/grader/judge.py", "grader.judge"),
        (f"{ROOT}/.venv/lib/python3.11/site-packages/jinja2/loaders.py", "jinja2"),
        ("/usr/lib/python3.11/json/decoder.py", "decoder (Python)"),
        ("~", "<built-in method zlib.compress>"),
    ],
)
def test_places_are_modules_packages_and_built_in_functions(path, place):
    assert _place(path, "<built-in method zlib.compress>") == place
