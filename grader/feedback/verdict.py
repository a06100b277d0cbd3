"""A verdict that displays itself: printed as text, in a notebook as HTML."""

from __future__ import annotations

from typing import Any

from grader.feedback import render
from grader.feedback.verdict_data import VerdictData


class Verdict(VerdictData):
    """What a check found about one exercise."""

    def __repr__(self) -> str:
        return render.text(self)

    def _repr_html_(self) -> str:
        return render.html(self)

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, Any]:
        return render.mime_bundle(self)
