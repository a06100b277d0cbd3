"""Connects to the host."""

import socket
import urllib.request

for attempt in (
    lambda: socket.create_connection(("127.0.0.1", int("@PORT@")), timeout=1).send(b"here I am"),
    lambda: socket.create_connection(("localhost", int("@PORT@")), timeout=1).send(b"here I am"),
    lambda: urllib.request.urlopen("http://127.0.0.1:@PORT@/?answers=1", timeout=1),
    lambda: socket.getaddrinfo("example.com", 80),
):
    try:
        attempt()
    except OSError:
        pass


def output_delta(A, Y):
    return A
