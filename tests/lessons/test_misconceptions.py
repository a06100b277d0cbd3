"""The words for each name: complete, short, and without the answer."""

import re

import pytest

from grader import lessons
from grader.lessons import Hint
from grader.lessons.misconceptions import GROUPS, MISCONCEPTIONS

EXERCISES = [e for name in lessons.names() for e in lessons.load(name).exercises.values()]
NAMED = [(e, name, hint) for e in EXERCISES for name, hint in e.hints.items()]
OF_SLIPS = [(e, slip.name, slip.hint) for e in EXERCISES for slip in e.slips if slip.hint != Hint()]
HINTS = [*NAMED, *dict.fromkeys(OF_SLIPS)]
TEXTS = [
    *(
        (name, text)
        for name, known in MISCONCEPTIONS.items()
        for text in (known.explanation, known.experiment)
    ),
    *((name, text) for _, name, hint in HINTS for text in (hint.advice, hint.experiment) if text),
]
# Operators of code, and what only a formula says: assignments, products, transposes, sums over an axis.
FORMULA = re.compile(r"[^`]=[^ ]|\w@|@ |\.T\b|\*|\(A - Y\)|\bA - Y|p - y|a ?\(1 - a\)|axis=|np\.")


def sentences(text):
    return len(re.findall(r"[.?!](?=\s|$)", text))


def test_the_groups_hold_every_name_once():
    assert [name for table in GROUPS.values() for name in table] == list(MISCONCEPTIONS)
    assert len(MISCONCEPTIONS) >= 71


@pytest.mark.parametrize("name", MISCONCEPTIONS)
def test_a_name_has_all_that_is_told_of_it(name):
    known = MISCONCEPTIONS[name]
    assert known.name == name
    assert all((known.meaning, known.headline, known.advice, known.experiment))
    assert known.meaning[-1] not in ".?!" and known.headline[-1] not in ".?!"
    assert 2 <= sentences(known.explanation) <= 3
    assert 1 <= sentences(known.experiment) <= 2


@pytest.mark.parametrize(("exercise", "name", "hint"), HINTS, ids=lambda value: getattr(value, "name", value))
def test_hints_are_short(exercise, name, hint):
    assert hint.advice == "" or sentences(hint.advice) <= 2
    assert hint.experiment == "" or sentences(hint.experiment) <= 2


@pytest.mark.parametrize(("name", "text"), TEXTS, ids=[name for name, _ in TEXTS])
def test_no_text_gives_the_formula_away(name, text):
    assert not FORMULA.search(text.replace("`-=`", ""))
    assert text[0].isupper() and text[-1] in ".?!"
    assert "  " not in text
