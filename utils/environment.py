"""Says what a notebook runs on: the versions of its libraries, and the device for TensorFlow."""

import importlib.metadata
import os
import platform
import re
from pathlib import Path

RANGES = {"NumPy": ("2.0", "2.4"), "TensorFlow": ("2.18", "3"), "Keras": ("3.8", "4")}
"""For each library the first version with which the course was made, and the first later one without."""
_DISTRIBUTIONS = {
    "NumPy": ("numpy",),
    "TensorFlow": ("tensorflow", "tensorflow-cpu", "tensorflow-tpu", "tf-nightly"),
    "Keras": ("keras", "keras-nightly"),
}
_DRIVER = Path("/proc/driver/nvidia/gpus")


def environment() -> str:
    """A line that names versions and device, and a sentence for each version that is not supported.

    It imports no library and asks no driver, so it takes milliseconds: a device is one that Linux shows.
    Whether TensorFlow can use it shows when it is imported.
    """
    versions = {name: _version(name) for name in RANGES}
    python = f"Python {platform.python_version()}"
    found = [python, *(f"{name} {version}" for name, version in versions.items() if version)]
    lines = [f"{', '.join(found)}; {_device()}"]
    lines += [_remark(name, version) for name, version in versions.items() if version]
    if not versions["TensorFlow"]:
        lines.append("TensorFlow is not installed. Every check works; cells that use TensorFlow say so.")
    return "\n".join(filter(None, lines))


def _version(name: str) -> str:
    """The version of a library, "" if it is not installed."""
    for distribution in _DISTRIBUTIONS[name]:
        try:
            return importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            continue
    return ""


def _remark(name: str, version: str) -> str:
    """A sentence if the version is outside of the range of its library, else ""."""
    first, end = RANGES[name]
    if _numbers(first) <= _numbers(version) < _numbers(end):
        return ""
    return (
        f"{name} {version} is not a version that this course is made for, from {first} to below {end}: cells "
        "may fail, or show other numbers than the text says."
    )


def _numbers(version: str) -> list[int]:
    """The numbers that a version begins with: `2.18.0rc1` gives `[2, 18, 0]`."""
    return [int(number) for number in re.match(r"\d+(?:\.\d+)*", version)[0].split(".")]


def _device() -> str:
    models = sorted(map(_model, _DRIVER.glob("*/information")))
    if os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1"):
        return "no GPU is to be used"
    if models:
        return f"a GPU is there, {models[0]}"
    return "a GPU is there" if Path("/dev/nvidia0").exists() else "no GPU"


def _model(information: Path) -> str:
    """The name of a GPU in what NVIDIA's driver says of it, such as `Model: \\t\\t Tesla T4`."""
    try:
        found = re.search(r"^Model:\s*(.+?)\s*$", information.read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else "of a kind that the driver does not name"
