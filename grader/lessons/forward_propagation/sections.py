"""The headings of the lesson that exercises and misconceptions point to."""

UNIT = "1.1 A weighted sum and a squash"
UNITS = "1.2 Many units look at the same input"
LAYER = "2.2 All units and all examples at once"
ACTIVATION = "2.4 The activation is yours to choose"
NETWORK = "3.1 Layers in a row"
CACHE = "3.2 The cache"
PARAMETERS = "3.4 Count the parameters"
COST = "4.1 How wrong is it?"
AXIS_OF_LABELS = "4.3 Labels without their axis"
AXIS_OF_EXAMPLES = "4.5 Trap: the example that lost its axis"
LIMITS = "5.3 How large?"

SECTIONS = {
    "activation-skipped": UNIT,
    "activation-twice": UNIT,
    "bias-skipped": UNIT,
    "weights-transposed": LAYER,
    "transposed": LAYER,
    "wrong-activation": ACTIVATION,
    "wrong-keys": CACHE,
    "wrong-axis": AXIS_OF_LABELS,
    "extra-axis": AXIS_OF_EXAMPLES,
}
"""The section that explains a misconception, where that is not the one that the exercise rests on."""
