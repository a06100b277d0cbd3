"""The renderings of a verdict: text for a terminal, HTML, and the MIME bundle of a notebook's output.

The sentences come from `grader/feedback/verdict_data.py`.
"""

from __future__ import annotations

import sys
import textwrap
from functools import cache
from typing import Any

from grader.diagnosis.compare import Part
from grader.feedback.explanation import heading_text
from grader.feedback.picture import picture
from grader.feedback.status import (
    FOLLOWING_PART,
    INCORRECT,
    MISSING,
    RIGHT_PART,
    STATUSES,
    WRONG_PART,
    Display,
)
from grader.feedback.verdict_data import VerdictData

MIME_TYPE = "application/vnd.backprop.verdict+json"
_DIALOG_WIDTH = 56  # characters that fit side by side


def text(verdict: VerdictData) -> str:
    """The verdict for a terminal."""
    lines = [_headline(verdict)]
    if verdict.status == INCORRECT:
        lines += [
            f"    {_part_display(part).mark} {' '.join(part.name.splitlines())}{_shape_note(part)}"
            for part in verdict.parts
        ]
    example = [verdict.example] if verdict.example else []
    sentences = [*verdict.observed_sentences, *example, *_explanations(verdict), *verdict.reread_sentences]
    # A line of a learner's own, out of an exception's message or a name, must not look like a verdict.
    return "\n".join([*lines, *(f"  {line}" for sentence in sentences for line in sentence.splitlines())])


def short_text(verdict: VerdictData) -> str:
    """The verdict for the dialog of JupyterLab's Validate button: in short lines, without what to try."""
    found = [finding.text for finding in verdict.findings[:1]]
    sentences = [*verdict.observed_sentences, *found, *verdict.reread_sentences]
    lines = [f"  {line}" for sentence in sentences for line in sentence.splitlines()]
    return "\n".join(map(_broken, [_headline(verdict), *([] if verdict.status == MISSING else lines)]))


def _headline(verdict: VerdictData) -> str:
    display = STATUSES[verdict.status]
    return f"{display.mark} {verdict.name}: {display.words}, {verdict.points}"


def _broken(line: str) -> str:
    return textwrap.fill(
        line, _DIALOG_WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


def _explanations(verdict: VerdictData) -> list[str]:
    """The findings line by line, each with its experiment and the code for it."""
    lines: list[str] = []
    for finding in verdict.explanations:
        code = [f"    {line}" for line in finding.code.splitlines()]
        is_repeated = code == lines[-len(code) :]  # two slips may share their example
        lines += [finding.text, f"Try this: {finding.experiment}", *([] if is_repeated else code)]
    return lines


def _part_display(part: Part) -> Display:
    return RIGHT_PART if part.ok else FOLLOWING_PART if part.follows else WRONG_PART


def _shape_note(part: Part) -> str:
    if part.ok or part.got_shape == part.want_shape or part.got_shape is None:
        return ""
    return f" {part.got_shape} where {part.want_shape} is wanted"


def html(verdict: VerdictData) -> str:
    """The verdict for a notebook or a feedback page, as one `div`."""
    is_incorrect = verdict.status == INCORRECT
    return _template().render(
        verdict=verdict,
        status=STATUSES[verdict.status],
        is_linked=_can_link_to_headings(),
        picture=picture(verdict.difference, verdict.case_label) if is_incorrect else None,
    )


def _can_link_to_headings() -> bool:
    """Whether this is a notebook whose outputs can link to its headings; Colab's outputs are in frames."""
    shell = "IPython" in sys.modules and sys.modules["IPython"].get_ipython()
    return bool(shell) and "google.colab" not in sys.modules


@cache
def _template():
    from jinja2 import Environment, PackageLoader

    environment = Environment(loader=PackageLoader("grader.feedback"), autoescape=True)
    environment.filters |= {
        "code": _code,
        "heading_text": heading_text,
        "text_colour": text_colour,
        "part_display": _part_display,
    }
    return environment.get_template("verdict.html")


def text_colour(colour: str) -> str:
    """A CSS colour that is readable on light and dark pages: `colour` drawn towards that of the text."""
    return f"color-mix(in srgb, currentColor 35%, {colour})"


def _code(sentence: str):
    """Escape a sentence for HTML and format what stands between backquotes as code."""
    from markupsafe import Markup, escape

    pieces = str(escape(sentence)).split("`")
    if len(pieces) % 2 == 0:
        return Markup("`".join(pieces))
    return Markup("".join(f"<code>{piece}</code>" if i % 2 else piece for i, piece in enumerate(pieces)))


def with_points(bundle: dict[str, Any], score: float, max_score: float) -> dict[str, Any]:
    """The MIME bundle of a verdict with another score, out of other points."""
    data = bundle[MIME_TYPE]
    before, now = (
        VerdictData(data["name"], data["status"], *points).points
        for points in ((data["score"], data["max_score"]), (score, max_score))
    )
    return {
        "text/plain": repr(float(score)),
        "text/html": bundle["text/html"].replace(f"· {before}</span>", f"· {now}</span>", 1),
        MIME_TYPE: {**data, "score": score, "max_score": max_score},
    }


def mime_bundle(verdict: VerdictData) -> dict[str, Any]:
    """The verdict as a notebook's output: HTML for a person, the score for nbgrader, JSON for a report.

    nbgrader reads the score from the plain text, as partial credit. In a terminal, where it does not run and
    no HTML is displayed, the plain text is the verdict.
    """
    plain = text(verdict) if _is_terminal() else repr(float(verdict.score))
    return {"text/plain": plain, "text/html": html(verdict), MIME_TYPE: verdict.as_dict()}


def _is_terminal() -> bool:
    """Whether this is IPython in a terminal, without a kernel."""
    shell = "IPython" in sys.modules and sys.modules["IPython"].get_ipython()
    return type(shell).__name__ == "TerminalInteractiveShell"
