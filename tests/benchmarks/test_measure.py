"""What a command takes is measured with all of its processes, however they end."""

import json
import subprocess
import sys

import pytest

from tests.benchmarks import measure
from tests.conftest import ROOT

BURN = """
import time
while time.process_time() < 0.6: pass
print("done", flush=True)
"""
KEEP = 'import time; kept = b"1" * 100_000_000; time.sleep(2)'
SANDBOX = ["bwrap", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--unshare-all"]
"""As the grader's own sandboxes: its processes die with the first one, which dies with `bwrap`."""

RUN_AND_END = "subprocess.run({command!r})"
KILL_WHEN_DONE = """
process = subprocess.Popen({command!r}, stdout=subprocess.PIPE)
process.stdout.readline()
process.kill()
"""
LEAVE_WHEN_DONE = "subprocess.Popen({command!r}, stdout=subprocess.PIPE, process_group=0).stdout.readline()"


def child(code):
    return [sys.executable, "-c", code]


def grandchild(code):
    return child(f"import subprocess; subprocess.run({child(code)!r})")


def measured(way, command, grouped):
    """The usage of a process that runs a command in a way, measured by a process of its own."""
    main = child("import subprocess\n" + way.format(command=command))
    code = (
        "import dataclasses, json\nfrom tests.benchmarks.measure import measure\n"
        f"print(json.dumps(dataclasses.asdict(measure({main!r}, grouped={grouped}))))"
    )
    done = subprocess.run(child(code), cwd=ROOT, capture_output=True, text=True, check=True)
    return measure.Usage(**json.loads(done.stdout))


@pytest.mark.parametrize("grouped", [True, False])
@pytest.mark.parametrize("sandbox", [[], SANDBOX], ids=["plain", "sandbox"])
@pytest.mark.parametrize(
    "way, command",
    [
        (RUN_AND_END, child(BURN)),
        (RUN_AND_END, grandchild(BURN)),
        (KILL_WHEN_DONE, child(BURN + "time.sleep(60)")),
        (LEAVE_WHEN_DONE, child(BURN + "time.sleep(60)")),
    ],
    ids=["child", "grandchild", "killed child", "orphan"],
)
def test_the_time_of_all_processes_counts(way, command, sandbox, grouped):
    if grouped and not measure.can_group():
        pytest.skip("no control group can be made here")
    if sandbox and way != RUN_AND_END and not grouped:
        pytest.skip("nobody waits for what dies with its namespace; only a control group has its time")
    usage = measured(way, [*sandbox, *command], grouped)
    assert 0.5 < usage.cpu < 1.5
    assert usage.main < 0.5
    assert usage.wall > usage.cpu / 2


def test_the_memory_of_all_processes_counts():
    two = f"first = subprocess.Popen({child(KEEP)!r}); subprocess.run({child(KEEP)!r}); first.wait()"
    usage = measured(two, [], None)
    assert 180e6 < usage.memory < 350e6


def test_a_command_that_fails_is_no_measurement():
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks.measure",
        *child("raise SystemExit('what it printed')"),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode and "what it printed" in done.stderr and not done.stdout
