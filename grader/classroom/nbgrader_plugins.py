"""The exporter and preprocessors that `nbgrader_config.py` plugs into nbgrader."""

from grader.classroom.demand_verdict import DemandVerdict
from grader.classroom.read_notebook import TolerantExporter
from grader.classroom.repair import Repair
from grader.classroom.run import Run

__all__ = ["DemandVerdict", "Repair", "Run", "TolerantExporter"]
