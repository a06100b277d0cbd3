"""A class is graded by a real scheduler and real workers, whatever ends in the middle of it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.classroom.journal import FOLDER
from grader.demo import LESSON, SampleSubmission
from grader.learner.library_code import ROOT
from tests.classroom.cluster.dask_processes import DaskProcesses
from tests.classroom.graded_class import files, marks
from tests.course_folder import short_class, submitted

pytestmark = pytest.mark.slow
SIZE = 40
WORKERS = ("one", "two")
GRADE = (sys.executable, "-m", "grader", "grade", LESSON)


def start_grading(course, *options):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "400"}
    with open(course / "said.txt", "w") as output:
        return subprocess.Popen(
            [*GRADE, *options], cwd=course, env=environment, stdout=output, stderr=subprocess.STDOUT
        )


def grade(course, *options):
    """Return the exit code of grading."""
    return start_grading(course, *options).wait(120)


def said_by(course):
    """What the last grading has said."""
    return (course / "said.txt").read_text()


def wait_for_results(course, count):
    """Wait until so many submissions are graded, and not all."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        kept = len(list((course / FOLDER).glob("*"))) if (course / FOLDER).exists() else 0
        done = len(list(course.glob("autograded/*/*/.receipt.json")))
        if kept + done >= count:
            assert done < SIZE
            return
        time.sleep(0.02)
    raise AssertionError(said_by(course))


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A class that nobody has graded yet, whose references are there."""
    students = [SampleSubmission(f"student-{number:02}") for number in range(SIZE)]
    course = short_class(tmp_path_factory.mktemp("class") / "course", students)
    assert grade(course, "--student", "student-00") == 0
    for step in ("autograded", "feedback"):
        shutil.rmtree(course / step)
    return course


@pytest.fixture
def course(template, tmp_path):
    return shutil.copytree(template, tmp_path / "course")


@pytest.fixture(scope="module")
def expected(template, tmp_path_factory):
    """What grading on this machine leaves."""
    course = shutil.copytree(template, tmp_path_factory.mktemp("local") / "course")
    assert grade(course) == 0
    return marks(course), files(course)


@pytest.fixture
def dask(tmp_path):
    (tmp_path / "dask").mkdir()
    with DaskProcesses(tmp_path / "dask") as processes:
        yield processes
    end = time.monotonic() + 5
    while processes.processes_that_grade() and time.monotonic() < end:
        time.sleep(0.1)
    assert not processes.processes_that_grade()


@pytest.fixture
def two_workers(dask):
    start_workers(dask)
    return dask


def start_workers(dask):
    for name in WORKERS:
        dask.start_worker(name)
    dask.wait_for_workers(*WORKERS)


def assert_as_expected(course, expected):
    assert (marks(course), files(course)) == expected
    assert not (course / FOLDER).exists()


def test_whatever_is_killed_nothing_is_lost_and_the_same_command_goes_on(
    template, expected, two_workers, tmp_path
):
    options = ("--scheduler", two_workers.address)

    def begin(name):
        course = shutil.copytree(template, tmp_path / name)
        grading = start_grading(course, *options)
        wait_for_results(course, SIZE // 4)
        return course, grading

    course, grading = begin("the workers are killed")
    assert two_workers.processes_that_grade()  # they end with their workers
    for name in WORKERS:  # these come again under other addresses
        two_workers.kill_worker_process(name)
    assert grading.wait(120) == 0, said_by(course)
    assert_as_expected(course, expected)

    course, grading = begin("the grader is killed")
    grading.send_signal(signal.SIGKILL)
    grading.wait()
    assert grade(course, *options) == 0, said_by(course)
    assert_as_expected(course, expected)

    course, grading = begin("the scheduler is killed")
    two_workers.kill("scheduler")
    assert grading.wait(60) == 2
    assert "is gone, or cannot be reached" in said_by(course)
    assert "The same command goes on" in said_by(course) and "Traceback" not in said_by(course)
    assert grade(course, *options) == 2
    assert "No scheduler answers" in said_by(course) and "Traceback" not in said_by(course)
    for name in WORKERS:  # they end with the scheduler
        two_workers.kill(name)
    two_workers.start_scheduler()
    start_workers(two_workers)
    submitted(course, "student-00").write_text("no notebook")
    submitted(course, "student-01").unlink()
    assert grade(course, *options) == 1
    assert "is not a notebook that can be read" in said_by(course) and "but nothing. Rename" in said_by(
        course
    )
    assert files(course).items() <= expected[1].items()
    assert len(files(course)) == 2 * (SIZE - 2)


def copy_of_the_course(folder: Path) -> Path:
    """Another edition of the course."""
    for name in ("grader", "utils"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "grader" / "judge.py").write_text((ROOT / "grader" / "judge.py").read_text() + "\n")
    return folder


def test_workers_that_cannot_take_part_say_why(course, dask, tmp_path):
    (tmp_path / "lacking" / "grader").mkdir(parents=True)
    no_course = "raise ModuleNotFoundError(\"No module named 'grader'\", name='grader')"
    (tmp_path / "lacking" / "grader" / "__init__.py").write_text(no_course)
    (tmp_path / "bin").mkdir()
    dask.start_worker("lacking", PYTHONPATH=str(tmp_path / "lacking"))
    dask.start_worker("other", PYTHONPATH=str(copy_of_the_course(tmp_path / "other")))
    dask.start_worker("unconfined", PATH=str(tmp_path / "bin"))
    dask.wait_for_workers("lacking", "other", "unconfined")
    assert grade(course, "--scheduler", dask.address) == 2
    reasons = re.findall(r"The worker tcp://\S+ grades nothing. (.*)", said_by(course))
    assert sorted(reasons) == [
        "It has another version of the course.",
        "It lacks the course.",
        "bubblewrap is not installed: there is no program `bwrap`.",
    ]
    assert "can grade.\nWhat was graded is kept." in said_by(course) and "Traceback" not in said_by(course)
    dask.start_worker("good")
    dask.wait_for_workers("good")
    assert grade(course, "--scheduler", dask.address, "--student", "student-00") == 0
    assert said_by(course).count("grades nothing") == 3


# --- Two machines, as far as Linux makes them -----------------------------------------------------------


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True)


@pytest.fixture
def two_networks():
    """Two network namespaces that reach this machine's, and not each other; each with its address."""
    if os.geteuid() != 0 or not shutil.which("ip") or not shutil.which("openssl"):
        pytest.skip("needs root, ip (iproute2) and openssl")
    names = [f"grader-{os.getpid()}-{number}" for number in (1, 2)]
    try:
        for number, name in enumerate(names, 1):
            run("ip", "netns", "add", name)
            ends = (f"gr{os.getpid() % 100000}h{number}", f"gr{os.getpid() % 100000}n{number}")
            run("ip", "link", "add", ends[0], "type", "veth", "peer", "name", ends[1], "netns", name)
            run("ip", "addr", "add", f"10.213.{number}.1/24", "dev", ends[0])
            run("ip", "link", "set", ends[0], "up")
            inside = ("ip", "-n", name)
            run(*inside, "addr", "add", f"10.213.{number}.2/24", "dev", ends[1])
            run(*inside, "link", "set", ends[1], "up")
            run(*inside, "link", "set", "lo", "up")
            run(*inside, "route", "add", "default", "via", f"10.213.{number}.1")
    except subprocess.CalledProcessError as error:
        remove(names)
        pytest.skip(f"no network namespaces here: {error.stderr.strip()}")
    yield [(name, f"10.213.{number}.2") for number, name in enumerate(names, 1)]
    remove(names)


def remove(names):
    for name in names:
        subprocess.run(["ip", "netns", "del", name], capture_output=True)


def certificate(folder):
    """Make one authority and one certificate for all, and return the options of Dask's commands."""
    subject = ("-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
    ca, key, cert, wish = (str(folder / name) for name in ("ca.pem", "key.pem", "cert.pem", "wish.pem"))
    ca_key = str(folder / "ca-key.pem")
    run(
        "openssl",
        "req",
        "-x509",
        *subject,
        "-keyout",
        ca_key,
        "-out",
        ca,
        "-subj",
        "/CN=course",
        "-days",
        "2",
    )
    run("openssl", "req", *subject, "-keyout", key, "-out", wish, "-subj", "/CN=grader")
    signed = ("-in", wish, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-out", cert, "-days", "2")
    run("openssl", "x509", "-req", *signed)
    return ca, cert, key


def test_machines_need_no_folder_in_common_and_need_not_reach_each_other(
    course, expected, two_networks, tmp_path
):
    certificates = tmp_path / "certificates"
    certificates.mkdir()
    ca, cert, key = certificate(certificates)
    tls = ("--protocol", "tls", "--tls-ca-file", ca, "--tls-cert", cert, "--tls-key", key)
    logs = tmp_path / "dask"
    logs.mkdir()
    with DaskProcesses(logs, ("--host", "tls://10.213.1.1", *tls)) as dask:
        for name, address in two_networks:
            hide = f'mount -t tmpfs none {course} && exec "$@"'
            within = ("ip", "netns", "exec", name, "unshare", "--mount", "sh", "-c", hide, "sh")
            dask.start_worker(name, ("--host", address, *tls), within)
        dask.wait_for_workers(*(name for name, _ in two_networks))
        options = ("--scheduler", dask.address, "--tls-ca", ca, "--tls-cert", cert, "--tls-key", key)
        assert grade(course, *options) == 0, said_by(course)
        assert_as_expected(course, expected)
        assert all("prepare" in dask.log(name) for name, _ in two_networks)
        other = tmp_path / "other"
        other.mkdir()
        ca, cert, key = certificate(other)
        options = ("--scheduler", dask.address, "--tls-ca", ca, "--tls-cert", cert, "--tls-key", key)
        assert grade(course, "--force", *options) == 2
        assert "No scheduler answers" in said_by(course) and "Traceback" not in said_by(course)
