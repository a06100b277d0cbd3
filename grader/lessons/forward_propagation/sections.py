"""The sections of the lesson that explain a misconception, where that is not the exercise's own section."""

UNIT = "1.2 A weighted sum and a squash"
UNITS = "2.1 Many units look at the same input"
LAYER = "2.2 All units and all examples at once"
PARAMETERS = "3.4 Count the parameters"
COST = "4.1 How wrong is it?"
LIMITS = "5.3 How large?"

SECTIONS = {
    "activation-skipped": UNIT,
    "activation-twice": UNIT,
    "bias-skipped": UNIT,
    "weights-transposed": LAYER,
    "transposed": LAYER,
    "wrong-activation": "2.4 The activation is yours to choose",
    "wrong-keys": "3.2 The cache",
    "wrong-axis": "4.3 Trap: labels without their axis",
    "extra-axis": "4.5 Trap: the example that lost its axis",
}
