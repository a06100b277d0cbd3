from grader.lessons.right_answers import TRANSPOSE, Number, other_floats, wrapped
from tests.truth.mutants import mutants


def test_a_number_stays_one():
    assert type(1 + Number(2) * 3) is Number
    assert sum([Number(1), Number(2)], Number(0.5)) == 3.5


def test_changes_are_written_as_those_of_mutants():
    made = {mutant.change for mutant in mutants("def f(x):\n    return (x.T, float(x.sum()))")}
    assert {*wrapped("x.T", TRANSPOSE, line="return ({}, float(x.sum()))")} <= made
    assert {*other_floats("x.sum()", line="return (x.T, {})")} <= made
