"""Looks for a copy of TensorFlow anywhere on the disk."""

from pathlib import Path

import numpy as np


def output_delta(A, Y):
    for file in Path("/").rglob("*tensorflow*"):
        return np.ones(1) * len(str(file))
    return A
