import numpy as np

from utils.network import softmax
from utils.widgets import softmax_lab


def test_fields_and_buttons_change_the_logits(controls_of):
    controls = controls_of(softmax_lab, softmax, np.array([2.0, 1, 0]), 0)
    page = controls["page"]
    controls["z₀"].value = 2.3
    assert f"{softmax(np.array([[2.3, 1, 0]]))[0, 0]:.4f}" in page.value
    controls["z₀ − 1"].click()
    assert controls["z₀"].value == 1.3  # not 1.2999999999999998
    controls["z₀ − 1"].click()
    assert f"{softmax(np.array([[0.3, 1, 0]]))[0, 0]:.4f}" in page.value
    controls["z₁"].value = 9.5
    controls["z₁ + 1"].click()
    assert controls["z₁"].value == 10.0  # the limit
    controls["z₁"].value = 1.0
    controls["Right class (0 to 2)"].value = 1
    assert f"{softmax(np.array([[0.3, 1, 0]]))[0, 1]:.4f}" in page.value
    controls["Add to all logits"].value = 500
    assert "500.3" in page.value


def test_an_exception_of_the_learners_function_is_shown(controls_of):
    """It would otherwise be lost: nobody sees what a widget's call raises."""

    def fragile(Z):
        if Z[0, 0] > 2:
            raise ZeroDivisionError("<not> today")
        return softmax(Z)

    controls = controls_of(softmax_lab, fragile, np.array([2.0, 1]), 0)
    controls["z₀"].value = 2.5
    assert "ZeroDivisionError: &lt;not&gt; today" in controls["page"].value
    controls["z₀"].value = 1.5
    assert "ZeroDivisionError" not in controls["page"].value
