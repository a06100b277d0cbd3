"""The sentences of a verdict that describe what a function did.

Its other sentences are `Measurement.sentences` and the explanations of findings in `grader/feedback`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from grader.diagnosis.case_results import CaseResult
from grader.diagnosis.compare import RATIO_TOLERANCE, Part, entries_off
from grader.diagnosis.findings import Finding
from grader.learner.call import TIME_LIMIT

NUMPY_TAKES_NO_ARRAY = np.lib.NumpyVersion(np.__version__) >= "2.4.0"
"""Whether the NumPy here raises where it is given an array of one element for a number."""
_ONE_ELEMENT = "an array of one element for a number, as with `float(a)` or `out[i] = a`"
_TAKE_ELEMENT = "Take the element itself, such as `a.item()`."
_ARRAY_AS_NUMBER = {
    ("TypeError", "only 0-dimensional arrays can be converted to Python scalars"),
    ("ValueError", "setting an array element with a sequence."),
}
"""What NumPy 2.4 raises where older ones warn, if the array has one element."""
MAX_LISTED_PARTS = 8  # a sentence counts the parts if there are more


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
        return "Not attempted yet." if displayed.outcome.raised else "It returns None."
    if any(result.outcome.timed_out for result in results):
        return f"It was still running after {TIME_LIMIT:g} seconds on {displayed.case.label} and was stopped."
    raising = next((result for result in results if result.outcome.raised), None)
    if raising and (raising is results[0] or not any(r.answered and not r.right for r in results)):
        return _describe_exception(raising)
    sentence = _describe_first_wrong_part(displayed, parts_by_result[displayed])
    return f"{sentence} {_describe_exception(raising)}" if raising else sentence


def _describe_borrowed(name: str) -> str:
    of_course = name.startswith("utils.")
    return f"It uses `{name}`, the course's own solution: write yours." if of_course else f"It uses {name}."


def _describe_exception(result: CaseResult) -> str:
    raised = result.outcome.raised
    place = f" in line {raised.line_number}, `{raised.line}`" if raised.line else ""
    message = f": {raised.message}" if raised.message else ""
    version = ""
    if NUMPY_TAKES_NO_ARRAY and (raised.kind, raised.message) in _ARRAY_AS_NUMBER:
        version = f" NumPy {np.__version__} refuses {_ONE_ELEMENT}; before 2.4 it only warns. {_TAKE_ELEMENT}"
    return f"On {result.case.label} it raises {raised.kind}{message}{place}.{version}"


def _describe_first_wrong_part(result: CaseResult, parts: Sequence[Part]) -> str:
    """Name the first part that is wrong in itself, what is wrong with it, and the parts that are right."""
    wrong = [part for part in parts if not part.ok and not part.follows]
    if not wrong:
        return ""
    first = wrong[0]
    right = [part.name for part in parts if part.ok]
    verb = "is" if len(right) == 1 else "are"
    also = f" ({_list_names(right, parts)} {verb} right there)" if right else ""
    problem = first.problem or _describe_difference(result, first)
    return f"On {result.case.label}, `{first.name}` {problem}{also}.{_describe_following(parts, wrong)}"


def _describe_following(parts: Sequence[Part], wrong: Sequence[Part]) -> str:
    """A sentence on the parts that are wrong only because an earlier one is, after a space; else ""."""
    following = [part.name for part in parts if part.follows]
    if not following:
        return ""
    own = " and ".join(f"`{part.name}`" for part in wrong) if len(wrong) <= 2 else "earlier parts"
    verb, fits = ("shares", "it fits") if len(following) == 1 else ("share", "they fit")
    return f" {_list_names(following, parts)} {verb} that mistake: {fits} your own {own}."


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
    ratio = got / want
    is_constant = np.all(np.isfinite(ratio)) and np.ptp(ratio) <= RATIO_TOLERANCE * np.abs(ratio).max()
    if is_constant and part.error > 1e-3:
        return f"is {_describe_ratio(ratio.flat[0])} the right value{' everywhere' if want.size > 1 else ''}"
    share = np.mean(entries_off(got, want, result.exercise.tolerance))
    return f"is off by up to {_describe_error(part.error)} its largest entry, in {share:.0%} of its entries"


def _describe_ratio(ratio: float) -> str:
    """Such as "12 times" or, for 0.08333, "1/12 of"."""
    if abs(ratio) < 0.9 and abs(1 / ratio - round(1 / ratio)) < RATIO_TOLERANCE * abs(1 / ratio):
        return f"{'-' if ratio < 0 else ''}1/{abs(round(1 / ratio))} of"
    return f"{ratio:.4g} times"


def _describe_error(error: float) -> str:
    """Such as "12% of" or "40 times"."""
    if error >= 2:
        return f"{error:.3g} times"
    return f"{error:.0%} of" if error >= 0.01 else f"{error:.1e} of"
