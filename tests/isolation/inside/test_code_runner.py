from pathlib import Path
from typing import Any

import pytest

from grader.isolation.inside.code_runner import CodeRunner, InvalidSource, prepare_cell


def load(file: Path) -> tuple[dict[str, Any], Any]:
    """Run a file. Returns the names that it defines and the first failure."""
    runner = CodeRunner()
    failure = runner.run(file.read_bytes(), str(file))
    return runner.module.__dict__, failure


def test_dataclasses_and_future_imports_work(tmp_path):
    file = tmp_path / "typed.py"
    file.write_text(
        "from __future__ import annotations\nfrom dataclasses import dataclass\n"
        "@dataclass\nclass Layer:\n    W: Unknown\ndef f():\n    return Layer(1).W\n"
    )
    namespace, failure = load(file)
    assert failure is None
    assert namespace["f"]() == 1
    file.write_text("from dataclasses import dataclass\n@dataclass\nclass Layer:\n    W: float\n")
    assert load(file)[1] is None


def test_what_is_not_python_says_where(tmp_path):
    file = tmp_path / "broken.py"
    file.write_text("x = 1\ndef f(:\n")
    with pytest.raises(InvalidSource) as error:
        load(file)
    assert error.value.line_number == 2


def test_a_failing_statement_does_not_keep_the_rest_from_running(tmp_path):
    file = tmp_path / "exported.py"
    file.write_text("import numpy as np\nget_ipython().magic('x')\ndef f():\n    return 1\n")
    namespace, failure = load(file)
    assert namespace["f"]() == 1
    assert (failure.kind, failure.line_number) == ("NameError", 2)


def test_a_prepared_cell_runs_as_any_other():
    text, other = b"x = 1\ny = x + 1\n1 / 0\nz = 3", b"y = 5"
    prepare_cell(text, "<prepared>")
    results = []
    for name in ("<prepared>", "<new>"):
        runner = CodeRunner()
        failure = runner.run(text, name, is_cell=True)
        runner.run(other, "<other>", is_cell=True)
        results.append((failure, runner.module.x, runner.module.y, "z" in runner.module.__dict__))
    assert results[0] == results[1]
    assert results[0][0].line == "1 / 0"


def test_a_prepared_cell_is_parsed_anew_after_a_future_import():
    prepare_cell(b"def f(x: 1 / 0): pass", "<annotated>")
    runner = CodeRunner()
    runner.run(b"from __future__ import annotations", "<future>", is_cell=True)
    assert runner.run(b"def f(x: 1 / 0): pass", "<annotated>", is_cell=True) is None


def test_a_cell_that_is_not_python_cannot_be_prepared():
    with pytest.raises(InvalidSource):
        prepare_cell(b"def", "<broken>")
