import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from grader import lessons
from grader.authoring.fold_results import fold_results
from tests.conftest import ROOT


def folded(*cells):
    fold_results(cells)
    return [cell.source for cell in cells]


def test_what_tells_the_result_is_folded_up_to_the_next_heading():
    code, plot = new_code_cell("J = 1\ncompare_prediction('p', [J > 0, J == 0])"), new_code_cell("show(J)")
    text, rest = new_markdown_cell("It is 1.\n\nSo there.\n\n## 2. Next\n\nMore."), new_markdown_cell("Open.")
    *_, told, after = folded(code, plot, text, rest)
    fold = "<details>\n<summary>What came out, and why</summary>\n\nIt is 1.\n\nSo there.\n\n</details>"
    assert told == f"{fold}\n\n## 2. Next\n\nMore."
    assert after == "Open."


def test_a_section_that_begins_at_once_and_other_text_stay_as_they_are():
    texts = ["compare_prediction('p', 1)", "## 2. Next\n\nMore.", "x = 1", "Text."]
    kinds = (new_code_cell, new_markdown_cell, new_code_cell, new_markdown_cell)
    assert folded(*(new(text) for new, text in zip(kinds, texts, strict=True))) == texts


@pytest.mark.parametrize("lesson", lessons.names())
def test_below_a_result_no_text_tells_it_before_it_is_unfolded(lesson):
    cells = nbformat.read(ROOT / "notebooks" / lesson / f"{lesson}.ipynb", as_version=4).cells
    compared = [i for i, cell in enumerate(cells) if "compare_prediction(" in cell.source]
    assert compared
    for i in compared:
        told = next(cell.source for cell in cells[i:] if cell.cell_type == "markdown")
        assert told.startswith(("<details>", "#"))
