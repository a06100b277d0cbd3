import numpy as np

from grader.lessons.cases import elementwise_cases, network_cases
from grader.lessons.networks import networks


def test_cases_network_cases_have_their_tags_and_counts():
    drawn = networks(np.random.default_rng(0))
    for network, case in zip(drawn, network_cases(drawn, lambda n: (n.X, n.params)), strict=True):
        assert case.arguments == (network.X, network.params)
        assert (case.label, case.tags, case.counts) == (network.label, network.tags, network.counts)
        assert case.context is network


def test_elementwise_cases_are_numbers_and_arrays_of_both_kinds():
    cases = elementwise_cases(np.random.default_rng(0), "score")
    assert "a score of -10,000" in {case.label for case in cases}
    arguments = [case.arguments[0] for case in cases]
    assert {type(z) for z in arguments} == {np.ndarray, float, int}
    assert {np.ndim(z) for z in arguments} == {0, 1, 2, 3}
    assert {np.asarray(z).dtype for z in arguments} == {np.dtype(float), np.dtype(int)}
    assert max(np.abs(z).max() for z in arguments) == 1e4
