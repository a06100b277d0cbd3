import sys

import ipywidgets
import pytest

from tests.study.conftest import buttons, controls

ASK = 'ask_prediction("p", "Does <it> move?", ["no", "yes"])'


def marked(bundles):
    return [text for text, button in buttons(bundles).items() if button.description[0] == "●"]


def status(bundles):
    return next(c for c in reversed(controls(bundles)[:-1]) if isinstance(c, ipywidgets.HTML)).value


def test_a_choice_is_kept_and_shown_beside_the_result(learner, displayed, cell):
    assert cell(ASK) is None
    assert "Does &lt;it&gt; move?" in displayed[0]["text/html"]
    assert marked(displayed) == []
    buttons(displayed)["no"].click()
    assert "Kept: no. Now run the next cell." in status(displayed)
    cell('compare_prediction("p", [False, True])')
    assert displayed[-1]["text/plain"].startswith("You predicted: no. It came out: yes.")
    entry = learner.read()["03_backpropagation"]["predictions"]["p"]
    assert (entry["prediction"], entry["right"]) == (0, False)


def test_nothing_gives_the_result_away_before_the_cell_runs(learner, displayed, cell):
    cell(ASK)
    buttons(displayed)["yes"].click()
    assert "came out" not in str(displayed) + status(displayed)


def test_the_prediction_survives_a_restart(learner, displayed, cell):
    cell(ASK)
    buttons(displayed)["yes"].click()
    cell(ASK)
    assert marked(displayed) == ["yes"]
    cell('compare_prediction("p", [False, True])')
    assert displayed[-1]["text/plain"].endswith("As you said.")


def test_the_first_prediction_stays_once_the_result_was_there(learner, displayed, cell):
    cell(ASK)
    buttons(displayed)["no"].click()
    cell('compare_prediction("p", [False, True])')
    cell(ASK[:-1] + ", answer=2)")
    assert displayed[-1]["text/plain"].endswith("your first prediction stays: no.")
    cell('compare_prediction("p", [False, True])')
    assert displayed[-1]["text/plain"].startswith("You predicted: no.")


def test_a_choice_that_ends_with_a_full_stop_gets_no_second_one(learner, displayed, cell):
    cell('ask_prediction("s", "Does it?", ["It does.", "No."], answer=1)')
    assert displayed[-1]["text/plain"] == "Kept: It does. Now run the next cell."


def test_a_prediction_for_other_choices_counts_no_more(learner, displayed, cell):
    cell(ASK)
    buttons(displayed)["yes"].click()
    cell('ask_prediction("p", "How many?", unit="MB", answer=7.5)')
    cell(ASK)
    assert marked(displayed) == []


def test_a_number_is_typed_with_its_unit(learner, displayed, cell):
    cell('ask_prediction("n", "How much?", unit="MB")')
    field = next(control for control in controls(displayed) if isinstance(control, ipywidgets.Text))
    field.value = "much"
    assert "Type a number" in status(displayed)
    field.value = " 2e3 "
    assert "Kept: 2,000 MB." in status(displayed)
    cell('compare_prediction("n", 1500)')
    assert displayed[-1]["text/plain"] == "You predicted: 2,000 MB. It came out: 1,500 MB. As you said."


def test_without_widgets_the_answer_is_an_argument(learner, displayed, cell, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    cell(ASK)
    assert "1. no\n2. yes\nWrite the number of your choice into this call" in displayed[-1]["text/plain"]
    cell(ASK[:-1] + ", answer=3)")
    assert "3 is no answer here" in displayed[-1]["text/plain"]
    cell(ASK[:-1] + ", answer=2)")
    assert displayed[-1]["text/plain"] == "Kept: yes. Now run the next cell."
    cell('compare_prediction("p", [False, True])')
    assert displayed[-1]["text/plain"].endswith("As you said.")


def test_a_result_that_nobody_predicted_is_shown_all_the_same(learner, displayed, cell):
    cell(ASK)
    cell('compare_prediction("p", [False, True])')
    assert displayed[-1]["text/plain"] == "You made no prediction here. It came out: yes."


def test_what_was_not_asked_is_not_compared(learner, displayed, cell):
    cell('compare_prediction("never asked", [False, True])')
    assert displayed == []


@pytest.mark.parametrize("call", [ASK, ASK[:-1] + ", answer=2)", 'compare_prediction("p", 1)'])
def test_where_nobody_is_at_work_nothing_happens(displayed, cell, call):
    cell(call)
    assert displayed == []
