"""The statements of an answer, without layout, comments and names of its own."""

from grader.classroom.answer_code import SOURCE_LIMIT, statements

LESSON = "03_backpropagation"
ANSWER = '''
def output_delta(a, y):
    """Return it."""
    m = len(y)  # as Ada told me
    for i in range(m):
        if i: pass
        elif (a >
              y):
            while True:
                try:
                    def inner(q: int) -> int:
                        return np.sum(q + m,
                                      axis=0)
                except ValueError:
                    raise
    return (a - y) / m
'''


def normal(source, exercise="output_delta"):
    return [statement.normal for statement in statements(source, LESSON, exercise)]


def test_statements_in_their_order_with_the_lessons_arguments():
    assert normal(ANSWER) == [
        "v1 = len(Y)",
        "for v1 in range(v2):",
        "if v1:",
        "if A > Y:",
        "while True:",
        "def v1(v2):",
        "return np.sum(v1 + v2, axis=0)",
        "raise",
        "return (A - Y) / v1",
    ]


def test_what_a_statement_looks_like_in_the_cell():
    found = statements(ANSWER, LESSON, "output_delta")
    assert [found[i].written for i in (0, 3, 6)] == [
        ("m = len(y)  # as Ada told me",),
        ("elif (a >", "y):"),
        ("return np.sum(q + m,", "axis=0)"),
    ]
    assert found[6].text == "return np.sum(q + m, axis=0)"


def test_names_and_layout_make_no_difference():
    other = "def output_delta(A,Y):\n  count = len( Y )\n\n  return ((A-Y)\n    / count)"
    mine = "def output_delta(A, Y):\n    m = len(Y)\n    return (A - Y) / m"
    assert normal(other) == normal(mine)
    assert normal(mine.replace("-", "+")) != normal(mine)


def test_functions_of_the_lesson_and_of_numpy_keep_their_names():
    source = "delta = output_delta(np.exp(x), forward(x)[0])"
    assert normal(source, "backward") == ["v1 = output_delta(np.exp(v2), forward(v2)[0])"]


def test_what_is_not_python_or_too_long_has_no_statements():
    assert normal("def f(:") == normal("x = '\0'") == normal("x = 1\n" * SOURCE_LIMIT) == []
