"""Connects to an abstract socket, which no file system hides."""

import socket

try:
    caller = socket.socket(socket.AF_UNIX)
    caller.connect("\0@ABSTRACT@")
    caller.send(b"here I am")
except OSError:
    pass


def output_delta(A, Y):
    return A
