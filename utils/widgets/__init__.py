"""Widgets to experiment with: a backprop stepper, a layer lab, a softmax lab and a learning-rate lab.

Each is one call in a cell. Where widgets run (JupyterLab, Notebook, VS Code, Colab) it shows controls and
a picture, and the keyboard alone operates everything. Where widgets can't run (GitHub, a page made of a
notebook, no ipywidgets), the same call shows a still picture.

Each widget has a model, which computes the numbers with NumPy and knows nothing of ipywidgets, and a view,
which has the controls.
"""

from utils.widgets.backprop_stepper_view import backprop_stepper
from utils.widgets.layer_lab_view import layer_lab
from utils.widgets.learning_rate_lab_view import learning_rate_lab
from utils.widgets.softmax_lab_view import softmax_lab

__all__ = ["backprop_stepper", "layer_lab", "learning_rate_lab", "softmax_lab"]
