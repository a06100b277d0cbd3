"""Undoes what a submission did to the cells of the release."""

from __future__ import annotations

from dataclasses import asdict

from grader.classroom.cells import Notebook
from grader.classroom.grading_notes import clear_notes, note_cell, set_made_with, set_repairs
from grader.classroom.repair.lesson_of_notebook import demand_same_lesson
from grader.classroom.repair.repair_messages import CellRepair, repair_messages, repair_summary
from grader.classroom.repair.restore_cells import insert_cell, restore_cells

_KERNEL_KEYS = ("kernelspec", "language_info")


def repair(nb: Notebook, release: Notebook) -> list[CellRepair]:
    """Restore the tests and labels of the submission `nb` in place. Return what was repaired.

    The answers are never changed. Repairs are noted in the notebook's metadata and in a cell on top. Raises
    `BadSubmission` for the notebook of another lesson, or of none.
    """
    clear_notes(nb)
    demand_same_lesson(nb, release)
    set_made_with(nb)  # before the release's metadata take its place
    nb["metadata"] |= {key: release["metadata"][key] for key in _KERNEL_KEYS if key in release["metadata"]}
    repairs = restore_cells(nb, release)
    if repairs:
        set_repairs(nb, [asdict(one) | {"text": repair_messages([one])[0]} for one in repairs])
        insert_cell(nb, 0, note_cell(repair_summary(repairs), "repairs"), "repairs")
    return repairs
