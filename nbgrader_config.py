"""nbgrader's configuration for this course.

Run nbgrader from this folder, or from a course folder elsewhere whose own `nbgrader_config.py` is

    c = get_config()
    load_subconfig("nbgrader_config.py", path="/path/to/this/folder")
"""

import os
import sys
import sysconfig
from pathlib import Path

c = get_config()  # noqa: F821 - nbgrader defines it where it runs this file
HERE = Path(__file__).resolve().parent


def _put_first(variable, folder):
    """Put `folder` at the head of a search path in the environment."""
    others = [path for path in os.environ.get(variable, "").split(os.pathsep) if path]
    if folder not in others:
        os.environ[variable] = os.pathsep.join([folder, *others])


# Console scripts such as `nbgrader` do not have this folder on their path, and the kernels they
# start inherit nothing but the environment.
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))
_put_first("PYTHONPATH", str(HERE))
# nbgrader runs `alembic` by its name, which is on the path only in an activated environment.
_put_first("PATH", sysconfig.get_path("scripts"))
# Keeps a warning about frozen modules, of kernels under a debugger, off stderr.
os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")

c.CourseDirectory.course_id = "backpropagation"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
if not Path("nbgrader_config.py").exists():
    c.CourseDirectory.root = str(HERE)
# A lesson's source holds the answers, and must not be released even if it lies in the lesson's folder.
# The last one is the receipt that `grader.classroom.receipts` writes beside an autograded notebook.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    "feedback",
    "[0-9][0-9]_*.py",
    ".receipt.json",
]

# A submission is read even if its JSON does not follow the notebook format.
c.Autograde.exporter_class = "grader.classroom.nbgrader_plugins.TolerantExporter"

# nbgrader's own lists with three steps of this course: `Repair` before any step that reads labels of cells,
# `Run`, which uses sandboxes, in place of `Execute`, and `DemandVerdict` before the marks are saved. Without
# `ClearOutput`: what cells show stays as it was handed in, made harmless by the exporter.
c.Autograde.sanitize_preprocessors = [
    "grader.classroom.nbgrader_plugins.Repair",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "grader.classroom.nbgrader_plugins.Run",
    "grader.classroom.nbgrader_plugins.DemandVerdict",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Limits of a submission: seconds for a cell and for the whole notebook, MiB of memory and of files. A
# function always has 10 s for its test. `nbgrader autograde --help-all` lists the other limits (Run).
c.Run.cell_seconds = 60
c.Run.submission_seconds = 180
c.Run.memory = 2048
c.Run.folder = 64

# With True, each notebook runs once more for what feedback shows, after its functions were judged.
# With False, feedback shows the outputs that were handed in. `grade --rerun` does it for once.
c.Run.rerun = False

# Whether an error costs points once: with True, a part that is wrong earns its points if it is right given
# the submission's own earlier parts. Feedback says which parts these are in any case.
c.Run.carries_errors_forward = False

# The feedback page is the same that `grade` makes.
c.GenerateFeedback.exporter_class = "grader.classroom.nbgrader_plugins.FeedbackExporter"

# Formgrader shows HTML that learners wrote. nbgrader's templates apply the second filter to Markdown: its own
# one takes minutes for a long line of brackets. The others show code and Markdown whatever is in them.
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.filters = {
    "clean_html": "grader.classroom.nbgrader_plugins.formgrader_filters.clean_html",
    "strip_files_prefix": "grader.classroom.nbgrader_plugins.formgrader_filters.clean_html",
    "highlight_code": "grader.classroom.nbgrader_plugins.formgrader_filters.highlight_code",
    "markdown2html": "grader.classroom.nbgrader_plugins.formgrader_filters.render_markdown",
}

# The Validate button runs a learner's notebook on the learner's own machine.
c.Execute.timeout = 60
_TOO_LONG = "This cell ran too long and was stopped. Look for a loop that never ends."
c.Execute.error_on_timeout = {
    "ename": "CellTimeoutError",
    "evalue": _TOO_LONG,
    "traceback": [f"CellTimeoutError: {_TOO_LONG}"],
}
# Without the state of widgets, pages show pictures of them and load no script from the network.
c.Execute.store_widget_state = False
# How long the last output of a cell may lag behind its end on a busy machine.
c.Execute.iopub_timeout = 10
