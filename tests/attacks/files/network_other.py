"""Tries every other family of sockets, and io_uring in the place of system calls."""

import ctypes
import socket

for family in range(46):
    for kind in (socket.SOCK_RAW, socket.SOCK_DGRAM, socket.SOCK_STREAM):
        try:
            socket.socket(family, kind)
        except OSError:
            continue
        raise SystemExit
if ctypes.CDLL(None).syscall(425, 8, ctypes.create_string_buffer(200)) >= 0:
    raise SystemExit


def output_delta(A, Y):
    return A
