"""The options of the bubblewrap command; test_sandbox.py looks at the sandbox that they make."""

import os
from types import SimpleNamespace

import pytest

from grader.isolation import bubblewrap, packages
from tests.conftest import ROOT


def arguments_of(option, count=2):
    """The arguments of each occurrence of an option."""
    command = bubblewrap.command()
    places = [place for place, word in enumerate(command) if word == option]
    return [tuple(command[place + 1 : place + 1 + count]) for place in places]


def mounts_in(folder):
    """Sources of the read-only mounts in a folder of the sandbox, by target."""
    return {target: source for source, target in arguments_of("--ro-bind") if target.startswith(folder)}


@pytest.mark.parametrize("kind", ["user", "pid", "ipc", "uts", "cgroup", "net"])
def test_every_namespace_is_asked_for_by_name(kind):
    assert f"--unshare-{kind}" in bubblewrap.command()


def test_everything_is_mounted_read_only_but_devices():
    assert not {"--bind", "--bind-try", "--proc", "--dev"} & set(bubblewrap.command())
    devices = {source for source, _ in arguments_of("--dev-bind")}
    assert devices == {f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom")}


def test_of_the_course_only_the_named_folders_are_mounted():
    named = {f"/course/{target}": str(ROOT / source) for target, source in bubblewrap._MOUNTED.items()}
    assert mounts_in("/course/") == named
    others = mounts_in("/").keys() - mounts_in("/course/").keys() - mounts_in("/packages/").keys()
    assert not [target for target in others if mounts_in("/")[target].startswith(str(ROOT))]


def test_the_packages_named_are_mounted():
    assert set(mounts_in("/packages/").values()) == set(map(str, packages.installed_paths()))


def test_the_environment_is_cleared_before_it_is_set():
    command = bubblewrap.command()
    assert command.index("--clearenv") < command.index("--setenv")
    assert dict(arguments_of("--setenv")) == bubblewrap._ENVIRONMENT


def test_an_ordinary_user_is_mapped_by_bubblewrap_itself(monkeypatch):
    monkeypatch.setattr(bubblewrap, "_is_administrator", lambda: False)
    command = bubblewrap.command()
    assert command[command.index("--uid") + 1] == "1000"
    assert [word for word in command if word.startswith("CAP_")] == ["CAP_SYS_ADMIN"]
    with bubblewrap.Handshake() as handshake:
        assert "--userns-block-fd" not in handshake.options
        handshake.complete()


def test_an_ordinary_users_sandbox_asks_for_no_setting_where_they_are_read_only(monkeypatch):
    """In a container, /proc/sys is mounted read-only, and bubblewrap would fail."""
    monkeypatch.setattr(bubblewrap.os, "statvfs", lambda path: SimpleNamespace(f_flag=os.ST_RDONLY))
    monkeypatch.setattr(bubblewrap.os, "geteuid", lambda: 1000)
    bubblewrap._can_disable_user_namespaces.cache_clear()
    options = bubblewrap.command()
    bubblewrap._can_disable_user_namespaces.cache_clear()
    assert "--disable-userns" not in options
