"""A class in which hostile notebooks are handed in among honest ones, graded as a class is."""

from __future__ import annotations

import json
import os
import re
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import PyFileConfigLoader

from grader.classroom import grading
from grader.classroom.class_table import Row
from grader.classroom.course.course_seed import FILE
from grader.classroom.report.page import render_report
from grader.classroom.report.read_class import report_on_class
from grader.classroom.similar_answers import similar_in_class
from grader.demo import LESSON, SampleSubmission
from grader.isolation.foreign_text import InertConsole
from tests.attacks.attack import Attack
from tests.attacks.hostile import SECRET, Host, alive, watched
from tests.attacks.notebooks import ON_NOTEBOOKS
from tests.classroom.page.html_structure import assert_harmless
from tests.course_folder import autograded, feedback, short_class, submitted

HONEST = ("aaa-honest", "mmm-honest", "zzz-honest")
FULL_SCORE, EXERCISES = 16, 7
REPORT_SECONDS = 10.0
SHORT = "c.Run.cell_seconds = 3\nc.Run.submission_seconds = 12\n"
ACTIVE = ("<script>alert", "<img src=x", "<style>*", "<svg onload", "\x1b", "\u202e", "\u2066")


@dataclass
class Graded:
    """What became of a class: its folder, the rows of its table by student, how many sandboxes still live."""

    course: Path
    host: Host
    rows: Mapping[str, Row]
    living: int

    def problems(self) -> dict[str, list[str]]:
        """Return what is not as it should be, by the name of the attack or of the honest student."""
        found = {name: list(self._problems_of(attack)) for name, attack in ON_NOTEBOOKS.items()}
        found |= {name: list(self._problems_of_honest(name)) for name in HONEST}
        found["the reports"] = list(self.problems_of_report())
        found["the host"] = [*self.host.touched(), *self.host.heard(), *["a process lives"] * self.living]
        return {name: said for name, said in found.items() if said}

    def _problems_of_honest(self, name: str) -> Iterator[str]:
        row = self.rows[name]
        if (row.score, row.failure, row.stopped, row.repairs) != (FULL_SCORE, "", (), ()):
            yield f"an honest submission has {row.score} points: {row.failure} {row.stopped} {row.repairs}"

    def _problems_of(self, attack: Attack) -> Iterator[str]:
        row = self.rows[attack.name]
        if row.score:
            yield f"{row.score} points"
        if attack.refused not in row.failure or bool(attack.refused) != bool(row.failure):
            yield f"it should be {attack.refused or 'graded'!r}, and is {row.failure or 'graded'!r}"
        if not row.failure:
            yield from self._problems_of_files(attack)

    def _problems_of_files(self, attack: Attack) -> Iterator[str]:
        page = feedback(self.course, attack.name).read_text()
        notebook = autograded(self.course, attack.name).read_text()
        seed = (self.course / FILE).read_text().strip()
        if seed in page + notebook or SECRET in page + notebook:
            yield "a secret comes out"
        if page.count('<section id="verdict-') > EXERCISES:  # fewer where Python ended before the tests
            yield "there are more verdicts than exercises"
        try:
            assert_harmless(page)
            nbformat.validate(nbformat.from_dict(json.loads(notebook, parse_constant=_refuse)))
        except (AssertionError, ValueError, RecursionError, nbformat.ValidationError) as error:
            yield f"page or notebook are not as they should be: {type(error).__name__} {error}"
        yield from (f"{bad!r} is on the page" for bad in ACTIVE if bad in page)
        if attack.kind in ("mislead", "break"):
            yield from self._problems_of_formgrader(attack)

    def _problems_of_formgrader(self, attack: Attack) -> Iterator[str]:
        try:
            shown = formgrader_page(self.course, attack.name)
        except Exception as error:  # noqa: BLE001 - of any kind: nobody could mark this submission
            yield f"formgrader cannot show it: {type(error).__name__} {error}"
            return
        yield from (f"{bad!r} is in formgrader" for bad in ACTIVE if bad in shown)
        if r"\href" in re.sub(r"(?s)<pre>.*?</pre>", "", shown):  # where MathJax looks
            yield "a link in a formula is in formgrader"

    def problems_of_report(self) -> Iterator[str]:
        """Yield what is not as it should be in the reports on the class, which read all answers."""
        begin = time.process_time()
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            warnings.simplefilter("ignore", ResourceWarning)
            report = report_on_class(LESSON, self.course)
            pages = [render_report(report, {}, is_anonymous=is_anonymous) for is_anonymous in (True, False)]
            similar = similar_in_class(LESSON, self.course)
        seconds = time.process_time() - begin
        if seconds > REPORT_SECONDS:
            yield f"the reports took {seconds:.1f} s of this process"
        yield from {f"a warning of {one.category.__name__}: {one.message}" for one in warned}
        if len(report.graded) < len(HONEST) or not similar.students:
            yield "nobody is in the reports"
        for page in pages:
            yield from (f"{bad!r} is in the report" for bad in ACTIVE if bad in page)


def problems_of_hostile_class(folder: Path) -> dict[str, list[str]]:
    """Grade all attacks among honest submissions, in a course folder in `folder`; see `Graded.problems`."""
    with closing(_host(folder)) as host:
        untouched = [SampleSubmission(name, is_untouched=True) for name in ON_NOTEBOOKS]
        course = _class(folder, [*untouched, *map(SampleSubmission, HONEST)], SHORT)
        for name, attack in ON_NOTEBOOKS.items():
            attack.spoil(submitted(course, name), host)
        with watched() as sandboxes:
            rows = grading.grade(LESSON, course, console=InertConsole(quiet=True))
            living = alive(sandboxes)
        return Graded(course, host, {row.student: row for row in rows}, living).problems()


class Timing:
    """Times a class of honest submissions with and without an attack in it.

    `size` honest ones take about as long as one submission may (`seconds`); so whatever else an attack costs
    would show.
    """

    def __init__(self, folder: Path, size: int, seconds: float):
        self._host = _host(folder)
        honest = [SampleSubmission(f"honest-{number:02}", variation=number) for number in range(size)]
        limits = f"c.Run.cell_seconds = 2\nc.Run.submission_seconds = {seconds}\n"
        self._names = [one.name for one in honest]
        released = SampleSubmission("attack", is_untouched=True)
        self._course = _class(folder, [*honest, released], limits)
        self._released = submitted(self._course, "attack").read_bytes()

    def seconds_with(self, attack: Attack | None) -> tuple[float, float, dict[str, float]]:
        """Return how long the class takes with an attack in it, or none, by the clock and of the processor.

        The processor's time is that of the grader, without the sandboxes. Last are the honest ones' marks.
        """
        notebook = submitted(self._course, "attack")
        notebook.write_bytes(self._released)
        if attack:
            attack.spoil(notebook, self._host)
        begin, used = time.monotonic(), _processor_seconds()
        rows = grading.grade(LESSON, self._course, force=True, console=InertConsole(quiet=True))
        seconds, used = time.monotonic() - begin, _processor_seconds() - used
        return seconds, used, {row.student: row.score for row in rows if row.student in self._names}

    def close(self) -> None:
        """Stop listening."""
        self._host.close()


def _processor_seconds() -> float:
    """The time of this process and of those of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _host(folder: Path) -> Host:
    (folder / "host").mkdir(parents=True)
    return Host(folder / "host")


def _class(folder: Path, submissions: Iterable[SampleSubmission], limits: str) -> Path:
    course = short_class(folder / "course", submissions)
    with open(course / "nbgrader_config.py", "a") as config:
        config.write(limits)
    return course


def _refuse(constant: str):
    raise ValueError(f"{constant} is not JSON")


def formgrader_page(course: Path, student: str) -> str:
    """What formgrader shows of a submission, made the way it makes it."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    names = ("assignment_id", "notebook_id", "submission_id", "student", "last_name", "first_name")
    resources = {**dict.fromkeys(names, "x"), "index": 0, "total": 1, "base_url": "", "notebook_path": "x"}
    page, _ = HTMLExporter(config=config).from_filename(str(autograded(course, student)), resources=resources)
    return page
