"""What an instructor can configure about the run of a submission (`c.Run.memory = 4096`)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from traitlets import Bool, Float, Integer
from traitlets.config import Config, Configurable

from grader.isolation.limits import MIB, NOTEBOOK_LIMITS, Limits

_COUNTS = ("cell_seconds", "submission_seconds", "cpu_seconds", "tasks", "open_files", "files")
_SIZES = ("memory", "folder", "file_size", "files_size", "output", "outputs")
# Not configurable for the run with TensorFlow, which asks for more of these than functions should have.
_OF_FUNCTIONS_ONLY = ("memory", "cpu_seconds", "tasks")


@dataclass(frozen=True)
class Settings:
    """How submissions run: `limits` are those of the functions' run, `output_limits` of a run for outputs."""

    is_isolated: bool = True
    rerun: bool = False
    carries_errors_forward: bool = False
    live_references: bool = False
    limits: Limits = Limits()
    output_limits: Limits = NOTEBOOK_LIMITS


class RunOptions(Configurable):
    """The options of a run. nbgrader's plug-in `Run` has them, too, so they are configured as `c.Run`."""

    is_isolated = Bool(
        True,
        help="Unset, there is no sandbox: submissions can read and change all that you can. Grade only "
        "people whom you trust as you trust yourself.",
    ).tag(config=True)
    rerun = Bool(
        False,
        help="Whether to run the notebook once more for the outputs that feedback shows, after its functions "
        "were judged. Unset, feedback shows the outputs as they were handed in.",
    ).tag(config=True)
    carries_errors_forward = Bool(
        False,
        help="Whether an error costs points once: a part that is wrong earns its points if it is right given "
        "the submission's own earlier parts. The verdict says which these are in any case.",
    ).tag(config=True)
    live_references = Bool(
        False,
        help="Whether TensorFlow computes the references anew in each grading process, and not only once for "
        "the course and its secret seed.",
    ).tag(config=True)
    cell_seconds = Float(Limits.cell_seconds, help="How long a cell may run.").tag(config=True)
    submission_seconds = Float(
        Limits.submission_seconds, help="How long all cells and calls of a submission may take together."
    ).tag(config=True)
    cpu_seconds = Integer(
        Limits.cpu_seconds, help="Processor time of the functions' sandbox, all threads together, in seconds."
    ).tag(config=True)
    memory = Integer(Limits.memory // MIB, help="Memory of the functions' sandbox, in MiB.").tag(config=True)
    tasks = Integer(Limits.tasks, help="Threads in the functions' sandbox.").tag(config=True)
    open_files = Integer(Limits.open_files, help="Files that may be open at once.").tag(config=True)
    folder = Integer(
        Limits.folder // MIB, help="Size of the working folder, which lies in memory, in MiB."
    ).tag(config=True)
    files = Integer(Limits.files, help="Files and folders in it.").tag(config=True)
    file_size = Integer(Limits.file_size // MIB, help="Size of one of these files, in MiB.").tag(config=True)
    files_size = Integer(
        Limits.files_size // MIB, help="Size of all data files handed in with a notebook, in MiB."
    ).tag(config=True)
    output = Integer(Limits.output // MIB, help="Size of what one cell shows, in MiB.").tag(config=True)
    outputs = Integer(Limits.outputs // MIB, help="Size of what all cells show, in MiB.").tag(config=True)

    def settings(self) -> Settings:
        """Return the options as plain data."""
        return Settings(
            is_isolated=self.is_isolated,
            rerun=self.rerun,
            carries_errors_forward=self.carries_errors_forward,
            live_references=self.live_references,
            limits=self._limits(Limits(), (*_COUNTS, *_SIZES)),
            output_limits=self._limits(
                NOTEBOOK_LIMITS, [n for n in (*_COUNTS, *_SIZES) if n not in _OF_FUNCTIONS_ONLY]
            ),
        )

    def _limits(self, defaults: Limits, names) -> Limits:
        """Return `defaults` with the limits that are configured."""
        configured = {name: getattr(self, name) for name in names}
        return replace(defaults, **{name: n * MIB if name in _SIZES else n for name, n in configured.items()})


def read_settings(config: Config) -> Settings:
    """Return the settings of a course's configuration. Raises `TraitError` for a value of the wrong type."""
    return RunOptions(config=Config(RunOptions=config.Run)).settings()
