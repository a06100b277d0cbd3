"""Runs a notebook in a sandbox with TensorFlow, to show its outputs or to run an instructor's own tests."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from grader.classroom.cells import Cell, Notebook
from grader.classroom.run.sanitize_outputs import TOO_MUCH, error_output, output_size, sanitize_outputs
from grader.isolation import packages, run_lock
from grader.isolation.inside.output_limits import HTML_LIMIT
from grader.isolation.inside.wire import BODY_LIMIT
from grader.isolation.limits import Limits
from grader.isolation.process import GRACE_SECONDS, ProcessEnded, WorkerProcess

_FAILURES = {
    ProcessEnded: (
        "DeadKernelError",
        "Python ended while this cell ran. It ran out of memory, or the code made it stop.",
    ),
    TimeoutError: ("CellTimeoutError", "This cell ran too long, and could not be interrupted."),
}
_TOO_LATE = ("CellTimeoutError", "This cell was not run: the notebook had used up its time.")
_NOT_RUN = ("NotRun", "This cell was not run: an earlier cell ended or blocked Python.")


def outputs_of_cells(
    cells: Sequence[str], limits: Limits, files: Mapping[str, bytes], *, is_isolated: bool = True
) -> list[list[Cell]]:
    """Run the cells one after the other and return the outputs of each.

    `files` lie in the working folder. No submission is judged meanwhile. Raises `sandbox.SandboxError`.
    """
    process = WorkerProcess(
        "notebook_worker",
        limits,
        is_isolated=is_isolated,
        files=files,
        distributions=packages.WITH_TENSORFLOW,
        text_limit=HTML_LIMIT,
        body_limit=BODY_LIMIT,
    )
    with run_lock.exclusive():
        process.start()
        try:
            return list(limit_outputs(_run_cells(process, cells, limits), limits))
        finally:
            process.stop()


def keep_handed_in(cells: Sequence[Cell], limits: Limits) -> None:
    """Keep what code cells showed when they were handed in, in place, unless it is too much."""
    for cell, outputs in zip(cells, limit_outputs([cell["outputs"] for cell in cells], limits), strict=True):
        cell["outputs"] = outputs


def number_cells(nb: Notebook) -> None:
    """Number the code cells as a kernel would, in place."""
    code = (cell for cell in nb["cells"] if cell["cell_type"] == "code" and cell["source"].strip())
    for count, cell in enumerate(code, 1):
        cell["execution_count"] = count
        for output in cell["outputs"]:
            if output["output_type"] == "execute_result":
                output["execution_count"] = count


def limit_outputs(outputs_by_cell: Iterable[list[Cell]], limits: Limits) -> Iterator[list[Cell]]:
    """Yield the outputs of a notebook's cells, replaced for cells that show too much."""
    left = limits.outputs
    for outputs in outputs_by_cell:
        size = sum(map(output_size, outputs))
        left -= size
        yield outputs if size <= limits.output and left >= 0 else [error_output(*TOO_MUCH)]


def _run_cells(process: WorkerProcess, cells: Sequence[str], limits: Limits) -> Iterator[list[Cell]]:
    deadline = time.monotonic() + limits.submission_seconds
    for cell in cells:
        if not process.is_running or time.monotonic() >= deadline:
            yield [error_output(*(_TOO_LATE if process.is_running else _NOT_RUN))]
            continue
        seconds = max(0.1, min(limits.cell_seconds, deadline - time.monotonic()))
        try:
            yield _run_cell(process, cell, seconds, limits.output)
        except (ProcessEnded, TimeoutError) as failure:
            yield [error_output(*_FAILURES[type(failure)])]


def _run_cell(process: WorkerProcess, cell: str, seconds: float, limit: int) -> list[Cell]:
    text = np.frombuffer(cell.encode("utf-8", "replace"), np.uint8)
    process.send({"run": text, "seconds": seconds, "output": limit}, seconds + GRACE_SECONDS)
    listed = process.receive(seconds + GRACE_SECONDS).get("outputs")
    return sanitize_outputs(listed) if isinstance(listed, list) else []
