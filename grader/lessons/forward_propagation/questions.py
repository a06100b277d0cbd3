"""Questions on forward propagation, from memory."""

from grader.lessons.question import Question

QUESTIONS = (
    Question(
        name="what-a-unit-has",
        text="W has the shape (inputs, units). What belongs to unit number 3?",
        right="column 3 of W and entry 3 of b",
        because="A column lists the weights of all the inputs into one unit.",
        wrong={
            "row 3 of W and entry 3 of b": "A row lists what one input sends to all units.",
            "entry W[3, 3] alone": "A unit looks at every input, and has a weight for each.",
        },
        exercise="dense_loop",
    ),
    Question(
        name="shape-of-a-layer",
        text="A layer of 25 units gets 10 examples with 64 numbers each. Which shape has its output?",
        right="(10, 25)",
        because="An example stays a row, and its row now has one number for each unit.",
        wrong={
            "(25, 10)": "Examples are rows here, before the layer and after it.",
            "(10, 64)": "The layer has one output for each unit, not for each input.",
            "(64, 25)": "That is the shape of the weights. They know nothing of the number of examples.",
        },
        exercise="dense",
    ),
    Question(
        name="why-a-cache",
        text="Why does the forward pass keep the activations of every layer?",
        right="The way back needs them.",
        because="A layer's gradient is made of what the layer received and of what it put out.",
        wrong={
            "The next forward pass starts from them.": "With new weights all of them are new.",
            "The next layer needs all of them.": "A layer needs the one before it, and no other.",
        },
        exercise="forward",
    ),
    Question(
        name="parameters-of-a-layer",
        text="How many parameters has a layer with 64 inputs and 25 units?",
        right="1,625",
        because="64 weights and a bias for each of the 25 units.",
        wrong={
            "1,600": "The biases are parameters, too.",
            "89": "Every unit has a weight for every input: multiply instead of adding.",
            "1,664": "The biases belong to the units, not to the inputs.",
        },
        exercise="count_parameters",
    ),
    Question(
        name="flat-labels",
        text="y has the shape (90,) and A the shape (90, 1). Which shape has y - A?",
        right="(90, 90)",
        because="NumPy lets the axes of length 1 grow: every label meets every answer.",
        wrong={
            "(90, 1)": "It would be if y were a column, too. A flat array counts as a row.",
            "(90,)": "NumPy never drops an axis by itself. It puts one in front.",
            "It is an error.": "It would be good if it were one. The shapes fit, in a way that nobody meant.",
        },
        exercise="binary_cross_entropy",
    ),
    Question(
        name="equal-units",
        text="All the units of a layer start with equal weights. What does training do with them?",
        right="They move and stay equal to each other.",
        because="They compute the same and are used in the same way, so they get the same gradient, for ever.",
        wrong={
            "They part, because the inputs differ.": "All units see all the inputs, the same ones.",
            "They never move.": "Their common gradient need not be 0. They move, together.",
            "The first one learns, the others follow.": "There is nothing that tells the first one apart.",
        },
        exercise="glorot_uniform",
    ),
)
