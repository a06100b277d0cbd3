"""Results of functions, as the judge makes them."""

from grader.diagnosis.case_results import CaseResult
from grader.diagnosis.references import SHIPPED
from grader.learner.call import answers_of


def result_of(exercise, function, referenced):
    """The result of a function on one case."""
    [outcome] = answers_of(function)([referenced.case.arguments], 10)
    return CaseResult(exercise, referenced, outcome)


def results_of(exercise, function, seed=0):
    """The results of a function on all cases of a seed."""
    return [result_of(exercise, function, referenced) for referenced in SHIPPED.of(exercise, seed)]
