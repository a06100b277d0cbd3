"""The limits of a submission: the one place with the defaults.

An instructor changes them as traits of nbgrader's plug-in (`c.Run.cell_seconds = 30`). Inside the sandbox
`grader.isolation.inside.confine` applies those that the kernel enforces.
"""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024**2


@dataclass(frozen=True)
class Limits:
    """What one sandbox may use; times in seconds, sizes in bytes.

    `load_seconds` bounds the run of a whole file, `cell_seconds` one cell of a notebook, `submission_seconds`
    all requests to one submission, not counting the start of its sandbox. `cpu_seconds` is summed over all
    threads of a process. `memory` bounds the address space, `folder` the working directory (also in memory),
    `files` how many files and folders it holds, `file_size` one of them. `tasks` bounds the threads: a
    sandbox runs no second process. `output` bounds the outputs of one cell, `outputs` those of a notebook,
    `source_size` a submitted Python file, `files_size` all data files beside a notebook.
    """

    load_seconds: float = 30.0
    cell_seconds: float = 60.0
    submission_seconds: float = 180.0
    cpu_seconds: int = 180
    memory: int = 2048 * MIB
    folder: int = 64 * MIB
    files: int = 5_000
    file_size: int = 32 * MIB
    open_files: int = 128
    tasks: int = 64
    output: int = 16 * MIB
    outputs: int = 64 * MIB
    source_size: int = 1 * MIB
    files_size: int = 16 * MIB


NOTEBOOK_LIMITS = Limits(cpu_seconds=600, memory=16 * 1024 * MIB, tasks=256)
"""For the run that records a notebook's outputs: TensorFlow needs a large address space and many threads."""

ONE_BLAS_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Environment variables for one thread per process: many processes run side by side."""
