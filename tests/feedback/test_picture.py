import numpy as np
import pytest

from grader.feedback.picture import Difference, picture


def drawn(got, want, axes=()):
    return picture(Difference("dW1", np.asarray(got), np.asarray(want, float), axes), "some case")


def signs(drawing):
    """The map's rows, without their labels and colours."""
    return ["".join(signs for _, signs in row.runs) for row in drawing.rows]


def test_words_say_how_much_in_which_direction_and_where():
    want = np.ones((3, 4))
    got = want.copy()
    got[1, 2], got[2, 0] = 3.0, 0.5
    drawing = drawn(got, want, ("input", "unit"))
    assert drawing.legend.startswith("Error in dW1 on some case: + above the right value, − below,")
    assert "17% of the entries are off, 8% above the right value and 8% below it" in drawing.words
    assert "2 times the largest right entry, at input 1, unit 2" in drawing.words


def test_a_sign_shows_direction_and_size():
    drawing = drawn([[3.0, 1, 1], [1, 0.9, -2]], np.ones((2, 3)), ("input", "unit"))
    assert signs(drawing) == ["++· · ", "· − −−"]
    assert [row.label for row in drawing.rows] == ["input 0 ", "      1 "]
    assert drawing.header == ("        unit", "        0")
    colours = [colour for row in drawing.rows for colour, _ in row.runs]
    assert colours[1] == colours[2] == "" and len(set(colours)) == 4


@pytest.mark.parametrize("shape", [(4,), (9, 1), (3, 5), (40, 2), (64, 25), (2, 3, 4), (12, 25), (500, 400)])
@pytest.mark.parametrize("named", [True, False])
def test_arrays_of_all_shapes_are_drawn_small(shape, named):
    want = np.random.default_rng(0).normal(size=shape)
    axes = ("example", "input", "unit")[: len(shape)] if named else ()
    rows = signs(drawn(1 - want, want, axes))
    assert len(rows) <= 12
    assert len({len(row) for row in rows}) == 1 and len(rows[0]) <= 50
    assert {"+", "−"} <= set("".join(rows))


def test_a_large_array_shows_the_largest_error_of_each_block():
    want = np.ones((25, 64))
    got = want.copy()
    got[24, 61], got[24, 60], got[0, 0] = -3, 2, 1.1
    drawing = drawn(got, want)
    rows = signs(drawing)
    assert rows[0].startswith("+ · ") and rows[-1].endswith("· −−· ")
    assert "the largest error among 3 × 3 entries" in drawing.legend
    assert drawing.header[1].split() == ["0", "15", "30", "45", "60"]
    assert [row.label.split()[-1] for row in drawing.rows][:3] == ["0", "3", "6"]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_rounding_has_no_sign(dtype):
    want = np.random.default_rng(0).normal(size=(3, 5))
    got = want.astype(dtype) * dtype(1 + 1e-16)
    got[1, 2] += 1
    assert signs(drawn(got, want)) == ["· " * 5, "· · ++· · ", "· " * 5]


@pytest.mark.parametrize("scale", [1, 1e-6])
def test_an_array_that_is_wrong_only_by_rounding_has_a_sentence_and_no_map(scale):
    want = scale * np.random.default_rng(0).normal(size=(3, 5))
    assert drawn(want + 1e-16, want).words.startswith("rounding alone, up to ")
    assert drawn(want.astype(np.float32), want).words.endswith("e-08 times the largest right entry.")
    assert not drawn(want + 1e-16, want).rows


@pytest.mark.parametrize("want", [np.ones(3), np.ones((2, 2, 2, 2)), np.array(1.0)])
def test_few_numbers_and_many_axes_are_not_drawn(want):
    assert drawn(2 * want, want) is None


@pytest.mark.parametrize("factor", [0, -1, 12, 1 / 12])
def test_one_factor_everywhere_needs_no_map(factor):
    want = np.random.default_rng(0).normal(size=(3, 5))
    assert drawn(factor * want, want) is None
    assert drawn(factor * want * [[1], [2], [3]], want) is not None or factor == 0


def test_numbers_out_of_all_bounds_are_not_drawn():
    assert drawn([1e308] * 4, [1e-308] * 4) is None


def test_an_error_that_the_exercise_allows_is_none():
    want = np.arange(1.0, 7)
    difference = Difference("gradient", want + [1e-7, 0, 0, 1, 0, 0], want, tolerance=1e-6)
    assert "17% of the entries are off" in picture(difference, "some case").words
