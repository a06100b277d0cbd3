"""A scheduler is reached with TLS or on this machine, and without Dask a sentence says what to install."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from grader.classroom.cluster import scheduler
from grader.classroom.cluster.scheduler import Scheduler
from grader.classroom.errors import ClassroomError
from grader.cli import app
from grader.learner.library_code import ROOT


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:8786", "localhost:8786", "tcp://[::1]:8786", "tls://10.0.0.1:8786"]
)
def test_where_a_scheduler_may_be(address):
    assert Scheduler(address).address == address


@pytest.mark.parametrize("address", ["tcp://10.0.0.1:8786", "10.0.0.1:8786", "ws://cluster:80", "inproc://1"])
def test_whoever_can_reach_a_scheduler_must_have_a_certificate(address):
    with pytest.raises(ClassroomError, match="neither TLS nor on this machine.*--tls-ca"):
        Scheduler(address)
    assert Scheduler(address, security="a cluster object's").client_security() == "a cluster object's"


def test_tls_needs_three_files(tmp_path):
    files = [tmp_path / name for name in ("ca.pem", "cert.pem", "key.pem")]
    with pytest.raises(ClassroomError, match="needs all three"):
        Scheduler("tls://10.0.0.1:8786", files[0])
    with pytest.raises(ClassroomError, match="ca.pem is not there"):
        Scheduler("tls://10.0.0.1:8786", *files)
    with pytest.raises(ClassroomError, match="needs --tls-ca"):
        Scheduler("tls://10.0.0.1:8786").client_security()
    for file in files:
        file.touch()
    security = Scheduler("tls://10.0.0.1:8786", *files).client_security()
    assert security.require_encryption and security.tls_client_key == str(files[2])


def test_without_dask_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setattr(scheduler, "find_spec", lambda name: None)
    done = CliRunner().invoke(app, ["grade", "03_backpropagation", "--scheduler", "tcp://127.0.0.1:1"])
    assert done.exit_code == 2
    assert "needs Dask" in done.output and "[teach,cluster]" in done.output


def test_who_does_not_ask_for_dask_does_not_load_it():
    code = "import sys, grader.cli, grader.classroom.class_grading; sys.exit('distributed' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
