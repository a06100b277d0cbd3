"""What the layer lab says; a page without a kernel fills in the same words."""

TITLE = "a = {a}"
SENTENCE = (
    "Unit {unit} uses column {unit} of W and no other. It adds up {terms} + its bias {bias}. That is "
    "z = {z}, and {activation} makes a = {a} of it."
)
TERM = "{x} \u00b7 {w}"
UNIT_LABEL, UNIT_HINT = "Unit (1 to {units})", "The unit whose weights the fields show"
ACTIVATION_LABEL, ACTIVATION_HINT = "Activation", "The function that makes a of z"
WEIGHT_HINT = "The weight of input {j}"
BIAS_LABEL, BIAS_HINT = "bias b", "What the unit adds to the sum"
COLUMN, ROW = "unit {unit}", "{name}, times {x}"
"""The heads of the columns and rows of a table of W."""
LIMIT = 5.0
"""How far the controls let a weight and a bias go to either side."""
