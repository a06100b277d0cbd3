#!/usr/bin/env bash
# MyST-NB sets a table in a Markdown cell, and leaves the same table that a cell displays as bars and dashes, without a warning.
#
# myst-nb 1.4.0 with myst-parser 5.2.0 and Sphinx 9.0.4: Markdown cells are parsed as MyST, but the Markdown of outputs (text/markdown, as of
# IPython's `display(Markdown(...))`) as CommonMark, which has neither tables nor formulas. `nb_render_markdown_format = "myst"`
# sets both; the extensions in `myst_enable_extensions`, such as dollarmath, then hold for outputs, too.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check myst-nb==1.4.0 myst-parser==5.2.0 sphinx==9.0.4 nbformat==5.11.1

cat >"$folder/build.py" <<'PYTHON'
"""Builds a page of one notebook, and prints how a table and a formula come out in a cell and in an output."""
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat import v4

TEXT = "| n | n squared |\n|---|---|\n| 3 | $n^2 = 9$ |"
SETTINGS = (
    'extensions = ["myst_nb"]\nnb_execution_mode = "off"\nmyst_enable_extensions = ["dollarmath"]\n'
    'html_math_renderer = "mathjax"\n'
)


def html_of(folder, more):
    folder.mkdir()
    display = v4.new_output("display_data", data={"text/markdown": TEXT, "text/plain": "a table"})
    cells = [v4.new_markdown_cell(f"# Title\n\n{TEXT}"), v4.new_code_cell("display()", outputs=[display])]
    kernel = {"language_info": {"name": "python", "pygments_lexer": "python"}}
    nbformat.write(v4.new_notebook(cells=cells, metadata=kernel), folder / "index.ipynb")
    (folder / "conf.py").write_text(SETTINGS + more)
    command = [sys.executable, "-m", "sphinx", "-q", "-W", folder, folder / "out"]
    subprocess.run(command, check=True)  # -W: a warning would be an error
    cell, _, output = (folder / "out/index.html").read_text().partition('class="cell docutils')
    return [(part.count("<table"), part.count("| n squared |"), part.count("math notranslate")) for part in (cell, output)]


root = Path(sys.argv[1])
default, myst = html_of(root / "default", ""), html_of(root / "myst", 'nb_render_markdown_format = "myst"\n')
print("(tables, rows with bars, formulas) in the cell and in the output:", default, "by default,", myst, 'with "myst"')
sys.exit(None if (default, myst) == ([(1, 0, 1), (0, 1, 0)], [(1, 0, 1), (1, 0, 1)]) else "This has changed.")
PYTHON
"$folder/venv/bin/python" "$folder/build.py" "$folder"
