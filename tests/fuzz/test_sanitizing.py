"""Whatever HTML, formulas and outputs are handed in, a parser finds nothing active in what is left."""

import html5lib
import tinycss2
from hypothesis import given
from hypothesis import strategies as st

from grader.classroom.page.formulas import mathml
from grader.classroom.page.markdown import render_markdown
from grader.classroom.page.outputs import render_output
from grader.classroom.run import sanitize_html as rules
from grader.classroom.run.sanitize_html import sanitize_html
from grader.classroom.run.sanitize_outputs import sanitize_outputs
from grader.isolation.inside.sanitize_text import sanitize_text
from tests.fuzz.profiles import fuzzed
from tests.fuzz.strategies import ANY_JSON, ANY_TEXT, FORMULAS, MARKDOWN, html_texts

MATHML = {
    *(
        "math",
        "menclose",
        "mfrac",
        "mi",
        "mn",
        "mo",
        "mover",
        "mpadded",
        "mphantom",
        "mroot",
        "mrow",
        "mspace",
    ),
    *("msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover"),
}
PARSED = {"html", "head", "body"}
STYLES = {
    *(
        "background-color",
        "border",
        "border-bottom",
        "border-collapse",
        "border-left",
        "border-radius",
        "color",
    ),
    *(
        "border-right",
        "border-top",
        "font-family",
        "font-size",
        "font-style",
        "font-weight",
        "height",
        "margin",
    ),
    *("line-height", "max-height", "max-width", "opacity", "overflow", "padding", "text-align", "width"),
    *("vertical-align", "white-space"),
}
ATTRIBUTES = {
    *("style", "title", "align", "href", "rel", "alt", "height", "src", "width", "open", "start", "colspan"),
    *("rowspan", "scope"),
}
FORMULA_ATTRIBUTES = {
    *(
        "accent",
        "columnalign",
        "depth",
        "display",
        "displaystyle",
        "fence",
        "form",
        "height",
        "linethickness",
    ),
    *(
        "lspace",
        "mathvariant",
        "maxsize",
        "minsize",
        "rspace",
        "scriptlevel",
        "separator",
        "stretchy",
        "width",
    ),
}
CONTROL = {*map(chr, range(32)), "\x7f", "\u202e", "\u2066"} - {"\n", "\t"}


def elements(html):
    """The elements of HTML: tag, attributes."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    return [(str(one.tag).rpartition("}")[2], one.attrib) for one in tree.iter() if isinstance(one.tag, str)]


def assert_inert(html, tags=frozenset(), attributes=frozenset()):
    """Every element is of a tag that shows something, and no attribute runs, loads or moves anything."""
    for tag, given_attributes in elements(html):
        assert tag in PARSED | rules._TAGS | tags
        assert set(given_attributes) <= ATTRIBUTES | attributes
        assert given_attributes.get("href", "https://").lower().startswith(("https://", "http://", "mailto:"))
        assert not CONTROL & set(given_attributes.get("href", ""))
        assert given_attributes.get("src", "data:image/").startswith("data:image/")
        for declaration in tinycss2.parse_declaration_list(given_attributes.get("style", "")):
            assert declaration.type == "declaration" and declaration.lower_name in STYLES
            for value in declaration.value:
                assert value.type not in ("url", "error")
                assert value.type != "function" or value.lower_name in ("rgb", "rgba", "hsl", "hsla")
                assert value.type not in ("number", "dimension", "percentage") or value.value >= 0


@fuzzed
@given(html_texts())
def test_html(html):
    once = sanitize_html(html)
    twice = sanitize_html(once)  # a parser takes links apart that stand in one another
    assert_inert(once)
    assert_inert(twice)
    assert sanitize_html(twice) == twice


@fuzzed
@given(FORMULAS)
def test_formulas(latex):
    html = mathml(latex)
    assert_inert(html, MATHML, FORMULA_ATTRIBUTES)
    assert elements(html)[-1][0] != "body"  # neither lost nor turned into something else


@fuzzed
@given(MARKDOWN)
def test_markdown(text):
    assert_inert(render_markdown(text), MATHML, FORMULA_ATTRIBUTES | {"class"})


KINDS = st.sampled_from(("stream", "error", "display_data", "execute_result", "x"))
FORMS = (
    "text/plain",
    "text/html",
    "text/latex",
    "text/markdown",
    "image/png",
    "image/svg+xml",
    "application/json",
)
CONTENTS = ANY_JSON | html_texts() | st.lists(ANY_TEXT, max_size=3)
OUTPUTS = st.fixed_dictionaries(
    {"output_type": KINDS},
    optional={
        "data": st.dictionaries(st.sampled_from(FORMS), CONTENTS) | ANY_JSON,
        **dict.fromkeys(
            ("text", "traceback", "ename", "evalue", "name", "metadata", "execution_count"), CONTENTS
        ),
    },
)


@fuzzed
@given(st.lists(OUTPUTS | ANY_JSON, max_size=4))
def test_outputs(outputs):
    once = sanitize_outputs(outputs)
    assert sanitize_outputs(once) == once
    for output in once:
        texts = [output.get("text", ""), output.get("ename", ""), *output.get("traceback", ())]
        texts += [output.get("data", {}).get(kind, "") for kind in ("text/plain", "text/markdown")]
        assert not CONTROL & set("".join(texts))
        assert_inert(output.get("data", {}).get("text/html", ""))
        assert_inert(render_output(output), MATHML, FORMULA_ATTRIBUTES | {"class"})


@fuzzed
@given(ANY_TEXT, st.integers(0, 40))
def test_text(text, limit):
    once = sanitize_text(text, limit)
    assert not CONTROL & set(once) and len(once) <= limit
    assert sanitize_text(once, limit) == once
    once.encode()
