"""nbgrader's exporter, made to read whatever learners hand in."""

from __future__ import annotations

import nbformat
from nbconvert.exporters import NotebookExporter

from grader.classroom.repair.read_notebook import SIZE_LIMIT, read_notebook


class TolerantExporter(NotebookExporter):
    """Reads notebooks that nbformat would refuse, and makes their outputs harmless."""

    def from_file(self, file_stream, resources=None, **kw):
        """Read a notebook from an open file. Raises `UnreadableNotebook`."""
        notebook = nbformat.from_dict(read_notebook(file_stream.read(SIZE_LIMIT + 1)))
        return self.from_notebook_node(notebook, resources=resources, **kw)
