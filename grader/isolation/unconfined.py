"""A worker process without a sandbox."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile

from grader.learner.library_code import ROOT


class Unconfined:
    """The worker without a sandbox, in a folder of its own and a session of its own, with all rights."""

    def __init__(self, module: str):
        self._folder = tempfile.TemporaryDirectory(prefix="submission-", ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            # -P: a file of the learner's called json.py, say, must not stand in for Python's own.
            [sys.executable, "-P", "-m", f"grader.isolation.inside.{module}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder.name,
            env=_environment(),
            start_new_session=True,
        )
        self.stdin, self.stdout = self._process.stdin, self._process.stdout

    def kill(self) -> None:
        """End the process and its children."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def stop(self) -> None:
        """End it all and clear up."""
        self.kill()
        self._process.wait()
        self.stdout.close()
        with contextlib.suppress(OSError):  # the pipe may be broken; nothing is left to send
            self.stdin.close()
        self._folder.cleanup()

    def stderr_text(self) -> str:
        """Nothing is known about its end."""
        return ""


def _environment() -> dict[str, str]:
    """One thread for each process: many run side by side."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**os.environ, **threads, "PYTHONPATH": path}
