"""Animations: pictures that play once, one after the other."""

import base64
import html
import io

from PIL import Image

from utils.plots.style import CARD, pixel_width, png

SECONDS = 5.0  # in all: what moves for longer needs a way to stop it (WCAG 2.2, 2.2.2)


def show_animation(figures):
    """Display `described` figures of one size as an animated PNG that plays once, and close them.

    It ends with the last figure and stays there. Who asks for reduced motion sees the last figure alone, and
    what cannot animate a PNG shows the first. The same figures give the same bytes.
    """
    from IPython.display import display

    display(bundle(figures), raw=True)


def bundle(figures):
    """Return `figures` as a MIME bundle {MIME type: text}, an animated PNG and what it shows in words."""
    alt = f"An animation of {len(figures)} pictures that plays once. {figures[0].get_label()}"
    alt += f" At the end: {figures[-1].get_label()}"
    width = pixel_width(figures[0])
    frames = [png(figure) for figure in figures]
    text = (
        f'<picture><source media="(prefers-reduced-motion: reduce)" srcset="{_data_uri(frames[-1])}">'
        f'<img alt="{html.escape(alt)}" width="{width}" style="{CARD}" '
        f'src="{_data_uri(_animated(frames))}"></picture>'
    )
    return {"text/html": text, "text/plain": f"Picture: {alt}"}


def _animated(frames):
    """Return PNGs as one animated PNG, the first and the last for a longer time than the others."""
    first, *others = (Image.open(io.BytesIO(frame)).convert("RGB") for frame in frames)
    each = round(1e3 * SECONDS / (len(frames) + 2))
    durations = [2 * each, *[each] * (len(frames) - 2), 2 * each]
    stream = io.BytesIO()
    first.save(stream, "PNG", save_all=True, append_images=others, duration=durations, loop=1)
    return stream.getvalue()


def _data_uri(picture):
    return f"data:image/png;base64,{base64.b64encode(picture).decode('ascii')}"
