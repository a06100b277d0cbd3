"""Connects to sockets in the file system, such as that of Docker."""

import socket

for path in ("@SOCKET@", "/run/docker.sock", "/var/run/dbus/system_bus_socket", "/tmp/.X11-unix/X0"):
    try:
        caller = socket.socket(socket.AF_UNIX)
        caller.connect(path)
        caller.send(b"here I am")
    except OSError:
        pass


def output_delta(A, Y):
    return A
