"""A line that is typical of a misconception, and nothing in it that tells whose it is."""

from grader.classroom.answer_code import statements
from grader.classroom.report.typical_lines import LINE_LIMIT, _values, anonymous, typical_line, words

LESSON, EXERCISE = "03_backpropagation", "output_delta"


def answer(*lines):
    source = "\n    ".join(["def output_delta(A, Y):", *lines])
    return statements(source, LESSON, EXERCISE)


RIGHT = [answer("m = len(Y)", "return (A - Y) / m"), answer("n = len(A)", "return A / n - Y / n")]


def test_the_line_that_right_answers_lack():
    wrong = [(answer("m = len(Y)", "d = A - Y", "return d"), ""), (answer("e = A - Y", "return e"), "")]
    assert typical_line([*wrong, (answer("k = len(Y)", "return 1 / k"), "")], RIGHT) == [
        "d = A - Y",
        "e = A - Y",
    ]


def test_the_line_that_the_verdict_quotes():
    message = (
        "On one it raises NameError: name 'k' is not defined in line 3, `return A / k`. Your function stops."
    )
    wrong = [(answer("a_long_line = np.sum(A) + np.sum(Y)", "return A / k"), message)]
    assert typical_line(wrong, RIGHT) == ["return A / k"]
    other = (answer("x = A * A", "y = A.Z", "return x"), "It raises in line 3, `y = A.Z`.")
    assert typical_line([*wrong, other, (answer("a = A * A * A", "return a"), "")], RIGHT) == ["return A / k"]
    elsewhere = message.replace("return A / k", "x = somewhere_else()")
    assert typical_line([(wrong[0][0], elsewhere)], RIGHT) == []


def test_a_line_that_right_answers_have_too_is_not_what_is_wrong():
    wrong = [(answer("m = len(Y)", "d = A - Y", "return d"), ""), (answer("n = len(Y)", "return A - Y"), "")]
    right = [answer("k = len(Y)", "return (A - Y) / k"), *3 * [answer("return np.mean(A - Y)")]]
    assert typical_line(wrong, right) == []
    assert typical_line([*wrong, wrong[1]], right) == ["return A - Y", "return A - Y"]


def test_a_value_that_right_answers_compute_too_is_not_what_is_wrong():
    wrong = answer("first_of_two = A * A - A", "second = Y", "return first_of_two, second")
    right = [answer("return A * A - A, Y.sum()"), answer("a = A * A - A", "b = Y.sum()", "return a, b")]
    assert typical_line([(wrong, ""), (wrong, "")], right) == 2 * ["second = Y"]


def test_a_long_line_is_not_looked_into():
    assert _values("return (a, b)") == ("(a, b)", "a", "b") and _values("for a in b:") == ()
    assert _values(f"return {'-' * LINE_LIMIT}a") == ()


def test_of_one_answer_no_line_is_typical_unless_it_is_the_only_unusual_one():
    assert typical_line([(answer("a = A * A", "b = A * Y", "return a - b"), "")], RIGHT) == []
    assert typical_line([(answer("m = len(Y)", "return A - Y"), "")], RIGHT) == ["return A - Y"]


def test_no_line():
    assert typical_line([(answer("m = len(Y)"), "")], RIGHT) == typical_line([([], "")], []) == []


def test_words_that_may_be_somebodys_own_are_replaced():
    line = "ada_delta = np.where(y_true, 'Ada Lovelace, 18151210', A) * 12 + Ärger"
    uses = {"ada_delta": 2, "y_true": 3}
    assert anonymous([line], {"A"}, uses) == (
        "name1 = np.where(y_true, 'name2 name3, name4', A) * 12 + name5"
    )


def test_the_most_frequent_way_to_write_it_is_shown_and_cut():
    assert anonymous(["x = A", "y = A", "y = A"], {"A", "x", "y"}, {}) == "y = A"
    long = anonymous(["A + " * 100 + "A"], {"A"}, {})
    assert len(long) == LINE_LIMIT and long.endswith("…")


def test_words_are_those_of_texts_too():
    assert words("x = f'Ada {n} 12'  # Zoë") == {"x", "f", "Ada", "n", "12", "Zoë"}
