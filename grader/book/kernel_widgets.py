"""Puts widgets in place that a page can show, in the kernel that runs a lesson for the book."""

from __future__ import annotations


def use_static_widgets() -> None:
    """Let the names in `utils.widgets` display what needs no kernel."""
