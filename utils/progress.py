"""A progress bar for loops that take more than a moment."""

import sys

from tqdm import tqdm


def progress_bar(steps=None, **options):
    """Return `steps` with a progress bar, plain text below the cell; `options` are those of `tqdm`."""
    style = {"ncols": 70, "bar_format": "{l_bar}{bar}| {n_fmt}", "mininterval": 1}
    return tqdm(steps, file=sys.stdout, **style, **options)
