"""Every exercise: its answers against the references, its slips against their names, on many seeds."""

import importlib
import pkgutil
import re
import warnings

import nbformat
import numpy as np
import pytest

from grader import lessons
from grader.diagnosis.compare import compare, split_into_parts
from grader.diagnosis.predictions import is_none_or_zero
from grader.diagnosis.references import SHIPPED
from grader.judge import judge_function
from grader.learner.plain_data import copy_data
from grader.lessons.misconceptions import MISCONCEPTIONS
from tests.conftest import solution_functions

SEEDS = range(20)
SLIP_SEEDS = range(3)  # on ten, test_slips_apart.py sees that they are told apart
COURSE = [(name, e) for name in lessons.names() for e in lessons.load(name).exercises.values()]
SLIPS = [(exercise, slip) for _, exercise in COURSE for slip in exercise.slips]
EXAMPLES = {"tiny", "tiny_twice", "tiny_far", "tiny_square"}


def name_of(value):
    return getattr(value, "name", None)


of_each_exercise = pytest.mark.parametrize("exercise", [e for _, e in COURSE], ids=name_of)
of_each_slip = pytest.mark.parametrize(("exercise", "slip"), SLIPS, ids=name_of)


@pytest.mark.parametrize("lesson", lessons.names())
def test_every_module_with_an_exercise_is_listed_in_its_lesson(lesson):
    package = importlib.import_module(f"grader.lessons.{lesson[3:]}")
    modules = (importlib.import_module(info.name) for info in _modules(package))
    found = {module.EXERCISE.name for module in modules if hasattr(module, "EXERCISE")}
    unlisted = found - lessons.load(lesson).exercises.keys()
    assert not unlisted, f"list {', '.join(sorted(unlisted))} in LESSON, in {package.__file__}"


def _modules(package):
    return pkgutil.iter_modules(package.__path__, prefix=f"{package.__name__}.")


@pytest.mark.parametrize(("lesson", "exercise"), COURSE, ids=name_of)
def test_the_lessons_solution_is_correct(lesson, exercise):
    solution = solution_functions(lesson)[exercise.name]
    for seed in SEEDS:
        verdict = judge_function(exercise, solution, seed)
        assert verdict.status == "correct", str(verdict)
        assert verdict.score == exercise.points


@of_each_exercise
def test_the_numpy_steps_agree_with_the_reference(exercise):
    for seed in SEEDS:
        for referenced in SHIPPED.of(exercise, seed):
            got = split_into_parts(exercise, exercise.answer(copy_data(referenced.case.arguments)))
            wrong = [p.name for p in compare(got, referenced.want, exercise.tolerance) if not p.ok]
            assert not wrong, f"on {referenced.case.label}, `solve` and `reference` differ in {wrong[0]}"


@of_each_slip
def test_every_slip_is_wrong_and_gets_its_name(exercise, slip):
    def slipped(*arguments):
        return exercise.answer(arguments, (slip,))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for seed in SLIP_SEEDS:
            verdict = judge_function(exercise, slipped, seed)
            assert verdict.status in ("incorrect", "error"), f"{_which(exercise, slip)} is judged right"
            found = " and ".join(verdict.diagnosis) or "nothing"
            assert verdict.diagnosis == (slip.name,), f"{_which(exercise, slip)}: the diagnosis finds {found}"
            assert verdict.score < exercise.points


@of_each_slip
def test_no_slip_predicts_zeros_alone(exercise, slip):
    """What leaves nothing explains nothing: an answer of zeros may have any reason."""
    answers = [_answer(exercise, case, slip) for case in exercise.cases(np.random.default_rng(0))]
    values = [value for answer in answers if answer is not None for value in answer.values()]
    assert not values or not all(map(is_none_or_zero, values)), (
        f"{_which(exercise, slip)} predicts nothing but zeros: no name can be given for them, leave it out"
    )


def _answer(exercise, case, slip):
    try:
        with np.errstate(all="ignore"):
            return split_into_parts(exercise, exercise.answer(copy_data(case.arguments), (slip,)))
    except Exception:  # noqa: BLE001 - shapes may not permit the slip
        return None


def _which(exercise, slip):
    return f"slip {exercise.slips.index(slip) + 1} of `{exercise.name}`, {slip.name}"


@of_each_exercise
def test_names_of_slips_have_an_explanation(exercise):
    unknown = {slip.name for slip in exercise.slips} - MISCONCEPTIONS.keys()
    assert not unknown, f"describe {', '.join(sorted(unknown))} in grader/lessons/misconceptions.py"


@of_each_exercise
def test_hints_belong_to_slips(exercise):
    of_slips = exercise.hints.keys() & {slip.name for slip in exercise.slips}
    assert not of_slips, f"give {', '.join(sorted(of_slips))} its hint where the slip is: Slip(..., hint=...)"
    assert exercise.examples.keys() <= EXAMPLES


@of_each_exercise
def test_three_hints_lead_to_the_answer_and_none_gives_it(exercise):
    first, *_ = hints = exercise.general_hints
    assert len(hints) == 3, f"give `{exercise.name}` three general_hints"
    assert len(set(hints)) == 3 and all(20 < len(hint) < 400 for hint in hints)
    assert "?" in first, "the first hint is a question"
    code = [piece for hint in hints for piece in hint.split("`")[1::2] if re.search(r"[*/@]|np\.", piece)]
    assert set(code) <= {"a @ b", "A @ B"}, f"a hint gives code of the answer: {code[0]}"
    assert not re.search(r"[=^]|\$", "".join(hints)), "a hint gives a formula"


@of_each_exercise
def test_the_same_seed_makes_the_same_arguments(exercise):
    first, again = (exercise.cases(np.random.default_rng(7)) for _ in range(2))
    for case, twin in zip(first, again, strict=True):
        assert case.label == twin.label
        assert repr(case.arguments) == repr(twin.arguments) or not isinstance(case.arguments[0], np.ndarray)


@of_each_exercise
def test_cases_have_names_of_their_own_and_the_lessons_comes_first(exercise):
    cases = exercise.cases(np.random.default_rng(0))
    assert len({case.label for case in cases}) == len(cases), "two cases have the same label"
    assert "lesson" in cases[0].tags, "the first case is the lesson's own: give it the tag `lesson`"
    assert len(cases) > 3, "an exercise has at least four cases"


@pytest.mark.parametrize(("lesson", "exercise"), COURSE, ids=name_of)
def test_the_notebooks_have_an_answer_cell_and_a_check_below_it(root, lesson, exercise):
    for folder, text in (("solutions", "### BEGIN SOLUTION"), ("notebooks", "raise NotImplementedError()")):
        cells = nbformat.read(root / folder / lesson / f"{lesson}.ipynb", as_version=4).cells
        ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in cells]
        assert exercise.name in ids, f"{folder}/{lesson} has no answer cell of it yet: run `make build`"
        answer, test = ids.index(exercise.name), ids.index(f"test_{exercise.name}")
        assert text in cells[answer].source
        assert answer < test and cells[test].source == f"check({exercise.name})"
        assert cells[test].metadata.nbgrader["points"] == exercise.points
