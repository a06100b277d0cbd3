"""Announces a reply of four gigabytes, and sends it byte by byte."""

import os
import time


def output_delta(A, Y):
    os.write(4, b"\xff" * 8)
    return A


def backward(params, cache, Y):
    os.write(4, b"\0\0\0\x20\0\0\0\0")
    while True:
        os.write(4, b" ")
        time.sleep(0.05)
