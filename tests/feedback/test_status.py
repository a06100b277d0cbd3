from grader.feedback.status import PARTIAL_SCORE_STYLE, STATUSES, class_table_legend


def test_every_status_has_a_mark_of_its_own():
    marks = [display.mark for display in STATUSES.values()]
    assert len(set(marks)) == len(STATUSES)
    assert all(len(mark) == 1 for mark in marks)


def test_the_legend_explains_every_mark_and_fits_a_terminal():
    legend = class_table_legend()
    assert all(f"{display.mark} {display.legend}" in legend for display in STATUSES.values())
    assert len(legend) <= 80


def test_a_partial_score_has_a_style_of_its_own():
    assert PARTIAL_SCORE_STYLE not in {display.terminal_style for display in STATUSES.values()}
