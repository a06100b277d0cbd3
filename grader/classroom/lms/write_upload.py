"""Makes a file with the marks of a lesson for an upload, from the one that a teacher downloaded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from grader.classroom.course.assignment import Assignment
from grader.classroom.errors import ClassroomError
from grader.classroom.file_access import demand_written, write_whole
from grader.classroom.lms.formats import read_lms_file
from grader.classroom.lms.lms_file import LmsFile
from grader.classroom.lms.marks import read_marks
from grader.classroom.lms.upload import NO_ROW, Upload, choose_item, fill_in
from grader.classroom.preconditions import demand_lesson, open_course


def write_upload(
    lesson: str,
    downloaded: Path,
    out: Path,
    course: Path = Path("."),
    *,
    format_name: str | None = None,
    item: str | None = None,
    key: str | None = None,
    maximum: float | None = None,
    is_scaled: bool = False,
) -> tuple[LmsFile, Upload]:
    """Write the downloaded file with the final marks of a lesson to `out`, in one step.

    Nothing is written if there is no mark to send. Other arguments are as in `fill_in` and `choose_item`.
    Raises `ClassroomError`, also if `out` is the downloaded file.
    """
    demand_lesson(lesson)
    if out.exists() and downloaded.exists() and out.samefile(downloaded):
        raise ClassroomError(
            f"{out} is the downloaded file, which is left as it is. Give --out another name."
        )
    file = read_lms_file(downloaded, format_name)
    marks = read_marks(Assignment(open_course(Path(course)), lesson))
    chosen = choose_item(file, lesson, item)
    upload = fill_in(file, marks, chosen, key=key, maximum=maximum, is_scaled=is_scaled)
    if upload.sent:
        _write(out, upload.data)
    return file, upload


def describe_upload(file: LmsFile, upload: Upload, out: Path) -> Iterator[str]:
    """Yield lines that say what is in the file, what is not and why, and what to know before the upload."""
    yield (
        f"{file.title}, “{upload.item}”, of {upload.max_score:g} points. Marks: {len(upload.sent)}. "
        f"Students are known by “{upload.key}”."
    )
    if not upload.is_maximum_known:
        yield "The file does not say of how many points it is. See in the LMS, or say it with --maximum."
    reasons: dict[str, list[str]] = defaultdict(list)
    for student, reason in upload.left_out.items():
        reasons[reason].append(student)
    without_row = reasons.pop(NO_ROW, [])
    if reasons:
        yield "Left out:"
        for reason, students in sorted(reasons.items()):
            yield f"  {reason}: {', '.join(students)}"
    if without_row:
        yield f"Handed in, but not in the file: {', '.join(without_row)}"
    if upload.without_submission:
        yield f"In the file, but nothing handed in: {'; '.join(upload.without_submission)}"
    if upload.sent:
        yield from (f"Written: {out}", *file.notes(upload.sent.values()), file.advice)
    else:
        yield "There is no mark to send, so no file is written."


def _write(out: Path, data: bytes) -> None:
    """Write a file in one step, so that none is there in part. Raises `ClassroomError`."""
    with demand_written(out):
        write_whole(out, data)
