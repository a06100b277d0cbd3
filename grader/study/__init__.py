"""For a learner who studies alone: predictions, hints, model answers, questions, and where one stands.

Nothing of it is graded. What a learner does is kept in one small file of their own, and only while a person
is at work: a run for a grade, by nbgrader's Validate or by nbconvert neither reads nor writes it.

    learner_at_work.py    whether a person is there; `progress_file.py` has what is kept of their work
    called_exercise.py    which exercise a learner means
    verdicts.py           what the checks of this learner found
    note.py               sentences that display themselves
    prediction_view.py    `ask_prediction` and `compare_prediction`; `prediction_model.py` judges a prediction
    hints.py              `hint`
    solutions.py          `solution`; `model_answers.py` reads them from the solved notebook
    question_view.py      `ask_questions`; `question_model.py` chooses them from the banks of the lessons
    progress_view.py      `progress`, the picture; `progress_model.py` has what it shows
"""

from grader.study.hints import hint
from grader.study.prediction_view import ask_prediction, compare_prediction
from grader.study.progress_view import progress
from grader.study.question_view import ask_questions
from grader.study.solutions import solution

__all__ = ["ask_prediction", "ask_questions", "compare_prediction", "hint", "progress", "solution"]
