"""Questions that people ask in forums, and the section of a lesson that answers each with an experiment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """A question, the `lesson` that answers it, and the heading of its `section` as the lesson has it."""

    text: str
    lesson: str
    section: str


QUESTIONS = (
    Question(
        "Hidden layers have no labels. What is their cost?",
        "03_backpropagation",
        "3.5 Third step: into the hidden layer, $dZ_2$",
    ),
    Question(
        "How can a batch of many examples give one set of weights?",
        "03_backpropagation",
        "4.1 The mean of the gradients is the gradient",
    ),
    Question(
        "Which neuron is the averaged cost compared with?",
        "04_softmax_cross_entropy",
        "3.2 Which neuron is the cost compared with?",
    ),
    Question(
        "Are gradients computed by nudging the weights?",
        "03_backpropagation",
        "2.4 Why nobody trains this way",
    ),
    Question(
        "What does `Dense` do, and what is its kernel?", "02_forward_propagation", "6. What `Dense` does"
    ),
    Question(
        "Why is an example a row, and where are the neurons?",
        "02_forward_propagation",
        "2.2 All units and all examples at once",
    ),
    Question(
        "Why does the recursion begin at the last layer?", "03_backpropagation", "3.6 The whole way back"
    ),
    Question("Is this how it is done in industry?", "03_backpropagation", "8. Questions learners ask"),
    Question(
        "How does TensorFlow know the gradient, and can I write that myself?",
        "06_automatic_differentiation",
        "3.6 Train with your own tape",
    ),
    Question(
        "Why is my gradient `None`, or far too large?",
        "06_automatic_differentiation",
        "9. When TensorFlow surprises you",
    ),
    Question(
        "My network learns twenty examples and not a thousand. What is wrong?",
        "07_list_of_layers",
        "3.3 The examination",
    ),
)
