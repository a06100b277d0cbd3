"""Control groups are used where they are delegated.

The tests with `delegated` need a machine where that can be had: cgroup v2, with systemd or in a container
whose topmost group may be written. In the others folders stand in for the file system of Linux.
"""

import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from grader.isolation.cgroups import MOUNT, DelegatedGroup, GroupLimits, NoControlGroups
from grader.learner.library_code import ROOT
from tests.isolation import in_groups

USER = [] if os.geteuid() == 0 else ["--user"]
SCOPE = ["systemd-run", *USER, "--quiet", "--scope", "--property=Delegate=yes"]
CONTROLLERS = "cat /sys/fs/cgroup$(sed -n s/^0:://p /proc/self/cgroup)/cgroup.controllers"


@pytest.fixture(scope="module")
def delegated():
    """Has a function of `in_groups` run where control groups are delegated; returns what it prints.

    Where systemd delegates all that is needed, they have to be found; where a container does, they may be.
    """
    here = run_python([], "from grader.isolation.cgroups import DelegatedGroup as D\nwith D(): pass")
    if here.returncode == 0:
        return partial(run_in_groups, [])
    if not shutil.which("systemd-run"):
        pytest.skip(here.stderr.splitlines()[-1])
    found = subprocess.run([*SCOPE, "sh", "-c", CONTROLLERS], capture_output=True, text=True)
    if not {"cpu", "memory", "pids"} <= set(found.stdout.split()):
        pytest.skip(f"systemd delegates no control groups: {found.stdout}{found.stderr}".strip())
    return partial(run_in_groups, SCOPE)


def run_python(prefix, code):
    command = [*prefix, sys.executable, "-c", code]
    return subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=120
    )


def run_in_groups(prefix, function):
    found = run_python(prefix, f"from tests.isolation import in_groups\nin_groups.{function.__name__}()")
    assert found.returncode == 0 or function is in_groups.be_killed, found.stderr
    return found.stdout


@pytest.mark.parametrize(
    "function",
    [
        in_groups.divide_and_leave,
        in_groups.divide_twice,
        in_groups.run_out_of_memory,
        in_groups.have_too_many_tasks,
        in_groups.share_a_processor,
        in_groups.have_orders_answered,
        in_groups.go_on_after_kill,
    ],
)
def test_in_real_groups(delegated, function):
    delegated(function)


def test_nothing_is_left_of_the_unit_of_a_grader_that_was_killed(delegated):
    folder = Path(delegated(in_groups.be_killed).strip())
    if folder == MOUNT:  # a container goes on, and what is left there is cleared away by the next grader
        delegated(in_groups.divide)
    in_groups.wait_until(lambda: not in_groups.parts_of(folder))


@pytest.fixture
def mount(tmp_path, monkeypatch):
    """A cgroup file system with this process and another in one group.

    It is the topmost group of a container, or that of a unit which systemd says is delegated.
    """
    own = next(
        line[4:] for line in Path("/proc/self/cgroup").read_text().splitlines() if line.startswith("0::/")
    )
    folder = tmp_path / own
    folder.mkdir(parents=True, exist_ok=True)
    for place in {tmp_path, folder}:
        (place / "cgroup.controllers").write_text("cpuset cpu io memory pids\n")
        (place / "cgroup.procs").write_text(f"{os.getpid()}\n1\n")
        (place / "cgroup.subtree_control").write_text("")
        (place / "cgroup.type").write_text("domain\n")
    stand_in_for_systemctl(tmp_path / "bin", f"ControlGroup=/{own}\nDelegate=yes")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    return tmp_path, folder


def stand_in_for_systemctl(folder, answer):
    folder.mkdir(exist_ok=True)
    (folder / "systemctl").write_text(f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\n")
    (folder / "systemctl").chmod(0o755)


def test_a_delegated_group_is_divided(mount):
    mount, folder = mount
    with DelegatedGroup(mount) as group:
        assert (
            folder / f"grader-{os.getpid()}" / "cgroup.procs"
        ).read_text() == "1"  # the last that was moved
        assert (folder / "cgroup.subtree_control").read_text() == "+cpu +memory +pids"
        one, two = (group.create(GroupLimits(memory=10**9, tasks=50)) for _ in range(2))
        first, second = (folder / f"grader-{os.getpid()}-{number}" for number in (1, 2))
        assert (first / "memory.max").read_text() == (second / "memory.max").read_text() == "1000000000"
        assert (first / "memory.oom.group").read_text() == "1" and (first / "pids.max").read_text() == "50"
        one.add(os.getpid())
        assert (first / "cgroup.procs").read_text() == str(os.getpid())
        one.remove()
        assert (first / "cgroup.kill").read_text() == "1"
    assert (folder / "cgroup.subtree_control").read_text() == "-cpu -memory -pids"
    assert (folder / "cgroup.procs").read_text() == "1"


def test_without_cgroup_v2_there_are_none(tmp_path):
    with pytest.raises(NoControlGroups, match="is no cgroup v2"), DelegatedGroup(tmp_path):
        pass


def test_without_a_controller_there_are_none(mount):
    mount, folder = mount
    (folder / "cgroup.controllers").write_text("cpu hugetlb\n")
    with pytest.raises(NoControlGroups, match="has no controller for memory, pids"), DelegatedGroup(mount):
        pass


def test_the_topmost_group_of_a_machine_is_not_divided(mount):
    mount, _ = mount
    for file in mount.rglob("cgroup.type"):
        file.unlink()  # Linux gives the topmost of all groups no such file
    stand_in_for_systemctl(mount / "bin", "ControlGroup=\nDelegate=no")
    with pytest.raises(NoControlGroups, match="is not delegated to this process"), DelegatedGroup(mount):
        pass


def test_a_group_that_cannot_be_divided_is_left_alone(mount):
    mount, folder = mount
    (folder / "cgroup.subtree_control").unlink()
    with pytest.raises(NoControlGroups, match="is not delegated to this process"), DelegatedGroup(mount):
        pass
