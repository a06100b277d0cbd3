"""The line about versions and device, with versions and devices that are not there."""

import importlib.metadata
import re
import subprocess
import sys
import tomllib

import pytest

from tests.conftest import ROOT
from utils import environment as module
from utils.environment import RANGES, environment

COLAB = {"numpy": "2.1.3", "tensorflow": "2.20.0", "keras": "3.13.2"}


@pytest.fixture
def installed(monkeypatch, tmp_path):
    """Let these distributions be installed, and no GPU be there."""

    def install(versions):
        def version(name):
            if name not in versions:
                raise importlib.metadata.PackageNotFoundError(name)
            return versions[name]

        monkeypatch.setattr(importlib.metadata, "version", version)

    monkeypatch.setattr(module, "_DRIVER", tmp_path / "gpus")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    return install


def test_versions_and_device_are_one_line(installed):
    installed(COLAB)
    line = environment()
    assert re.fullmatch(
        r"Python 3\.\S+, NumPy 2\.1\.3, TensorFlow 2\.20\.0, Keras 3\.13\.2; (no|a) GPU.*", line
    )


def test_a_gpu_is_named(installed, monkeypatch, tmp_path):
    installed(COLAB)
    gpu = tmp_path / "gpus" / "0000:00:04.0" / "information"
    gpu.parent.mkdir(parents=True)
    gpu.write_text("Model: \t\t Tesla T4\nIRQ:   \t\t 10\n")
    assert environment().endswith("; a GPU is there, Tesla T4")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert environment().endswith("; no GPU is to be used")


def test_without_tensorflow_a_sentence_says_what_works(installed):
    installed({"numpy": "2.0.2"})
    line, remark = environment().splitlines()
    assert "TensorFlow" not in line and "Keras" not in line
    assert remark == "TensorFlow is not installed. Every check works; cells that use TensorFlow say so."


@pytest.mark.parametrize(
    ("name", "version", "is_supported"),
    [
        ("numpy", "1.26.4", False),
        ("numpy", "2.0.0rc1", True),
        ("numpy", "2.4.0", False),
        ("tensorflow", "2.9.1", False),
        ("tensorflow", "2.18.1+local", True),
        ("keras", "2.15.0", False),
        ("keras", "3.10.0", True),
    ],
)
def test_a_version_out_of_range_gets_a_sentence(installed, name, version, is_supported):
    installed(COLAB | {name: version})
    remarks = environment().splitlines()[1:]
    assert len(remarks) == (0 if is_supported else 1)
    assert is_supported or version in remarks[0]


def test_a_tensorflow_by_another_name_is_found(installed):
    installed({"numpy": "2.1.3", "tensorflow-cpu": "2.19.0", "keras": "3.10.0"})
    assert "TensorFlow 2.19.0" in environment()


def test_the_ranges_are_those_that_the_package_names():
    named = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    for name in ("NumPy", "TensorFlow"):
        first, end = RANGES[name]
        assert f"{name.lower()}>={first},<{end}" in named


def test_no_library_is_imported_for_it():
    code = "import sys; from utils.environment import environment; environment(); "
    code += "print({'numpy', 'tensorflow', 'keras'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
