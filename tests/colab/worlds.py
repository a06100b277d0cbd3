"""Colab's runtimes rebuilt from PyPI, and the course's notebooks in them, alone in a folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpec
from nbclient import NotebookClient
from nbformat import NotebookNode

from grader import lessons
from grader.authoring.instructor_notebook import instructor_notebook
from grader.feedback.render import MIME_TYPE
from tests.conftest import ROOT

_SHARED = {
    "ipykernel": "6.17.1",
    "ipython": "7.34.0",
    "ipywidgets": "7.7.1",
    "matplotlib": "3.10.0",
    "scikit-learn": "1.6.1",
    "traitlets": "5.7.1",
}
_OTHERS = ("click", "jinja2", "packaging", "rich", "tqdm")
"""What the course needs and Colab has in some version."""


@dataclass(frozen=True)
class World:
    """A runtime: its name, its `python` as in `python3.11`, and the versions of its packages."""

    name: str
    python: str
    packages: Mapping[str, str]

    @property
    def has_tensorflow(self) -> bool:
        return "tensorflow" in self.packages

    def make(self, folder: Path) -> Path:
        """Make it in a folder; return its Python.

        Raises `FileNotFoundError` if there is no such Python, `CalledProcessError` if PyPI is out of reach.
        """
        command = shutil.which(self.python)  # it may be a shim for a version that is not there
        if not command or subprocess.run([command, "-c", ""], capture_output=True).returncode:
            raise FileNotFoundError(self.python)
        subprocess.run([self.python, "-m", "venv", str(folder)], check=True, capture_output=True)
        python = folder / "bin" / "python"
        wanted = [*(f"{name}=={version}" for name, version in self.packages.items()), *_OTHERS]
        # Compiling all of TensorFlow takes longer than running the lessons.
        pip = [python, "-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check"]
        subprocess.run([*pip, *wanted], check=True, capture_output=True, text=True)
        return python


WORLDS = {
    world.name: world
    for world in (
        World(
            "2025.07",
            "python3.11",
            {**_SHARED, "keras": "3.8.0", "numpy": "2.0.2", "tensorflow": "2.18.0"},
        ),
        World("now", "python3.13", {**_SHARED, "keras": "3.13.2", "numpy": "2.1.3", "tensorflow": "2.20.0"}),
        World("without TensorFlow", "python3.11", {**_SHARED, "numpy": "2.0.2"}),
    )
}


@dataclass(frozen=True)
class Release:
    """A release of the course as it is here: a copy of its files that names a git repository with a tag."""

    course: Path

    def notebook(self, kind: str, lesson: str) -> NotebookNode:
        """The lesson's notebook of the release, in `solutions` or in `notebooks`."""
        notebook = nbformat.read(self.course / kind / lesson / f"{lesson}.ipynb", as_version=4)
        built = instructor_notebook(self.course / "solutions" / f"{lesson}.py")
        (setup,) = [cell for cell in notebook.cells if is_setup(cell)]
        setup.source = next(cell.source for cell in built.cells if is_setup(cell))
        return notebook


def is_setup(cell: NotebookNode) -> bool:
    return cell.metadata.get("nbgrader", {}).get("grade_id") == "setup"


def make_release(folder: Path) -> Release:
    """Copy the files of the course to a folder, and make a repository of them with a tag."""
    listed = _git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    for name in filter(None, listed):
        if (ROOT / name).is_file() and not name.startswith("tests/"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    settings = folder / "pyproject.toml"
    text = re.sub(r'(?m)^repository = ".*"$', f'repository = "{folder.as_uri()}"', settings.read_text())
    settings.write_text(text)
    tag = re.search(r'(?m)^tag = "(.*)"$', text)[1]
    _git(folder, "init", "--quiet")
    _git(folder, "add", "--force", ".")
    _git(folder, "commit", "--quiet", "--message", "Release")
    _git(folder, "tag", tag)
    return Release(folder)


def _git(folder: Path, *arguments: str) -> str:
    settings = ("safe.directory=*", "user.name=Ada", "user.email=ada@example.org")
    options = [part for setting in settings for part in ("-c", setting)]
    command = ["git", *options, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def kernel_command(python: Path | str, home: Path, **variables: str) -> list[str]:
    """The command of a kernel with a home of its own, and of this environment the path to programs alone."""
    variables = {"HOME": str(home), "PATH": os.environ["PATH"], "MPLCONFIGDIR": str(home)} | variables
    variables["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # keeps a warning of debuggers off its stderr
    settings = [f"{name}={value}" for name, value in variables.items()]
    return ["env", "-i", *settings, str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]


def run(notebook: NotebookNode, python: Path, folder: Path) -> NotebookNode:
    """Run a notebook in an empty folder with a kernel of that Python; return it with its outputs."""
    home = folder.parent / f"{folder.name}-home"
    for made in (folder, home):
        made.mkdir(parents=True, exist_ok=True)
    kernel = KernelSpec(argv=kernel_command(python, home), language="python")
    manager = KernelManager(kernel_name="python3")
    manager._kernel_spec = kernel
    client = NotebookClient(
        notebook, km=manager, timeout=300, allow_errors=True, resources={"metadata": {"path": str(folder)}}
    )
    try:
        client.execute(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # not what cells print
    finally:  # nbclient leaves a kernel to whoever made its manager
        manager.shutdown_kernel(now=True)
    return notebook


def outputs(notebook: NotebookNode, kind: str) -> list:
    """All outputs of a kind."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [output for cell in cells for output in cell.outputs if output.output_type == kind]


def verdicts(notebook: NotebookNode) -> list[tuple[str, str]]:
    """The names and statuses of the verdicts that are shown."""
    shown = [output.data for output in outputs(notebook, "execute_result")]
    return [(data[MIME_TYPE]["name"], data[MIME_TYPE]["status"]) for data in shown if MIME_TYPE in data]


def problems(release: Release, kind: str, lesson: str, world: World, python: Path, folder: Path) -> list[str]:
    """What goes otherwise than it should where a lesson's notebook runs alone in a folder.

    Of `solutions` every verdict is right, of `notebooks`, as they are handed out, every exercise is missing.
    Where an exercise or TensorFlow is missing, errors are one line each; else there is none.
    """
    notebook = run(release.notebook(kind, lesson), python, folder)
    status = "correct" if kind == "solutions" else "missing"
    is_whole = kind == "solutions" and world.has_tensorflow
    loud = [error for error in outputs(notebook, "error") if is_whole or len(error.traceback) != 1]
    found = [f"{error.ename}: {error.evalue}" for error in loud]
    found += [output.text for output in outputs(notebook, "stream") if output.name == "stderr"]
    if verdicts(notebook) != [(name, status) for name in lessons.load(lesson).exercises]:
        found.append(f"verdicts: {verdicts(notebook)}")
    return found


def differing_verdicts(python: Path, course: Path, *names: str) -> list[str]:
    """The answers, in these lessons or all, of which the verdict there is another than here."""
    script = Path(__file__).with_name("verdicts.py")

    def found(interpreter):
        command = [interpreter, script, course, *names]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return json.loads(done.stdout)

    here, there = found(sys.executable), found(python)
    return [answer for answer in here.keys() | there.keys() if here.get(answer) != there.get(answer)]
