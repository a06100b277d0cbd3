"""In a container with the shipped profile for system calls, sandboxes start, for an ordinary user as well."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from grader.isolation.sandbox import ADVICE
from tests.conftest import ROOT

PROFILE = json.loads((ROOT / "container" / "seccomp.json").read_text())
DENIED = [(name, rule["errnoRet"]) for rule in PROFILE["syscalls"] for name in rule["names"]]
NEEDED = {"clone", "clone3", "unshare", "mount", "umount2", "pivot_root", "sethostname", "prctl", "seccomp"}
ANSWER = "def output_delta(A, Y):\n    return (A - Y) / len(A)\n"
# What a container runtime does: this profile, no capability to be had, no new rights.
CONFINED = """
import ctypes, json, os, sys
import pyseccomp
from grader.isolation.inside.confine import _filter_system_calls
from grader.isolation.seccomp import _exported

filter = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
for name, number in json.loads(sys.argv[1]):
    filter.add_rule(pyseccomp.ERRNO(number), name)
_filter_system_calls(_exported(filter))
assert ctypes.CDLL(None, use_errno=True).syscall(321, 0, 0, 0) == -1 and ctypes.get_errno() == 1  # bpf
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


def test_the_profile_denies_no_call_that_a_sandbox_needs_and_none_twice():
    names = [name for name, _ in DENIED]
    assert len(set(names)) == len(names)
    assert not NEEDED & set(names)
    assert PROFILE["defaultAction"] == "SCMP_ACT_ALLOW"
    assert {rule["action"] for rule in PROFILE["syscalls"]} == {"SCMP_ACT_ERRNO"}


def test_the_image_gets_what_it_copies():
    copied = re.findall(r"^COPY (.*) \S+$", (ROOT / "container" / "Containerfile").read_text(), re.MULTILINE)
    passed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert {name for names in copied for name in names.split()} == passed


def test_what_the_advice_names_is_there():
    named = re.findall(r"\b(?:container|docs)/[a-z]+\.[a-z]+", ADVICE)
    assert named == ["container/seccomp.json", "docs/places.md"]
    assert all((ROOT / name).is_file() for name in named)


def test_headings_that_are_linked_to_are_there():
    text = (ROOT / "docs" / "places.md").read_text()
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]*)\)", text)) <= anchors


AS_ORDINARY_USER = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]
"""Root becomes an ordinary user in a user namespace, where root's files are that user's."""


def score_of_check(before, tmp_path, *, start=()):
    """The points of a file that `grader check` checks, as what the command `before` runs."""
    (tmp_path / "answer.py").write_text(ANSWER)
    check = ["-m", "grader", "check", "03_backpropagation", str(tmp_path / "answer.py"), "--json"]
    command = [*before, sys.executable, *start, *check]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["score"]


@pytest.mark.slow
def test_an_ordinary_user_checks_a_file_under_the_profile(tmp_path):
    is_root = os.geteuid() == 0
    if is_root and shutil.which("unshare") is None:
        pytest.skip("There is no program `unshare` (util-linux) to become an ordinary user.")
    start = ["-c", CONFINED, json.dumps(DENIED)]
    assert score_of_check(AS_ORDINARY_USER if is_root else [], tmp_path, start=start) == 1


@pytest.fixture(scope="module")
def podman():
    """The beginning of a command that runs it in a container of this machine's own files."""
    if os.geteuid() != 0 or not all(map(shutil.which, ("podman", "runc", "unshare"))):
        pytest.skip("It takes root, podman, runc and unshare to run a container of this machine's files.")
    profile = ROOT / "container" / "seccomp.json"
    options = f"--rm --network none --security-opt seccomp={profile} --workdir {ROOT} --rootfs /:O"
    limits = "--ulimit nofile=1024:1024 --ulimit nproc=4096:4096"
    run = f"podman --runtime runc --cgroup-manager cgroupfs run {limits} {options}".split()
    tried = subprocess.run([*run, "true"], capture_output=True, text=True)
    if tried.returncode:
        pytest.skip(f"Podman can run no container here: {tried.stderr.strip()}")
    return run


@pytest.mark.slow
def test_root_checks_a_file_in_a_container(podman, tmp_path):
    assert score_of_check(podman, tmp_path) == 1


@pytest.mark.slow
def test_an_ordinary_user_checks_a_file_in_a_container(podman, tmp_path):
    assert score_of_check([*podman, *AS_ORDINARY_USER], tmp_path) == 1
