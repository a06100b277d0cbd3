"""What the browser tests share: one JupyterLab on a copy of the course, and pages in headless Chromium.

Screenshots are kept in `build/screenshots/`.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.conftest import CHROMIUM

IN_JUPYTERLAB = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("browser"),
]
"""The marks of all tests in JupyterLab."""


@pytest.fixture(scope="session")
def course(root, tmp_path_factory):
    """A copy of the course, the folder in which JupyterLab runs."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    folder = tmp_path_factory.mktemp("course")
    for name in ("grader", "utils", "notebooks", "solutions"):
        shutil.copytree(root / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "nbgrader_config.py", folder)
    return folder


@pytest.fixture(scope="session")
def lab(course):
    """The address of a JupyterLab in the folder `course`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--ip=127.0.0.1", f"--port={port}", "--IdentityProvider.token="]
    options += ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    command = [sys.executable, "-m", "jupyter", "lab", *options]
    log = course / "lab.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=course, env=environment(course), stdout=output, stderr=subprocess.STDOUT
        )
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(f"{address}/api/status", server, log)
            yield address
        finally:
            server.terminate()
            server.wait(30)


def environment(folder):
    """A fresh user, whose notebooks have all cells in the page, not only those in sight."""
    settings = folder / "settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    (settings / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
    (settings.parent / "apputils-extension").mkdir()
    news = settings.parent / "apputils-extension" / "notification.jupyterlab-settings"
    news.write_text('{"fetchNews": "false"}')
    own = {
        "HOME": str(folder),
        "JUPYTER_CONFIG_DIR": str(folder / ".jupyter"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
    }
    return {**os.environ, **own}


def wait_for(url, server, log):
    for _ in range(120):
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(url, timeout=5)
            return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")


@pytest.fixture
def open_page(browser):
    """A function that opens a page, and what goes wrong in it: errors of its scripts, requests that fail."""
    opened = []

    def open_(address):
        page = browser.new_page(viewport={"width": 1100, "height": 900})
        opened.append(page)
        trouble = []
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda message: message.type == "error" and trouble.append(message.text))
        page.on("response", lambda answer: answer.status >= 400 and trouble.append(answer.url))
        page.set_default_timeout(60_000)
        page.goto(address)
        return page, trouble

    yield open_
    for page in opened:
        page.close()


@pytest.fixture
def open_notebook(lab, open_page):
    """A function that opens a notebook, named by its path in the course, and returns its page.

    In the end there must be no error in the browser's console.
    """
    found = []

    def open_(path):
        page, trouble = open_page(f"{lab}/lab/tree/{path}?reset")
        found.append(trouble)
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        return page

    yield open_
    assert not any(found), found


@pytest.fixture
def run_all():
    """A function that runs all cells of the notebook in a page, and waits for the last one."""

    def run(page):
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        page.get_by_text("[2]:").first.wait_for()  # the first cell is folded
        page.wait_for_function(
            "() => ![...document.querySelectorAll('.jp-InputPrompt')].some(p => p.textContent.includes('*'))",
            timeout=240_000,
        )

    return run
