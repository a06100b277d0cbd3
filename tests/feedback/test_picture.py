import base64

import numpy as np
import pytest
from PIL import Image

from grader.feedback.picture import Difference, picture


def drawn(got, want, axes=()):
    return picture(Difference("dW1", np.asarray(got, float), np.asarray(want, float), axes), "some case")


def test_words_say_how_much_in_which_direction_and_where():
    want = np.ones((3, 4))
    got = want.copy()
    got[1, 2], got[2, 0] = 3.0, 0.5
    alt = drawn(got, want, ("input", "unit")).alt
    assert alt.startswith("Heat map of the error in dW1 on some case: white is right, red too large, blue")
    assert "17% of the entries are off, 8% too large and 8% too small" in alt
    assert "2 times the largest right entry, at input 1, unit 2" in alt


@pytest.mark.parametrize("shape", [(4,), (9, 1), (3, 5), (40, 2), (2, 3, 4)])
@pytest.mark.parametrize("named", [True, False])
def test_arrays_of_all_shapes_are_drawn(shape, named, tmp_path):
    want = np.random.default_rng(0).normal(size=shape)
    axes = ("example", "input", "unit")[: len(shape)] if named else ()
    file = tmp_path / "picture.png"
    file.write_bytes(base64.b64decode(drawn(-want, want, axes).data))
    with Image.open(file) as image:
        assert 400 < image.width < 500
        assert 100 < image.height < 400
        colours = {colour for _, colour in image.convert("RGB").getcolors(maxcolors=1 << 20)}
        assert any(red > 150 > blue + 20 for red, _, blue in colours)
        assert any(blue > 150 > red + 20 for red, _, blue in colours)


@pytest.mark.parametrize("want", [np.ones(3), np.ones((2, 2, 2, 2)), np.array(1.0)])
def test_few_numbers_and_many_axes_are_not_drawn(want):
    assert drawn(2 * want, want) is None


def test_numbers_out_of_all_bounds_are_not_drawn():
    assert drawn([1e308] * 4, [1e-308] * 4) is None
