"""What the learning-rate lab says; a page without a kernel fills in the same words."""

from utils.widgets.wording import four_digits

TITLE = "Learning rate {rate}"
FIGURE_TITLE = "learning rate {rate}: {outcome}"
ONE_STEP = "1 step takes the cost from {before} to {after}"
STEPS = "{steps} steps take the cost from {before} to {after}"
SENTENCES = {
    "diverges": "It diverges. {way}. Step {first} is the first that raises it: the rate is too large.",
    "jumps": "It jumps to and fro. {way}, but it does not settle: the rate is too large.",
    "will not stay": (
        "It will not stay. {way}, near the lowest in the picture. But the valley is so steep there that this "
        "rate drives the path out again, with more steps: the rate is too large."
    ),
    "converges": "It converges. {way}, near the lowest in the picture, and the path ends at {end}.",
    "crawls": "It crawls. {way}, only {progress} of the way down: the steps are too small or too few.",
}
"""By outcome."""
ALT = (
    "Left: lines of equal cost, \u03b8\u2080 from {low0} to {high0} and \u03b8\u2081 from {low1} to {high1}, "
    "with the path of gradient descent from {start} to {end}, learning rate {rate}. Right: the cost after "
    "each step. {sentence}"
)
RATE_LABEL = "Learning rate"
RATE_HINT, RATES_HINT = "Type any, or use the arrows and the buttons", "Choose one, or use the buttons"
HALVE, DOUBLE = (("Halve", "Halve the learning rate"), ("Double", "Double the learning rate"))
STEPS_LABEL, STEPS_HINT = "Steps", "How many steps"
START_LABEL = "Start \u03b80, \u03b81"
START_HINT = "Where the path starts"


def point(theta):
    """Return a point of the plane as text."""
    return f"({four_digits(theta[0])}, {four_digits(theta[1])})"
