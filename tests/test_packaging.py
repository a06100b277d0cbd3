"""The course as a package: what it names, and a wheel of it in an environment of its own."""

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import pytest

from grader.demo import CLASS, LESSON
from grader.demo.sample_class import hand_in
from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_the_requirements_file_names_what_learners_and_instructors_need():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    named = [line for line in lines if not line.startswith("#")]
    assert named == sorted([*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["teach"]])


def tracked_files(*folders: str) -> set[str]:
    command = ["git", "-c", "safe.directory=*", "ls-files", "--", *folders]
    return set(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split())


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> Path:
    """A virtual environment with the wheel, and beside it all packages of the one that runs the tests."""
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)
    (wheel,) = folder.glob("*.whl")
    environment = folder / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    pip = [sys.executable, "-m", "pip", "--python", str(environment / "bin" / "python"), "--quiet"]
    subprocess.run([*pip, "install", "--no-index", "--no-deps", str(wheel)], check=True)
    shared = [path for path in sys.path if path.endswith("-packages")]
    (packages_of(environment) / "shared.pth").write_text("\n".join(shared))
    return environment


def packages_of(environment: Path) -> Path:
    return Path(sysconfig.get_path("purelib", vars={"base": str(environment), "platbase": str(environment)}))


@pytest.fixture
def grader(environment, tmp_path):
    """Run the command `grader` of the wheel, in an empty folder."""
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    # For `alembic`, which nbgrader runs by its name.
    variables["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

    def run(*arguments, cwd=tmp_path):
        command = [environment / "bin" / "grader", *arguments]
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=variables)

    return run


@pytest.mark.slow
def test_a_wheel_holds_what_is_needed_and_no_more(environment):
    packages = packages_of(environment)
    found = [path for name in ("grader", "utils") for path in (packages / name).rglob("*")]
    installed = {str(path.relative_to(packages)) for path in found if path.is_file()}
    lessons = {file for file in tracked_files("solutions", "notebooks") if not file.endswith(".py")}
    expected = tracked_files("grader", "utils")
    expected |= {f"grader/course_files/{file}" for file in {*lessons, "nbgrader_config.py"}}
    assert {file for file in installed if "__pycache__" not in file} == expected


@pytest.mark.slow
def test_a_class_is_graded_in_a_folder_of_ones_own(grader, environment, tmp_path):
    assert grader("init", "course").returncode == 0
    course = tmp_path / "course"
    assert str(environment) in (course / "nbgrader_config.py").read_text()
    names = ("full-solution", "missing-mean")
    hand_in(course, [one for one in CLASS if one.name in names])
    graded = grader("grade", LESSON, cwd=course)
    assert graded.returncode == 0, graded.stdout + graded.stderr
    assert re.search(r"full-solution +16/20 \+4", graded.stdout)
    assert re.search(r"missing-mean +9/20 \+4", graded.stdout)
    assert "Every page shows" in grader("feedback", LESSON, cwd=course).stdout
    for name in names:
        assert (course / "feedback" / name / LESSON / f"{LESSON}.html").is_file()


@pytest.mark.slow
def test_lessons_are_built_in_the_repository_alone(grader):
    built = grader("build")
    assert built.returncode == 1 and "build in a clone of the repository" in built.stderr


@pytest.mark.slow
def test_a_package_that_is_missing_is_named(environment, tmp_path):
    code = "import sys; sys.modules['traitlets'] = None; sys.argv[1:] = ['grade', 'x']\n"
    code += "from grader.cli import main; main()"
    done = subprocess.run(
        [environment / "bin" / "python", "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "needs the package traitlets" in done.stderr and "[teach]" in done.stderr
    assert "Traceback" not in done.stderr
