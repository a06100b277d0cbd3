"""Bounds on the outputs of a cell; the worker cuts to them, and the grader again, which does not trust it."""

OUTPUTS_LIMIT = 100
"""Outputs per cell."""
TEXT_LIMIT = 50_000
"""Characters of a text, a stream or a traceback."""
HTML_LIMIT = 1_000_000
"""Characters of HTML."""
IMAGE_LIMIT = 4 * 1024**2
"""Bytes of an image."""
