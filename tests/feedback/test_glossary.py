"""`grader explain`, as an instructor meets it."""

import json

from click.testing import CliRunner

from grader.cli import app
from grader.lessons.misconceptions import GROUPS, MISCONCEPTIONS


def run(*arguments):
    return CliRunner().invoke(app, ["explain", *arguments])


def test_a_name_with_its_meaning_its_experiment_and_where_it_applies():
    text = " ".join(run("missing-mean").stdout.split())
    assert "The answer sums over the batch where the mean is asked for." in text
    assert "Your function gives a sum's result, not a mean's." in text
    assert "Try this: Call it with a few rows" in text
    assert "03_backpropagation output_delta 3.3 First step: dZ3" in text


def test_json_has_the_words_of_every_exercise():
    found = json.loads(run("missing-mean", "--json").stdout)
    assert found["explanation"] == MISCONCEPTIONS["missing-mean"].explanation
    places = {(place["lesson"], place["exercise"]): place for place in found["applies"]}
    place = places["03_backpropagation", "output_delta"]
    assert place["section"] == "3.3 First step: dZ3"
    assert place["code"].endswith("print(output_delta(*tiny_twice))")
    assert ("05_matching_keras", "adam_step") not in places


def test_words_of_an_exercise_stand_beside_it():
    assert "draw a 3-2-1 network" in " ".join(run("bias-skipped").stdout.split())


def test_without_a_name_all_are_listed_in_their_groups():
    lines = run().stdout.splitlines()
    assert len(lines) == len(MISCONCEPTIONS) + len(GROUPS)
    assert [line.split()[0] for line in lines if line.startswith(" ")] == list(MISCONCEPTIONS)
    assert [entry["name"] for entry in json.loads(run("--json").stdout)] == list(MISCONCEPTIONS)


def test_an_unknown_name_suggests_the_nearest():
    result = run("mising-mean")
    assert result.exit_code == 2
    assert "Did you mean missing-mean" in result.stderr
    assert run("quux", "--json").exit_code == 2
