"""Renders the Markdown of a notebook, formulas included; whatever a learner wrote there is made harmless."""

from __future__ import annotations

import hashlib
import re
from functools import cache

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from grader.classroom.page.cached_by_text import cached_by_text
from grader.classroom.page.formulas import mathml
from grader.classroom.run.sanitize_html import sanitize_html


@cached_by_text
def render_markdown(text: str) -> str:
    """Return the HTML of a Markdown text: cleaned, then with its formulas as MathML.

    Formulas are put in last, in place of marks that contain a hash of the text. So no text can contain its
    own marks. An HTML block may begin an attribute that ends behind a formula: such an attribute is left out.
    """
    return _rendered(text, _parser())


def render_comment(text: str) -> str:
    """Return the HTML of an instructor's comment, which is Markdown whose lines and signs stay as typed."""
    return _rendered(text, _comment_parser())


def _rendered(text: str, parser: MarkdownIt) -> str:
    mark = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    formulas: list[tuple[str, bool]] = []
    html = sanitize_html(parser.render(text, {"mark": mark, "formulas": formulas}), mark)
    return re.sub(rf"{mark}:(\d+):", lambda found: _formula(*formulas[int(found[1])]), html)


def _formula(latex: str, is_display: bool) -> str:
    html = mathml(latex, is_display=is_display)
    return f'<span class="formula">{html}</span>' if is_display else html


@cache
def _parser() -> MarkdownIt:
    return _with_formulas(MarkdownIt("commonmark"))


@cache
def _comment_parser() -> MarkdownIt:
    return _with_formulas(MarkdownIt("commonmark", {"html": False, "breaks": True}))


def _with_formulas(parser: MarkdownIt) -> MarkdownIt:
    parser.enable(["table", "strikethrough"])
    parser.use(dollarmath_plugin, double_inline=True, allow_labels=False, allow_digits=False)
    for rule in ("math_inline", "math_inline_double", "math_block"):
        parser.add_render_rule(rule, _placeholder)
    return parser


def _placeholder(_, tokens, index, __, env) -> str:
    token = tokens[index]
    env["formulas"].append((token.content.strip(), token.type != "math_inline"))
    mark = f"{env['mark']}:{len(env['formulas']) - 1}:"
    return f"<p>{mark}</p>" if token.block else mark
