"""References as data: right answers that TensorFlow has computed before, found again by their arguments.

Those of seed 0 are shipped with the lessons, so a check in a notebook needs no TensorFlow. A course keeps
those of its secret seed. TensorFlow computes a reference that no file has.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from grader import lessons
from grader.diagnosis.compare import split_into_parts
from grader.lessons import Case, Exercise

SHIPPED_FILE = Path(lessons.__file__).with_name("references.npz")
FORMAT = 1
"""Files of another format have nothing to offer."""
SAME_ARGUMENTS = 1e-12
"""Sums over arguments that differ by less, relative to the sum of their absolute values, are of the same
arguments: processors round an exponential differently in the last digit.
"""

Parts = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class ReferencedCase:
    """A case and its reference: `want` maps the name of each part to its right value.

    That is a float64 array, a float, or a list of floats if a list is asked for, and the like of integers.
    """

    case: Case
    want: Parts


class References:
    """The cases of exercises with their references, from a file where it has them, else from TensorFlow.

    `References()`, without a file, always asks TensorFlow.
    """

    def __init__(self, file: Path | None = None):
        self._stored = None if file is None else StoredReferences(file)
        self.of = lru_cache(maxsize=1024)(self._of)

    def has(self, exercise: Exercise, seed: int) -> bool:
        """Whether the file has the references to all cases that a seed draws for an exercise."""
        return self._stored is not None and self._stored.has(exercise, seed)

    def _of(self, exercise: Exercise, seed: int = 0) -> tuple[ReferencedCase, ...]:
        """The cases of an exercise that a seed stands for, with their references; made once and kept.

        The same seed gives the same arguments, to the bit, on every run with the same NumPy.
        """
        drawn = Draw.of(exercise, seed)
        places = range(len(drawn.cases))
        return tuple(ReferencedCase(drawn.cases[i], self._want(exercise, drawn, i)) for i in places)

    def _want(self, exercise: Exercise, drawn: Draw, place: int) -> Parts:
        known = self._stored and self._stored.find(exercise.name, drawn, place)
        return known or compute(exercise, drawn.cases[place])


@dataclass(frozen=True)
class Draw:
    """The cases that a seed draws for an exercise, and a digest of the generator's state after them."""

    seed: int
    cases: tuple[Case, ...]
    state: str

    @classmethod
    def of(cls, exercise: Exercise, seed: int) -> Draw:
        """Draw the cases of an exercise."""
        rng = np.random.default_rng([seed, crc32(exercise.name.encode())])
        cases = tuple(exercise.cases(rng))
        return cls(seed, cases, _digest(repr(rng.bit_generator.state)))


class ReferencesMissing(RuntimeError):
    """A reference is in no file, and TensorFlow is not there to compute it; the message says what to do."""


def compute(exercise: Exercise, case: Case) -> dict[str, Any]:
    """Return the parts of the reference to a case, computed by TensorFlow now. Raises `ReferencesMissing`."""
    try:
        return split_into_parts(exercise, exercise.reference(case))
    except ImportError as error:
        raise ReferencesMissing(
            f"The right answers to these cases of {exercise.name} are not stored, and TensorFlow, which "
            f"computes them, can't be imported ({error}). Install it, or use neither a seed nor `live`."
        ) from error


def compute_all(exercise: Exercise, seed: int) -> tuple[Draw, list[dict[str, Any]]]:
    """Return what a seed draws for an exercise, and the references to it, computed by TensorFlow now."""
    drawn = Draw.of(exercise, seed)
    return drawn, [compute(exercise, case) for case in drawn.cases]


# --- What tells arguments apart ---------------------------------------------------------------------


@dataclass(frozen=True)
class Fingerprint:
    """What tells one case's arguments from others.

    `structure` is a digest of types, dtypes, shapes, names and everything that is no float. `sums` has two
    sums for each array of floats: of the absolute values, and of the values with varying weights. Arrays in
    which the last digits matter are in the digest.
    """

    structure: str
    sums: tuple[float, ...]

    def fits(self, other: Fingerprint) -> bool:
        """Whether two fingerprints are of arguments that are equal to rounding."""
        if self.structure != other.structure or len(self.sums) != len(other.sums):
            return False
        ours, theirs = (np.reshape(sums, (-1, 2)) for sums in (self.sums, other.sums))
        return bool(np.all(np.abs(ours - theirs) <= SAME_ARGUMENTS * ours[:, :1]))


def fingerprint(arguments: tuple) -> Fingerprint:
    """The fingerprint of a case's arguments. Raises `TypeError` for what no exercise takes."""
    words: list[str] = []
    sums: list[float] = []
    _add(arguments, words, sums)
    return Fingerprint(_digest("\n".join(words)), tuple(sums))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _add(value: Any, words: list[str], sums: list[float]) -> None:
    words.append(type(value).__name__)
    if isinstance(value, (float, np.ndarray)):
        array = np.asarray(value)
        words.append(f"{array.dtype} {array.shape}")
        flat = array.ravel()
        if array.dtype.kind != "f" or _has_neighbours(flat):
            words.append(array.tobytes().hex())
            return
        sums += [float(np.abs(flat).sum()), float(flat @ np.cos(np.arange(flat.size)))]
    elif value is None or isinstance(value, (bool, int, str)):
        words.append(repr(value))
    elif isinstance(value, Mapping):
        for name, entry in value.items():
            words.append(repr(name))
            _add(entry, words, sums)
    elif isinstance(value, (list, tuple)):
        words.append(str(len(value)))
        for entry in value:
            _add(entry, words, sums)
    elif isinstance(value, np.random.Generator):
        words.append(repr(value.bit_generator.state))
    elif is_dataclass(value):
        _add({field.name: getattr(value, field.name) for field in fields(value)}, words, sums)
    else:
        raise TypeError(f"{type(value).__name__} is no argument of an exercise")


def _has_neighbours(numbers: np.ndarray) -> bool:
    """Whether two of the numbers differ in their last digits only, as 0.5 and the next float64 do."""
    distinct = np.unique(numbers)
    return bool(np.any(np.diff(distinct) <= 4 * np.spacing(np.abs(distinct[1:]))))


# --- Files ------------------------------------------------------------------------------------------


class StoredReferences:
    """A file of references as `save` writes it; one that is not there has none."""

    def __init__(self, file: Path):
        self._file = Path(file)

    @cached_property
    def _index(self) -> dict[str, dict[str, Any]]:
        if "index" not in self._archive:
            return {}
        index = json.loads(self._archive["index"].tobytes())
        return index["exercises"] if isinstance(index, dict) and index.get("format") == FORMAT else {}

    @cached_property
    def _archive(self) -> Mapping[str, np.ndarray]:
        try:
            return dict(np.load(self._file))
        except (OSError, ValueError, EOFError, zipfile.BadZipFile):  # missing or damaged
            return {}

    @property
    def keys(self) -> set[str]:
        """The exercises that the file has, as `LESSON/EXERCISE`."""
        return set(self._index)

    def has(self, exercise: Exercise, seed: int) -> bool:
        """Whether the file has the references to all cases that a seed draws for an exercise."""
        drawn = Draw.of(exercise, seed)
        return all(self.find(exercise.name, drawn, i) is not None for i in range(len(drawn.cases)))

    def find(self, exercise: str, drawn: Draw, place: int) -> dict[str, Any] | None:
        """Return the reference to one of the cases that were drawn for an exercise, or None.

        It is found only if the seed, the state of the generator and the arguments are those of the file.
        """
        for key, entry in self._index.items():
            is_same_draw = (entry["seed"], entry["state"]) == (drawn.seed, drawn.state)
            if key.partition("/")[2] == exercise and is_same_draw and place < len(entry["cases"]):
                stored = entry["cases"][place]
                known = Fingerprint(stored["structure"], tuple(stored["sums"]))
                if known.fits(fingerprint(drawn.cases[place].arguments)):
                    return _parts(stored["parts"], self._archive[key])
        return None


def save(file: Path, references: Mapping[str, tuple[Draw, Sequence[Parts]]]) -> None:
    """Write references, by `LESSON/EXERCISE`, to a file that appears whole or not at all.

    Each comes as what was drawn and the parts of the right answer to each case.
    """
    arrays: dict[str, np.ndarray] = {}
    index = {}
    for key, (drawn, wants) in references.items():
        numbers: list[np.ndarray] = []
        cases = [_record(*both, numbers) for both in zip(drawn.cases, wants, strict=True)]
        index[key] = {"seed": drawn.seed, "state": drawn.state, "cases": cases}
        arrays[key] = np.concatenate(numbers) if numbers else np.zeros(0)
    text = json.dumps({"format": FORMAT, "exercises": index})
    arrays["index"] = np.frombuffer(text.encode(), np.uint8)
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=file.name, delete=False) as made:
        made.write(stream.getvalue())
    os.replace(made.name, file)


def _record(case: Case, want: Parts, numbers: list[np.ndarray]) -> dict[str, Any]:
    """A case as JSON data; the floats of its reference go to the end of `numbers`."""
    own = fingerprint(case.arguments)
    parts = []
    for name, value in want.items():
        array = np.asarray(value)
        part = {"name": name, "kind": type(value).__name__, "dtype": array.dtype.str, "shape": array.shape}
        if array.dtype.kind == "f":
            part["start"] = sum(map(len, numbers))
            numbers.append(array.astype(np.float64).ravel())
        else:
            part["values"] = array.ravel().tolist()
        parts.append(part)
    return {"structure": own.structure, "sums": own.sums, "parts": parts}


def _parts(records: Iterable[Mapping[str, Any]], numbers: np.ndarray) -> dict[str, Any]:
    return {record["name"]: _value(record, numbers) for record in records}


def _value(record: Mapping[str, Any], numbers: np.ndarray) -> Any:
    shape = tuple(record["shape"])
    if "start" in record:
        values = numbers[record["start"] : record["start"] + int(np.prod(shape))]
    else:
        values = record["values"]
    array = np.array(values, record["dtype"]).reshape(shape)
    return array if record["kind"] == "ndarray" else array.tolist()


SHIPPED = References(SHIPPED_FILE)
LIVE = References()
