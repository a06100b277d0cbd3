from grader.lessons.headings import no_later_than


def test_sections_to_come_are_left_out():
    sections = {
        "a": "3.1 A section",
        "b": "3.2 Next",
        "c": "4. A chapter",
        "d": "2.12 Before",
        "e": "3. Own",
    }
    assert no_later_than("3.1", sections) == {key: sections[key] for key in "ade"}
