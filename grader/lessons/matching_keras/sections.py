"""The headings of the lesson that exercises and misconceptions point to."""

CLASSES = "1.1 From probabilities to answers"
ONE_STEP = "2.1 One step"
LOSS_OF_EPOCH = "2.2 The loss that Keras reports"
ADAM = "4.1 Each weight its own step"
ROUNDING = "4.3 Who rounds now?"
STANDARDISED = "6.1 Give all features the same scale"
LEAKY_RELU = "7.1 ReLU and leaky ReLU"
LAYERS = "7.2 A network as a list of layers"

SECTIONS = {"low-precision": ROUNDING}
"""The section that explains a misconception, where that is not the one that the exercise rests on."""
