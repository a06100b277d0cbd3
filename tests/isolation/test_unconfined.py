"""A worker without a sandbox ends with the process that started it, whatever it is doing."""

import os
import select
import subprocess
import sys

import pytest

GRADER = """
from grader.isolation.limits import Limits
from grader.isolation.process import WorkerProcess
from tests.isolation.test_process import run_request

process = WorkerProcess("function_worker", Limits(), is_isolated=False)
process.start()
code = b"import os, signal, sys\\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\\nwhile True: pass"
process.send(run_request(code), 5)
print(process._worker._process.pid, flush=True)
process.receive(60)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="no such signal there")
def test_no_worker_outlives_a_grader_that_is_killed(root):
    grader = subprocess.Popen([sys.executable, "-c", GRADER], stdout=subprocess.PIPE, cwd=root, text=True)
    with grader, os.fdopen(os.pidfd_open(int(grader.stdout.readline()))) as worker:
        assert not select.select([worker], [], [], 0.5)[0]
        grader.kill()
        assert select.select([worker], [], [], 10)[0]
