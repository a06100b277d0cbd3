from grader.isolation import packages


def names(*distributions):
    return {path.name for path in packages.installed_paths(distributions)}


def test_a_distribution_comes_with_its_requirements_and_nothing_else():
    found = names("scipy")
    assert {"scipy", "numpy"} <= found
    assert not {"matplotlib", "tensorflow", "pytest"} & found


def test_metadata_comes_along_only_with_entry_points():
    assert not [name for name in names("scipy") if name.startswith("scipy-")]
    assert [name for name in names("matplotlib-inline") if name.startswith("matplotlib_inline-")]


def test_names_are_normalized_and_one_that_is_not_installed_is_left_out():
    assert "sklearn" in names("Scikit_Learn")
    assert names("no-such-distribution-anywhere") == set()


def test_a_run_that_judges_has_no_tensorflow():
    assert "tensorflow" not in packages.WITHOUT_TENSORFLOW
    assert not {"tensorflow", "keras"} & names(*packages.WITHOUT_TENSORFLOW)
