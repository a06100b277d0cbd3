from tests.utils.widgets.conftest import examples
from utils.network import backward, forward
from utils.plots.widgets import number
from utils.widgets import backprop_stepper


def test_the_stepper_steps(controls_of):
    params, X, Y = examples([2, 3, 2, 1], 4)
    controls = controls_of(backprop_stepper, params, X, Y)
    page, unit = controls["page"], controls["Unit of the input (0 to 1)"]
    assert "Step 0 of 15" in page.value and unit.max == 1
    controls["Forward ▶"].click()
    assert "Step 1 of 15: Z₁" in page.value and unit.max == 2
    assert unit.description == "Unit of layer 1 (0 to 2)"
    controls["Step (0 to 15)"].value = 15
    assert "dW₁ and db₁" in page.value
    unit.value, controls["Example (0 to 3)"].value = 2, 3
    assert "unit 2 of layer 1" in page.value and "of example 3" in page.value
    dw = backward(params, forward(X, params)[1], Y)["dW1"]
    assert number(dw[1, 2], 5) in page.value
    controls["Forward ▶"].click()
    assert "Step 15 of 15" in page.value
    controls["◀ Back"].click()
    assert "Step 14 of 15" in page.value
    assert page.value.count("<img alt=") == 1
    for step in (7, 0):  # a layer with fewer units than the one that was chosen
        controls["Step (0 to 15)"].value = step
        assert f"Step {step} of 15" in page.value
