"""Questions on training and on what Keras does, from memory."""

from grader.lessons.question import Question

QUESTIONS = (
    Question(
        name="reported-loss",
        text="What does Keras report as the loss of an epoch?",
        right="the batches' losses, each before its update, weighted by their sizes",
        because="It adds up what it has on the way. No weights ever had this cost on all the examples.",
        wrong={
            "the cost of all examples after the epoch": "That would take one more forward pass over all of them.",
            "the cost of all examples before the epoch": "Only the first batch sees those weights.",
            "the plain mean of the batches' losses": "A last batch that is smaller has less weight.",
        },
        exercise="fit",
    ),
    Question(
        name="updates-of-an-epoch",
        text="There are 100 examples, and a batch has 32. How many updates has an epoch?",
        right="4",
        because="Three full batches and one of the 4 that are left.",
        wrong={
            "3": "The 4 examples that are left make a batch, too.",
            "32": "That is the number of examples in a batch.",
            "100": "That would be batches of one example.",
        },
        exercise="sgd_step",
    ),
    Question(
        name="first-step-of-adam",
        text="Adam's learning rate is 0.01. How large is its first step for a weight whose gradient is 0.001?",
        right="about 0.01",
        because="In the first step a gradient is divided by its own size; what is left is its sign, times the rate.",
        wrong={
            "about 0.00001": "That is the step of plain gradient descent. Adam divides by the size of the gradient.",
            "about 0.001": "The size of the gradient cancels. The rate decides.",
        },
        exercise="adam_step",
    ),
    Question(
        name="whose-mean",
        text="With which mean and deviation do you standardise images that are held out?",
        right="with those of the training images",
        because="The network has learnt in these units. And of images held out you are not supposed to know anything.",
        wrong={
            "with their own": "Then the same image would come out differently in other company.",
            "with those of all images": "Then what is held out has had a part in the training.",
        },
        exercise="standardize",
    ),
    Question(
        name="leaky-relu-of-minus-3",
        text="What does a leaky ReLU with the slope 0.1 make of -3?",
        right="-0.3",
        because="On the left of 0 the line has the slope 0.1.",
        wrong={
            "0": "A ReLU without a leak does that.",
            "0.3": "The line goes on through 0, so the sign stays.",
            "0.1": "That is the derivative there.",
        },
        exercise="leaky_relu",
    ),
    Question(
        name="slope-at-minus-3",
        text="What is the derivative of a leaky ReLU with the slope 0.1 at -3?",
        right="0.1",
        because="It is the slope of the line, wherever on the line you are.",
        wrong={
            "-0.3": "That is the value there.",
            "0": "That is what the leak is for: no signal dies on the left.",
            "1": "That is the slope on the right of 0.",
        },
        exercise="leaky_relu_gradient",
    ),
    Question(
        name="rounding-or-mistake",
        text="After one step in float32, two programs differ by a ten-millionth of the weights. What is it?",
        right="rounding",
        because="float32 has some seven digits, so the last one differs. A mistake shows in the first digits, at once.",
        wrong={
            "a mistake in one of the gradients": "A wrong gradient makes a difference in the first digits.",
            "chaos": "Chaos needs many steps in which a difference grows.",
        },
    ),
)
