"""Attacks with notebooks and what lies beside them. Each is harmless in effect."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from grader.classroom.course.course_seed import FILE
from grader.classroom.repair.read_notebook import CELLS_LIMIT, SIZE_LIMIT, TEXTS_LIMIT
from grader.demo import LESSON
from grader.isolation.limits import Limits
from tests.attacks.attack import Attacks, code, markdown, shown
from tests.attacks.hostile import attacks, text_of

BAD = "<script>alert(1)</script><img src=x onerror=alert(1)><style>*{display:none}</style>"
VERDICT = (
    "<section id='verdict-1' class='verdict-frame'><div role='group' aria-label='Verdict on backward'>"
    "<b style='background: #1a7f37; color: #fff'>✓ right</b> <b>backward</b> 4 of 4 points</div></section>"
)
ON_NOTEBOOKS = Attacks()
on_cells, on_folder = ON_NOTEBOOKS.on_cells, ON_NOTEBOOKS.on_folder
OF_FILES = {
    **dict.fromkeys(("touch_home", "touch_gradebook", "touch_everything"), "touch"),
    **dict.fromkeys(("leave_daemon", "network_tcp", "network_abstract", "relatives_memory"), "leave"),
    "end_relatives": "break",
    "read_canary": "read",
    "forge_startup_files": "forge",
    "exhaust_memory": "exhaust",
}
"""Hostile Python files that are handed in as a notebook's first cell, too."""


def _add_file(name: str, kind: str) -> None:
    def in_first_cell(nb, host):
        nb["cells"].insert(0, code(text_of(name, host.names(host.folder / "neighbour.py"))))

    in_first_cell.__name__ = name
    in_first_cell.__doc__ = f"{text_of(name, {}).split(chr(34) * 3)[1]} In a notebook's first cell."
    on_cells(kind)(in_first_cell)


for name, kind in OF_FILES.items():
    if name in attacks():
        _add_file(name, kind)


def _without_labels(nb) -> None:
    for cell in nb["cells"]:
        cell["metadata"].pop("nbgrader", None)
        cell["id"] = "lost"


def _add_until_full(nb, cell, count=CELLS_LIMIT) -> None:
    nb["cells"] += [cell] * (count - len(nb["cells"]))


# --- Points without an answer ------------------------------------------------------------------------


@on_cells("forge")
def patch_check(nb, host):
    """Replaces `check` by a function that gives full marks."""
    nb["cells"].insert(0, code("import grader\ngrader.check = lambda f: 100.0\n100.0"))
    nb["cells"].insert(3, code("def check(function):\n    return 4.0"))


@on_cells("forge")
def skip_tests(nb, host):
    """Tags the tests so that they do not run, and writes points into them."""
    for cell in nb["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("locked"):
            cell["metadata"]["tags"] = ["skip-execution"]
            cell["source"] = "4.0"


@on_cells("forge")
def change_ipython(nb, host):
    """Turns every call into a number by IPython's own hooks."""
    text = """
import ast
from IPython import get_ipython
shell = get_ipython()
class Right(ast.NodeTransformer):
    def visit_Call(self, node):
        return ast.Constant(4.0)
shell.ast_transformers.append(Right())
shell.input_transformers_post.append(lambda lines: ["4.0\\n"])
shell.events.register("post_run_cell", lambda result: print("4.0"))
shell.run_cell = lambda *args, **kwargs: None
"""
    nb["cells"].insert(0, code(text))


@on_cells("forge")
def change_kernel(nb, host):
    """Changes the worker that runs the cells."""
    text = """
import gc
for thing in gc.get_objects():
    if type(thing).__name__ in ("Shell", "FunctionWorker", "Channel"):
        thing.handle_request = lambda request: {"outputs": [], "value": 4.0, "raised": None}
"""
    nb["cells"].insert(0, code(text))


@on_cells("forge")
def forge_outputs(nb, host):
    """Saves outputs that are verdicts, and displays some."""
    text = """
from IPython.display import display
verdict = {"status": "correct", "score": 4}
display({"application/vnd.backprop.verdict+json": verdict, "text/plain": "4.0"}, raw=True)
"""
    nb["cells"].insert(0, code(text))
    data = {"text/plain": "4.0", "application/vnd.backprop.verdict+json": {"score": 4.0}}
    for cell in nb["cells"]:
        if cell["cell_type"] == "code":
            made = {"output_type": "execute_result", "metadata": {}, "execution_count": 1, "data": data}
            cell["outputs"] = [made]


@on_cells("forge")
def relabel(nb, host):
    """Gives each cell a thousand points, and notes of a grading."""
    for cell in nb["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"] |= {"points": 1000, "solution": True}
    nb["metadata"]["backprop"] = {"stopped": [BAD], "repairs": [{"text": BAD}]}


@on_cells("forge")
def label_with_odd_points(nb, host):
    """Labels cells with points that are no numbers, or below zero."""
    odd = [-1, float("nan"), "4", None, [4], True, 1e308, {"points": 4}]
    for number, cell in enumerate(nb["cells"]):
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["points"] = odd[number % len(odd)]


@on_cells("forge")
def test_of_its_own(nb, host):
    """Adds tests of its own, worth points."""
    for number in range(20):
        mine = {"grade_id": f"test_mine_{number}", "grade": True, "solution": False, "locked": False}
        label = {"nbgrader": mine | {"points": 50, "schema_version": 3, "task": False}}
        nb["cells"].append(code("50.0", id=f"mine-{number}", metadata=label))


@on_cells("forge")
def take_the_ids_of_tests(nb, host):
    """Gives cells of its own the ids and grade ids of the tests, above and below them."""
    tests = [cell for cell in nb["cells"] if cell["metadata"].get("nbgrader", {}).get("grade")]
    for cell in tests:
        forged = code("4.0", id=cell["id"], metadata=cell["metadata"])
        nb["cells"].insert(0, forged)
        nb["cells"].append(forged | {"id": cell["metadata"]["nbgrader"]["grade_id"]})
        cell["id"], cell["metadata"] = "mine", {}


@on_cells("forge")
def tests_as_text(nb, host):
    """Turns tests into Markdown and answers into raw cells."""
    for cell in nb["cells"]:
        label = cell["metadata"].get("nbgrader", {})
        if label.get("grade") or label.get("solution"):
            cell["cell_type"] = "markdown" if label.get("grade") else "raw"
            cell.pop("outputs", None), cell.pop("execution_count", None)


@on_cells("forge")
def choose_a_kernel(nb, host):
    """Names a kernel and a language of its own."""
    nb["metadata"]["kernelspec"] = {"name": "mine", "display_name": BAD, "argv": ["touch", "mine"]}
    nb["metadata"]["language_info"] = {"name": "bash", "nbconvert_exporter": "mine", "x": BAD}


@on_folder("forge")
def write_every_key_twice(notebook, host):
    """Has every key of the JSON twice: readers differ in which one counts."""
    text = notebook.read_text()
    notebook.write_text(text.replace('"cells":', '"cells": [], "nbformat": 3, "cells":', 1))


@on_folder("forge")
def hand_in_a_receipt(notebook, host):
    """Hands in the file by which grading knows that a submission is graded, with full marks."""
    verdict = {"status": "correct", "score": 4, "max_score": 4, "message": "right"}
    receipt = {"verdicts": {"backward": verdict}, "repairs": [], "stopped": [], "is_rerun": True}
    (notebook.parent / ".receipt.json").write_text(json.dumps({"receipt": receipt, "states": []}))


@on_folder("forge")
def hand_in_a_journal(notebook, host):
    """Hands in the other files by which grading knows how far it is, with full marks in them."""
    kept = '["Graded", {"scores": {"test_backward": 4.0}}]\n{}'
    for folder in (".grading.journal", ".grading.references", "x", "autograded"):
        (notebook.parent / folder).mkdir()
        for name in ("0" * 64, ".receipt.json", f".{notebook.name}.part", "gradebook.db", ".grading.lock"):
            (notebook.parent / folder / name).write_text(kept)


@on_folder("forge")
def hand_in_modules(notebook, host):
    """Hands in modules with the names of those that the worker imports."""
    for name in ("numpy", "json", "grader", "sitecustomize", "usercustomize", "ast", "encodings"):
        (notebook.parent / f"{name}.py").write_text("raise SystemExit('mine')")
    (notebook.parent / "utils").mkdir()
    (notebook.parent / "utils" / "__init__.py").write_text("")
    (notebook.parent / "mine.pth").write_text("import os; os._exit(0)")


# --- Secrets -----------------------------------------------------------------------------------------


@on_cells("read")
def steal_seed(nb, host):
    """Looks for the course's seed on the disk."""
    text = f"""
import glob, os
for place in ("{FILE}", "../{FILE}", "../../../{FILE}", *glob.glob("/**/{FILE}", recursive=True)):
    try:
        print("stolen", open(place).read())
    except OSError:
        pass
"""
    nb["cells"].insert(0, code(text))


@on_cells("read")
def include_files(nb, host):
    """Shows files of the host by links, pictures, formulas and attachments."""
    link = f"{host.canary}"
    attached = {"x.png": {"text/html": f"<iframe src='file://{link}'>", "image/svg+xml": "<svg/>"}}
    text = f"![x]({link}) ![y](file://{link}) [z](file://{link}) ![a](attachment:x.png) <img src='{link}'>"
    nb["cells"].insert(
        0, markdown(text + rf" $\input{{{link}}}$ $\includegraphics{{{link}}}$", attachments=attached)
    )
    nb["cells"].insert(0, code("", shown(text_html=f"<object data='{link}'></object><embed src='{link}'>")))


@on_folder("read", refused="data.txt is a link")
def link_data(notebook, host):
    """Hands in a link to a secret."""
    (notebook.parent / "data.txt").symlink_to(host.canary)


@on_folder("read", refused="data is a link")
def link_folder(notebook, host):
    """Hands in a link to a folder with secrets."""
    (notebook.parent / "data").symlink_to(host.folder)


@on_folder("read", refused="is a link")
def link_notebook(notebook, host):
    """Hands in a link to somebody else's notebook."""
    notebook.unlink()
    notebook.symlink_to(notebook.parents[2] / "aaa-honest" / LESSON / notebook.name)


@on_folder("read", refused="is a link")
def link_submission(notebook, host):
    """Hands in a link to somebody else's folder."""
    notebook.unlink()
    notebook.parent.rmdir()
    notebook.parent.symlink_to(notebook.parents[2] / "aaa-honest" / LESSON)


@on_folder("read", refused="up is a link")
def link_upwards(notebook, host):
    """Hands in a link to the folder above, which leads round in circles."""
    (notebook.parent / "up").symlink_to("..")


# --- Marks that mislead ------------------------------------------------------------------------------


@on_cells("mislead")
def markup(nb, host):
    """Writes scripts, frames and links into texts and displays them."""
    nb["metadata"]["title"] = nb["metadata"]["authors"] = BAD
    text = BAD + "\n\n[x](file:///etc/passwd) ![y](../../gradebook.db) $\\href{file:///}{z}$"
    nb["cells"].insert(0, markdown(text))
    text = f"""
from IPython.display import HTML, Javascript, SVG, Latex, Markdown, display
display(Latex(r"$\\href{{javascript:alert(1)}}{{x}}$"))
BAD = {BAD!r}
display(HTML(BAD + "<a href='file:///etc/passwd'>x</a><div style='position:fixed;top:0'>y</div>"))
display(Javascript("alert(1)"), Markdown(BAD), SVG("<svg onload='alert(1)'></svg>"))
isolated = {{"text/html": {{"isolated": True}}}}
display({{"text/html": BAD, BAD: BAD, "image/png": "not base64" + BAD}}, metadata=isolated, raw=True)
print(BAD, "\\x1b[2J\\x1b]8;;file:///etc/passwd\\x07")
raise type(BAD, (Exception,), {{}})(BAD)
"""
    nb["cells"].insert(1, code(text))


@on_cells("mislead")
def saved_active_outputs(nb, host):
    """Saves outputs of every kind that a browser runs."""
    script = "alert(1)"
    nb["cells"].insert(
        0,
        code(
            "",
            shown(
                application_javascript=script, text_javascript=script, text_html=f"<script>{script}</script>"
            ),
            shown(image_svg__xml=f"<svg onload='{script}'><script>{script}</script></svg>"),
            shown(
                text_html="<svg><style><img src=x onerror=alert(1)></style></svg><math><mi//xlink:href='x'>"
            ),
            shown(text_html="<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", text_plain=BAD),
            shown(text_html="<a href=' \x01javascript:alert(1)'>x</a><a href='java\nscript:alert(1)'>y</a>"),
            shown(text_html="<img src='data:image/svg+xml;base64,PHN2Zy8+'><img srcset='x 1x'>"),
            shown(text_html="<form action=x><button formaction=x><input autofocus onfocus=alert(1)>"),
            shown(text_latex=r"$\require{html}\class{x}{y}\cssId{verdict-1}{z}\style{position:fixed}{w}$"),
            shown(text_markdown=BAD + "[x](javascript:alert(1)) <javascript:alert(1)>"),
            shown(**{"application_vnd.jupyter.widget-view__json": "{}"}, text_plain="widget"),
        ),
    )


@on_cells("mislead")
def imitate_a_verdict(nb, host):
    """Writes a verdict with full marks, as text, as an output and in a picture's description."""
    nb["cells"].insert(0, markdown(VERDICT + "\n\n# Verdicts\n\n" + VERDICT))
    nb["cells"].insert(0, code("", shown(text_html=VERDICT), shown(text_markdown=VERDICT)))
    nb["cells"].insert(0, code("", shown(image_png="iVBORw0KGgo=", text_plain=VERDICT)))


@on_cells("mislead")
def imitate_the_page(nb, host):
    """Closes the elements of the page, and writes points of its own below."""
    close = "</pre></div></section></main></body></html><body><header><h1>20 of 20 points</h1></header>"
    for cell in (markdown(close), code(close, shown(text_html=close), shown(text_plain=close))):
        nb["cells"].insert(0, cell)
    nb["cells"].append(markdown("<p class=total><strong>20</strong> of 20 points</p><meta name=grades>"))


@on_cells("mislead")
def imitate_a_repair(nb, host):
    """Writes a note as grading does, in the cell and with the mark by which grading knows its own."""
    note = "**Before grading, nothing was put back:** all tests had passed."
    for kind in ("repairs", "kept", 3, ["repairs"]):
        nb["cells"].insert(0, markdown(note, id="repairs", metadata={"backprop": kind}))


@on_cells("mislead")
def turn_the_writing_direction(nb, host):
    """Lets code and text read as others, by marks of the writing direction."""
    marks = "\u202e\u2066x\u2069\u200f&#8238;&#x2067;"
    nb["cells"].insert(0, code(f"is_right = False  #{marks} eurT", shown(text_html=f"<b>{marks}</b>")))
    nb["cells"].insert(0, code(f"x = 1\r{marks}", shown(text_plain=marks), shown(text_markdown=marks)))
    nb["cells"].insert(0, markdown(f"{marks} <bdo dir=rtl>x</bdo> <span dir=rtl>y</span> $\u202e$ `{marks}`"))


@on_cells("mislead")
def cover_the_page(nb, host):
    """Lays boxes over the marks by styles."""
    styles = (
        *("position:fixed;top:0;left:0;width:100%;height:100%", "margin-top:-9999px", "margin: 0 0 0 -500px"),
        *("transform:translate(0,-500px)", "width:calc(100% + 9999px)", "padding:1e9px", "font-size:9999px"),
        *("background-image:url(https://x.example)", "border:9999px solid red", "float:left;z-index:9"),
        *("po\\73ition:fixed", "/**/position:/**/fixed", "--x:1;all:unset", "height:-1px;margin:-9e9px"),
    )
    boxes = "".join(f"<div style='{style}'>covered</div>" for style in styles)
    nb["cells"].insert(0, markdown(boxes))
    nb["cells"].insert(0, code("", shown(text_html=boxes + "<table style='position:absolute'><tr><td>")))


@on_cells("mislead")
def formula_in_an_attribute(nb, host):
    """Lets an attribute begin in an HTML block and end in another, with a formula between, which ends it."""
    text = '<div title="\n\n$x$ $$y$$\n\n' + BAD + "\n\n<p id=\"\">z\n\n<img alt='\n\n$x$\n\n' src=x>"
    nb["cells"].insert(0, markdown(text))
    nb["cells"].insert(0, code("", shown(text_markdown=text)))


@on_cells("mislead")
def raw_cells_and_latex(nb, host):
    """Writes scripts where nbconvert takes text as it is: into raw cells, LaTeX and environments."""
    for kind in ("text/html", "", "text/latex"):
        raw = markdown(BAD, metadata={"raw_mimetype": kind, "format": kind}) | {"cell_type": "raw"}
        nb["cells"].insert(0, raw)
    nb["cells"].insert(0, code("", shown(text_latex=f"$x$ {BAD}")))
    nb["cells"].insert(0, markdown(f"\\begin{{align}}{BAD}\\end{{align}} ${BAD}$ $${BAD}$$ \\({BAD}\\)"))


@on_cells("mislead")
def deny_that_nothing_was_attempted(nb, host):
    """Has a repair that is told in the learner's own words, so that these read as another repair."""
    own = code("# below the test of all", metadata={"tags": ["raises-exception"]})
    nb["cells"].insert(1, own)


@on_folder("mislead")
def hand_in_a_page(notebook, host):
    """Hands in a file with the name of the feedback page, and others with names of grading's own."""
    for name in (f"{LESSON}.html", "feedback.html", "gradebook.db", "nbgrader_config.py", ".grading.seed"):
        (notebook.parent / name).write_text(f"<h1>20 of 20 points</h1>{BAD}")


@on_folder("mislead")
def name_files_oddly(notebook, host):
    """Hands in files whose names are options, escape sequences, markup and no UTF-8."""
    names = (
        "-rf",
        "\x1b[2J",
        "a\nb",
        BAD.replace("/", "|"),
        "\u202egnp.x",
        "con",
        "x" * 250,
        " ",
        "~",
        "$HOME",
    )
    for name in names:
        (notebook.parent / name).write_text("x")
    with suppress(OSError):
        (notebook.parent / os.fsdecode(b"\xff\xfe")).write_text("x")


# --- Time, memory, room ------------------------------------------------------------------------------


@on_cells("exhaust", worst_of_its_kind=True)
def exhaust_patience(nb, host):
    """Has a line of brackets and a cell of empty lines, on which patterns take long."""
    nb["cells"].insert(0, code("\n" * 900_000 + "x = 1"))
    nb["cells"].insert(0, markdown("[" * 100_000))


@on_cells("exhaust", refused="characters of text")
def very_much_text(nb, host):
    """Has far more text than a lesson, without labels, so that all of it is searched."""
    _without_labels(nb)
    _add_until_full(nb, code("y = 1 + 2 + 3\n" * 1000))


@on_cells("exhaust", worst_of_its_kind=True)
def cells_without_labels(nb, host):
    """Has as many cells and as much text as there may be, without labels, so that all of it is searched."""
    _without_labels(nb)
    left = CELLS_LIMIT - len(nb["cells"])
    used = sum(len("".join(cell["source"])) for cell in nb["cells"])
    size = (TEXTS_LIMIT - used) // left
    nb["cells"] += [code((f"x{number} = 1\n" + "y=[1,2]\n" * size)[: size - 8]) for number in range(left)]


@on_cells("exhaust", refused="more than 2000")
def very_many_cells(nb, host):
    """Has twenty thousand empty cells."""
    _add_until_full(nb, code(""), 20_000)


@on_cells("exhaust", worst_of_its_kind=True)
def very_many_outputs(nb, host):
    """Saves very many small outputs."""
    _add_until_full(nb, code("", *[shown(text_html="<b>x</b>")] * 80))


@on_cells("exhaust")
def very_many_lines_of_output(nb, host):
    """Saves streams and tracebacks as lists of very many lines."""
    lines = ["x\n"] * 400_000
    stream = {"output_type": "stream", "name": "stdout", "text": lines}
    error = {"output_type": "error", "ename": "E", "evalue": "x", "traceback": lines}
    nb["cells"].append(code("", stream, error))


@on_cells("exhaust", worst_of_its_kind=True)
def html_of_references(nb, host):
    """Saves HTML of very many character references, which take long to clean."""
    nb["cells"] += [code("", shown(text_html="&amp" * 249_000)) for _ in range(50)]


@on_cells("exhaust", worst_of_its_kind=True)
def html_of_nested_tags(nb, host):
    """Saves HTML of deeply nested tags, which take long to clean."""
    nb["cells"] += [code("", shown(text_html="<div>" * 9_990 + str(number))) for number in range(60)]


@on_cells("exhaust")
def html_of_long_attributes(nb, host):
    """Saves HTML with attributes of nearly a million characters."""
    style = "color:red;" * 95_000
    nb["cells"] += [code("", shown(text_html=f"<b style='{style}'>x</b>")) for _ in range(30)]


@on_cells("exhaust", worst_of_its_kind=True)
def markdown_in_outputs(nb, host):
    """Saves outputs in Markdown that takes long to render."""
    nb["cells"] += [code("", shown(text_markdown="![" * 24_990 + str(number))) for number in range(30)]


@on_cells("exhaust", worst_of_its_kind=True)
def tables_and_lists(nb, host):
    """Writes Markdown of tables, lists, quotes and emphasis as large as a page shows."""
    table = "|a" * 40 + "|\n" + "|-" * 40 + "|\n" + ("|b" * 40 + "|\n") * 500
    nb["cells"] += [
        markdown(text) for text in (table, "*a_ " * 12_000, "> " * 20_000, "- " * 20_000, "`a``" * 9_000)
    ]


@on_cells("exhaust")
def formulas(nb, host):
    """Writes formulas that are as long as they may be, nested and full of columns."""
    pieces = (r"\frac{1}{", r"\sqrt{", "x^", r"\left(", "&", r"\begin{matrix}", r"\q ", r"\overline{")
    texts = ["".join(f"${(piece * 1500)[:1490]}$\n\n" for piece in pieces) * 3 for _ in range(5)]
    nb["cells"] += [markdown(text) for text in texts]


@on_cells("exhaust", worst_of_its_kind=True)
def code_that_is_slow_to_colour(nb, host):
    """Writes code on which the patterns of a highlighter take long."""
    nb["cells"] += [code(("'\\N{" * 20_000)[:49_000]) for _ in range(10)]


@on_cells("exhaust", worst_of_its_kind=True)
def metadata_without_end(nb, host):
    """Has metadata of very many keys, tags and names."""
    nb["cells"][0]["metadata"] |= {f"k{number}": number for number in range(10**5)}
    nb["cells"][1]["metadata"]["tags"] = [f"t{number}" for number in range(10**5)]
    nb["metadata"]["language_info"] = {"name": "python", **{f"k{n}": "x" for n in range(10**5)}}
    nb["metadata"]["widgets"] = {f"k{number}": {} for number in range(10**5)}


@on_cells("exhaust", refused="pictures attached")
def attachments_without_end(nb, host):
    """Attaches very many pictures to a text."""
    pictures = {f"{number}.png": {"image/png": "aa"} for number in range(10**5)}
    nb["cells"].append(markdown("x", attachments=pictures))


@on_cells("exhaust", worst_of_its_kind=True)
def answers_as_long_lists(nb, host):
    """Answers with lists of as many numbers as cross the border."""
    text = "def {name}(*args):\n    return [1.0] * 9_990"
    _answer(nb, text)


@on_cells("exhaust", worst_of_its_kind=True)
def answers_as_large_arrays(nb, host):
    """Answers with arrays as large as cross the border, of one column."""
    _answer(nb, "import numpy as np\ndef {name}(*args):\n    return np.ones((2**19 - 2**14, 1))")


@on_cells("exhaust")
def answers_as_many_names(nb, host):
    """Answers with dicts of very many long keys."""
    _answer(nb, "def {name}(*args):\n    return {{'k' * 90 + str(n): 'x' * 90 for n in range(1_000)}}")


@on_cells("exhaust", worst_of_its_kind=True)
def die_in_each_call(nb, host):
    """Ends Python in each call, so that it is started again and all cells are replayed."""
    _answer(nb, "import os\ndef {name}(*args):\n    os._exit(0)")


@on_cells("exhaust", worst_of_its_kind=True)
def sleep_in_each_call(nb, host):
    """Sleeps in every call, and hears nothing of the time limit."""
    text = "import time\ndef {name}(*args):\n    while True:\n        try:\n            time.sleep(60)\n"
    _answer(nb, text + "        except BaseException:\n            pass")


@on_cells("exhaust", worst_of_its_kind=True)
def threads_in_each_cell(nb, host):
    """Burns the processor with as many threads as there may be, until the time is up."""
    text = (
        "import threading, hashlib\n\ndef burn():\n    while True:\n        hashlib.sha256(bytes(10**6))\n\n"
    )
    nb["cells"].insert(
        0, code(text + "for _ in range(60):\n    threading.Thread(target=burn, daemon=True).start()")
    )
    _answer(nb, "def {name}(*args):\n    burn()")


@on_cells("exhaust")
def define_very_many_names(nb, host):
    """Defines more names than a reply may have."""
    nb["cells"].insert(0, code("globals().update({f'name_{n}': n for n in range(50_000)})"))


@on_cells("exhaust")
def fail_in_very_many_cells(nb, host):
    """Raises in each of very many cells, with a long traceback."""
    text = "def f(n):\n    return f(n - 1) if n else 1 / 0\nf(200)"
    _add_until_full(nb, code(text), 1_000)


@on_cells("exhaust", worst_of_its_kind=True)
def statements_in_statements(nb, host):
    """Answers with statements deep within each other, on which a comparison of answers takes long."""
    depth = 45
    heads = "".join(f"{' ' * 2 * n}match a:\n{' ' * (2 * n + 1)}case 1:\n" for n in range(depth))
    _answer(nb, heads + " " * 2 * depth + "a;" * 7_000 + "\n")


@on_folder("exhaust", refused="can be read")
def enormous(notebook, host):
    """Hands in a sparse file of enormous size."""
    with open(notebook, "wb") as file:
        file.truncate(2 * SIZE_LIMIT)


@on_folder("exhaust", refused="entries")
def empty_lists_without_end(notebook, host):
    """Writes JSON of very many empty lists, each of which takes more memory than its text."""
    notebook.write_text(notebook.read_text()[:-1].rstrip("}\n") + ', "x": [' + "[]," * 10**7 + '"\\ud800"]}')


@on_folder("exhaust", refused="16 MiB")
def enormous_data(notebook, host):
    """Hands in data of enormous size."""
    with open(notebook.parent / "data.bin", "wb") as file:
        file.truncate(2 * Limits.files_size)


@on_folder("exhaust", refused="more than 1000 files")
def very_many_files(notebook, host):
    """Hands in very many empty files and folders."""
    for number in range(1_500):
        (notebook.parent / f"{number}").mkdir()


@on_folder("exhaust", refused="of an old format")
def large_and_of_an_old_format(notebook, host):
    """Hands in a large notebook of a format that has to be converted first."""
    cell = {"cell_type": "code", "input": "x=1", "outputs": [], "language": "python", "metadata": {}}
    worksheet = {"cells": [cell] * 100_000, "metadata": {}}
    nb = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [worksheet]}
    notebook.write_text(json.dumps(nb))


def _answer(nb, text: str) -> None:
    for cell in nb["cells"]:
        label = cell["metadata"].get("nbgrader", {})
        if label.get("solution") and cell["cell_type"] == "code":
            cell["source"] = text.format(name=label["grade_id"])


# --- The end of the others' grading -------------------------------------------------------------------


@on_cells("break")
def show_a_picture_that_is_not_attached(nb, host):
    """Shows attached pictures that are not there, on which formgrader gives up the whole page."""
    text = "![x](attachment:x.png) ![y](attachment:y.svg)"
    nb["cells"].insert(0, markdown(text, attachments={"y.svg": {"image/svg+xml": "<svg/>"}}))
    nb["cells"].insert(0, code("", shown(text_markdown=text)))


@on_cells("break")
def label_with_odd_names(nb, host):
    """Labels cells with grade ids that are no texts, nor can be keys."""
    odd = [None, [], {}, ["test_backward"], 3, True, "", "test_", "../x", "test_backward\x00", BAD]
    for number, cell in enumerate(nb["cells"]):
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["grade_id"] = odd[number % len(odd)]


@on_cells("break")
def odd_escapes(nb, host):
    """Answers with texts of very many odd escapes, of each of which Python warns."""
    lines = "".join(f"    x{number} = '\\\x1b\\q'\n" for number in range(1_000))
    _answer(nb, "def {name}(*args):\n" + lines)


@on_folder("break", refused="a path of more than 1000 characters")
def path_that_just_fits(notebook, host):
    """Hands in a file whose path is as long as it may be, and longer where grading writes it again."""
    folder, longest = notebook.parent, os.pathconf("/", "PC_PATH_MAX") - 1
    while len(str(folder)) + 256 < longest:
        folder = folder / ("x" * min(250, longest - len(str(folder)) - 100))
        folder.mkdir()
    (folder / ("y" * (longest - len(str(folder)) - 1))).write_text("x")


@on_folder("break", refused="can be read")
def deep(notebook, host):
    """Nests brackets deeper than a parser can follow."""
    notebook.write_text("[" * 200_000)


@on_cells("break")
def nearly_too_deep(nb, host):
    """Nests metadata and outputs so deep that reading just works, and writing or copying might not."""
    value = []
    for _ in range(900):
        value = [value]
    for cell in nb["cells"]:
        cell["metadata"] |= {"deep": value, "tags": value}
    nb["cells"].append(code("", shown(application_json=value), metadata={"nbgrader": {"deep": value}}))
    nb["metadata"] |= {"deep": value, "kernelspec": {"name": value}}


@on_cells("break")
def numbers_that_are_none(nb, host):
    """Writes numbers that JSON does not have, and ones with thousands of digits."""
    odd = [float("nan"), float("inf"), 10**4200, -1, 1e308, True]
    for number, cell in enumerate(nb["cells"]):
        cell["metadata"]["odd"] = cell["execution_count"] = odd[number % len(odd)]
    nb["nbformat_minor"] = 10**4200
    result = {"output_type": "execute_result", "metadata": {}, "data": {"text/plain": "x"}}
    nb["cells"].append(code("", *[result | {"execution_count": one} for one in odd]))


@on_cells("break")
def characters_that_are_none(nb, host):
    """Writes halves of characters, zeros and separators into texts, names and outputs."""
    odd = "\ud800\x00\udfff\ufffe\u2028\x85\x1b[2J"
    nb["cells"].insert(0, code(f"x = '{odd}'", shown(text_html=odd, text_plain=odd), id=odd))
    nb["cells"].insert(0, markdown(f"# {odd}\n\n`{odd}` ${odd}$", metadata={odd: odd, "tags": [odd]}))
    nb["cells"].insert(0, code("raise type('\\ud800', (Exception,), {})('\\ud800\\x00')"))
    _answer(nb, "def {name}(*args):\n    return {{'\\ud800': '\\x00\\udfff'}}, '\\ud800'")


@on_cells("break")
def values_of_other_types(nb, host):
    """Has lists where there are texts, texts where there are lists, and so on."""
    odd = [None, 3, "x", [], {}, [[]], [None], {"x": None}]
    for number, cell in enumerate(list(nb["cells"])):
        copy = dict(cell, id=odd[number % 8], metadata=odd[(number + 1) % 8], source=odd[(number + 2) % 8])
        nb["cells"].append(copy | {"outputs": odd[(number + 3) % 8], "cell_type": odd[(number + 4) % 8]})
    nb["cells"] += odd


@on_folder("break", refused="no file")
def pipe(notebook, host):
    """Hands in a named pipe, on which a reader waits for ever."""
    os.mkfifo(notebook.parent / "data.txt")


@on_folder("break", refused="no file")
def pipe_as_notebook(notebook, host):
    """Hands in a named pipe in the place of the notebook."""
    notebook.unlink()
    os.mkfifo(notebook)


@on_folder("break", refused="no file")
def folder_as_notebook(notebook, host):
    """Hands in a folder in the place of the notebook."""
    notebook.unlink()
    notebook.mkdir()


@on_folder("break", refused="in more than 20 folders")
def folders_in_folders(notebook, host):
    """Hands in folders within each other, so deep that to walk through them is no matter of course."""
    _nest(notebook.parent, 300)


@on_folder("break")
def page_as_folder(notebook, host):
    """Hands in folders with the names of files that grading writes."""
    for name in (f"{LESSON}.html", ".receipt.json"):
        (notebook.parent / name).mkdir()
        (notebook.parent / name / "x").write_text("x")


@on_folder("break", refused="does not say when")
def odd_time(notebook, host):
    """Hands in a time stamp beyond all calendars."""
    (notebook.parent / "timestamp.txt").write_text("9999-12-31 23:59:59 -99999999999")


@on_folder("break", refused="does not say when")
def long_time(notebook, host):
    """Hands in a time stamp of many megabytes."""
    (notebook.parent / "timestamp.txt").write_text("9" * 10**7)


@on_folder("break", refused="can be read")
def no_notebook(notebook, host):
    """Hands in a picture in the place of the notebook."""
    notebook.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100)


def _nest(folder: Path, depth: int) -> None:
    """Make folders within each other; the path as a whole is longer than a system call takes at once."""
    place = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("f", dir_fd=place)
        inner = os.open("f", os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = inner
    os.close(place)
