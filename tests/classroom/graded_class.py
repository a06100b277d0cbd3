"""What a grading leaves in a course folder, to be compared with another's."""

import sqlite3
from pathlib import Path


def marks(course: Path) -> list[tuple]:
    """The scores in the gradebook, by student and cell."""
    with sqlite3.connect(course / "gradebook.db") as book:
        query = (
            "SELECT student_id, name, auto_score, needs_manual_grade FROM grade "
            "JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id "
            "JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id "
            "JOIN base_cell ON grade.cell_id = base_cell.id ORDER BY 1, 2"
        )
        return book.execute(query).fetchall()


def files(course: Path) -> dict[str, bytes]:
    """The autograded notebooks and the feedback pages."""
    found = [*course.glob("autograded/**/*.ipynb"), *course.glob("feedback/**/*.html")]
    return {str(file.relative_to(course)): file.read_bytes() for file in found}
