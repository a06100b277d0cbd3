from grader.classroom.page.cached_by_text import LENGTH_LIMIT, cached_by_text


def test_short_texts_are_rendered_once_and_long_ones_are_not_kept():
    calls = []

    @cached_by_text
    def render(text):
        calls.append(text)
        return text.upper()

    long = "a" * (LENGTH_LIMIT + 1)
    assert [render("a"), render("a"), render(long), render(long)] == ["A", "A", long.upper(), long.upper()]
    assert calls == ["a", long, long]
