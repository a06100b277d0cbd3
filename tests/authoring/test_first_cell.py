"""A lesson's first cell finds the course, or clones it; with a small course in the place of ours."""

import os
import re
import subprocess
import sys

import nbformat
import pytest

from grader.authoring import first_cell as module
from grader.authoring.build import build
from grader.authoring.first_cell import Release, colab_badge, read_release
from grader.authoring.source import BuildError
from tests.conftest import ROOT

COURSE = {
    "grader/__init__.py": "check = print",
    "grader/learner/__init__.py": "",
    "grader/notebook.py": "import grader.learner",
    "utils/__init__.py": "",
    "utils/environment.py": "def environment(): return __file__",
}
NOWHERE = {"HOME": "/nonexistent", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def first_cell(release):
    return module.first_cell("07_tiny", "from grader import check", release)


def lay(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def git(folder, *arguments):
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """The release `v1` of a small course, in a repository whose address has a space."""
    folder = lay(tmp_path_factory.mktemp("a server") / "course", COURSE)
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "A course")
    git(folder, "tag", "v1")
    return Release(folder.as_uri(), "v1")


@pytest.fixture
def bare(tmp_path):
    """A folder for a notebook and nothing else."""
    folder = tmp_path / "my notebooks"
    folder.mkdir()
    return folder


def run(code, folder, **variables):
    variables = {"PATH": os.environ["PATH"]} | NOWHERE | variables
    command = [sys.executable, "-S", "-c", code]
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True)


def found_by(code, folder, **variables):
    """The folder of the course that the cell has found."""
    done = run(code, folder, **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().removesuffix("/utils/environment.py")


def test_the_cell_has_one_line_to_read_and_ends_with_what_was_found():
    for made in (
        first_cell(Release()),
        first_cell(Release("https://x.example/c", "v1")),
    ):
        first, second, *_ = made.splitlines()
        assert first.startswith('LESSON = "07_tiny"  # Run this cell first: it finds the course')
        assert second == ""
        assert max(map(len, made.splitlines())) <= 100
        assert made.endswith("print(environment())")


def test_without_a_repository_it_clones_nothing_and_says_where_the_notebook_belongs(bare):
    code = first_cell(Release())
    assert "git" not in code
    done = run(code, bare)
    assert done.stderr.endswith("Keep this notebook in the course's folder, the one that holds `grader`.\n")
    lay(bare.parent, COURSE)
    assert found_by(code, bare) == str(bare.parent)


def test_a_course_on_the_path_is_found(bare, tmp_path):
    installed = lay(tmp_path / "site", COURSE)
    assert found_by(first_cell(Release()), bare, PYTHONPATH=str(installed)) == str(installed)


def test_it_clones_the_release_once_beside_the_notebook(bare, release):
    code = first_cell(release)
    assert found_by(code, bare) == str(bare / "course-v1")
    (bare / "course-v1" / "utils" / "environment.py").write_text("def environment(): return 'changed'")
    assert run(code, bare).stdout == "changed\n"
    assert [file.name for file in bare.iterdir()] == ["course-v1"]


def test_the_cell_may_run_again_and_later_in_another_folder(bare, release, tmp_path):
    code = first_cell(release)
    again = f"import sys; before = list(sys.path); exec({code!r}); assert sys.path == before"
    done = run(f"{code}\nimport grader.notebook, os; os.chdir({str(tmp_path)!r}); {again}", bare)
    assert (done.stderr, len(set(done.stdout.splitlines()))) == ("", 1)


def test_it_clones_into_the_home_or_a_temporary_folder_where_the_notebooks_is_read_only(
    bare, release, tmp_path
):
    code = first_cell(release)
    home = tmp_path / "home"
    home.mkdir()
    read_only = "import os; os.access = lambda path, mode: str(path) in {}\n"
    assert found_by(read_only.format([str(home)]) + code, bare, HOME=str(home)) == str(home / "course-v1")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    found = found_by(read_only.format([]) + code, bare, TMPDIR=str(temporary))
    assert found.startswith(f"{temporary}/") and found.endswith("/course-v1")
    assert list(bare.iterdir()) == []


@pytest.mark.parametrize("name", ["grader.py", "grader/__init__.py", "utils.py"])
def test_a_module_of_the_learners_beside_the_notebook_does_not_get_in_the_way(bare, release, name):
    lay(bare, {name: "mine = 1"})
    imported = f"import {name.partition('.')[0].partition('/')[0]}\n"
    assert found_by(first_cell(release), bare) == str(bare / "course-v1")
    if name != "utils.py":  # grader/__init__.py of the course sees to `utils`
        assert found_by(imported + first_cell(release), bare) == str(bare / "course-v1")


def test_what_failed_is_one_sentence_with_a_remedy_and_no_traceback_in_ipython(bare, release):
    caught = (
        "try:\n    exec({!r})\nexcept ModuleNotFoundError as error:\n    print(*error._render_traceback_())"
    )
    gone = first_cell(Release(release.repository, "v2"))
    without_network = run(caught.format(gone), bare)
    without_git = run(caught.format(first_cell(release)), bare, PATH="/nonexistent")
    for done, reason in ((without_network, "emote branch v2"), (without_git, "'git'")):
        assert (done.stdout.count("\n"), done.stderr) == (1, "")
        assert done.stdout.startswith("The course could not be downloaded, for which git and a")
        assert "Run this cell again" in done.stdout and reason in done.stdout
    assert list(bare.iterdir()) == []


def test_git_asks_for_no_password(release):
    assert '"GIT_TERMINAL_PROMPT": "0"' in first_cell(release)


@pytest.mark.parametrize(
    ("address", "is_there"),
    [
        ("https://github.com/owner/course.name", True),
        ("https://github.com/owner/course.name.git", True),
        ("https://github.com/owner/course.name/", True),
        ("https://gitlab.com/owner/course", False),
        ("", False),
    ],
)
def test_the_badge_is_for_what_colab_can_open(address, is_there):
    badge = colab_badge("07_tiny", Release(address, "v1"))
    opened = "https://colab.research.google.com/github/owner/course.name/blob/v1/notebooks/07_tiny/07_tiny"
    assert re.findall(r"\)\]\((.*)\)\Z", badge) == [f"{opened}.ipynb"] * is_there


def test_a_fork_names_its_repository_in_one_place(root):
    (root / "pyproject.toml").write_text(
        '[tool.course]\nrepository = "https://github.com/me/mine"\ntag = "v7"\n'
    )
    for file in build(root):
        badge, title, setup, *_ = nbformat.read(file, as_version=4).cells
        assert badge.source == colab_badge("07_tiny", Release("https://github.com/me/mine", "v7"))
        assert (title.source, badge.metadata.tags) == ("# Tiny", ["colab-badge"])
        assert '"v7"' in setup.source and '"https://github.com/me/mine"' in setup.source
        assert setup.metadata.nbgrader.locked


def test_without_an_address_there_is_no_badge(root):
    for file in build(root):
        title, setup, *_ = nbformat.read(file, as_version=4).cells
        assert title.source == "# Tiny"
        assert setup.source == module.first_cell("07_tiny", "", Release())


@pytest.mark.parametrize(
    "table",
    [
        'repository = "https://x"',
        'repository = "--upload-pack=x"\ntag = "v1"',
        'repository = "https://x"\ntag = "-v"',
    ],
)
def test_an_address_that_git_would_not_take_is_refused(tmp_path, table):
    (tmp_path / "pyproject.toml").write_text(f"[tool.course]\n{table}\n")
    with pytest.raises(BuildError, match=r"pyproject.toml: \[tool.course\] has .* leave repository empty"):
        read_release(tmp_path)


def test_the_tag_of_the_course_is_its_version():
    text = (ROOT / "pyproject.toml").read_text()
    assert re.search(r'^tag = "v(.*)"', text, re.M)[1] == re.search(r'^version = "(.*)"', text, re.M)[1]
