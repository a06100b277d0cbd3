"""Which events the audit hook records. Python can't remove a hook, so the tests do not add it."""

import socket
import sys

import pytest

from grader.isolation.inside.audit import ATTEMPTS, AttemptRecorder


@pytest.fixture
def hooked(monkeypatch):
    """A recorder and its hook."""
    hooks = []
    monkeypatch.setattr(sys, "addaudithook", hooks.append)
    recorder = AttemptRecorder()
    return recorder, *hooks


@pytest.mark.parametrize(
    ("event", "arguments", "found"),
    [
        ("os.fork", (), ["process"]),
        ("subprocess.Popen", ("sh", ["sh"], None, None), ["process"]),
        ("subprocess.Popen", ("uname", ["uname", "-p"], None, None), []),
        ("subprocess.Popen", ("fc-list", ["fc-list"], None, None), []),
        ("socket.__new__", (None, socket.AF_INET, socket.SOCK_STREAM, 0), ["network"]),
        ("socket.__new__", (None, socket.AF_UNIX, socket.SOCK_STREAM, 0), []),
        ("socket.getaddrinfo", ("example.org", 80, 0, 0, 0), ["network"]),
        ("import", ("tensorflow.keras", None, None, None, None), ["library"]),
        ("import", ("numpy", None, None, None, None), []),
        ("open", ("file", "w", 0), []),
    ],
)
def test_an_event_is_recorded_as_its_kind(hooked, event, arguments, found):
    recorder, hook = hooked
    hook(event, arguments)
    assert recorder.found() == found
    assert set(found) <= set(ATTEMPTS)


def test_every_kind_is_found_once(hooked):
    recorder, hook = hooked
    for event in ("os.system", "os.fork", "socket.gethostbyname"):
        hook(event, ("x",))
    assert recorder.found() == ["network", "process"]
