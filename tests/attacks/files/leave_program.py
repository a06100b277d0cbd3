"""Starts programs that stay."""

import os
import subprocess

for start in (
    lambda: subprocess.Popen(["sleep", "600"], start_new_session=True),
    lambda: os.system("sleep 600 &"),
    lambda: os.posix_spawn("/bin/sleep", ["sleep", "600"], {}),
    lambda: os.execv("/bin/sleep", ["sleep", "600"]),
):
    try:
        start()
    except OSError:
        pass


def output_delta(A, Y):
    return A
