"""The pictures of the lessons: one module for each lesson, and what they share.

Every function takes the numbers that it draws and returns a Matplotlib figure with an alternative text that
says the same. Colour is never the only sign: lines differ in style and marker, signs are written out, bars
have labels. `show` displays a figure in the notebook, `show_animation` several of them, one after the other.
"""

from utils.plots.animation import show_animation
from utils.plots.common import plot_digits, plot_network, plot_training
from utils.plots.style import show

__all__ = ["plot_digits", "plot_network", "plot_training", "show", "show_animation"]
