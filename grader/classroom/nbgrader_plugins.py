"""The exporter and preprocessors that `nbgrader_config.py` plugs into nbgrader."""

from grader.classroom.repair.read_notebook import TolerantExporter
from grader.classroom.repair.repair import Repair
from grader.classroom.run.demand_verdict import DemandVerdict
from grader.classroom.run.run import Run

__all__ = ["DemandVerdict", "Repair", "Run", "TolerantExporter"]
