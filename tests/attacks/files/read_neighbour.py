"""Hands in what another student wrote."""

namespace = {}
try:
    exec(open("@NEIGHBOUR@").read(), namespace)
except OSError:
    pass
output_delta = namespace.get("output_delta", lambda A, Y: A)
