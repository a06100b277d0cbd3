from grader.isolation.inside.grader_stub import check


def test_check_takes_what_a_notebook_passes_and_does_nothing():
    assert check(len, lesson="03_backpropagation", seed=1, carried_forward=True) is None
