"""`ask_prediction`, a small control before a cell runs, and `compare_prediction` for when it has."""

from __future__ import annotations

import html
import sys
from collections.abc import Sequence

from grader.study import learner_at_work
from grader.study.choice_buttons import choice_buttons
from grader.study.note import ended, show_sentence
from grader.study.prediction_model import Prediction, comparison, is_right, outcome

_asked: dict[tuple[str, str], Prediction] = {}


def ask_prediction(
    name: str,
    question: str,
    choices: Sequence[str] | Sequence[float] = (),
    unit: str = "",
    *,
    answer: int | float | None = None,
) -> None:
    """Ask for a prediction of what the next cell computes, and keep it.

    `name` stands for it in `compare_prediction`. The `choices` are two to four, in words or numbers of a
    `unit`; with none, any number is asked for. Where the control does not run, the `answer` is the number of
    the choice, from 1, or the number itself. Where no person is at work, nothing happens.
    """
    if not learner_at_work.is_present():
        return
    prediction = Prediction(name, question, tuple(choices), unit)
    lesson = _lesson()
    _asked[lesson, name] = prediction
    if answer is None:
        _show_control(prediction, lesson)
        return
    chosen = answer - 1 if prediction.choices else answer
    if prediction.is_possible(chosen):
        show_sentence(_keep(prediction, lesson, chosen))
    else:
        show_sentence(f"{answer!r} is no answer here. {_how_to_answer(prediction)}")


def compare_prediction(name: str, result: object) -> None:
    """Show the learner's prediction `name` beside the `result`, which the cell has computed.

    For choices in words, `result` has a condition for each choice; the first that is true counts. Otherwise
    it is a number. Where no person is at work, or the question was not asked, nothing happens.
    """
    lesson = _lesson()
    prediction = _asked.get((lesson, name))
    if prediction is None or not learner_at_work.is_present():
        return
    found = outcome(prediction, result)
    answer = _earlier(prediction, lesson)
    if answer is not None:
        right = is_right(prediction, answer, found)
        learner_at_work.change_entry(lesson, "predictions", name, lambda entry: entry.update(right=right))
    show_sentence(comparison(prediction, answer, found))


def _lesson() -> str:
    """The lesson of the notebook from which one of these functions was called."""
    return str(sys._getframe(2).f_globals.get("LESSON", ""))


def _earlier(prediction: Prediction, lesson: str) -> int | float | None:
    """The answer that is kept, if it can be one to this question as it is now."""
    answer = learner_at_work.read_entry(lesson, "predictions", prediction.name).get("prediction")
    return answer if prediction.is_possible(answer) else None


def _keep(prediction: Prediction, lesson: str, answer: int | float) -> str:
    """Keep an answer, unless the result was there before it, and say which one is kept."""

    def edit(entry):
        earlier = entry.get("prediction")
        if "right" in entry and prediction.is_possible(earlier):
            return earlier
        entry.pop("right", None)
        entry["prediction"] = answer
        return answer

    kept = learner_at_work.change_entry(lesson, "predictions", prediction.name, edit)
    if kept != answer:
        return f"You have seen the result. So your first prediction stays: {ended(prediction.words(kept))}"
    return f"Kept: {ended(prediction.words(answer))} Now run the next cell."


def _how_to_answer(prediction: Prediction) -> str:
    """What to do where the control does not run."""
    if prediction.choices:
        return (
            "Write the number of your choice into this call, as in ask_prediction(..., answer=1), and run it "
            "again."
        )
    return "Write your number into this call, as in ask_prediction(..., answer=7), and run it again."


# --- What is displayed ------------------------------------------------------------------------------


def _show_control(prediction: Prediction, lesson: str) -> None:
    from utils.widgets.shared_view import display_widget

    lines = [f"{number}. {option}" for number, option in enumerate(prediction.options(), start=1)]
    text = "\n".join([prediction.question, *lines, _how_to_answer(prediction)])
    page = "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines())
    display_widget(
        {"text/html": page, "text/plain": text},
        lambda ipywidgets: _widget(ipywidgets, prediction, lesson),
        still="",
    )


def _widget(ipywidgets, prediction: Prediction, lesson: str):
    from utils.widgets.shared_view import stack

    page = ipywidgets.HTML()
    earlier = _earlier(prediction, lesson)

    def keep(answer):
        possible = prediction.is_possible(answer)
        words = _keep(prediction, lesson, answer) if possible else "Type a number, such as 0.3 or 2e-6."
        page.value = f'<p role="status">{html.escape(words)}</p>'

    if prediction.choices:
        control = choice_buttons(ipywidgets, prediction.options(), keep, earlier)
    else:
        value = "" if earlier is None else f"{earlier:g}"
        control = ipywidgets.Text(value, placeholder="a number, then Enter", continuous_update=False)
        control.observe(lambda change: keep(_number(change["new"])), "value")
    question = ipywidgets.HTML(f"<p><strong>{html.escape(prediction.question)}</strong></p>")
    rows = [[question], [control, ipywidgets.Label(prediction.unit)]]
    return stack(ipywidgets, rows, page)


def _number(text: str) -> float | None:
    try:
        return float(text.strip().replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        return None
