"""Uses a library for automatic differentiation by subprocess."""

import subprocess
import sys


def output_delta(A, Y):
    code = "import tensorflow as tf; print(tf.constant(1))"
    return subprocess.check_output([sys.executable, "-c", code])
