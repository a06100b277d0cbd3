import base64

import numpy as np
import pytest

from grader.isolation.inside import output_limits
from grader.isolation.inside.notebook_worker import Outputs


@pytest.fixture
def outputs():
    made = Outputs()
    made.limit = 10**6
    return made


def test_the_text_of_a_stream_is_joined_and_bounded(outputs):
    outputs.write("stdout", "a")
    outputs.write("stdout", "b")
    outputs.write("stderr", "c")
    assert [output["text"] for output in outputs.found] == ["ab", "c"]
    outputs.write("stderr", "x" * 10**6)
    assert len(outputs.found[-1]["text"]) == output_limits.TEXT_LIMIT


def test_the_number_of_outputs_is_bounded(outputs):
    for _ in range(2 * output_limits.OUTPUTS_LIMIT):
        outputs.add_display("display_data", {"text/plain": "x"})
    assert len(outputs.found) == output_limits.OUTPUTS_LIMIT


def test_an_output_beyond_the_limit_of_the_cell_is_dropped(outputs):
    outputs.limit = 10
    outputs.add_display("display_data", {"text/plain": "x" * 8})
    outputs.add_display("display_data", {"text/plain": "x" * 8})
    assert len(outputs.found) == 1


def test_only_known_representations_are_kept(outputs):
    image = b"\x89PNG"
    data = {
        "text/plain": "text",
        "text/html": "x" * (output_limits.HTML_LIMIT + 1),
        "image/png": base64.b64encode(image).decode(),
        "image/jpeg": "not base64",
        "application/javascript": "alert(1)",
    }
    outputs.add_display("execute_result", data)
    kept = outputs.found[0]["data"]
    assert kept.keys() == {"text/plain", "image/png"}
    assert np.array_equal(kept["image/png"], np.frombuffer(image, np.uint8))


def test_an_image_is_bounded(outputs):
    outputs.limit = 10**8
    outputs.add_display("display_data", {"image/png": bytes(output_limits.IMAGE_LIMIT + 1)})
    assert outputs.found == []


def test_clearing_can_wait_for_the_next_output(outputs):
    outputs.write("stdout", "old")
    outputs.clear(wait=True)
    assert len(outputs.found) == 1
    outputs.write("stdout", "new")
    assert [output["text"] for output in outputs.found] == ["new"]
    outputs.clear()
    assert outputs.found == []
