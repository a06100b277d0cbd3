"""Sleeps in every call, and ends the process so that it has to be started again."""

import os
import time

time.sleep(1)


def output_delta(A, Y):
    time.sleep(1)
    os._exit(0)


hidden_delta = parameter_gradients = backward = input_gradient = output_delta
