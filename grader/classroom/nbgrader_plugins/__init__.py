"""The exporters and preprocessors that `nbgrader_config.py` plugs into nbgrader's own commands.

`grade` takes the same steps without nbgrader (`grader.classroom.run.grade_submission`).
"""

from grader.classroom.nbgrader_plugins.demand_verdict import DemandVerdict
from grader.classroom.nbgrader_plugins.exporter import TolerantExporter
from grader.classroom.nbgrader_plugins.feedback_exporter import FeedbackExporter
from grader.classroom.nbgrader_plugins.repair import Repair
from grader.classroom.nbgrader_plugins.run import Run

__all__ = ["DemandVerdict", "FeedbackExporter", "Repair", "Run", "TolerantExporter"]
