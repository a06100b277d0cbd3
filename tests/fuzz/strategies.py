"""What is fed to the border: JSON of any kind, notebooks that were changed anywhere, HTML, LaTeX."""

import copy
import json

from hypothesis import strategies as st

from tests.classroom.page.conftest import released

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=30)
"""Half pairs of surrogates, control characters and marks of the writing direction among them."""
WRITABLE_TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
"""Without half pairs of surrogates, which reading a notebook replaces."""
NUMBERS = st.integers() | st.floats() | st.sampled_from((10**30, -(10**400), 2**63, -1, 0, 1e308))
ANY_JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)
_WORDS = (
    *("cells", "cell_type", "metadata", "source", "outputs", "output_type", "data", "id", "nbformat", "tags"),
    *(
        "nbgrader",
        "grade_id",
        "grade",
        "solution",
        "locked",
        "points",
        "backprop",
        "attachments",
        "text/html",
    ),
    *(
        "text/plain",
        "image/png",
        "stream",
        "error",
        "traceback",
        "ename",
        "evalue",
        "name",
        "text",
        "display_data",
    ),
    *("execute_result", "execution_count", "code", "markdown", "raw", "test_backward", "backward", "setup"),
)


@st.composite
def doubled_json(draw):
    """The text of a JSON object in which keys may be there twice, nested as deep as readers may follow."""
    value = json.dumps(draw(ANY_JSON))
    for key in draw(st.lists(st.sampled_from(_WORDS), max_size=5)):
        value = f'{{"{key}": {json.dumps(draw(ANY_JSON))}, "{key}": {value}}}'
    depth = draw(st.sampled_from((0, 1, 50, 300, 900, 980, 5000)))
    return "[" * depth + value + "]" * depth


def _places(node, path=()):
    yield path
    entries = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, entry in entries:
        yield from _places(entry, (*path, key))


def _parent(node, path):
    for key in path[:-1]:
        node = node[key]
    return node


@st.composite
def changed_notebooks(draw, notebook=None):
    """A released notebook as JSON data of which some values were replaced, removed, doubled or moved."""
    nb = copy.deepcopy(notebook or released())
    for _ in range(draw(st.integers(1, 6))):
        # Cells and what they hold: the text of a lesson is long, and its places are few.
        path = draw(st.sampled_from([path for path in _places(nb) if path]))
        parent, key = _parent(nb, path), path[-1]
        change = draw(st.sampled_from(("replace", "remove", "double", "swap", "word")))
        if change == "replace":
            parent[key] = draw(ANY_JSON)
        elif change == "remove":
            del parent[key]
        elif change == "word":
            parent[key] = draw(st.sampled_from(_WORDS))
        elif isinstance(parent, list):
            other = draw(st.integers(0, len(parent) - 1))
            if change == "double":
                parent.insert(other, copy.deepcopy(parent[key]))
            else:
                parent[key], parent[other] = parent[other], parent[key]
    return nb


_CELL_CHANGES = ("delete", "copy", "swap", "type", "text", "append", "label", "tag", "id")


@st.composite
def tampered(draw, notebook):
    """A released notebook whose cells a learner deleted, copied, moved, edited or labelled anew."""
    nb = copy.deepcopy(notebook)
    for _ in range(draw(st.integers(1, 12))):
        cells = nb["cells"]
        if not cells:
            break
        place, other = draw(st.integers(0, len(cells) - 1)), draw(st.integers(0, len(cells) - 1))
        cell, change = cells[place], draw(st.sampled_from(_CELL_CHANGES))
        if change == "delete":
            del cells[place]
        elif change == "copy":
            cells.insert(other, copy.deepcopy(cell))
        elif change == "swap":
            cells[place], cells[other] = cells[other], cells[place]
        elif change == "type":
            cell["cell_type"] = draw(st.sampled_from(("code", "markdown", "raw")))
        elif change == "text":
            cell["source"] = draw(SOURCES)
        elif change == "append":
            cell["source"] += draw(SOURCES)
        elif change == "label":
            keys = st.sampled_from(("grade_id", "grade", "solution", "locked", "task", "points", "checksum"))
            given = cells[other]["metadata"].get("nbgrader", {})
            changed = draw(st.dictionaries(keys, ANY_JSON, max_size=3))
            cell["metadata"]["nbgrader"] = {**draw(st.sampled_from((given, {}))), **changed}
        elif change == "tag":
            cell["metadata"]["tags"] = draw(
                st.lists(st.sampled_from(("skip-execution", "mine", "raises-exception")))
            )
        else:
            cell["id"] = cells[other]["id"]
    return nb


SOURCES = st.sampled_from(
    (
        *(
            "",
            " \n",
            "def one(x):\n    return 7",
            "two = one = lambda x: 3",
            "check(one)",
            "def two(",
            "\x00",
        ),
        *(
            "%%time\ndef one(x): pass",
            "class one: pass",
            "from x import two",
            "```\n````",
            "YOUR ANSWER HERE",
        ),
    )
)

_TAGS = st.sampled_from(
    (
        *(
            "p",
            "div",
            "b",
            "a",
            "img",
            "table",
            "td",
            "tr",
            "svg",
            "math",
            "mtext",
            "style",
            "script",
            "title",
        ),
        *("textarea", "noscript", "template", "iframe", "form", "input", "details", "summary", "span", "h1"),
        *("foreignObject", "annotation-xml", "mglyph", "malignmark", "select", "option", "bdo", "plaintext"),
        *(
            "base",
            "meta",
            "link",
            "object",
            "embed",
            "video",
            "marquee",
            "font",
            "xmp",
            "noembed",
            "frameset",
        ),
    )
)
_URLS = st.sampled_from(
    (
        *("javascript:0", "\x01javascript:0", "java\tscript:0", "data:text/html,x", "\x01data:text/html,x"),
        *(
            "da\nta:text/html,x",
            "https://numpy.org",
            "//numpy.org",
            "file:///x",
            "../x",
            "#verdict-1",
            "mailto:a@b",
        ),
        *(
            "data:image/png;base64,AAAA",
            "data:image/svg+xml,x",
            "https:x",
            "vbscript:x",
            "blob:x",
            "&#1;data:x,y",
        ),
    )
)
_STYLES = st.sampled_from(
    (
        *(
            "position:fixed",
            "margin:-9px",
            "margin:-.9e3px",
            "margin: m\\61x(-9px)",
            "width:calc(9px - 99px)",
        ),
        *("color:red", "background-color:rgb(1,2,3)", "background:url(x)", "height:9px;position:absolute"),
        *(
            "z-index:9",
            "transform:none",
            "border:1px solid red",
            "margin:/**/-9px",
            "color:var(--x)",
            "inset:0",
        ),
        *(
            "float:left",
            "padding:min(1px,2px)",
            "font-family:'x;y'",
            "width:100%",
            "content:'x'",
            "opacity:-1",
        ),
    )
)
_ATTRIBUTES = (
    st.tuples(st.sampled_from(("href", "src", "action", "xlink:href", "formaction", "srcset")), _URLS)
    | st.tuples(st.just("style"), _STYLES)
    | st.tuples(
        st.sampled_from(("onclick", "onerror", "id", "class", "name", "title", "width", "dir")), WRITABLE_TEXT
    )
)


# What browsers act upon stands beside what they ignore: tags with attributes that mean something to them.
_ELEMENTS = (
    st.tuples(st.just("a"), st.lists(st.tuples(st.just("href"), _URLS), min_size=1, max_size=1))
    | st.tuples(st.just("img"), st.lists(st.tuples(st.just("src"), _URLS), min_size=1, max_size=1))
    | st.tuples(st.just("div"), st.lists(st.tuples(st.just("style"), _STYLES), min_size=1, max_size=1))
    | st.tuples(_TAGS, st.lists(_ATTRIBUTES, max_size=3))
)


@st.composite
def html_texts(draw):
    """HTML of tags, comments and text in any order, not well formed."""
    pieces = []
    for _ in range(draw(st.integers(1, 8))):
        tag, attributes = draw(_ELEMENTS)
        quote = draw(st.sampled_from(('"', "'", "")))
        inside = "".join(f" {name}={quote}{value}{quote}" for name, value in attributes)
        opening = f"<{tag}{inside}>"
        others = (f"</{tag}>", f"<{tag}{inside}/>", "<!--", "-->", "<![CDATA[", "]]>")
        pieces.append(draw(st.just(opening) | st.sampled_from(others) | WRITABLE_TEXT))
    return "".join(pieces)


FORMULAS = st.lists(
    st.sampled_from(
        (
            *(
                r"\frac",
                r"\text",
                r"\href",
                r"\begin{aligned}",
                r"\end{aligned}",
                r"\begin{x}",
                "{",
                "}",
                "^",
                "_",
            ),
            *(
                "&",
                "&lt;script&gt;",
                "<script>",
                "</math>",
                r"\\",
                r"\left(",
                r"\right)",
                "x",
                "1",
                " ",
                r"\sqrt",
            ),
            *(
                r"\color{red}",
                r"\style{x}",
                r"\class",
                r"\unicode{60}",
                r"\mathbb{R}",
                '"',
                "'",
                r"\operatorname",
            ),
        )
    )
    | WRITABLE_TEXT,
    max_size=12,
).map("".join)

MARKDOWN = st.lists(
    html_texts()
    | FORMULAS.map(lambda latex: f"${latex}$")
    | FORMULAS.map(lambda latex: f"\n\n$$\n{latex}\n$$\n\n")
    | st.sampled_from(
        (
            *("[x](javascript:0)", "[x](\x01data:text/html,x)", "![x](http://x/y.png)", "<javascript:0>"),
            *(
                "[a]\n\n[a]: data:x,y",
                "|a|b|\n|-|-|\n|<b>|",
                "```\n</pre>\n```",
                "</div></main>",
                "    <b>",
                "> <i>\n",
            ),
        )
    )
    | WRITABLE_TEXT,
    max_size=5,
).map("".join)
