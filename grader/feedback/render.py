"""The faces of a verdict: HTML for a notebook, text for a terminal."""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING

from grader.feedback.explanation import plain_heading
from grader.feedback.picture import picture

if TYPE_CHECKING:
    from grader.feedback.verdict import Verdict

MARKS = {
    "correct": ("✓", "right", "#1a7f37"),
    "incorrect": ("✗", "not right yet", "#b35900"),
    "error": ("!", "stops with an error", "#b42318"),
    "missing": ("–", "not attempted yet", "#57606a"),
    "timeout": ("∞", "takes too long", "#b42318"),
    "forbidden": ("⊘", "not allowed", "#b42318"),
}


def sentences(verdict: Verdict) -> list[str]:
    """What was seen, then what explains it, then where to read on."""
    return [*seen(verdict), *(finding.text for finding in verdict.findings), *reread(verdict)]


def seen(verdict: Verdict) -> list[str]:
    """What was seen, and what to do about it where nothing explains it."""
    if verdict.status == "correct":
        return ["Right: every part agrees with TensorFlow on every case."]
    said = [verdict.seen] if verdict.seen else []
    if not verdict.findings and verdict.status == "incorrect":
        said += verdict.measured.sentences if verdict.measured else []
        said.append("The check knows no slip that does this; work back from the part named here.")
    if verdict.status == "timeout":
        said.append("Look for a loop that never ends, or for far more work than the sizes ask for.")
    return said


def reread(verdict: Verdict) -> list[str]:
    """Where to read on, in a sentence, if anywhere."""
    headings = " and ".join(f"“{plain_heading(heading)}”" for heading in verdict.sections)
    return [f"Reread {headings}."] if headings else []


def text(verdict: Verdict) -> str:
    """The verdict for a terminal."""
    mark, words, _ = MARKS[verdict.status]
    lines = [f"{mark} {verdict.name}: {words}, {points(verdict)}"]
    if verdict.status == "incorrect":
        lines += [f"    {_mark(part)} {part.name}{_shape_note(part)}" for part in verdict.parts]
    said = seen(verdict)
    for finding in verdict.findings:
        code = [f"    {line}" for line in finding.code.splitlines()]
        said += [finding.text, f"Try this: {finding.experiment}"]
        said += [] if code == said[-2 - len(code) : -2] else code  # two slips may share their example
    return "\n".join([*lines, *(f"  {line}" for line in (*said, *reread(verdict)))])


def points(verdict: Verdict) -> str:
    """Such as "2.67 of 4 points"."""
    unit = "point" if verdict.max_score == 1 else "points"
    return f"{_number(verdict.score)} of {_number(verdict.max_score)} {unit}"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _mark(part) -> str:
    return "✓" if part.ok else "↪" if part.follows else "✗"


def _shape_note(part) -> str:
    if part.ok or part.got_shape == part.want_shape or part.got_shape is None:
        return ""
    return f" {part.got_shape} where {part.want_shape} is wanted"


def html(verdict: Verdict) -> str:
    """The verdict for a notebook or a feedback page, as one `div`."""
    mark, words, colour = MARKS[verdict.status]
    wrong = verdict.status == "incorrect"
    return _template().render(
        verdict=verdict,
        mark=mark,
        words=words,
        colour=colour,
        points=points(verdict),
        seen=seen(verdict),
        is_linked=_reaches_headings(),
        picture=picture(verdict.difference, verdict.where) if wrong else None,
    )


def _reaches_headings() -> bool:
    """Whether a notebook shows this and a link can lead to its headings: Colab frames its outputs off."""
    shell = "IPython" in sys.modules and sys.modules["IPython"].get_ipython()
    return bool(shell) and "google.colab" not in sys.modules


@cache
def _template():
    from jinja2 import Environment, PackageLoader

    environment = Environment(loader=PackageLoader("grader.feedback"), autoescape=True)
    environment.filters |= {"code": _code, "plain_heading": plain_heading}
    return environment.get_template("verdict.html")


def _code(sentence: str):
    """Escape a sentence; what stands between backquotes becomes code."""
    from markupsafe import Markup, escape

    pieces = str(escape(sentence)).split("`")
    if len(pieces) % 2 == 0:
        return Markup("`".join(pieces))
    return Markup("".join(f"<code>{piece}</code>" if i % 2 else piece for i, piece in enumerate(pieces)))
