"""The right answers that exercises have in other styles, as corpora."""

from grader import lessons
from grader.lessons.right_answers import Number
from tests.corpus.entries import Corpus

__all__ = ["VARIANTS", "Number"]


def _variants(lesson: str) -> Corpus:
    corpus = Corpus(lesson)
    for exercise in lessons.load(lesson).exercises.values():
        for function in exercise.right:
            corpus.right(exercise.name)(function)
    return corpus


VARIANTS = tuple(map(_variants, lessons.names()))
