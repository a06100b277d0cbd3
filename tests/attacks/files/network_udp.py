"""Sends datagrams to the host."""

import socket

for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
    try:
        socket.socket(family, socket.SOCK_DGRAM).sendto(b"here I am", (address, int("@PORT@")))
    except OSError:
        pass


def output_delta(A, Y):
    return A
