"""Questions on networks as lists of layers and on a stuck network, from memory."""

from grader.lessons.question import Question

QUESTIONS = (
    Question(
        name="arrays-of-a-pass",
        text="A list has 5 layers. How many arrays are kept of a forward pass?",
        right="6",
        because="The input and the output of each layer. An output is the next one's input.",
        wrong={
            "5": "The input of the first layer is needed on the way back, too.",
            "10": "What a layer puts out is what the next one gets: it is kept once.",
        },
        exercise="forward_layers",
    ),
    Question(
        name="what-a-sigmoid-layer-needs",
        text="What does a sigmoid layer need on the way back, beside the signal?",
        right="its own output",
        because="The slope of the sigmoid can be written with its output alone.",
        wrong={
            "the weights of the layer before it": "Those belong to a dense layer, which does its own step.",
            "the labels": "The labels are read where the cost is, and nowhere else.",
        },
        exercise="backward_layers",
    ),
    Question(
        name="ratio-that-grows",
        text="For every weight, the gradient is 20 times the nudged one in a batch of 20, and 50 times in a batch of 50. What is it?",
        right="a sum in the place of a mean",
        because="The factor is the number of examples, and it is the same for all weights.",
        wrong={
            "a learning rate that is too large": "A gradient knows nothing of the learning rate.",
            "a transpose in one of the layers": "That would give each weight another ratio.",
        },
        exercise="backward_layers",
    ),
    Question(
        name="share-of-a-class",
        text="Two sigmoid outputs are 0.2 and 0.6. What is the share of the second class?",
        right="0.75",
        because="Its part of their sum, 0.8.",
        wrong={
            "0.60": "The outputs don't sum to 1, so they are no shares yet.",
            "0.80": "That is their sum.",
            "0.67": "That would be their difference over the larger of them.",
        },
        exercise="class_shares",
    ),
    Question(
        name="same-answer-to-all",
        text="A network can give only one and the same number to all examples. Which one has the smallest squared error?",
        right="the mean of the labels",
        because="Any other number can be made better by moving towards it.",
        wrong={
            "the commonest label": "It is right more often, but its misses are larger.",
            "0": "Only if the labels have the mean 0.",
        },
        exercise="class_shares",
    ),
    Question(
        name="stuck-for-good",
        text="A sigmoid output is saturated and wrong, and the cost is the squared error. Why does it stay so?",
        right="The signal is multiplied by the slope of the sigmoid, which is nearly 0.",
        because="The error is large, but hardly anything of it gets through the flat part of the sigmoid.",
        wrong={
            "The error is 0.": "It is as large as it can be.",
            "The gradient is infinite.": "It is nearly 0, which looks peaceful and is not.",
        },
        exercise="fit_layers",
    ),
    Question(
        name="rate-of-a-sum",
        text="A gradient is summed over 1,000 examples, the rate is 0.001. With which rate would the mean do the same steps?",
        right="1",
        because="The sum is 1,000 times the mean, so the rate has to be 1,000 times as large.",
        wrong={
            "0.001": "The mean is much smaller than the sum.",
            "0.000001": "The other way round: the mean is smaller, so the rate has to be larger.",
        },
        exercise="fit_layers",
    ),
)
