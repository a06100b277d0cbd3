"""What this course plugs into nbgrader. `nbgrader_config.py` says where."""

from grader.nbgrader_plugins.repair import Repair
from grader.nbgrader_plugins.run import DemandVerdict, Run
from grader.nbgrader_plugins.tidy import TolerantExporter

__all__ = ["DemandVerdict", "Repair", "Run", "TolerantExporter"]
