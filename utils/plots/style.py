"""The style of the pictures, the pieces that they are drawn from, and `show`, which displays them."""

import base64
import functools
import html
import io
import sys

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

INK, PAPER = "black", "white"
STYLE = {
    "axes.edgecolor": INK,
    "axes.facecolor": PAPER,
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 11,
    "figure.constrained_layout.h_pad": 0.08,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.w_pad": 0.1,
    "figure.facecolor": PAPER,
    "font.size": 10,
    "grid.alpha": 0.3,
    "grid.color": "#b0b0b0",
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}
CARD = "max-width: 100%; height: auto; border-radius: 8px"
"""The look of a picture in a page: on its own light ground, in a dark theme as well."""
DPI = 110
PNG_OPTIONS = {"compress_level": 3}  # for such pictures as small as with level 6, and faster
SIDE = 8  # a digit has 8 x 8 pixels
BLUE, ORANGE, GREEN, GREY = "#0072b2", "#b34700", "#00694c", "#555555"  # dark enough on white
LINES = ((BLUE, "-", "o"), (ORANGE, "--", "s"), (GREEN, "-.", "^"), (GREY, ":", "D"))
SIGNED = "cividis"  # lightness increases throughout: also in grey, dark is negative and light is positive


def described(figure, alt):
    """Return `figure` with the alternative text `alt`, which `show` puts beside it."""
    figure.set_label(alt)
    return figure


def plain(text):
    """Return `text` without the marks of LaTeX and on one line, to be read aloud: "$A_1$" becomes "A1"."""
    words = {r"\ell": "loss", r"\bar ": "", r"\sigma": "sigmoid", r"\times": "times"}
    for mark, word in words.items():
        text = text.replace(mark, word)
    return " ".join(text.translate(str.maketrans("\n", " ", "$_{}\\")).split())


def from_to(curves, form):
    """Return where each of the `curves` {name: (k,)} begins and ends; `form` formats a number."""
    return " ".join(f"{plain(name)}: from {c[0]:{form}} to {c[-1]:{form}}." for name, c in curves.items())


def show(figure):
    """Display `figure` as a PNG with the alternative text that it was `described` with, and close it."""
    from IPython.display import display

    display(bundle(figure, figure.get_label()), raw=True)


def bundle(figure, alt):
    """Return `figure` and its alternative text as a MIME bundle {MIME type: text}, and close the figure."""
    return {"text/html": tag(figure, alt), "text/plain": f"Picture: {alt}"}


def tag(figure, alt):
    """Return `figure` as an HTML tag with a PNG whose alternative text is `alt`, and close it."""
    picture = base64.b64encode(png(figure)).decode("ascii")
    width = pixel_width(figure)
    return (
        f'<img alt="{html.escape(alt)}" width="{width}" style="{CARD}" src="data:image/png;base64,{picture}">'
    )


def pixel_width(figure):
    """Return how many pixels wide the PNG of a figure is."""
    return round(figure.get_figwidth() * DPI)


def png(figure):
    """Return `figure` as the bytes of a PNG, and close it.

    The same figure gives the same bytes, because the PNG stores neither date nor version.
    """
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=DPI, metadata={"Software": None}, pil_kwargs=PNG_OPTIONS)
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(figure)
    return stream.getvalue()


def styled(plot):
    """Decorate the function `plot` so that it draws in the course's style, whatever the settings."""

    @functools.wraps(plot)
    def drawn(*args, **kwargs):
        with matplotlib.rc_context(STYLE):
            return plot(*args, **kwargs)

    return drawn


def minus(text):
    """Return a number's `text` with a minus sign in place of the hyphen."""
    return text.replace("-", "\N{MINUS SIGN}")


def signed(value):
    """Return `value` as text with its sign and four decimals."""
    return minus(f"{value:+.4f}")


def image(axes, pixels, **options):
    """Draw `pixels` (64,) as an 8 x 8 image without ticks; return Matplotlib's `AxesImage`."""
    axes.grid(False)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(True)
    return axes.imshow(np.reshape(pixels, (SIDE, SIDE)), **options)


def write_signs(axes, gradient, limit):
    """Write + or - on the pixels whose entry of `gradient` (64,) is more than a third of `limit` from 0."""
    for pixel in np.flatnonzero(np.abs(gradient) > limit / 3):
        row, column = divmod(int(pixel), SIDE)
        positive = gradient[pixel] > 0
        axes.text(
            column, row, "+" if positive else "\N{MINUS SIGN}", ha="center", va="center",
            color="black" if positive else "white", fontsize=11, fontweight="bold",
        )  # fmt: skip


def canvas(width, height, right, top):
    """Return an empty figure and axes for a diagram, coordinates 0 to `right` and 0 to `top`."""
    figure = Figure(figsize=(width, height), layout="none")  # nothing is outside the axes
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set(xlim=(0, right), ylim=(0, top))
    return figure, axes


def box(axes, x, y, width, height, text, face="#ffffff"):
    """Draw a box with `text` in it, its centre at (x, y)."""
    corner = (x - width / 2, y - height / 2)
    style = "round,pad=0,rounding_size=0.06"
    axes.add_patch(FancyBboxPatch(corner, width, height, boxstyle=style, fc=face, ec="black"))
    axes.text(x, y, text, ha="center", va="center")


def arrow(axes, start, end, color="black", style="-", curve=0.0):
    """Draw an arrow from `start` (x, y) to `end` (x, y); `curve` bends it."""
    axes.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=13, color=color, linestyle=style,
            linewidth=1.4, connectionstyle=f"arc3,rad={curve}", shrinkA=1, shrinkB=1,
        )
    )  # fmt: skip
