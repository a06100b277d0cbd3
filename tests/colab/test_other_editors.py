"""Other editors than JupyterLab: a kernel as VS Code starts it; the files of Binder and of a container."""

import json
import re
import sys
import tomllib

import pytest
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpec

from grader.feedback.render import MIME_TYPE
from tests.colab.shell import ROOT, code_cells
from tests.colab.worlds import kernel_command

LESSON = "03_backpropagation"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.fixture
def kernel(tmp_path):
    """A client of a kernel of VS Code's kind: no server, no extension, a variable that names the notebook."""
    notebook = ROOT / "notebooks" / LESSON / f"{LESSON}.ipynb"
    manager = KernelManager(kernel_name="python3")
    manager._kernel_spec = KernelSpec(
        argv=kernel_command(sys.executable, tmp_path, VSCODE_PID="1"), language="python"
    )
    manager.start_kernel(cwd=str(notebook.parent))
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        client.execute_interactive(
            f"__vsc_ipynb_file__ = {str(notebook)!r}", silent=True, store_history=False
        )
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def run(kernel, source):
    """The contents of a cell's messages, by type."""
    messages = []
    kernel.execute_interactive(source, output_hook=messages.append, allow_stdin=False, timeout=120)
    kinds = ("stream", "execute_result", "display_data", "error")
    return [(one["msg_type"], one["content"]) for one in messages if one["msg_type"] in kinds]


def test_a_lesson_begins_in_vs_codes_kernel(kernel):
    cells = code_cells("solutions", LESSON)
    ((kind, content),) = run(kernel, cells[0])
    assert (kind, content["name"]) == ("stream", "stdout")
    assert content["text"].startswith("Python 3.")
    assert run(kernel, cells[1]) == []
    ((kind, content),) = run(
        kernel, "def output_delta(A, Y):\n    raise NotImplementedError()\noutput_delta(1, 2)"
    )
    assert (kind, content["ename"], len(content["traceback"])) == ("error", "NotAttempted", 1)
    answer = next(cell for cell in cells if "def output_delta" in cell)
    assert run(kernel, answer) == []
    ((kind, content),) = run(kernel, "check(output_delta)")
    assert kind == "execute_result"
    assert content["data"].keys() == {"text/plain", "text/html", MIME_TYPE}
    assert content["data"][MIME_TYPE]["status"] == "correct"


def test_what_is_shown_has_a_form_that_needs_no_extension(kernel):
    first, imports, *_ = code_cells("solutions", LESSON)
    widget = "from utils.network import softmax\nfrom utils.widgets import softmax_lab\n"
    widget += "softmax_lab(softmax, np.array([1.0, 2.0, 0.5]), 1)"
    for cell in (first, imports):
        run(kernel, cell)
    shown = [content["data"] for kind, content in run(kernel, widget) if kind == "display_data"]
    assert shown
    assert all(data.keys() & {"text/plain", "text/html", "text/markdown"} for data in shown)


def test_binder_installs_what_learners_need_on_a_python_that_the_course_supports():
    lines = (ROOT / "binder" / "requirements.txt").read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["--editable ."]
    python = (ROOT / "binder" / "runtime.txt").read_text().strip()
    assert PROJECT["requires-python"] == ">=3.11,<3.14"
    assert re.fullmatch(r"python-3\.1[123]", python)


def test_the_development_container_starts_sandboxes_with_the_courses_profile():
    text = (ROOT / ".devcontainer" / "devcontainer.json").read_text()
    settings = json.loads(re.sub(r"(?m)^\s*//.*$", "", text))
    profile = settings["runArgs"][1].removeprefix("seccomp=")
    assert (ROOT / profile).is_file()
    assert "bubblewrap libseccomp2" in settings["onCreateCommand"]
