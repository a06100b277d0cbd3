"""The report's page says it all in words, and nothing that strangers wrote is more than text in it."""

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import html5lib

from grader.classroom.report.class_report import Change
from grader.classroom.report.page import describe_change, render_report

LINKS = {"sum0": "feedback/sum0/page.html"}


def words(html):
    text = re.sub(r"<(style|script)>.*?</\1>", " ", html, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_all_numbers_are_there_as_text(report):
    text = words(render_report(report, LINKS))
    for part in (
        "graded 28 of 29",
        "60–69 % 3",
        "✓ 24 right ✗ 3 wrong – 1 not attempted",
        "½ 2 in part",
        "( 1 wrong in a way that has no name)".replace("( ", "("),
        "Gives a sum&#39;s result, not a mean&#39;s missing-mean 3 of 28 students (11 %)",
        "output_delta 3, backward 3",
        "bias-gradient-missing and wrong-sign 2 0.1",
        "There is no notebook.",
        "It tried to open a socket. 1: odd",
        "late 1",
        "=late 1 min late",
    ):
        assert part in text


def test_what_nobody_has_any_more(report):
    text = words(render_report(replace(report, earlier="02_x", overcome={"missing-mean": 3}), {}))
    assert "Found in 02_x, and with nobody now: missing-mean (3)." in text


def test_what_strangers_wrote_is_text(report):
    html = render_report(report, LINKS)
    html5lib.HTMLParser(strict=True).parse(html)
    assert "<i>lost" not in html and "\x1b" not in html and "<b>" not in html
    assert '<a href="feedback/sum0/page.html">sum0</a>' in html


def test_the_policy_allows_this_very_script_and_no_other(report):
    html = render_report(report, LINKS)
    [script] = re.findall(r"<script>(.*?)</script>", html, re.S)
    assert b64encode(sha256(script.encode()).digest()).decode() in html
    assert "default-src 'none'" in html and "'unsafe-inline'; script-src" in html


def test_an_anonymous_page_has_no_student(report):
    html = render_report(report, LINKS, is_anonymous=True)
    assert "Gives a sum&#39;s result" in html
    assert not any(f"{row.student}<" in html for row in report.rows) and "href" not in html


def test_changes_in_words():
    assert describe_change(Change(12, 5, 3, 80), "02_x") == (
        "In 02_x: 12 of the 80 who are in both lessons, now 5; 3 of them have it again."
    )
    assert describe_change(Change(1, 0, 0, 80), "02_x").endswith("now 0; none of them has it now.")
    assert describe_change(Change(0, 5, 0, 80), "02_x").startswith("Nobody of the 80")
