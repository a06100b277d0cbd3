"""The step of nbgrader's autograding that runs a submission in a sandbox and judges its functions."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor

from grader.classroom.course.course_references import open_references
from grader.classroom.course.course_seed import course_seed
from grader.classroom.repair.read_notebook import read_release
from grader.classroom.run.grade_submission import Release, run_notebook
from grader.classroom.run.settings import RunOptions
from grader.classroom.run.submitted_files import read_data_files
from grader.isolation.sandbox import SandboxError


class Run(NbGraderPreprocessor, RunOptions):
    """Runs a notebook once, in a sandbox without TensorFlow, for its functions.

    At each test cell the function is called, and what it returns is judged here, outside the sandbox. The
    outputs of all other cells stay as they were handed in, unless `rerun` is set.

    A test cell of no exercise is an ordinary test, such as an instructor's assertions. A notebook with such
    tests runs once more, with TensorFlow, and nbgrader scores their outputs.
    """

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Judge and run the notebook. Raises `BadSubmission`, `UnusableFiles` or `SeedError`.

        Without a sandbox all submissions fail in the same way: then nbgrader ends, with one message and exit
        code 2, and what it has begun to write for this submission is removed.
        """
        course, names = self.parent.parent.coursedir, resources["nbgrader"]
        try:
            return self._run(nb, course, names), resources
        except SandboxError as error:
            folder = course.format_path(course.autograded_directory, names["student"], names["assignment"])
            shutil.rmtree(folder, ignore_errors=True)
            self.log.critical("%s", error)
            raise SystemExit(2) from None

    def _run(self, nb: NotebookNode, course: CourseDirectory, names: dict) -> NotebookNode:
        settings = self.settings()
        root, lesson = Path(course.root), names["assignment"]
        seed = course_seed(root)
        references = open_references(root, lesson, seed, is_live=settings.live_references)
        release = Release(lesson, _release(course, lesson), seed, references)
        run_notebook(nb, self._data_files(course, names), release, settings)
        return nbformat.from_dict(nb)

    def _data_files(self, course: CourseDirectory, names: dict) -> dict[str, bytes]:
        folders = [
            Path(course.format_path(course.submitted_directory, names["student"], names["assignment"])),
            Path(course.format_path(course.source_directory, ".", names["assignment"])),
        ]
        return read_data_files(folders, course.ignore, self.settings().limits.files_size)


def _release(course: CourseDirectory, lesson: str) -> dict | None:
    release = Path(course.format_path(course.release_directory, ".", lesson)) / f"{lesson}.ipynb"
    return read_release(release) if release.is_file() else None
