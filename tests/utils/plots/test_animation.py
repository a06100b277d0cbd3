"""Animations, as animated PNGs that play once."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from utils.plots import animation
from utils.plots.backpropagation import plot_learning

COSTS = np.exp(-np.linspace(0, 3, 12))[:, np.newaxis] * [1, 1.1]
LABELS = np.array([0, 1] * 5)


def figures():
    return [plot_learning(COSTS, k, np.linspace(0.5 - k / 30, 0.5 + k / 30, 10), LABELS) for k in (0, 3, 11)]


@pytest.fixture(scope="module")
def text():
    return animation.bundle(figures())["text/html"]


def picture(uri):
    return Image.open(io.BytesIO(base64.b64decode(uri.partition("base64,")[2])))


def test_it_plays_once_and_for_no_more_than_five_seconds(text):
    moving = picture(re.search(r'<img [^>]*src="([^"]+)"', text)[1])
    assert moving.format == "PNG" and moving.n_frames == 3
    assert moving.info["loop"] == 1
    durations = []
    for k in range(moving.n_frames):
        moving.seek(k)
        durations.append(moving.info["duration"])
    assert sum(durations) <= 5000 and durations[0] > durations[1]


def test_who_wants_no_motion_sees_the_last_picture(text):
    still = picture(
        re.search(r'<source media="\(prefers-reduced-motion: reduce\)" srcset="([^"]+)"', text)[1]
    )
    moving = picture(re.search(r'<img [^>]*src="([^"]+)"', text)[1])
    assert getattr(still, "n_frames", 1) == 1
    moving.seek(2)
    assert np.array_equal(np.asarray(still.convert("RGB")), np.asarray(moving.convert("RGB")))


def test_the_text_says_how_it_begins_and_ends(text):
    alt = re.search(r'alt="([^"]+)"', text)[1]
    assert "After 0 steps" in alt and "After 11 steps" in alt


def test_the_same_figures_give_the_same_bytes(text):
    assert animation.bundle(figures())["text/html"] == text
