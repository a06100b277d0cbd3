"""How much a submission may use. The one place where the defaults are."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024**2


@dataclass(frozen=True)
class Limits:
    """What one sandbox may use; times in seconds, sizes in bytes.

    `load_seconds` is for the run of a file to its end, `cell_seconds` for a cell of a notebook,
    `submission_seconds` for all that is asked of one submission, once its sandbox is ready. `cpu_seconds`
    counts over all threads of a process. `memory` bounds the address space, `folder` the working
    directory (which lies in memory too), `file_size` one file in it. `tasks` are threads: a sandbox runs
    no second process. `output` bounds what one cell shows, `outputs` what all cells of a notebook show,
    `source_size` a file that is handed in, `files_size` all data files beside a notebook.
    """

    load_seconds: float = 30.0
    cell_seconds: float = 60.0
    submission_seconds: float = 180.0
    cpu_seconds: int = 180
    memory: int = 2048 * MIB
    folder: int = 64 * MIB
    file_size: int = 32 * MIB
    open_files: int = 128
    tasks: int = 64
    output: int = 16 * MIB
    outputs: int = 64 * MIB
    source_size: int = 1 * MIB
    files_size: int = 16 * MIB


NOTEBOOK_LIMITS = Limits(submission_seconds=300.0, cpu_seconds=600, memory=16 * 1024 * MIB, tasks=256)
"""For the run that shows a notebook's outputs: TensorFlow asks for much address space and many threads."""
