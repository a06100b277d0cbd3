import pytest

from grader.authoring.source import read_cells


def test_cells_come_with_their_kinds_tags_and_places(tmp_path):
    source = tmp_path / "07_tiny.py"
    source.write_text('# %% [markdown]\n# Title\n\n# %% tags=["slow"]\nx = 1\n')
    title, code = read_cells(source)
    assert (title.kind, title.text, title.tags, title.number, title.line) == ("markdown", "Title", [], 1, 1)
    assert (code.kind, code.text, code.tags, code.number, code.line) == ("code", "x = 1", ["slow"], 2, 4)
    assert str(code.error("why.")) == f"{source}, cell 2, line 4: why."


def test_the_line_is_left_out_where_it_is_not_known(tmp_path):
    source = tmp_path / "07_tiny.py"
    source.write_text("x = 1\n\n# %%\ny = 1\n")
    first, _ = read_cells(source)
    assert str(first.error("why.")) == f"{source}, cell 1: why."


@pytest.mark.parametrize(
    "comment", ["# copy of W1, not changed", "# cat, dog and bird", "# why?", "# 25 % of all", "#%"]
)
def test_a_comment_stays_a_comment(tmp_path, comment):
    source = tmp_path / "07_tiny.py"
    source.write_text(f"# %%\n{comment}\nx = 1\n")
    (cell,) = read_cells(source)
    assert cell.text == f"{comment}\nx = 1"


@pytest.mark.parametrize("command", ["%time fit(X, Y)", "!ls", "%%capture"])
def test_a_command_may_be_commented_out(tmp_path, command):
    source = tmp_path / "07_tiny.py"
    source.write_text(f"# %%\n# {command}\nx = 1\n")
    (cell,) = read_cells(source)
    assert cell.text == f"{command}\nx = 1"
