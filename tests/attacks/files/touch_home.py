"""Writes into homes."""

import os
from pathlib import Path

for home in (Path.home(), Path("@HOME@"), Path("/root"), Path("/home")):
    for name in (".bashrc", ".profile", "canary"):
        try:
            (home / name).write_text("touched")
        except OSError:
            pass
try:
    os.unlink("@CANARY@")
except OSError:
    pass


def output_delta(A, Y):
    return A
