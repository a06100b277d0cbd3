"""The command: its table, its data, and what it says of a broken promise."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import pytest
from rich.console import Console

from tests.truth import __main__ as command
from tests.truth.measure import Measured

ONE = Measured(
    lesson="03_backpropagation",
    exercise="output_delta",
    mutants=1600,
    pairs=9000,
    slips=23,
    equivalent=2,
    alike=1,
    accepted_wrong=(),
    not_equivalent=(),
    others={"one stored answer": 10, "learntools": 8, "Otter": 6},
    styles=10,
    rewritten=200,
    verdicts=2200,
    drawn=700,
    refused_right=(),
    properties={"square": 3, "large": 0},
    holes=(),
)


def test_where_all_is_well_nothing_is_said():
    assert command.broken([ONE]) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"accepted_wrong": ("a -> b",)}, "accepts a wrong answer: a -> b"),
        ({"not_equivalent": ("a -> b",)}, "rejects, or no longer has: a -> b"),
        ({"refused_right": ("in loops, seed 3",)}, "refuses a right answer: in loops, seed 3"),
        ({"holes": ("large",)}, "no case with this property of arguments: large"),
        ({"styles": 4}, "has 4 right answers"),
        ({"mutants": 999}, "9999 mutants"),
    ],
)
def test_a_broken_promise_is_named_and_fails(change, said, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "measured", lambda chosen: ([replace(ONE, **change)], []))
    monkeypatch.setattr("sys.argv", ["truth", "--json", str(tmp_path / "new" / "truth.json")])
    assert command.main() == 1
    assert said in " ".join(capsys.readouterr().out.split())


def test_of_one_lesson_not_so_many_mutants_are_asked(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "measured", lambda chosen: ([replace(ONE, mutants=1, pairs=1)], []))
    monkeypatch.setattr("sys.argv", ["truth", ONE.lesson, "--json", str(tmp_path / "truth.json")])
    assert command.main() == 0


def test_the_table_adds_up_and_the_data_says_the_same(tmp_path, monkeypatch, capsys):
    path = tmp_path / "truth.json"
    monkeypatch.setattr(
        command, "measured", lambda chosen: ([ONE, replace(ONE, exercise="hidden_delta")], [])
    )
    monkeypatch.setattr("sys.argv", ["truth", "--json", str(path)])
    assert command.main() == 0
    data = json.loads(path.read_text(encoding="utf-8"))
    assert (data["total"]["once"], data["total"]["slips"], data["verdicts"]) == (3200, 46, 5800)
    assert "3200" in capsys.readouterr().out


def test_an_exercise_that_cannot_be_measured_is_named_and_costs_no_other(tmp_path, monkeypatch, capsys):
    path = tmp_path / "truth.json"
    monkeypatch.setattr(command, "measure", _measure_one_of_two)
    monkeypatch.setattr(command, "ProcessPoolExecutor", lambda *_, **__: ThreadPoolExecutor(1))
    monkeypatch.setattr(command.lessons, "load", lambda lesson: SimpleNamespace(exercises=["right", "wrong"]))
    monkeypatch.setattr("sys.argv", ["truth", ONE.lesson, "--json", str(path)])
    assert command.main() == 1
    assert len(json.loads(path.read_text(encoding="utf-8"))["exercises"]) == 1
    assert "wrong could not be measured: ValueError" in " ".join(capsys.readouterr().out.split())


def _measure_one_of_two(lesson, name):
    if name == "wrong":
        raise ValueError
    return ONE


@pytest.mark.parametrize("width", [80, 120])
def test_the_table_fits_a_terminal(width):
    console = Console(width=width, file=io.StringIO())
    console.print(command.table([replace(ONE, exercise="softmax_cross_entropy_gradient")]))
    lines = console.file.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    assert any("03 softmax_cross_entropy_gradient" in line for line in lines)
    header = next(line for line in lines if "exercise" in line)
    assert all(column in header for column in command.COLUMNS)


@pytest.mark.parametrize("width", [80, 120])
def test_the_table_of_holes_names_what_no_case_has(width):
    console = Console(width=width, file=io.StringIO())
    hole = replace(ONE, exercise="softmax_cross_entropy_gradient", holes=("large",))
    console.print(command.table_of_holes([hole]))
    lines = console.file.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    (row,) = [line for line in lines if "03 softmax_cross_entropy_gradient" in line]
    assert row.split()[-2:] == ["1", "large"]


def test_the_table_of_other_tests_has_a_row_for_each_style():
    console = Console(width=80, file=io.StringIO())
    console.print(command.table_of_others([ONE, ONE]))
    rows = [line.split() for line in console.file.getvalue().splitlines() if line.strip()]
    assert [row[-1] for row in rows[-4:]] == ["20", "16", "12", "0"]
