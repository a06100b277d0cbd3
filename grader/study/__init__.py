"""For a learner who studies alone: predictions, hints, model answers, questions, and where one stands.

Nothing of it is graded. What a learner does is kept in one small file of their own, and only while a person
is at work: a run for a grade, by nbgrader's Validate or by nbconvert neither reads nor writes it.

    learner_at_work.py    whether a person is there; `progress_file.py` has what is kept of their work
    prediction_view.py    `ask_prediction` and `compare_prediction`; `prediction_model.py` judges a prediction
"""

from grader.study.prediction_view import ask_prediction, compare_prediction

__all__ = ["ask_prediction", "compare_prediction"]
