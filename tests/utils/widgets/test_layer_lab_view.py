from utils.network import sigmoid
from utils.widgets import layer_lab

X, W, B = [1.0, 0.5], [[1.0, -2.0, 0.5], [2.0, 1.0, -0.5]], [-1.0, 0.5, 0.0]


def dense(A_prev, W, b, activation):
    return activation(A_prev @ W + b)


def test_fields_move_the_unit_that_is_chosen(controls_of):
    controls = controls_of(layer_lab, dense, X, W, B)
    page = controls["page"]
    assert f"a = {sigmoid(1.0):.4g}" in page.value
    controls["w₁"].value = 2.0
    assert f"a = {sigmoid(2.0):.4g}" in page.value
    controls["w₁ − 0.5"].click()
    assert controls["w₁"].value == 1.5
    assert f"a = {sigmoid(1.5):.4g}" in page.value
    controls["w₁"].value = 2.0
    controls["Unit (1 to 3)"].value = 2
    assert [controls[name].value for name in ("w₁", "w₂", "bias b")] == [-2.0, 1.0, 0.5]
    assert f"a = {sigmoid(-1.0):.4g}" in page.value
    controls["Activation"].value = "ReLU"
    assert "<strong>a = 0.</strong>" in page.value
    controls["bias b"].value = 4.0
    assert "<strong>a = 2.5.</strong>" in page.value
    controls["Unit (1 to 3)"].value = 1
    assert controls["w₁"].value == 2.0


def test_an_exception_of_the_learners_function_is_shown(controls_of):
    def fragile(A_prev, W, b, activation):
        if W[0, 0] > 4:
            raise ZeroDivisionError("<not> today")
        return dense(A_prev, W, b, activation)

    controls = controls_of(layer_lab, fragile, X, W, B)
    controls["w₁"].value = 4.5
    assert "ZeroDivisionError: &lt;not&gt; today" in controls["page"].value
