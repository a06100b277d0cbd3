"""Questions on automatic differentiation, from memory."""

from grader.lessons.question import Question

QUESTIONS = (
    Question(
        name="loop-on-a-tape",
        text="A program has a Python loop. What does TensorFlow's tape record of it?",
        right="the operations that ran, one after the other",
        because="The tape records what was done with numbers. It never sees the program.",
        wrong={
            "the loop itself": "Nothing on the tape says that there was a loop, or how often it would run next time.",
            "its last round": "Each round's operations are on it, or the way back would be cut.",
        },
        exercise="trace",
    ),
    Question(
        name="shape-of-an-operands-gradient",
        text="A is (5, 3), B is (3, 2), and G belongs to A @ B. Which shape has the gradient of B?",
        right="(3, 2)",
        because="A gradient has the shape of the array that it belongs to.",
        wrong={
            "(5, 2)": "That is the shape of G and of the product.",
            "(2, 3)": "That would be its transpose.",
            "(5, 3, 2)": "That would be a table for each example; their influences are added.",
        },
        exercise="vjp_matmul",
    ),
    Question(
        name="gradient-of-a-bias",
        text="A bias was added to each of 6 rows. What is its gradient?",
        right="the sum of the 6 rows of G",
        because="It acted six times, and influences along different paths are added.",
        wrong={
            "the mean of the 6 rows of G": "If the cost is a mean, G has this factor in it already.",
            "G itself": "It has the shape of the sum. The bias has a single row.",
        },
        exercise="vjp_add",
    ),
    Question(
        name="what-a-factor-gets",
        text="A is [[2]], B is [[5]], and 3 comes back to A * B. What does A get?",
        right="15",
        because="If A grows by a little, the product grows by 5 times as much. So A gets 3 times the other factor.",
        wrong={
            "6": "That is what B gets: 3 times A.",
            "30": "That is 3 times the product. How fast does the product grow with A?",
        },
        exercise="vjp_mul",
    ),
    Question(
        name="a-number-times-itself",
        text="x is 3, and the tape has one step: x * x. Which gradient arrives at x?",
        right="6",
        because="x is both factors. Each sends 3, the other factor, and what arrives is added.",
        wrong={
            "3": "That is what one of the two factors sends. The other sends as much.",
            "9": "That is the value of the product.",
        },
        exercise="backward",
    ),
    Question(
        name="steepest-sigmoid",
        text="A sigmoid put out 0.5, and 1 comes back to it. What does it hand on?",
        right="0.25",
        because="The slope at an output s is s times what is missing to 1.",
        wrong={
            "0.5": "That is the output itself.",
            "1": "The sigmoid is nowhere as steep as that. Here it is steepest.",
        },
        exercise="vjp_sigmoid",
    ),
    Question(
        name="slope-of-a-logarithm",
        text="The log was taken of 0.1, and 1 comes back. What does it hand on?",
        right="10",
        because="The smaller a number, the steeper its logarithm.",
        wrong={
            "0.1": "That is the number itself. Is a logarithm flat near 0?",
            "-2.3": "That is the value of the logarithm, and not its slope. A logarithm only ever rises.",
        },
        exercise="vjp_log",
    ),
    Question(
        name="share-of-a-mean",
        text="A mean is taken of 4 numbers, and 1 comes back to it. What does each of the numbers get?",
        right="0.25",
        because="If one of them grows by a little, the mean grows by a quarter of that.",
        wrong={
            "1": "That would be a sum.",
            "4": "The influence of each gets smaller the more there are.",
        },
        exercise="vjp_mean",
    ),
    Question(
        name="read-twice",
        text="Two later steps read the same name. What is its gradient?",
        right="the sum of what both send back",
        because="The name has an influence along both paths.",
        wrong={
            "the mean of what both send back": "The influences add up. Nothing is averaged on the way.",
            "what the later one sends back": "The other path is no less real. Replacing loses it.",
        },
        exercise="backward",
    ),
    Question(
        name="walks-back",
        text="One cost, 2,031 parameters. How many walks back along the tape give all derivatives?",
        right="one",
        because="A walk back gives the derivatives of one number by everything.",
        wrong={
            "2,031": "Nudging would need as many, and more. One walk passes all parameters.",
            "one for each layer": "One walk passes through all the layers.",
        },
        exercise="saliency",
    ),
    Question(
        name="what-saliency-says",
        text="What does the gradient of the output with respect to a pixel say?",
        right="how the output would change if the pixel changed a little",
        because="It is a derivative like any other, at this image and with these weights.",
        wrong={
            "how dark the pixel is": "That is the input. A pixel without ink may well matter.",
            "how the weights should change": "Those have gradients of their own. Here the weights stay.",
        },
        exercise="saliency",
    ),
)
