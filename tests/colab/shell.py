"""Runs cells in an IPython shell of a fresh process, without a kernel: what each raises, shows and returns.

`run_cells` starts the process; the module itself, run as a script, is that process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ran:
    """A cell that ran: its traceback, its text with what is Markdown, and name and status of its verdict."""

    error: list[str]
    printed: str
    verdict: list[str] | None


def code_cells(kind: str, lesson: str) -> list[str]:
    """The code cells of a lesson's notebook in `solutions` or in `notebooks`."""
    notebook = nbformat.read(ROOT / kind / lesson / f"{lesson}.ipynb", as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def run_cells(sources: list[str], folder: Path, **variables: str) -> list[Ran]:
    """Run cells one after another in `folder`, with these variables in the environment."""
    variables = {"MPLBACKEND": "agg", **os.environ, "PYTHONPATH": str(ROOT), **variables}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", __file__],
        input=json.dumps(sources),
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return [Ran(**ran) for ran in json.loads(done.stdout.splitlines()[-1])]


def _main() -> None:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    sys.path[0] = ""  # as in a kernel
    shell = InteractiveShell.instance()
    sys.modules["__main__"] = shell.user_module
    ran = []
    for source in json.load(sys.stdin):
        shown: list[str] = []
        shell._showtraceback = lambda kind, error, lines, shown=shown: shown.extend(lines)
        with capture_output() as captured:
            value = shell.run_cell(source, store_history=False).result
        verdict = [value.name, value.status] if hasattr(value, "max_score") else None
        texts = [output.data.get("text/markdown", "") for output in captured.outputs]
        printed = "\n".join([captured.stdout, captured.stderr, *texts])
        ran.append({"error": shown, "printed": printed, "verdict": verdict})
    print("\n" + json.dumps(ran))


if __name__ == "__main__":
    _main()
