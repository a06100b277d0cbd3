"""`progress`: a picture of where a learner stands over all lessons."""

from __future__ import annotations

import html
import os
from dataclasses import dataclass
from pathlib import Path

from grader import lessons
from grader.feedback.status import STATUSES
from grader.lessons.shipped_files import SHIPPED
from grader.study import learner_at_work
from grader.study.note import Note
from grader.study.progress_model import LessonProgress, lesson_progress, where_to_go_on

_MARK_STYLE = (
    "display: inline-block; min-width: 1.5em; margin: 1px; text-align: center; line-height: 1.5; "
    "border: 2px {style} {colour}; border-radius: 4px; color: inherit"
)
_CELL = "padding: 3px 12px 3px 0; text-align: left; vertical-align: top; color: inherit; background: none"
_NOT_CHECKED = "\N{MIDDLE DOT}"


def progress(*, reset: bool | str = False) -> ProgressPicture | Note:
    """Show where you stand in all lessons.

    With `reset=True` all that is kept of your work is deleted, with `reset="03_backpropagation"` that of one
    lesson. Raises `UnknownLesson` for a lesson that there is not.
    """
    if reset:
        return _reset("" if reset is True else lessons.load(reset).name)
    file = learner_at_work.progress_file()
    kept = lesson_progress(file.read())
    return ProgressPicture(kept, tuple(file.notes))


def _reset(lesson: str) -> Note:
    def delete(kept) -> None:
        if lesson:
            kept.pop(lesson, None)
        else:
            kept.clear()

    file = learner_at_work.progress_file()
    file.change(delete)
    return Note(f"What was kept of {lesson or 'your work'} is deleted.", tuple(file.notes))


@dataclass(frozen=True)
class ProgressPicture:
    """Where a learner stands: a table with a mark for each exercise; `notes` say what could not be kept."""

    lessons: tuple[LessonProgress, ...]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        width = max(len(lesson.title) for lesson in self.lessons)
        lines = [
            f"{lesson.number} {lesson.title:{width}}  {''.join(map(_mark, lesson.exercises.values()))}  "
            f"{_summary(lesson)}"
            for lesson in self.lessons
        ]
        return "\n".join([*lines, self._going_on(), *self.notes])

    def _repr_html_(self) -> str:
        head = "".join(
            f'<th scope="col" style="{_CELL}">{title}</th>' for title in ("lesson", "exercises", "so far")
        )
        rows = "".join(map(_row, self.lessons))
        below = "".join(f"<p>{html.escape(line)}</p>" for line in (self._going_on(), *self.notes))
        return (
            '<div style="font-family: system-ui, sans-serif"><table style="border-collapse: collapse; '
            f'color: inherit"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{below}</div>'
        )

    def _going_on(self) -> str:
        following = where_to_go_on(self.lessons)
        if following is None:
            return "Every exercise of every lesson is right."
        lesson, exercise = following
        return f"Go on with lesson {lesson.number}, {lesson.title}: the exercise {exercise}."


def _row(lesson: LessonProgress) -> str:
    marks = "".join(_mark_html(lesson, name) for name in lesson.exercises)
    cells = _linked(lesson), marks, _summary(lesson)
    return "<tr>" + "".join(f'<td style="{_CELL}">{cell}</td>' for cell in cells) + "</tr>"


def _linked(lesson: LessonProgress) -> str:
    """The number and the title of a lesson, with a link from here to its notebook if that is there."""
    words = f"{lesson.number} {html.escape(lesson.title)}"
    file = SHIPPED / "notebooks" / lesson.name / f"{lesson.name}.ipynb"
    try:
        address = Path(os.path.relpath(file)).as_posix()  # JupyterLab reads it from the notebook's folder
    except (OSError, ValueError):  # the folder is gone, or on another drive
        return words
    return f'<a href="{html.escape(address)}">{words}</a>' if file.is_file() else words


def _mark_html(lesson: LessonProgress, exercise: str) -> str:
    status = lesson.exercises[exercise]
    colour = STATUSES[status].colour if status else "currentColor"
    style = _MARK_STYLE.format(style="solid" if status else "dotted", colour=colour)
    words = html.escape(f"{exercise}: {lesson.words(exercise)}")
    return f'<span role="img" aria-label="{words}" title="{words}" style="{style}">{_mark(status)}</span>'


def _mark(status: str) -> str:
    return STATUSES[status].mark if status else _NOT_CHECKED


def _summary(lesson: LessonProgress) -> str:
    """What is done of a lesson, in a few words."""
    if not lesson.is_begun:
        return f"{lesson.minutes} minutes ahead"
    words = [f"{lesson.right} of {len(lesson.exercises)} right"]
    if lesson.predicted[0]:
        words.append("{1} of {0} predictions came true".format(*lesson.predicted))
    if lesson.answered[0]:
        words.append("{1} of {0} questions answered right".format(*lesson.answered))
    return ", ".join(words)
