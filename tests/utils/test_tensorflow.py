"""Nothing that TensorFlow says at its start may reach a notebook."""

import io
import logging
import os
import subprocess
import sys
import time

import pytest

from grader.learner.library_code import ROOT
from utils.tensorflow import import_tensorflow, keras_in_float64, silence


def run(code, **streams):
    """Run Python `code` in a fresh process at the root; return the finished process."""
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, text=True, timeout=120, check=True, **streams)


def write_everywhere(text):
    """Write `text` to both streams and to both file descriptors."""
    for stream in (sys.stdout, sys.stderr):
        stream.write(text)
    for descriptor in (1, 2):
        os.write(descriptor, text.encode())


def test_silence_covers_streams_and_descriptors_and_restores_them(capfd):
    """What is written inside is gone, what is written before and after is there."""
    write_everywhere("before ")
    streams = sys.stdout, sys.stderr
    with silence():
        write_everywhere("inside ")
    write_everywhere("after ")
    assert (sys.stdout, sys.stderr) == streams
    for text in capfd.readouterr():
        assert "inside" not in text
        assert text.count("before") == text.count("after") == 2


def test_silence_restores_after_an_exception(capfd):
    """The exception comes through, and the streams are back."""
    with pytest.raises(ZeroDivisionError), silence():
        write_everywhere("inside ")
        1 / 0  # noqa: B018
    write_everywhere("after ")
    out, err = capfd.readouterr()
    assert "inside" not in out + err
    assert (out + err).count("after") == 4


def test_silence_can_be_nested(capfd):
    """The end of the inner silence is not the end of the outer one."""
    with silence():
        with silence():
            write_everywhere("inner ")
        write_everywhere("outer ")
    write_everywhere("after ")
    out, err = capfd.readouterr()
    assert (out + err).split() == ["after"] * 4


def test_silence_leaks_no_descriptor():
    """A hundred silences leave no open file behind, in a process where nobody else opens any."""
    run(
        """
import os
from utils.tensorflow import silence
with silence():
    pass
before = os.dup(0)
for _ in range(100):
    with silence():
        pass
assert os.dup(0) == before + 1
"""
    )


def test_silence_without_file_descriptors_in_the_streams(monkeypatch):
    """A kernel's streams have no usable fileno; they are left as they were found."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    with silence():
        print("inside")
    print("after")
    assert stream.getvalue() == "after\n"


def test_silence_with_closed_descriptors():
    """A process without standard error can be silent too."""
    code = (
        "import os\n"
        "from utils.tensorflow import silence\n"
        "os.close(2)\n"
        "with silence():\n"
        "    print('inside')\n"
        "print('after', flush=True)\n"
    )
    assert run(code).stdout == "after\n"


def test_buffered_output_of_c_stays_on_its_side():
    """C's own buffer is emptied at the border: what it held before is heard, no more."""
    code = (
        "import ctypes\n"
        "from utils.tensorflow import silence\n"
        "c = ctypes.CDLL(None)\n"
        "c.printf(b'before ')\n"
        "with silence():\n"
        "    c.printf(b'inside ')\n"
        "c.printf(b'after')\n"
    )
    assert run(code).stdout == "before after"


def test_a_handler_made_in_silence_stays_usable(capfd):
    """A logging handler keeps the stream that it found; writing to it later is no error."""
    with silence():
        handler = logging.StreamHandler()
    logger = logging.getLogger("made in silence")
    logger.addHandler(handler)
    logger.error("nobody hears this")
    assert capfd.readouterr() == ("", "")


def test_import_says_nothing_on_any_descriptor():
    """A fresh process imports and uses TensorFlow without a byte on standard output or error."""
    code = (
        "from utils.tensorflow import import_tensorflow\n"
        "tf = import_tensorflow()\n"
        "x = tf.constant([2.0])\n"
        "with tf.GradientTape() as tape:\n"
        "    tape.watch(x)\n"
        "    y = tf.reduce_sum(x * x)\n"
        "assert float(tape.gradient(y, x)[0]) == 4.0\n"
    )
    done = run(code)
    assert (done.stdout, done.stderr) == ("", "")


def test_a_second_import_is_at_once():
    """Later calls return the same module without looking again."""
    tf = import_tensorflow()
    start = time.perf_counter()
    assert import_tensorflow() is tf
    assert time.perf_counter() - start < 0.01


def test_a_notebook_stays_clean():
    """In a real kernel the import leaves no output in the cell, and printing still works."""
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    cells = [
        f"import sys; sys.path.insert(0, {str(ROOT)!r})",
        "from utils.tensorflow import import_tensorflow; tf = import_tensorflow()",
        "print('heard'); print('also heard', file=sys.stderr)",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    assert notebook.cells[1].outputs == []
    heard = {output.name: output.text for output in notebook.cells[2].outputs}
    assert heard == {"stdout": "heard\n", "stderr": "also heard\n"}


def test_keras_computes_in_float64_inside_the_context_only():
    keras = import_tensorflow().keras
    with pytest.raises(ValueError), keras_in_float64():
        assert (keras.config.floatx(), keras.layers.Dense(1).compute_dtype) == ("float64", "float64")
        raise ValueError
    assert (keras.config.floatx(), keras.layers.Dense(1).compute_dtype) == ("float32", "float32")
