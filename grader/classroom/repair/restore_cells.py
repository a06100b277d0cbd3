"""Restores the labelled cells of a submission from the release: texts, labels, tags, types and places."""

from __future__ import annotations

import copy
import re

from grader.classroom.cells import (
    Cell,
    Notebook,
    exercise_of,
    grade_id,
    has_same_text,
    id_of_test,
    is_answer,
    is_locked,
    is_test,
    is_written_answer,
    label,
)
from grader.classroom.grading_notes import note_cell
from grader.classroom.repair.defined_names import defines
from grader.classroom.repair.match_cells import find_written_answers, is_same_cell, match_cells
from grader.classroom.repair.repair_messages import CellRepair, labelled_cell_name, other_cell_name

_EXECUTION_TAGS = frozenset({"skip-execution", "raises-exception"})
_LOST_ANSWER = (
    "*This answer was not found where it belongs. Before it gets its points, a person looks for it in the "
    "rest of the notebook.*"
)
_LABEL_KEYS = ("grade_id", "grade", "solution", "locked", "task")


def restore_cells(nb: Notebook, release: Notebook) -> list[CellRepair]:
    """Restore the submission `nb` in place. Return what was repaired; the answers are never changed."""
    restorer = _Restorer(nb, release)
    restorer.restore()
    return restorer.repairs


def insert_cell(nb: Notebook, index: int, cell: Cell, cell_id: str) -> None:
    """Insert a cell, with the id `cell_id` or, if that is taken, a numbered one."""
    taken = {other["id"] for other in nb["cells"]}
    numbered = (f"{cell_id}-{number}" for number in range(2, len(taken) + 3))
    cell["id"] = next(candidate for candidate in (cell_id, *numbered) if candidate not in taken)
    nb["cells"].insert(index, cell)


class _Restorer:
    """Restores one submission; `matches` are its labelled cells by grade id, `repairs` what was repaired."""

    def __init__(self, nb: Notebook, release: Notebook):
        self.nb = nb
        self.release = release["cells"]
        self.labelled = [cell for cell in release["cells"] if label(cell)]
        self.matches = match_cells(self.labelled, nb["cells"])
        self.matches |= find_written_answers(self.release, nb["cells"], self.matches)
        self.repairs: list[CellRepair] = []

    def restore(self) -> None:
        self._remove_other_labels()
        for original in self.labelled:
            self._restore(original)
        self._move_tests_below_answers()
        self._note_answers_below_tests()
        self._remove_execution_tags()

    def _remove_other_labels(self) -> None:
        matched = self._matched_ids()
        for cell in self.nb["cells"]:
            if id(cell) in matched or "nbgrader" not in cell["metadata"]:
                continue
            original = next((one for one in self.labelled if grade_id(one) == grade_id(cell)), None)
            if original is not None:
                self._add_repair("several answers" if is_answer(original) else "duplicated", original)
            del cell["metadata"]["nbgrader"]

    def _restore(self, original: Cell) -> None:
        cell = self.matches.get(grade_id(original))
        if cell is None:
            self._insert(original)
            return
        if cell["cell_type"] != original["cell_type"]:
            self._add_repair("turned into another type", original)
            _change_type(cell, original["cell_type"])
        if not _has_same_label(cell, original):
            self._add_repair("label lost", original)
        elif label(cell).get("points") != label(original).get("points"):
            self._add_repair("other points", original)
        cell["metadata"]["nbgrader"] = copy.deepcopy(original["metadata"]["nbgrader"])
        self._restore_tags(cell, original)
        if is_locked(original) and not has_same_text(cell, original):
            self._add_repair("edited", original)
            self._keep_text(cell)
            cell["source"] = original["source"]

    def _restore_tags(self, cell: Cell, original: Cell) -> None:
        tags, wanted = cell["metadata"].get("tags", []), original["metadata"].get("tags", [])
        if not is_locked(original):
            wanted = _without_execution_tags(tags, except_for=wanted)
        if sorted(tags) != sorted(wanted):
            self._add_repair("tagged", original)
            _set_tags(cell, wanted)

    def _keep_text(self, cell: Cell) -> None:
        """Keep what a learner wrote into a locked cell, as text below it."""
        if not cell["source"].strip():
            return
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", cell["source"])), default=0))
        text = f"*In the submission, the cell above read:*\n\n{fence}python\n{cell['source']}\n{fence}"
        insert_cell(self.nb, self._index(cell) + 1, note_cell(text, "kept"), "kept")

    def _insert(self, original: Cell) -> None:
        if is_answer(original) and any(defines(cell, grade_id(original)) for cell in self.nb["cells"]):
            return  # the function is defined beside other things, and a stub would replace it
        self._add_repair("deleted", original)
        cell = copy.deepcopy(original)
        if is_written_answer(original):  # with the text of the release, it would earn 0 by machine
            cell["source"] = _LOST_ANSWER
        insert_cell(self.nb, self._place(original), cell, original["id"])
        self.matches[grade_id(original)] = cell

    def _place(self, original: Cell) -> int:
        """Return the index for a deleted cell: below the answer that it tests, or as in the release."""
        answer = self._tested_cell(original) if is_test(original) else None
        if answer is not None:
            return self._index(answer) + 1
        position = next(i for i, cell in enumerate(self.release) if cell is original)
        for earlier in reversed(self.release[:position]):
            cell = self._counterpart(earlier)
            if cell is not None:
                return self._index(cell) + 1
        return 0

    def _counterpart(self, original: Cell) -> Cell | None:
        if label(original):
            return self.matches.get(grade_id(original))
        return next((cell for cell in self.nb["cells"] if is_same_cell(original, cell)), None)

    def _tested_cell(self, test: Cell) -> Cell | None:
        """Return the answer cell of a test or, without one, the last cell that defines its function.

        Return None for an ordinary test, which may test anything.
        """
        exercise = exercise_of(test)
        if not exercise:
            return None
        others = [cell for cell in self.nb["cells"] if defines(cell, exercise)]
        return self.matches.get(exercise) or (others[-1] if others else None)

    def _move_tests_below_answers(self) -> None:
        for original in filter(is_test, self.labelled):
            test, answer = self.matches[grade_id(original)], self._tested_cell(original)
            if answer is None or self._is_function_above(test, answer, exercise_of(original)):
                continue
            self._add_repair("moved", original)
            del self.nb["cells"][self._index(test)]
            self.nb["cells"].insert(self._index(answer) + 1, test)

    def _is_function_above(self, test: Cell, answer: Cell, exercise: str) -> bool:
        above = self.nb["cells"][: self._index(test)]
        return any(cell is answer or defines(cell, exercise) for cell in above)

    def _note_answers_below_tests(self) -> None:
        """Note answer cells that were left as released while their functions are defined below the tests."""
        for original in filter(is_answer, self.labelled):
            name, test = grade_id(original), self.matches.get(id_of_test(grade_id(original)))
            cell = self.matches.get(name)
            if cell is None or test is None or not has_same_text(cell, original):
                continue
            below = self.nb["cells"][self._index(test) :]
            if any(defines(one, name) and not self._is_of_release(one) for one in below):
                self._add_repair("answer below", original)

    def _is_of_release(self, cell: Cell) -> bool:
        return any(is_same_cell(original, cell) for original in self.release)

    def _remove_execution_tags(self) -> None:
        """Remove tags that change how a cell runs from the learner's own cells."""
        matched = self._matched_ids()
        for cell in self.nb["cells"]:
            tags = cell["metadata"].get("tags", [])
            if id(cell) in matched or not _EXECUTION_TAGS.intersection(tags):
                continue
            original = next((other for other in self.release if is_same_cell(other, cell)), None)
            released = original["metadata"].get("tags", []) if original is not None else []
            wanted = _without_execution_tags(tags, except_for=released)
            if wanted != tags:
                self.repairs.append(CellRepair("tagged", other_cell_name(cell)))
                _set_tags(cell, wanted)

    def _matched_ids(self) -> set[int]:
        return {id(cell) for cell in self.matches.values()}

    def _index(self, cell: Cell) -> int:
        return next(i for i, other in enumerate(self.nb["cells"]) if other is cell)

    def _add_repair(self, kind: str, original: Cell) -> None:
        repair = CellRepair(kind, labelled_cell_name(original))
        if repair not in self.repairs:
            self.repairs.append(repair)


def _has_same_label(cell: Cell, original: Cell) -> bool:
    return all(label(cell).get(key) == label(original).get(key) for key in _LABEL_KEYS)


def _change_type(cell: Cell, cell_type: str) -> None:
    cell["cell_type"] = cell_type
    for key in ("outputs", "execution_count", "attachments"):
        cell.pop(key, None)
    if cell_type == "code":
        cell |= {"outputs": [], "execution_count": None}


def _without_execution_tags(tags: list[str], except_for: list[str]) -> list[str]:
    return [tag for tag in tags if tag not in _EXECUTION_TAGS or tag in except_for]


def _set_tags(cell: Cell, tags: list[str]) -> None:
    cell["metadata"].pop("tags", None)
    if tags:
        cell["metadata"]["tags"] = list(tags)
