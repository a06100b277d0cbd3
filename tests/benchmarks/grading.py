"""Times the grading of a class: `python -m tests.benchmarks.grading`, or `make bench`.

The same submissions, one after the other: by plain `nbgrader autograde`, by ours in a sandbox that is made
for each, and by ours in a fork of one that is warm.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.course.course_folder import Course
from grader.classroom.course.nbgrader_converters import run_submission
from grader.demo import LESSON, make_class
from grader.demo.submissions import CLASS
from grader.isolation import sandbox
from grader.learner.library_code import ROOT

STUDENTS = [one for one in CLASS if one.name not in ("endless-loop", "untouched", "deleted-test")][:6]
STOCK = """\
c = get_config()
c.CourseDirectory.course_id = "backpropagation"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
"""


def stock(course: Path) -> float:
    """Seconds a submission that plain nbgrader takes, the start of its process included."""
    plain = course.with_name("stock")
    shutil.copytree(course, plain)
    (plain / "nbgrader_config.py").write_text(STOCK)
    scripts = Path(sys.executable).parent
    path = os.pathsep.join([str(scripts), os.environ["PATH"]])
    command = [scripts / "nbgrader", "autograde", LESSON]
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}
    start = time.perf_counter()
    subprocess.run(command, cwd=plain, env=environment, check=True, capture_output=True)
    return (time.perf_counter() - start) / len(STUDENTS)


def ours(course: Path, shows_outputs: bool, before: Callable[[], None]) -> float:
    """Seconds a submission from the file that was handed in to all of its verdicts; `before` is not timed."""
    assignment = Assignment(Course(course), LESSON)
    assignment.course.config.Run.shows_outputs = shows_outputs
    taken = 0.0
    for student in STUDENTS:
        before()
        start = time.perf_counter()
        run_submission(Submission(assignment, student.name))
        taken += time.perf_counter() - start
    return taken / len(STUDENTS)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder) / "course"
        make_class(course, STUDENTS)
        by_stock = stock(course)
        ours(course, True, lambda: None)  # load TensorFlow here, compute the references, warm the sandboxes
        rows = [("plain nbgrader autograde: shown and tested at once", by_stock)]
        for what, shows in (("functions judged", False), ("functions judged, and outputs shown", True)):
            rows.append((f"fresh sandbox: {what}", ours(course, shows, sandbox.stop_idle_servers)))
            rows.append((f"warm sandbox: {what}", ours(course, shows, lambda: None)))
    table = Table(
        "way", "seconds a submission", "of plain nbgrader", title=f"{LESSON}, {len(STUDENTS)} submissions"
    )
    for way, taken in rows:
        table.add_row(way, f"{taken:.2f}", "1" if taken == by_stock else f"1/{by_stock / taken:.1f}")
    Console().print(table)


if __name__ == "__main__":
    main()
