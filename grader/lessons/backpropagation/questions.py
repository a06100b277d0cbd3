"""Questions on backpropagation, from memory."""

from grader.lessons.question import Question

QUESTIONS = (
    Question(
        name="evaluations-of-a-gradient",
        text="How often do you evaluate f, to measure its gradient at an array of 10 entries by central differences?",
        right="20 times",
        because="Twice for each entry: once above it and once below, while the others stand still.",
        wrong={
            "2 times": "With all entries nudged at once you get one number. The gradient has ten.",
            "10 times": "Each entry is nudged to both sides.",
            "11 times": "That does for differences to one side: all of them share the middle.",
        },
        exercise="numerical_gradient",
    ),
    Question(
        name="error-of-half-a-step",
        text="You halve the step of a central difference. What becomes of its error, as long as rounding is small?",
        right="It becomes a quarter.",
        because="The error goes with the square of the step.",
        wrong={
            "It becomes half.": "That holds for a difference to one side. To both sides, this term cancels.",
            "It doubles.": "The error of rounding does that, when steps are tiny. The question leaves it out.",
            "It stays.": "A longer chord follows a curve less well than a short one.",
        },
    ),
    Question(
        name="smallest-step",
        text="Why is the smallest possible step not the best one?",
        right="Of the difference of two nearly equal costs, few digits are left.",
        because="Both costs are rounded in their last digit, and the difference consists of these digits.",
        wrong={
            "A computer can't hold numbers that small.": "It holds 1e-300 without trouble. The costs are the problem.",
            "Taylor's series needs a large step.": "It is the better the smaller the step is.",
        },
    ),
    Question(
        name="output-signal",
        text="One of 10 examples has the label 0 and the prediction 0.7. What is its entry of dZ of the output layer?",
        right="0.07",
        because="Prediction minus label, over the number of examples, because the cost is a mean.",
        wrong={
            "0.7": "That is the derivative of its own loss. In the mean it counts a tenth.",
            "-0.07": "A larger pre-activation makes this prediction worse, so the derivative is positive.",
            "0.0147": "That has the slope of the sigmoid in it once more. It has cancelled.",
        },
        exercise="output_delta",
    ),
    Question(
        name="summed-away",
        text="dW is a product of A_prev and dZ. Over what does this product sum?",
        right="over the examples",
        because="Every example has its say about every weight, and what they say is added.",
        wrong={
            "over the inputs of the layer": "Each input has weights of its own, so dW keeps an axis for them.",
            "over the units of the layer": "Each unit has weights of its own, so dW keeps an axis for them.",
        },
        exercise="parameter_gradients",
    ),
    Question(
        name="cost-of-a-hidden-layer",
        text="Hidden layers have no labels. What is their cost?",
        right="They have none, only an influence on the one cost.",
        because="The gradient of a hidden layer is this influence, one derivative for each of its numbers.",
        wrong={
            "The distance from their targets.": "They have no targets, and none are invented on the way.",
            "Their share of the output's cost.": "The cost isn't divided up. Each derivative is of the whole cost.",
        },
        exercise="hidden_delta",
    ),
    Question(
        name="price-of-nudging",
        text="How many forward passes does it take to nudge each of 2,031 parameters to both sides?",
        right="4,062",
        because="Two for every parameter. Backpropagation does it with one pass forward and one back.",
        wrong={
            "2,031": "To both sides: each parameter needs two costs.",
            "2": "That is about the price of backpropagation, not of nudging.",
            "2,031 squared": "One parameter is nudged at a time, not each together with each.",
        },
    ),
    Question(
        name="labels-on-the-way-back",
        text="A network has five layers. Which of their signals dZ does your function compute from the labels?",
        right="that of the output layer alone",
        because="Each of the others comes from the signal of the layer after it, through that layer's weights.",
        wrong={
            "all five": "Four of the layers have no labels to compare with, and need none.",
            "none": "Prediction minus label: that is where the way back begins.",
        },
        exercise="backward",
    ),
    Question(
        name="mean-of-gradients",
        text="What is the mean of the gradients of all examples?",
        right="the gradient of the batch's cost",
        because="The cost is the mean of the losses, and the derivative of a mean is the mean of the derivatives.",
        wrong={
            "the gradient at the averaged example": "The network isn't linear, so averaging first changes it.",
            "m times the gradient of the batch's cost": "Their sum would be that.",
        },
        exercise="per_example_gradients",
    ),
    Question(
        name="saturated-unit",
        text="A hidden sigmoid unit has the activation 0.999. What happens to a signal on its way back through it?",
        right="It is multiplied by about 0.001.",
        because="The slope of the sigmoid there is 0.999 times 0.001: the unit is saturated, and the signal fades.",
        wrong={
            "It is multiplied by 0.999.": "That is the activation. The way back needs the slope.",
            "It passes unchanged.": "It would, through a unit without a squash.",
        },
        exercise="input_gradient",
    ),
)
