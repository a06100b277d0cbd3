"""Checks all that concerns one exercise: `python -m tests.exercise [LESSON/]NAME`, or `make exercise`.

Prints a line for each thing that has to hold and, where one does not, a sentence that says what to do. The
exit code is 1 if something does not hold, 2 if there is nothing to check.
"""

import contextlib
import io
import multiprocessing
import sys
from concurrent.futures import Future, ProcessPoolExecutor

import nbformat
import pytest
from rich.console import Console

from grader import lessons
from grader.authoring.instructor_notebook import instructor_notebook
from grader.authoring.source import BuildError
from tests.conftest import ROOT
from tests.truth.__main__ import broken
from tests.truth.measure import Measured, measure_right, measure_wrong
from tests.truth.properties import counts, holes

TESTS = ("tests/lessons", "tests/feedback/test_explanation.py", "tests/truth/test_measure.py")
MESSAGE_LIMIT = 600
RIGHT_SEEDS = 50  # the answer comes within a minute; `make truth` tries 200
console = Console(highlight=False, soft_wrap=True)


def main(chosen: str) -> int:
    """Check the exercise called `NAME` or `LESSON/NAME`, print what holds and what does not."""
    found = [
        (lesson, name)
        for lesson in lessons.names()
        for name in lessons.load(lesson).exercises
        if chosen in (name, f"{lesson}/{name}")
    ]
    if len(found) != 1:
        console.print(_which(chosen, found), markup=False)
        return 2
    ((lesson, name),) = found
    console.print(f"{name}, an exercise of {lesson}\n")
    if problem := _problem_of_the_notebook(lesson):
        _print("the lesson's source and its notebook", [problem])
        return 1
    context = multiprocessing.get_context("spawn")  # TensorFlow does not survive a fork
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        running = [pool.submit(function, lesson, name) for function in (_wrong_answers, _right_answers)]
        return max(_tested(lesson, name), _measured(lesson, name, running))


def _problem_of_the_notebook(lesson: str) -> str:
    """Why the built notebook is not what the source gives, or ""."""
    try:
        fresh = instructor_notebook(ROOT / "solutions" / f"{lesson}.py")
    except BuildError as error:
        return str(error)
    file = ROOT / "solutions" / lesson / f"{lesson}.ipynb"
    is_built = file.is_file() and nbformat.read(file, as_version=4) == fresh
    return "" if is_built else f"{file.relative_to(ROOT)} is not what its source gives: run `make build`."


def _which(chosen: str, found: list[tuple[str, str]]) -> str:
    if found:
        return f"{chosen} is in several lessons. Name one: {', '.join(map('/'.join, found))}."
    return (
        f"There is no exercise called {chosen}. Give it a module in the package of its lesson in "
        "grader/lessons/ and list it in that package's LESSON."
    )


# --- Tests ------------------------------------------------------------------------------------------


class _Results:
    """Collects, as a plug-in of pytest, what each test function says of the exercise."""

    def __init__(self):
        self.problems: dict[str, list[str]] = {}

    def pytest_runtest_logreport(self, report):
        """Take note of a test that has run, or could not be set up."""
        if report.when != "call" and not report.failed:
            return
        function = report.nodeid.rpartition("::")[2].partition("[")[0]
        problems = self.problems.setdefault(function, [])
        if report.failed:
            problems.append(_message(report.longrepr))

    def pytest_collectreport(self, report):
        """Take note of a file that could not be read."""
        if report.failed:
            self.problems.setdefault(f"test_{report.nodeid}", []).append(_message(report.longrepr))


def _message(failure) -> str:
    crash = getattr(failure, "reprcrash", None)
    text = crash.message if crash else str(failure)
    text = text.removeprefix("AssertionError: ").partition("\nassert ")[0].strip()
    return text if len(text) <= MESSAGE_LIMIT else f"{text[:MESSAGE_LIMIT]} ..."


def _tested(lesson: str, name: str) -> int:
    """Run the tests that concern an exercise. Returns 1 if one fails."""
    results = _Results()
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main(["-n0", "-m", "not slow", "--exercise", f"{lesson}/{name}", *TESTS], plugins=[results])
    for function, problems in results.problems.items():
        _print(function.removeprefix("test_").replace("_", " "), problems)
    return int(any(results.problems.values()))


# --- Mutants and right variants ---------------------------------------------------------------------


def _wrong_answers(lesson: str, name: str) -> dict:
    return measure_wrong(lesson, lessons.load(lesson).exercises[name])


def _right_answers(lesson: str, name: str) -> dict:
    return measure_right(lesson, lessons.load(lesson).exercises[name], RIGHT_SEEDS)


def _measured(lesson: str, name: str, running: list[Future]) -> int:
    """Print what came of the mutants, slips and right variants. Returns 1 if a promise is broken."""
    wrong, right = (future.result() for future in running)
    has = counts(lessons.load(lesson).exercises[name])
    lacks = tuple(holes(lessons.load(lesson).exercises[name], has))
    found = Measured(lesson=lesson, exercise=name, **wrong, **right, properties=has, holes=lacks)
    what = f"{found.mutants} mutants, {found.slips} slips, {found.styles} right variants"
    _print(what, [line.partition(" ")[2] for line in broken([found])])
    return int(bool(broken([found])))


def _print(what: str, problems: list[str]) -> None:
    console.print(f"{'✗' if problems else '✓'} {what}", markup=False)
    for problem in dict.fromkeys(problems):
        console.print("    " + problem.replace("\n", "\n    "), markup=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else "usage: python -m tests.exercise [LESSON/]NAME")
