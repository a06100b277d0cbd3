"""A class that is graded otherwise than it was made to be is a difference."""

from grader.classroom.class_table import Mark, Row
from grader.demo.differences import differences
from grader.demo.submissions import CLASS


def test_a_class_graded_otherwise_is_a_difference():
    def row(student, score=1.0, diagnosis=(), **other):
        return Row(student, marks=(Mark("output_delta", score, 1, "incorrect", diagnosis),), **other)

    by_name = {submission.name: submission for submission in CLASS}
    slip, full = by_name["missing-mean"], by_name["full-solution"]
    assert differences([row("missing-mean", 0, ("missing-mean",))], [slip]) == []
    assert differences([row("missing-mean", 0, ("wrong-sign",))], [slip])
    assert differences([row("missing-mean")], [slip])
    assert differences([row("full-solution", 0)], [full])
    assert differences([row("full-solution", repairs=("x",))], [full])
    assert differences([row("deleted-test")], [by_name["deleted-test"]])
    assert differences([Row("full-solution", failure="x")], [full])
    assert differences([], [full])
