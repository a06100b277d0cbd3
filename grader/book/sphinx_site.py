"""Lets Sphinx make the site of a folder of pages: notebooks and Markdown, without a request to anywhere."""

from __future__ import annotations

import io
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import docutils_namespace, patch_docutils

from grader.book.errors import BookError
from grader.classroom.page.formulas import mathml
from grader.feedback.explanation import heading_text

_STATIC = Path(__file__).parent / "static"
_SHARED_SCRIPTS = ("number_format.js", "controls.js", "plot.js")
_SCRIPTS = (
    *_SHARED_SCRIPTS,
    "animation.js",
    "layer_lab.js",
    "learning_rate_lab.js",
    "softmax_lab.js",
    "stepper.js",
)
_SETTINGS = {
    "project": "Backpropagation, learnt by doing",
    "html_title": "Backpropagation, learnt by doing",
    "language": "en",
    "extensions": ["myst_nb", "grader.book.sphinx_site"],
    "myst_enable_extensions": ["dollarmath"],
    "myst_dmath_double_inline": True,
    "nb_execution_mode": "off",
    "nb_merge_streams": True,
    "nb_render_markdown_format": "myst",  # with tables and formulas
    "nb_ipywidgets_js": {},  # the default asks a network for a library
    "html_math_renderer": "mathml",
    "html_theme": "sphinx_book_theme",
    "html_theme_options": {
        "extra_footer": "<p>Text and pictures: CC BY 4.0. Code: BSD 3-Clause.</p>",
        "footer_content_items": ["extra-footer"],
        "navigation_with_keys": False,  # arrow keys are for the widgets
        "show_toc_level": 2,
        "use_download_button": False,
        "use_fullscreen_button": False,
    },
    "html_context": {"default_mode": "auto"},  # light or dark, as the reader's system has it
    "html_static_path": [str(_STATIC)],
    "html_css_files": ["book.css"],
    "html_js_files": [(name, {"defer": "defer"}) for name in _SCRIPTS],
    "html_permalinks": False,  # they make a page wider than a phone
    "html_copy_source": False,
    "html_show_sphinx": False,
}


def make_site(source: Path, doctrees: Path, out: Path) -> str:
    """Make the site of the pages in `source` in the folder `out`, and return Sphinx's warnings.

    `doctrees` is a folder for what Sphinx keeps of the pages. Raises `BookError` if Sphinx cannot make it.
    """
    warnings = io.StringIO()
    try:
        with patch_docutils(), docutils_namespace():
            site = Sphinx(
                source, None, out, doctrees, "html", _SETTINGS, status=None, warning=warnings, freshenv=True
            )
            site.build()
    except Exception as error:  # Sphinx and its extensions raise of many kinds
        raise BookError(f"Sphinx cannot make the site: {type(error).__name__}: {error}") from error
    return warnings.getvalue()


def setup(app: Sphinx) -> dict:
    """Register, as a Sphinx extension, formulas as MathML and anchors as JupyterLab makes them."""
    app.add_html_math_renderer("mathml", (_visit_formula, None), (_visit_display_formula, None))
    app.connect("doctree-read", _add_anchors)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _visit_formula(writer, node: nodes.math) -> None:
    writer.body.append(_formula(node, is_display=False))
    raise nodes.SkipNode


def _visit_display_formula(writer, node: nodes.math_block) -> None:
    writer.body.append(f'<div class="formula">{_formula(node, is_display=True)}</div>')
    raise nodes.SkipNode


def _formula(node: nodes.Node, is_display: bool) -> str:
    html = mathml(node.astext().strip(), is_display=is_display)
    if html.startswith("<code>"):
        logging.getLogger(__name__).warning("no MathML for the formula %s", node.astext(), location=node)
    return html


def _add_anchors(_: Sphinx, doctree: nodes.document) -> None:
    """Give each section the anchor that its heading has in JupyterLab, where verdicts' links lead."""
    for section in doctree.findall(nodes.section):
        title = section.next_node(nodes.title)
        text = "".join(
            f"${node.astext()}$" if isinstance(node, nodes.math) else node.astext() for node in title.children
        )
        anchor = heading_text(text).replace(" ", "-")
        if anchor not in section["ids"]:
            section["ids"].append(anchor)
