import pytest

from tests.utils.widgets.conftest import BOWL, SPAN
from utils.widgets import learning_rate_lab


def test_the_learning_rate_can_be_typed_halved_and_doubled(controls_of):
    controls = controls_of(
        learning_rate_lab, lambda t: float(t @ BOWL @ t), lambda t: 2 * BOWL @ t, (4, 2), SPAN
    )
    rate, page = controls["Learning rate"], controls["page"]
    rate.value = 0.08
    assert "converges" in page.value and rate.step == pytest.approx(0.001)
    controls["Double"].click()
    assert rate.value == 0.16 and "diverges" in page.value
    controls["Halve"].click()
    assert "converges" in page.value
    rate.value, controls["Steps"].value = 0.0, 10
    assert "crawls" in page.value and "10 steps" in page.value
    controls["Start θ₀"].value = -2.5
    assert "(−2.5, 2)" in page.value
