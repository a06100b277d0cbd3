"""What the stepper says has the numbers of the present step."""

import re

import pytest

from tests.utils.widgets.conftest import examples
from utils.widgets.backprop_stepper_model import NetworkPasses
from utils.widgets.backprop_stepper_wording import alt_text, explain_step, shortened


def network_passes(sizes=(2, 3, 2, 1), m=4):
    return NetworkPasses(*examples(sizes, m))


@pytest.mark.parametrize("sizes", [[2, 3, 2, 1], [64, 25, 15, 1], [1, 1]])
def test_every_step_says_what_it_has_computed_and_its_shape(sizes):
    passes = network_passes(sizes)
    for position, step in enumerate(passes.steps):
        passes.position = position
        sentence = explain_step(passes).sentence
        plain = sentence.translate(str.maketrans("₀₁₂₃", "0123"))
        assert step in plain
        shape = passes.arrays[step].shape
        assert (f"shape {shape}" if step != "J" else "a single number") in sentence
        assert step == "A0" or "just been computed" in sentence


@pytest.mark.parametrize("sizes", [[2, 3, 2, 1], [64, 25, 15, 1]])
def test_the_tables_add_up(sizes):
    """The products and the bias make z, and the signals that come back make da, also when abridged."""
    passes = network_passes(sizes)
    for position, step in enumerate(passes.steps):
        passes.position, passes.example = position, 2
        kind, layer = step.rstrip("0123"), passes.layer
        if kind in ("Z", "dA"):
            passes.unit = passes.layer_sizes[layer] - 1
            *terms, total = [row[-1] for row in explain_step(passes).rows]
            assert sum(terms) == pytest.approx(total)
            assert total == passes.arrays[step][2, passes.unit]
        if kind == "dW":
            dz, db = passes.arrays[f"dZ{layer}"][:, passes.unit], explain_step(passes).rows[-1]
            assert db[1:] == (1.0, dz[2], dz[2], pytest.approx(dz.sum()))
        assert len(explain_step(passes).rows) <= 10
        assert {len(row) for row in explain_step(passes).rows} == {len(explain_step(passes).header)}


def test_a_long_table_keeps_the_selected_row():
    rows = shortened([(f"unit {j}", j) for j in range(25)], selected=20, summed=1)
    assert [name for name, _ in rows] == [*[f"unit {j}" for j in range(6)], "unit 20", "18 more"]
    assert sum(number for _, number in rows) == sum(range(25))


def test_the_alternative_text_has_the_numbers_of_the_picture():
    passes = network_passes()
    for position in range(len(passes.steps)):
        passes.position = position
        alt = alt_text(passes)
        assert f"after step {position}" in alt
        written = " ".join(text.get_text() for text in passes.figure().axes[0].texts)
        numbers = re.findall(r"= (\S+)", written.partition("label")[0])
        told = re.sub(r"[.,](?= |$)", "", alt)
        assert all(number in told for number in numbers if "e" not in number and "0.000" not in number)
    assert "On dashed arrows from layer 0 to unit 0 of layer 1" in alt
