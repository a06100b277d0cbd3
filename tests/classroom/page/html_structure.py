"""The elements of a page, as a parser that knows nothing of it finds them."""

from html.parser import HTMLParser

VOID = {"meta", "br", "img", "hr", "wbr", "col", "link", "input", "area", "base"}


class Structure(HTMLParser):
    """The elements of a page: `elements` are (tag, attributes, tags around it), `text` is what it says.

    Raises AssertionError for a tag that closes what it has not opened.
    """

    def __init__(self, html):
        super().__init__()
        self.elements, self.text, self._open = [], "", []
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), tuple(self._open)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open and self._open[-1] != "style":
            self.text += data

    def all(self, tag):
        """The attributes of all elements of this tag."""
        return [attributes for name, attributes, _ in self.elements if name == tag]


def assert_harmless(html):
    """The page runs nothing, loads nothing, and keeps what is in the frame of a cell there."""
    structure = Structure(html)
    assert not {tag for tag, _, _ in structure.elements} & {
        *(
            "script",
            "iframe",
            "object",
            "embed",
            "form",
            "input",
            "button",
            "link",
            "base",
            "svg",
            "textarea",
        ),
        *("video", "audio", "frame", "template", "annotation-xml", "maction", "foreignobject"),
    }
    for tag, attributes, around in structure.elements:
        assert not [name for name in attributes if name.startswith(("on", "xlink", "srcset", "formaction"))]
        assert attributes.get("src", "data:image/").startswith("data:image/")
        assert attributes.get("href", "#").startswith(("#", "https://", "http://", "mailto:"))
        style = attributes.get("style") or ""
        assert not any(bad in style for bad in ("url", "position", "@", "expression", "z-index", "transform"))
        if "cell" in (attributes.get("class") or "").split():
            assert tag == "div" and around == ("html", "body", "main")
    assert len(structure.all("style")) == 1 and len(structure.all("meta")) == 5
    return structure
