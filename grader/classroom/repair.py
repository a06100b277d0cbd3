"""Puts a submission's cells back the way nbgrader needs them, and tells what was put back."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

KEY = "backprop"
"""The notebook metadata in which the repairs are kept."""

_CHANGES_EXECUTION = frozenset({"skip-execution", "raises-exception"})
_LABEL = ("grade_id", "grade", "solution", "locked", "task", "points")


@dataclass(frozen=True)
class Note:
    """One thing that was put back: `kind` says what had happened to the cell called `cell`."""

    kind: str
    cell: str


class Repair(NbGraderPreprocessor):
    """Compares a submission with the release: restores tests and labels, never touches an answer."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        names = resources["nbgrader"]
        folders = self.parent.parent.coursedir
        folder = folders.format_path(folders.release_directory, ".", names["assignment"])
        try:
            release = nbformat.read(f"{folder}/{names['notebook']}.ipynb", as_version=4)
        except FileNotFoundError:
            self.log.warning("No released notebook in %s: nothing is repaired.", folder)
            return nb, resources
        for note in repair(nb, release):
            self.log.warning("Repaired (%s): %s", note.kind, note.cell)
        return nb, resources


def repair(nb: NotebookNode, release: NotebookNode) -> list[Note]:
    """Mend the submission `nb` in place, with a note on top if anything was put back."""
    _forget_earlier_repairs(nb)
    notes = _Mending(nb, release).notes
    if notes:
        records = [asdict(note) | {"text": describe([note])[0]} for note in notes]
        nb.metadata[KEY] = {"repairs": records}
        summary = nbformat.v4.new_markdown_cell(_summary(notes), metadata={KEY: "repairs"})
        nb.cells.insert(0, _with_free_id(summary, nb, "repairs"))
    return notes


def _forget_earlier_repairs(nb: NotebookNode) -> None:
    """A learner may hand in a notebook that was graded before."""
    nb.metadata.pop(KEY, None)
    nb.cells = [cell for cell in nb.cells if KEY not in cell.metadata]


# --- What a cell is -------------------------------------------------------------------------------


def _label(cell: NotebookNode) -> dict:
    return cell.metadata.get("nbgrader", {})


def _grade_id(cell: NotebookNode) -> str | None:
    return _label(cell).get("grade_id")


def _is_locked(cell: NotebookNode) -> bool:
    return bool(_label(cell).get("locked"))


def _is_test(cell: NotebookNode) -> bool:
    return bool(_is_locked(cell) and _label(cell).get("grade"))


def _is_answer(cell: NotebookNode) -> bool:
    return bool(_label(cell).get("solution") and not _label(cell).get("grade"))


def _same_text(a: NotebookNode, b: NotebookNode) -> bool:
    """Whether two cells say the same; white space at the end of a line says nothing."""
    return _bare(a.source) == _bare(b.source)


def _bare(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def defines(cell: NotebookNode, name: str) -> bool:
    """Whether running the code cell gives the name `name` a value, at its top level."""
    if cell.cell_type != "code":
        return False
    names = _names_given(cell.source)
    if names is None:
        return bool(re.search(rf"^(def\s+{name}\s*\(|{name}\s*=[^=])", cell.source, re.MULTILINE))
    return name in names


@lru_cache(1024)
def _names_given(source: str) -> frozenset[str] | None:
    """The names that a cell gives a value at its top level; None if it is not Python."""
    try:
        body = ast.parse(_without_magics(source)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return frozenset(name for statement in body for name in _given_by(statement))


def _without_magics(source: str) -> str:
    # Blank lines are not looked across: for a cell of nothing else, that would take the square of its length.
    return re.sub(r"^[^\S\n]*[%!?].*$", "", source, flags=re.MULTILINE)


def _given_by(statement: ast.stmt) -> Iterable[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name for alias in statement.names]
    nodes = ast.walk(statement)
    return [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]


# --- The mending ----------------------------------------------------------------------------------


class _Mending:
    """One submission on its way back to the form of the release; `notes` tells the way."""

    def __init__(self, nb: NotebookNode, release: NotebookNode):
        self.nb = nb
        self.release = release.cells
        self.wanted = [cell for cell in release.cells if _label(cell)]
        self.notes: list[Note] = []
        self.chosen: dict[str, NotebookNode] = {}
        self._choose()
        self._drop_other_labels()
        for original in self.wanted:
            self._restore(original)
        self._put_tests_after_answers()
        self._free_other_cells()

    # Which cell is which

    def _choose(self) -> None:
        """Tests first: which of several answer cells counts depends on where its test stands."""
        for kind in (_is_locked, lambda cell: not _is_locked(cell)):
            originals = [cell for cell in self.wanted if kind(cell)]
            for is_match in _ways_to_recognise(originals):
                for original in originals:
                    if _grade_id(original) not in self.chosen:
                        self._choose_for(original, is_match)

    def _choose_for(self, original: NotebookNode, is_match: Callable) -> None:
        taken = {id(cell) for cell in self.chosen.values()}
        found = [cell for cell in self.nb.cells if id(cell) not in taken and is_match(original, cell)]
        if found:
            self.chosen[_grade_id(original)] = self._that_counts(original, found)

    def _that_counts(self, original: NotebookNode, found: list[NotebookNode]) -> NotebookNode:
        """Of several cells with one label. As nbgrader has it, the last one counts ..."""
        if _grade_id(original) == "setup":
            return found[0]
        if _is_answer(original):  # ... but a definition below the test is not what the test runs
            return self._above_test(original, found)[-1]
        written = [cell for cell in found if not _same_text(cell, original)]
        return (written or found)[-1] if not _is_locked(original) else found[-1]

    def _above_test(self, original: NotebookNode, found: list[NotebookNode]) -> list[NotebookNode]:
        test = self.chosen.get(f"test_{_grade_id(original)}")
        if test is None:
            return found
        return [cell for cell in found if self._index(cell) < self._index(test)] or found

    def _drop_other_labels(self) -> None:
        chosen = {id(cell) for cell in self.chosen.values()}
        for cell in self.nb.cells:
            if id(cell) in chosen or "nbgrader" not in cell.metadata:
                continue
            original = self._original(_grade_id(cell))
            if original is not None:
                self._note("several answers" if _is_answer(original) else "duplicated", original)
            del cell.metadata["nbgrader"]

    # Putting back

    def _restore(self, original: NotebookNode) -> None:
        cell = self.chosen.get(_grade_id(original))
        if cell is None:
            self._insert(original)
            return
        if cell.cell_type != original.cell_type:
            self._note("turned into another type", original)
            _change_type(cell, original.cell_type)
        if not _same_label(cell, original):
            self._note("label lost", original)
        cell.metadata["nbgrader"] = copy.deepcopy(original.metadata["nbgrader"])
        self._restore_tags(cell, original)
        if _is_locked(original) and not _same_text(cell, original):
            self._note("edited", original)
            self._keep_text(cell)
            cell.source = original.source

    def _restore_tags(self, cell: NotebookNode, original: NotebookNode) -> None:
        tags, wanted = cell.metadata.get("tags", []), original.metadata.get("tags", [])
        if not _is_locked(original):
            wanted = [tag for tag in tags if tag not in _CHANGES_EXECUTION or tag in wanted]
        if sorted(tags) != sorted(wanted):
            self._note("tagged", original)
            _set_tags(cell, wanted)

    def _keep_text(self, cell: NotebookNode) -> None:
        """What a learner wrote into a locked cell stays readable, below it."""
        if not cell.source.strip():
            return
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", cell.source)), default=0))
        text = f"*In the submission, the cell above read:*\n\n{fence}python\n{cell.source}\n{fence}"
        kept = nbformat.v4.new_markdown_cell(text, metadata={KEY: "kept"})
        self.nb.cells.insert(self._index(cell) + 1, _with_free_id(kept, self.nb, "kept"))

    def _insert(self, original: NotebookNode) -> None:
        if _is_answer(original) and any(defines(cell, _grade_id(original)) for cell in self.nb.cells):
            return  # defined in a cell with other things: a stub would undo it
        self._note("deleted", original)
        cell = _with_free_id(copy.deepcopy(original), self.nb, original.id)
        self.nb.cells.insert(self._place(original), cell)
        self.chosen[_grade_id(original)] = cell

    def _place(self, original: NotebookNode) -> int:
        """Below its answer if it is a test, else below what is left of the release above it."""
        answer = self._answer_to(original)
        if answer is not None:
            return self._index(answer) + 1
        position = next(i for i, cell in enumerate(self.release) if cell is original)
        for earlier in reversed(self.release[:position]):
            cell = self._counterpart(earlier)
            if cell is not None:
                return self._index(cell) + 1
        return 0

    def _counterpart(self, original: NotebookNode) -> NotebookNode | None:
        if _label(original):
            return self.chosen.get(_grade_id(original))
        return next((cell for cell in self.nb.cells if _same_cell(original, cell)), None)

    def _answer_to(self, test: NotebookNode) -> NotebookNode | None:
        """The cell that defines the function of a test: the answer cell, or the last other one."""
        if not _is_test(test):
            return None
        name = _function_of(test)
        others = [cell for cell in self.nb.cells if defines(cell, name)]
        return self.chosen.get(name) or (others[-1] if others else None)

    def _put_tests_after_answers(self) -> None:
        for original in filter(_is_test, self.wanted):
            test, answer = self.chosen[_grade_id(original)], self._answer_to(original)
            if answer is None or self._has_something_to_test(test, answer, _function_of(original)):
                continue
            self._note("moved", original)
            del self.nb.cells[self._index(test)]
            self.nb.cells.insert(self._index(answer) + 1, test)

    def _has_something_to_test(self, test: NotebookNode, answer: NotebookNode, name: str) -> bool:
        above = self.nb.cells[: self._index(test)]
        return any(cell is answer or defines(cell, name) for cell in above)

    def _free_other_cells(self) -> None:
        """The cells that are the learner's own run like any other."""
        chosen = {id(cell) for cell in self.chosen.values()}
        for cell in self.nb.cells:
            tags = cell.metadata.get("tags", [])
            if id(cell) in chosen or not _CHANGES_EXECUTION.intersection(tags):
                continue
            original = next((other for other in self.release if _same_cell(other, cell)), None)
            allowed = original.metadata.get("tags", []) if original is not None else []
            wanted = [tag for tag in tags if tag not in _CHANGES_EXECUTION or tag in allowed]
            if wanted != tags:
                self.notes.append(Note("tagged", f"the cell that begins `{_first_words(cell)}`"))
                _set_tags(cell, wanted)

    # Small things

    def _index(self, cell: NotebookNode) -> int:
        return next(i for i, other in enumerate(self.nb.cells) if other is cell)

    def _original(self, grade_id) -> NotebookNode | None:
        return next((cell for cell in self.wanted if _grade_id(cell) == grade_id), None)

    def _note(self, kind: str, original: NotebookNode) -> None:
        note = Note(kind, _name(original))
        if note not in self.notes:
            self.notes.append(note)


def _ways_to_recognise(originals: list[NotebookNode]) -> list[Callable]:
    """From the surest to the least sure; the label of an answer cell counts less than what it defines."""

    def labelled(original, cell):
        return _grade_id(cell) == _grade_id(original)

    def same_id(original, cell):
        return cell.id == original.id

    def fits(original, cell):
        if _is_answer(original):
            return defines(cell, _grade_id(original))
        if _is_locked(original):
            return cell.cell_type == original.cell_type and _same_text(cell, original)
        return cell.cell_type == original.cell_type

    def fits_alone(original, cell):
        return (_is_answer(original) or _is_locked(original)) and fits(original, cell)

    def both(is_first, is_second):
        return lambda original, cell: is_first(original, cell) and is_second(original, cell)

    sure = [both(labelled, fits), both(same_id, fits)]
    if all(map(_is_locked, originals)):
        return [*sure, labelled, same_id, fits_alone]
    return [*sure, fits_alone, labelled, same_id]


def _same_label(cell: NotebookNode, original: NotebookNode) -> bool:
    have, want = _label(cell), _label(original)
    return all(have.get(key) == want.get(key) for key in _LABEL)


def _same_cell(original: NotebookNode, cell: NotebookNode) -> bool:
    return cell.id == original.id or (cell.cell_type == original.cell_type and _same_text(cell, original))


def _function_of(test: NotebookNode) -> str:
    return _grade_id(test).removeprefix("test_")


def _change_type(cell: NotebookNode, cell_type: str) -> None:
    cell.cell_type = cell_type
    for key in ("outputs", "execution_count", "attachments"):
        cell.pop(key, None)
    if cell_type == "code":
        cell.outputs, cell.execution_count = [], None


def _set_tags(cell: NotebookNode, tags: list[str]) -> None:
    cell.metadata.pop("tags", None)
    if tags:
        cell.metadata["tags"] = list(tags)


def _with_free_id(cell: NotebookNode, nb: NotebookNode, wanted: str) -> NotebookNode:
    taken = {other.id for other in nb.cells}
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    cell.id = next(candidate for candidate in (wanted, *numbered) if candidate not in taken)
    return cell


def _first_words(cell: NotebookNode) -> str:
    line = next((line for line in cell.source.splitlines() if line.strip()), "")
    return line.strip().replace("`", "'")[:40]


# --- Telling --------------------------------------------------------------------------------------

_TOLD = {
    "deleted": ("had been deleted", "had been deleted"),
    "edited": ("had been edited", "had been edited"),
    "label lost": ("had lost its grading label", "had lost their grading labels"),
    "tagged": ("had a tag that changes how it runs", "had tags that change how they run"),
    "turned into another type": ("had been turned into another cell type",) * 2,
    "moved": ("stood above the answer", "stood above their answers"),
    "duplicated": ("was there more than once, and only one counts",) * 2,
    "several answers": (
        "was there more than once: every copy runs, and the last one above the test counts",
        "were there more than once: every copy runs, and the last one above the test counts",
    ),
}


def describe(notes: list[Note]) -> list[str]:
    """One sentence for each kind of repair."""
    sentences = []
    for kind in dict.fromkeys(note.kind for note in notes):
        cells = [note.cell for note in notes if note.kind == kind]
        subject = cells[0] if len(cells) == 1 else f"{', '.join(cells[:-1])} and {cells[-1]}"
        told = _TOLD[kind][len(cells) > 1]
        sentences.append(f"{subject[0].upper()}{subject[1:]} {told}.")
    return sentences


def _summary(notes: list[Note]) -> str:
    count = len({note.cell for note in notes})
    what = "one cell of this notebook was" if count == 1 else f"{count} cells of this notebook were"
    bullets = "\n".join(f"- {sentence}" for sentence in describe(notes))
    return f"**Before grading, {what} put back:**\n\n{bullets}\n\nNo answer was changed."


def _name(original: NotebookNode) -> str:
    if _is_test(original):
        return f"the test of `{_function_of(original)}`"
    if _is_answer(original):
        return f"the answer cell of `{_grade_id(original)}`"
    return "the setup cell" if _is_locked(original) else f"the written answer `{_grade_id(original)}`"
