"""The lesson in JupyterLab, in headless Chromium, as a learner meets it.

Screenshots are kept in `build/screenshots/`.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest

LESSON = "03_backpropagation"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
]

SLIP = "    return dZ_next @ W_next.T"
DEPENDENT = ("hidden_delta", "backward", "per_example_gradients", "input_gradient")


def handed_in(root, folder):
    """The release with every exercise solved but `hidden_delta`, which leaves out the derivative."""
    solved = nbformat.read(root / "solutions" / LESSON / f"{LESSON}.ipynb", as_version=4)
    released = nbformat.read(root / "notebooks" / LESSON / f"{LESSON}.ipynb", as_version=4)
    answers = {cell.id: cell.source for cell in solved.cells}
    for cell in released.cells:
        label = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and label.get("solution"):
            cell.source = answers[cell.id]
        if label.get("grade_id") == "hidden_delta":
            head, _, _ = cell.source.partition("    ### BEGIN SOLUTION")
            cell.source = head + SLIP
    path = folder / "notebooks" / LESSON / f"{LESSON}.ipynb"
    nbformat.write(released, path)
    return path


@pytest.fixture(scope="module")
def lab(root, tmp_path_factory):
    """The address of a JupyterLab on a copy of the course."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("grader", "utils", "notebooks", "solutions"):
        shutil.copytree(root / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "nbgrader_config.py", folder)
    handed_in(root, folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--ip=127.0.0.1", f"--port={port}", "--IdentityProvider.token="]
    options += ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    command = [sys.executable, "-m", "jupyter", "lab", *options]
    log = folder / "lab.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=folder, env=environment(folder), stdout=output, stderr=subprocess.STDOUT
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


@pytest.fixture(scope="module")
def screenshots(root):
    folder = root / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def page(lab):
    """The lesson, open in a browser."""
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    quiet += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        page = browser.new_page(viewport={"width": 1100, "height": 900})
        page.set_default_timeout(60_000)
        page.goto(f"{lab}/lab/tree/notebooks/{LESSON}/{LESSON}.ipynb?reset")
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        yield page
        browser.close()


def test_a_learner_runs_all_and_validates(page, screenshots):
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    run_all(page)

    right = verdict(page, "output_delta")
    assert "✓ output_delta: right" in right.inner_text()
    wrong = verdict(page, "hidden_delta")
    text = wrong.inner_text()
    assert "✗ hidden_delta: not right yet" in text
    assert "derivative of a hidden layer's activation" in text
    assert wrong.locator("img").get_attribute("alt").startswith("Heat map of the error in dZ")
    wrong.screenshot(path=screenshots / "wrong.png")
    right.screenshot(path=screenshots / "right.png")
    page.screenshot(path=screenshots / "lesson.png")

    page.get_by_role("button", name="Validate").click()
    dialog = page.get_by_role("dialog").filter(has_text="Validation Results")
    dialog.wait_for(timeout=180_000)
    failed = re.findall(r"check\(\w+\)", dialog.inner_text())
    assert failed == [f"check({name})" for name in DEPENDENT]
    page.screenshot(path=screenshots / "validate.png")


def run_all(page):
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.get_by_text("[1]:").first.wait_for()
    page.wait_for_function(
        "() => ![...document.querySelectorAll('.jp-InputPrompt')].some(p => p.textContent.includes('*'))",
        timeout=240_000,
    )


def verdict(page, name):
    """The verdict that a check cell shows, scrolled into view."""
    cell = page.locator(".jp-CodeCell").filter(has_text=re.compile(rf"check\({name}\)")).last
    cell.scroll_into_view_if_needed()
    found = cell.locator(".verdict")
    found.wait_for()
    return found
