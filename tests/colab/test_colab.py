"""One of Colab's runtimes, rebuilt from PyPI, with lesson 3; `make colab` tries all, with all lessons."""

import subprocess

import pytest

from tests.benchmarks.colab import WANTED, cells_to_first_check, way_to_first_verdict
from tests.colab.worlds import WORLDS, differing_verdicts, make_release, problems

LESSON = "03_backpropagation"


@pytest.mark.slow
@pytest.mark.timeout(900)  # it downloads TensorFlow
def test_a_lesson_alone_in_a_folder_works_as_here(tmp_path):
    world = WORLDS["2025.07"]
    try:
        python = world.make(tmp_path / "colab")
    except FileNotFoundError:
        pytest.skip(f"there is no {world.python} here")
    except subprocess.CalledProcessError as failure:
        pytest.skip(f"its packages cannot be installed here: {failure.stderr[-300:]}")
    release = make_release(tmp_path / "server")
    for kind in ("solutions", "notebooks"):
        folder = tmp_path / f"my {kind}"
        assert problems(release, kind, LESSON, world, python, folder) == []
        assert [file.name for file in folder.iterdir()] == ["server-v1.0.0"]
    sources = cells_to_first_check(release.notebook("solutions", LESSON))
    assert way_to_first_verdict(sources, python, tmp_path / "timed").cpu < WANTED
    assert differing_verdicts(python, release.course, LESSON) == []
