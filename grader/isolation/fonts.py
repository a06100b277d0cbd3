"""What Matplotlib knows of its fonts, so that it need not look for them in every sandbox."""

from __future__ import annotations

import json
import tempfile
from functools import cache
from pathlib import Path


@cache
def known_fonts() -> dict[str, bytes]:
    """Matplotlib's list of its own fonts, as a file for the home of a submission."""
    from matplotlib import font_manager

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "fonts.json"
        font_manager.json_dump(font_manager.fontManager, file)
        known = json.loads(file.read_text())
    for kind in ("ttflist", "afmlist"):  # the system's fonts have absolute paths, and are not in a sandbox
        known[kind] = [font for font in known[kind] if not Path(font["fname"]).is_absolute()]
    name = f".cache/matplotlib/fontlist-v{font_manager.FontManager.__version__}.json"
    return {name: json.dumps(known).encode()}
