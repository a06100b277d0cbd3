"""Colours the Python code of a notebook."""

from __future__ import annotations

from functools import cache
from html import escape
from itertools import groupby

from pygments.lexers.python import PythonLexer
from pygments.token import Token

from grader.classroom.page.cached_by_text import cached_by_text

# The kinds of tokens that have a colour, with their classes in the page's style sheet.
_CLASSES = {
    Token.Comment: "c",
    Token.Keyword: "k",
    Token.Operator.Word: "k",
    Token.Literal.String: "s",
    Token.Literal.Number: "n",
    Token.Name.Function: "f",
    Token.Name.Class: "f",
    Token.Name.Decorator: "f",
}
COLOURED_LIMIT = 10_000
"""Characters of code that is coloured: the time may grow with the square of its length."""
_LEXER = PythonLexer(stripnl=False, ensurenl=False)


@cached_by_text
def highlight(code: str) -> str:
    """Return Python code as HTML for a `pre` element, without colours where it is long."""
    if len(code) > COLOURED_LIMIT:
        return escape(code)
    tokens = ((_class(kind), text) for kind, text in _LEXER.get_tokens(code))
    runs = ((name, "".join(text for _, text in run)) for name, run in groupby(tokens, lambda token: token[0]))
    return "".join(f'<i class="{name}">{escape(text)}</i>' if name else escape(text) for name, text in runs)


@cache
def _class(kind) -> str:
    return next((name for known, name in _CLASSES.items() if kind in known), "")
