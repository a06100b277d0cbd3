import pytest

from grader.classroom.run.sanitize_html import TAGS_LIMIT, is_picture, sanitize_html

PNG = "data:image/png;base64,iVBORw0KGgo="


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<iframe src='data:text/html,<script>alert(1)</script>'></iframe>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='JaVaScRiPt:alert(1)'>x</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
        "<a href='\x01data:text/html,x'>x</a>",
        "<a href='da\tta:text/html,x'>x</a>",
        "<a href='file:///etc/passwd'>x</a>",
        "<a href='../../gradebook.db'>x</a>",
        "<img src='file:///etc/passwd'>",
        "<img src='http://tracker.example/x.png'>",
        "<img src='data:image/svg+xml;base64,PHN2Zz4='>",
        "<style>* {display: none}</style>",
        "<link rel=stylesheet href=http://x>",
        "<form action=http://x><input name=password></form>",
        "<meta http-equiv=refresh content='0;url=http://x'>",
        "<base href=http://x>",
        "<object data=x></object><embed src=x>",
        "<div style='position: fixed; top: 0; z-index: 9; margin: -999px'>x</div>",
        "<div style='margin: -.5e4px'>x</div>",
        "<div style='margin: m\\61x(-.5px)'>x</div>",
        "<div style='background: url(http://x)'>x</div>",
        "<div class='modal in' id='autograde'>x</div>",
        "<math><mtext></p><img src=x onerror=alert(1)></math>",
        r"$\href{javascript:alert(1)}{x}$ $\style{color:red}{x}$",
    ],
)
def test_nothing_active_is_left(html):
    filtered = sanitize_html(html)
    for bad in (
        "<script",
        "onerror",
        "onload",
        "src=",
        "javascript:alert(1)'",
        'href="',
        "file:",
        "<style",
    ):
        assert bad not in filtered
    for bad in (
        "<form",
        "<input",
        "<iframe",
        "position:",
        "url(",
        "class=",
        "id=",
        "\\href",
        "\\style",
        "-999",
        "margin",
    ):
        assert bad not in filtered


@pytest.mark.parametrize(
    "html",
    [
        "<p>Text with <strong>emphasis</strong>, <code>code</code> and $x^2$.</p>",
        "<table><tbody><tr><td>1</td></tr></tbody></table>",
        f'<img alt="A plot" src="{PNG}">',
        '<div style="color: red; max-width: 52em">x</div>',
        "<details><summary>more</summary><pre>printed</pre></details>",
    ],
)
def test_what_shows_something_stays(html):
    assert sanitize_html(html).replace(";", "").replace(" ", "") == html.replace(";", "").replace(" ", "")


def test_a_link_to_the_web_stays_and_tells_nobody_where_it_was():
    assert sanitize_html('<a href="https://numpy.org">NumPy</a>') == (
        '<a href="https://numpy.org" rel="noopener noreferrer">NumPy</a>'
    )


def test_html_with_too_many_tags_is_left_out():
    assert "too many tags" in sanitize_html("<div>" * (TAGS_LIMIT + 1))
    assert sanitize_html("<p>a</p>" * 1000) == "<p>a</p>" * 1000


def test_a_picture_is_an_address_with_the_data_of_one():
    assert is_picture(PNG)
    assert not any(map(is_picture, (PNG + "'", "http://x/a.png", "data:image/svg+xml;base64,PHN2Zz4=")))
