"""Each lesson has a first picture, which stays as it is where another version of a library draws it."""

import io
import re

import jupytext
import numpy as np
import pytest
from PIL import Image

from grader.authoring.first_pictures import write_first_picture
from grader.classroom.page.markdown import render_markdown
from grader.lessons import names
from tests.conftest import ROOT


def title_cell(lesson):
    return jupytext.read(ROOT / "solutions" / f"{lesson}.py").cells[0].source


@pytest.mark.parametrize("lesson", names())
def test_a_lesson_shows_its_picture_on_top(lesson):
    assert re.search(rf"!\[[^\]]{{60,}}\]\({lesson}.png\)", title_cell(lesson))
    for folder in ("solutions", "notebooks"):
        file = ROOT / folder / lesson / f"{lesson}.png"
        assert file.read_bytes() == (ROOT / "solutions" / lesson / file.name).read_bytes()
        assert file.stat().st_size < 60_000


def test_a_feedback_page_shows_the_text_in_its_place():
    html = render_markdown(title_cell("03_backpropagation"))
    (picture,) = re.findall(r"<img[^>]*>", html)
    assert 'alt="Images lead through two hidden layers' in picture and "src" not in picture


def test_the_same_picture_stays_and_another_is_replaced(tmp_path):
    file = write_first_picture("02_forward_propagation", tmp_path)
    drawn = file.read_bytes()
    pixels = np.asarray(Image.open(io.BytesIO(drawn)).convert("RGB")).copy()
    pixels[:3, :3] = 0  # as little as the renderer of a font changes
    Image.fromarray(pixels).save(file)
    slightly_other = file.read_bytes()
    write_first_picture("02_forward_propagation", tmp_path)
    assert file.read_bytes() == slightly_other != drawn
    Image.fromarray(255 - pixels).save(file)
    write_first_picture("02_forward_propagation", tmp_path)
    assert file.read_bytes() == drawn


def test_a_lesson_may_have_none(tmp_path):
    assert write_first_picture("08_other", tmp_path) is None and not list(tmp_path.iterdir())
