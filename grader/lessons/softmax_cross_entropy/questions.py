"""Questions on softmax and cross-entropy, from memory."""

from grader.lessons.question import Question

QUESTIONS = (
    # For later lessons alone: in this one, a proof or a prediction stands right beside them.
    Question(
        name="which-logits-matter",
        text="The loss of an image of a 3 is -log of p_3. How many of the ten logits have an influence on it?",
        right="all ten",
        because="The denominator of p_3 adds up all ten exponentials.",
        wrong={
            "one": "p_3 is a share: if another logit grows, p_3 falls.",
            "nine": "The logit of the 3 matters most of all.",
        },
    ),
    Question(
        name="add-to-all-logits",
        text="You add 1,000 to all logits of an example. What happens to its probabilities?",
        right="Nothing.",
        because="Only differences of logits count: the same factor appears above and below, and cancels.",
        wrong={
            "The largest goes to 1.": "It would if all logits were multiplied. A common shift cancels.",
            "All of them grow.": "They sum to 1, before and after.",
        },
    ),
    Question(
        name="column-of-the-jacobian",
        text="What does each column of the softmax's Jacobian sum to?",
        right="0",
        because="However a logit moves, the probabilities still sum to 1, so their changes sum to 0.",
        wrong={
            "1": "The probabilities do. Their changes don't.",
            "the probability of its class": "That is what stands on the diagonal before the rest is taken away.",
        },
    ),
    Question(
        name="loss-of-equal-logits",
        text="All ten logits are equal. How large is the loss, in nats?",
        right="2.30",
        because="The truth gets a probability of one tenth, and the loss is the natural logarithm of 10.",
        wrong={
            "0.10": "That is the probability of the truth. The loss is minus its logarithm.",
            "0.69": "That is the logarithm of 2, for two classes.",
            "1.00": "That is the logarithm of 10 to the base 10. The course counts in nats.",
        },
    ),
    Question(
        name="double-all-logits",
        text="You double all logits of an example; not all of them are equal. What happens to the largest probability?",
        right="It grows.",
        because="All differences double, and the leader pulls away.",
        wrong={
            "It stays.": "It would if you added something. Doubling changes the differences.",
            "It doubles.": "It could get above 1.",
        },
    ),
    # After an exercise of this lesson
    Question(
        name="a-lead-of-2",
        text="One logit is 2 above another. How many times as large is its probability?",
        right="7.4 times",
        because="Both are divided by the same sum, so their ratio is that of the exponentials, e to the power of 2.",
        wrong={
            "2 times": "Shares are made of exponentials, not of the logits themselves.",
            "That depends on the other logits.": "They change both probabilities, by the same factor.",
        },
        exercise="softmax",
    ),
    Question(
        name="log-sum-exp-of-equals",
        text="Two logits are 1,000 each. What is their log-sum-exp?",
        right="1,000.69",
        because="Shifted by 1,000, the exponentials are 1 and 1, with the logarithm 0.69 of their sum; the shift comes back.",
        wrong={
            "infinite": "That is what a computer makes of it without a shift. The number itself is moderate.",
            "0.69": "That is the shifted one. The shift has to come back.",
            "2,000": "That is the sum of the logits: the exponentials are added, not multiplied.",
        },
        exercise="log_softmax",
    ),
    Question(
        name="shares-of-the-wrong-classes",
        text="Class 0 is right. The probabilities were (0.5, 0.4, 0.1) and are now (0.5, 0.2, 0.3). What happens to the loss?",
        right="Nothing.",
        because="The one-hot label lets only the logarithm of the right class through, and its probability stayed.",
        wrong={
            "It falls.": "How the wrong classes share the rest does not enter the loss.",
            "It rises.": "The third class gained, but neither it nor the second enters the loss.",
        },
        exercise="cross_entropy",
    ),
    Question(
        name="shape-of-a-column-of-rows",
        text="P has the shape (5, 3), and y holds five labels. What is the shape of P[:, y]?",
        right="(5, 5)",
        because="The colon takes all rows, and of each of them an entry for each label.",
        wrong={
            "(5,)": "That takes two lists, one of rows and one of columns, which are read in pairs.",
            "(5, 3)": "The three columns make room for as many as there are labels.",
        },
        exercise="sparse_cross_entropy",
    ),
    Question(
        name="entry-of-the-jacobian",
        text="The probabilities are (0.5, 0.3, 0.2). What is the derivative of the first by the second logit?",
        right="-0.15",
        because="What the second class gains, it takes from the others: minus 0.5 times 0.3.",
        wrong={
            "0": "The second logit stands in the denominator of all three.",
            "0.15": "Raise the second logit, and the first probability falls.",
            "0.21": "That is the derivative of the second probability by its own logit.",
        },
        exercise="softmax_jacobian",
    ),
    Question(
        name="signals-of-the-logits",
        text="The probabilities are (0.2, 0.7, 0.1), and class 0 is right. What are the derivatives of the loss by the logits?",
        right="(-0.8, 0.7, 0.1)",
        because="Probability minus label, for each class. They sum to 0.",
        wrong={
            "(0.8, -0.7, -0.1)": "Those are the directions in which the logits should go. The derivative has the other sign.",
            "(-0.8, 0, 0)": "The other two logits have an influence as well, through the denominator.",
            "(0.2, 0.7, 0.1)": "The label is missing: the right class has to be told apart.",
        },
        exercise="softmax_cross_entropy_gradient",
    ),
    Question(
        name="what-changes-in-backward",
        text="A softmax takes the place of the sigmoid at the output. What changes in the backward pass?",
        right="the first signal alone",
        because="Once there is a dZ for the last layer, the layers below don't know what made it.",
        wrong={
            "every layer's step": "The hidden layers are as they were, and so is their way back.",
            "nothing": "The cost and the output have other derivatives, and more than one logit.",
        },
        exercise="backward_softmax",
    ),
    Question(
        name="entries-of-a-mean",
        text="The mean squared error of 100 examples with 3 outputs each: by what is one squared difference divided?",
        right="300",
        because="The mean is over all entries.",
        wrong={
            "100": "That would be a mean over the examples of a sum over the outputs.",
            "3": "That would be a sum over the examples.",
        },
        exercise="mean_squared_error_gradient",
    ),
)
