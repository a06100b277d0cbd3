"""The class table says who got what and why."""

from grader.classroom.class_table import Mark, Row


def test_full_and_partial_marks():
    marks = {score: Mark("f", score, 2, "incorrect") for score in (0, 4 / 3, 2)}
    assert [mark.is_full for mark in marks.values()] == [False, False, True]
    assert [mark.is_partial for mark in marks.values()] == [False, True, False]


def test_a_right_answer_for_no_points_is_right():
    assert Mark("f", 0, 0, "correct").is_full and not Mark("f", 0, 0, "incorrect").is_full


def test_the_first_finding():
    right = Mark("a", 2, 2, "correct")
    missing = Mark("b", 0, 2, "missing", ("not-implemented",), "Not attempted yet. Do it.")
    wrong = Mark("c", 0, 2, "incorrect", ("missing-mean",), "It is 12 times too large. Why?")
    assert Row("s", marks=(right, right)).finding == ""
    assert Row("s", marks=(right, missing, wrong)).finding == (
        "c gives a sum's result, not a mean's (missing-mean)."
    )
    unknown = Mark("c", 0, 2, "incorrect", (), "It is 12 times too large. Why?")
    assert Row("s", marks=(unknown,)).finding == "c: It is 12 times too large."
    assert Row("s", marks=(missing, missing)).finding == "Nothing was attempted."
    assert (
        Row("s", marks=(right,), repairs=("A test had been deleted.",)).finding == "A test had been deleted."
    )
    below = ("The cell is empty: f is defined below the test.",)
    assert Row("s", marks=(missing,), repairs=below).finding == below[0]
    quoted = ("The cell that begins `# below the test` had a tag that changes how it runs.",)
    assert Row("s", marks=(missing,), repairs=quoted).finding == f"{quoted[0]} Nothing was attempted."
    assert Row("s", failure="No notebook.").finding == "Not graded: No notebook."
