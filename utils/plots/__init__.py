"""The pictures of the lessons, one module a lesson and what they share.

Every function takes the numbers that it draws and returns a Matplotlib figure. Nothing is told by
colour alone: lines differ in style and marker, signs are written out, bars are labelled. `show`
puts a figure into the notebook together with a text that says the same in words.
"""

from utils.plots.common import plot_digits, plot_network, plot_training
from utils.plots.style import show

__all__ = ["plot_digits", "plot_network", "plot_training", "show"]
