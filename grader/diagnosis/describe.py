"""The sentences of a verdict that describe what a function did.

Its other sentences are `Measurement.sentences` and the explanations of findings in `grader/feedback`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.diagnosis.case_results import CaseResult
from grader.diagnosis.compare import (
    MISSING,
    NOT_FINITE,
    RATIO_TOLERANCE,
    Part,
    agree,
    constant_ratio,
    describe_value,
    entries_off,
    prediction_tolerance,
)
from grader.diagnosis.findings import Finding
from grader.diagnosis.predictions import predicted_answer
from grader.learner.call import TIME_LIMIT
from grader.learner.plain_data import identical
from grader.lessons import Slip

NUMPY_TAKES_NO_ARRAY = np.lib.NumpyVersion(np.__version__) >= "2.4.0"
"""Whether the NumPy here raises where it is given an array of one element for a number."""
_ONE_ELEMENT = "an array of one element for a number, as with `float(a)` or `out[i] = a`"
_TAKE_ELEMENT = "Take the element itself, such as `a.item()`."
_ARRAY_AS_NUMBER = {
    ("TypeError", "only 0-dimensional arrays can be converted to Python scalars"),
    ("ValueError", "setting an array element with a sequence."),
}
"""What NumPy 2.4 raises where older ones warn, if the array has one element."""
MAX_DENOMINATOR = 10_000  # of a ratio; smaller ones are decimal numbers
MAX_LISTED_PARTS = 8  # a sentence counts the parts if there are more
MAX_LISTED_NAMES = 4  # of entries that nobody asked for
MAX_NAMES = 5  # of right parts; more are counted
MAX_PLACES = 3  # parts that one of two findings is about
MAX_WORDS = 20  # of the message of an exception
MAX_NUMBERS = 12  # in a case that can be worked out by hand, with the answer to it
_ENTRY_OF_A_LIST = re.compile(r"(\w+)\[\d+\]")
_INNER_SIZES = re.compile(r"core dimension.*\(size (\d+) is different from (\d+)\)")


def describe_missing(name: str) -> str:
    """The sentence on a function that is not defined."""
    return f"There is no function called `{name}`."


def describe_not_python(message: str, line_number: int | None, line: str) -> str:
    """The sentences on a cell that Python cannot read, so that nothing of it ran."""
    place = f" in line {line_number}, `{line}`" if line else f" in line {line_number}" if line_number else ""
    return f"Its cell is not Python: {message}{place}. So nothing of the cell ran."


def describe_warning(results: Sequence[CaseResult]) -> str:
    """The sentences on what works with the NumPy here and not with newer ones; "" if nothing does so."""
    if not any(result.outcome.takes_array_as_number for result in results):
        return ""
    return f"NumPy warns: it takes {_ONE_ELEMENT}, and from NumPy 2.4 on that is an error. {_TAKE_ELEMENT}"


def describe_failure(
    displayed: CaseResult, parts_by_result: Mapping[CaseResult, Sequence[Part]], findings: Sequence[Finding]
) -> str:
    """Describe in a sentence or two what went wrong on the displayed case.

    `parts_by_result` holds all results in the order of the cases, each with its parts as they were judged.
    """
    results, found = list(parts_by_result), {finding.name: finding for finding in findings}
    if "uses-autodiff" in found:
        return f"It uses {found['uses-autodiff'].detail}."
    if "borrowed-solution" in found:
        return _describe_borrowed(found["borrowed-solution"].detail)
    if "not-implemented" in found:
        return "" if displayed.outcome.raised else "It returns None."
    if any(result.outcome.timed_out for result in results):
        return f"It was still running after {TIME_LIMIT:g} seconds on {displayed.case.label} and was stopped."
    raising = next((result for result in results if result.outcome.raised), None)
    is_alone = found.keys() == {"raises"} or not any(r.answered and not r.right for r in results)
    if raising and (is_alone or raising is results[0]):
        return _describe_exception(raising)
    sentence = _describe_first_wrong_part(displayed, parts_by_result[displayed])
    if not raising or (found and not found.keys() & {"hard-coded-size", "raises"}):
        return sentence
    both = [sentence, _describe_exception(raising)]
    return " ".join(reversed(both) if "hard-coded-size" in found else both)  # the line says most about a size


def _describe_borrowed(name: str) -> str:
    of_course = name.startswith("utils.")
    return f"It uses `{name}`, the course's own solution: write yours." if of_course else f"It uses {name}."


def _describe_exception(result: CaseResult) -> str:
    raised = result.outcome.raised
    is_helper = raised.function not in ("", result.exercise.name)
    function = f" of `{raised.function}`" if is_helper else ""
    place = f" in line {raised.line_number}{function}, `{raised.line}`" if raised.line else ""
    message = f": {_in_few_words(raised.message)}" if raised.message else ""
    version = ""
    if NUMPY_TAKES_NO_ARRAY and (raised.kind, raised.message) in _ARRAY_AS_NUMBER:
        version = f" NumPy {np.__version__} refuses {_ONE_ELEMENT}; before 2.4 it only warns. {_TAKE_ELEMENT}"
    comma = "," if "," in result.case.label else ""
    return f"On {result.case.label}{comma} it raises {raised.kind}{message}{place}.{version}"


def _in_few_words(message: str) -> str:
    """What an exception says, as far as it helps: NumPy's notation for a product left out, the rest cut."""
    if found := _INNER_SIZES.search(message):
        return "the inner sizes of a matrix product differ, {} and {}".format(*found.groups())
    words = message.split()
    return message if len(words) <= MAX_WORDS else f"{' '.join(words[:MAX_WORDS])} …"


def _describe_first_wrong_part(result: CaseResult, parts: Sequence[Part]) -> str:
    """Name the first part that is wrong in itself, what is wrong with it, and the parts that are right."""
    if not result.arguments_unchanged and all(part.ok for part in result.parts):
        return f"On {result.case.label}, the answer is right, but {_describe_changed_arguments(result)}."
    if result.fault:
        return f"On {result.case.label}, {result.fault.what}."
    if length := _describe_length(result):
        return f"On {result.case.label}, {length}."
    wrong = [part for part in parts if not part.ok and not part.follows]
    if not wrong:
        return ""
    first = wrong[0]
    right = [part.name for part in parts if part.ok and np.size(result.want[part.name])]
    named = _list_names(right, parts) if len(right) <= MAX_NAMES else f"{len(right)} other parts"
    also = f" ({named} {'is' if len(right) == 1 else 'are'} right there)" if right else ""
    what = _describe_missing_part(result, first.name) if first.problem == MISSING else _problem(result, first)
    return f"On {result.case.label}, {what}{also}.{_describe_following(parts, wrong)}"


def _describe_length(result: CaseResult) -> str:
    """That a list is too long or too short, which puts its entries in each other's places; "" if none is."""
    got, want = (_lengths(parts) for parts in (result.got, result.want))
    off = next((name for name in want if got.get(name, want[name]) != want[name]), None)
    return f"`{off}` has {got[off]} entries, not {want[off]}" if off else ""


def _lengths(parts: Mapping[str, Any]) -> Mapping[str, int]:
    """How many entries each list has of which there are parts, such as `grads[2]['dW']`, by its name."""
    entries = {found[0]: found[1] for found in map(_ENTRY_OF_A_LIST.match, parts) if found}
    return Counter(entries.values())


def _describe_changed_arguments(result: CaseResult) -> str:
    """Which arguments are no longer what they were."""
    before_and_after = zip(result.case.arguments, result.outcome.arguments, strict=False)
    names = zip(result.exercise.arguments, before_and_after, strict=False)
    changed = [f"`{name}`" for name, pair in names if not identical(*pair)]
    return f"{' and '.join(changed)} {'is' if len(changed) == 1 else 'are'} no longer what came in"


def _problem(result: CaseResult, part: Part) -> str:
    """What is wrong with a part, and what NumPy warned of where inf or nan came back."""
    warned = result.outcome.warned if part.problem == NOT_FINITE else ()
    warning = f", and NumPy warns: {warned[0]}" if warned else ""
    return f"`{part.name}` {part.problem or _describe_difference(result, part)}{warning}"


def _describe_missing_part(result: CaseResult, name: str) -> str:
    """That a part is missing, and what came back in its place."""
    got, outer = result.got, name.partition("[")[0]
    if got.keys() == {"answer"}:
        asked = " and ".join(f"`{part}`" for part in result.exercise.parts)
        return f"{describe_value(got['answer'])} came back in the place of {asked or 'a dict'}"
    if any(entry.startswith(f"{name}[") for entry in got):
        return f"`{name}` is a dict, not an array"
    if outer != name and outer in got:
        return f"`{outer}` is {describe_value(got[outer])}, not a dict"
    others = [f"`{entry}`" for entry in got if entry not in result.want]
    listed = ", ".join([*others[:MAX_LISTED_NAMES], *(["…"] if len(others) > MAX_LISTED_NAMES else [])])
    return f"`{name}` is missing" + (f", and what nobody asked for is there: {listed}" if others else "")


def _describe_following(parts: Sequence[Part], wrong: Sequence[Part]) -> str:
    """A sentence on the parts that are wrong only because an earlier one is, after a space; else ""."""
    following = [part.name for part in parts if part.follows]
    if not following:
        return ""
    own = " and ".join(f"`{part.name}`" for part in wrong) if len(wrong) <= 2 else "earlier parts"
    if len(following) > MAX_LISTED_PARTS:
        return f" {len(following)} more are right, given your own {own}."
    verb = "is" if len(following) == 1 else "are"
    return f" {_list_names(following, parts)} {verb} right, given your own {own}."


def _list_names(names: Sequence[str], parts: Sequence[Part]) -> str:
    """The names in backquotes, or how many they are if there are many."""
    if len(names) > MAX_LISTED_PARTS:
        return f"{len(names)} of {len(parts)} parts"
    return ", ".join(f"`{name}`" for name in names)


def _describe_difference(result: CaseResult, part: Part) -> str:
    """Describe how the values of a part of the right shape differ from the reference."""
    got, want = np.asarray(result.got[part.name], float), np.asarray(result.want[part.name], float)
    if not np.any(got):
        return "is zero everywhere"
    ratio = constant_ratio(got, want)
    if ratio is not None and part.error > 1e-3:
        return f"{_describe_ratio(ratio)}{' everywhere' if want.size > 1 else ''}"
    if want.size == 1:
        return f"is off by {_describe_error(part.error)} the right value"
    off = np.sum(entries_off(got, want, result.exercise.tolerance))
    where = "everywhere" if off == want.size else f"in {off} of its {want.size} entries"
    return f"is off {where}, by up to {_describe_error(part.error)} the largest right value"


def _describe_ratio(ratio: float) -> str:
    """Such as "is 12 times the right value" or, for 0.08333, "is 1/12 of the right value"."""
    if abs(ratio + 1) < RATIO_TOLERANCE:
        return "has the opposite sign"
    return f"is {_describe_factor(ratio)} the right value"


def _describe_factor(ratio: float) -> str:
    if abs(abs(ratio) - 2) < RATIO_TOLERANCE:
        return "twice" if ratio > 0 else "minus twice"
    is_small = 1 / MAX_DENOMINATOR <= abs(ratio) < 0.9
    if is_small and abs(1 / ratio - round(1 / ratio)) < RATIO_TOLERANCE * abs(1 / ratio):
        return f"{'-' if ratio < 0 else ''}1/{abs(round(1 / ratio))} of"
    return f"{ratio:.4g} times"


def _describe_error(error: float) -> str:
    """Such as "12% of" or "40 times"."""
    if error >= 2:
        return f"{error:.3g} times"
    if error >= 1e-4:
        return f"{100 * error:.{0 if error >= 0.01 else 2}f}% of"
    return f"{error:.1e} of"


# --- Two findings -------------------------------------------------------------------------------------


def with_places(
    findings: Sequence[Finding], displayed: CaseResult, parts: Sequence[Part]
) -> list[tuple[Finding, str]]:
    """The findings, each with the parts that it is about, such as "`db`"; that on the first wrong part leads.

    The parts are "" where not every wrong part belongs to just one of two findings.
    """
    nowhere = [(finding, "") for finding in findings]
    if len(findings) != 2 or not any(finding.slip for finding in findings):
        return nowhere
    wrong = [part.name for part in parts if not part.ok and not part.follows]
    by_slips = [f.slip and _spoilt_by(f.slip, displayed).intersection(wrong) for f in findings]
    first, second = (set(wrong) - by_slips[1 - i] if own is None else own for i, own in enumerate(by_slips))
    are_apart = first and second and not first & second and first | second == set(wrong)
    if not are_apart or max(len(first), len(second)) > MAX_PLACES:
        return nowhere
    names = [[name for name in wrong if name in own] for own in (first, second)]
    placed = sorted(zip(findings, names, strict=True), key=lambda pair: wrong.index(pair[1][0]))
    return [(finding, _list_with_and(names)) for finding, names in placed]


def _list_with_and(names: Sequence[str]) -> str:
    """Such as "`dW3`, `dW2` and `dW1`"."""
    *others, last = (f"`{name}`" for name in names)
    return f"{', '.join(others)} and {last}" if others else last


def _spoilt_by(slip: Slip, result: CaseResult) -> set[str]:
    """The parts that are wrong in the answer to a case with this slip alone."""
    answer = predicted_answer(result.exercise, result.referenced, (slip,)) or {}
    tolerance = prediction_tolerance(result.exercise.tolerance)
    return {name for name, value in answer.items() if not agree(value, result.want.get(name), tolerance)}


# --- A case with a few numbers ------------------------------------------------------------------------


def describe_example(results: Sequence[CaseResult]) -> str:
    """A sentence with the smallest wrong case: its arguments, the answer, and the right one.

    "" if no case is so small that it can be worked out by hand.
    """
    wrong = [r for r in results if r.answered and not all(part.ok for part in r.parts)]
    small = [r for r in wrong if _count_numbers((*r.case.arguments, r.got)) <= MAX_NUMBERS]
    small.sort(key=lambda result: _count_numbers(result.case.arguments))
    return next(filter(None, map(_as_example, small)), "")


def _as_example(result: CaseResult) -> str:
    """The example; "" where its numbers, in 4 digits, do not show what is wrong, or are no numbers."""
    try:
        call = f"{result.exercise.name}({', '.join(map(_format, result.case.arguments))})"
        got, want = (", ".join(map(_format, parts.values())) for parts in (result.got, result.want))
    except (TypeError, ValueError):
        return ""
    return f"For example, `{call}` gives `{got}`; `{want}` is right." if got != want else ""


def _count_numbers(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(map(_count_numbers, value.values()))
    if isinstance(value, (list, tuple)):
        return sum(map(_count_numbers, value))
    return np.size(value)


def _format(value: Any) -> str:
    """Numbers, arrays, and dicts and lists of them, in 4 digits.

    Raises `TypeError` or `ValueError` for anything else.
    """
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name!r}: {_format(entry)}' for name, entry in value.items())}}}"
    if isinstance(value, np.ndarray):
        return _format(value.tolist())
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_format, value))}]"
    return f"{value:d}" if isinstance(value, int) else f"{value:.4g}"
