"""Control groups are used where they are delegated; the file system of Linux is stood in for by folders."""

import os
from pathlib import Path

import pytest

from grader.isolation.cgroups import DelegatedGroup, GroupLimits, NoControlGroups


@pytest.fixture
def mount(tmp_path):
    """A cgroup file system, as the topmost group of a container, with this process and another in it."""
    own = next(
        line[4:] for line in Path("/proc/self/cgroup").read_text().splitlines() if line.startswith("0::/")
    )
    folder = tmp_path / own
    folder.mkdir(parents=True, exist_ok=True)
    for place in {tmp_path, folder}:
        (place / "cgroup.controllers").write_text("cpuset cpu io memory pids\n")
        (place / "cgroup.procs").write_text(f"{os.getpid()}\n1\n")
        (place / "cgroup.subtree_control").write_text("")
    if folder != tmp_path:
        os.setxattr(folder, "user.delegate", b"1")
    return tmp_path, folder


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
        one.enter()
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


def test_a_group_that_cannot_be_divided_is_left_alone(mount):
    mount, folder = mount
    (folder / "cgroup.subtree_control").unlink()
    with pytest.raises(NoControlGroups, match="is not delegated to this process"), DelegatedGroup(mount):
        pass
