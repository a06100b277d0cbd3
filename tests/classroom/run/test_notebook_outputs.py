"""A notebook runs for its outputs, which are bounded."""

from grader.classroom.run.notebook_outputs import limit_outputs, outputs_of_cells
from grader.isolation.limits import NOTEBOOK_LIMITS, Limits


def test_each_cell_has_its_outputs_after_the_cells_before_it():
    cells = ["x = 1\nprint('out')", "x + 1", "1 / 0"]
    first, second, third = outputs_of_cells(cells, NOTEBOOK_LIMITS, {})
    assert first[0]["text"] == "out\n"
    assert second[0]["data"]["text/plain"] == "2"
    assert third[0]["ename"] == "ZeroDivisionError"


def test_what_all_cells_show_is_bounded():
    stream = {"output_type": "stream", "name": "stdout", "text": "x" * 1000}
    limits = Limits(output=1500, outputs=2500)
    names = [
        [one["output_type"] for one in cell]
        for cell in limit_outputs([[stream]] * 3 + [[stream] * 2], limits)
    ]
    assert names == [["stream"], ["stream"], ["error"], ["error"]]
