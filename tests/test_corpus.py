"""Answers as learners write them: right is right, wrong is wrong, and the reason has its name."""

import warnings

import numpy as np
import pytest

from grader import lessons
from grader.judge import judge_function
from tests.corpus.entries import corpora

ENTRIES = [(corpus.lesson, entry) for corpus in corpora() for entry in corpus.entries]
RIGHT_SEEDS, WRONG_SEEDS = range(20), range(3)
MAX_WORDS = 90  # of a message, which nobody reads to its end if it is longer


def cases(kind):
    chosen = [(lesson, entry) for lesson, entry in ENTRIES if kind(entry)]
    return pytest.mark.parametrize(("lesson", "entry"), chosen, ids=[entry.label for _, entry in chosen])


def verdicts(lesson, entry, seeds):
    exercise = lessons.load(lesson).exercises[entry.exercise]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return [judge_function(exercise, entry.function, seed) for seed in seeds]


@cases(lambda entry: entry.is_right)
def test_right_is_right(lesson, entry):
    for verdict in verdicts(lesson, entry, RIGHT_SEEDS):
        assert verdict.status == "correct", str(verdict)


@cases(lambda entry: not entry.is_right)
def test_wrong_is_wrong(lesson, entry):
    for verdict in verdicts(lesson, entry, WRONG_SEEDS):
        assert verdict.status != "correct"
        assert verdict.score < verdict.max_score
        assert len(verdict.message.split()) <= MAX_WORDS, verdict.message


def share(kind):
    """The share of the entries of a kind whose diagnosis is just their names on every seed; and the rest."""
    chosen = [(lesson, entry) for lesson, entry in ENTRIES if not entry.is_right and kind(entry)]
    missed = []
    for lesson, entry in chosen:
        found = {frozenset(verdict.diagnosis) for verdict in verdicts(lesson, entry, WRONG_SEEDS)}
        if found != {frozenset(entry.names)}:
            missed.append((entry.label, sorted(entry.names), [sorted(names) for names in found]))
    return 1 - len(missed) / max(1, len(chosen)), missed


@pytest.mark.slow
@pytest.mark.parametrize(("names", "wanted"), [(1, 0.98), (2, 0.95), (0, 0.98)])
def test_the_reason_has_its_name(names, wanted):
    """Single slips, pairs, and unlisted errors, which must not be given a name."""
    found, missed = share(lambda entry: len(entry.names) == names)
    assert found >= wanted, missed
