"""Questions on logistic regression, from memory, and those that open the course."""

from grader.lessons.question import Question

PREREQUISITES = (
    Question(
        name="chain-rule",
        text="What is the derivative of f(g(x)) with respect to x?",
        right="f′(g(x)) · g′(x)",
        because="The inner change, g′, is passed on by the outer slope, taken at the place where g has arrived.",
        wrong={
            "f′(x) · g′(x)": "f never sees x. Its slope has to be taken at g(x), which is what goes into it.",
            "f′(g′(x))": "A slope is no place. The slopes of the two functions are multiplied.",
        },
    ),
    Question(
        name="matrix-product",
        text="A has the shape (3, 4) and B the shape (4, 2). Which shape has A @ B?",
        right="(3, 2)",
        because="The 4 in the middle is summed away; the rows of A and the columns of B are left.",
        wrong={
            "(4, 4)": "The two fours have to match, and it is they that are summed away.",
            "(3, 4, 2)": "That is the table of all single products. A matrix product adds them up over the 4.",
            "It is an error.": "It would be for B @ A: there 2 meets 3. Here 4 meets 4.",
        },
    ),
    Question(
        name="logarithm",
        text="What is log(a · b)?",
        right="log a + log b",
        because="The logarithm turns products into sums. So it turns the probability of many things into a sum.",
        wrong={
            "log a · log b": "Try it with a = b = 1: fine. And with a = b = e: is log(e²) equal to 1?",
            "b · log a": "That is log of a to the power of b.",
        },
    ),
)

QUESTIONS = (
    Question(
        name="sigmoid-of-0",
        text="sigmoid(z) is 0.9. What are sigmoid(0) and sigmoid(-z)?",
        right="0.5 and 0.1",
        because="At 0 the two answers are equally likely, and the score with the other sign swaps their roles.",
        wrong={
            "0 and -0.9": "The sigmoid is a probability: it is never negative, and at 0 it is undecided.",
            "0.5 and -0.9": "At 0 you are right. But a probability can't be negative.",
            "0.5 and 0.9": "The sigmoid always grows, so it can't have the same value at z and at -z.",
        },
        exercise="sigmoid",
    ),
    Question(
        name="shape-of-predictions",
        text="X has the shape (100, 64) and w the shape (64,). Which shape has the prediction?",
        right="(100,)",
        because="Every row is multiplied by the weights and added up: one number for each example.",
        wrong={
            "(100, 64)": "Those are the single products. The weighted sum adds up 64 of them in every row.",
            "(64,)": "That would be a number for each pixel. A prediction belongs to an example.",
            "(100, 1)": "w has one axis, so the product has none to put in the second place.",
        },
        exercise="predict",
    ),
    Question(
        name="loss-of-a-half",
        text="The label is 1, and the model says 0.5. How large is the loss, in nats?",
        right="0.69",
        because="It is minus the natural logarithm of the probability given to the truth, -log 0.5.",
        wrong={
            "0.5": "That is the distance to the label. The loss asks how surprised the model is.",
            "0.25": "That is the squared error.",
            "0": "The loss is 0 only if the truth was given the probability 1.",
        },
        exercise="loss",
    ),
    Question(
        name="same-mistakes",
        text="Two models make the same mistakes on the same images. Which has the larger cost?",
        right="the one that is surer when it is wrong",
        because="A mistake costs minus the logarithm of the little probability that was left for the truth.",
        wrong={
            "neither: the cost counts mistakes": "The accuracy counts mistakes. The cost asks how sure they were.",
            "the one that is less sure when it is right": (
                "That costs something, too. But an image that is read right costs log 2 at most, and a mistake "
                "may cost any amount."
            ),
        },
        exercise="cost",
    ),
    Question(
        name="signal-of-an-example",
        text="An example has the label 1, and the prediction is 0.2. What is the derivative of its loss by its score?",
        right="-0.8",
        because="Prediction minus label. Negative: a larger score would make the loss smaller.",
        wrong={
            "0.8": "The sign says which way the loss grows. A larger score brings this prediction nearer to 1.",
            "-0.128": "That has the slope of the sigmoid in it once more. It has cancelled already.",
            "-5": "That is the derivative by the prediction. One step of the chain rule is missing.",
        },
        exercise="gradient",
    ),
    Question(
        name="one-step",
        text="The derivative of the cost by a weight is +2, the learning rate 0.1. What does one step do?",
        right="The weight falls by 0.2.",
        because="A larger weight means a larger cost, so the weight goes down, by rate times derivative.",
        wrong={
            "The weight rises by 0.2.": "Then the cost would grow: the gradient points uphill.",
            "The weight falls by 2.": "The learning rate is missing.",
            "The cost falls by 0.2.": "It is the weight that moves. The cost falls by about 2 times that, 0.4.",
        },
        exercise="gradient_descent",
    ),
)
