from grader import lessons
from grader.study.question_model import keep_answer, opening_questions, question_after

LAST = lessons.names()[-1]


def names(asked):
    return [(lesson, question.name) for lesson, question in asked]


def answered(kept, asked, is_right, minutes=1):
    lesson, question = asked
    entry = kept.setdefault(lesson, {}).setdefault("questions", {}).setdefault(question.name, {})
    keep_answer(entry, is_right)
    entry["minutes"] = minutes


def test_the_first_lesson_asks_what_the_course_needs():
    first = lessons.names()[0]
    assert [lesson for lesson, _ in opening_questions(first, {})] == [first] * 3
    assert opening_questions(first, {})[0][1] in lessons.load(first).prerequisites


def test_three_questions_come_from_lessons_before():
    for i, lesson in enumerate(lessons.names()[1:], start=1):
        asked = opening_questions(lesson, {})
        assert len(set(names(asked))) == 3
        assert {name for name, _ in asked} <= set(lessons.names()[:i])
    assert len({name for name, _ in opening_questions(LAST, {})}) == 3


def test_lessons_that_were_left_out_come_last():
    kept = {"03_backpropagation": {"exercises": {"backward": {"status": "correct"}}}}
    assert {lesson for lesson, _ in opening_questions(LAST, kept)} == {"03_backpropagation"}
    kept["01_logistic_regression"] = {"predictions": {"sure and wrong": {"prediction": 0}}}
    assert {lesson for lesson, _ in opening_questions(LAST, kept)} == set(kept)


def test_what_went_wrong_comes_again_and_what_went_right_waits():
    kept = {}
    right, wrong, other = opening_questions(LAST, kept)
    answered(kept, right, True)
    answered(kept, wrong, False)
    answered(kept, other, True)
    again = names(opening_questions(LAST, kept))
    assert again[0] == names([wrong])[0]
    assert not {names([right])[0], names([other])[0]} & set(again)
    answered(kept, wrong, True)
    assert names([wrong])[0] not in names(opening_questions(LAST, kept))


def test_all_questions_have_their_turn():
    kept, seen = {}, set()
    for _ in range(40):
        for asked in opening_questions(LAST, kept):
            seen.add(names([asked])[0])
            answered(kept, asked, True)
    assert len(seen) == sum(len(lessons.load(name).questions) for name in lessons.names()[:-1])


def test_after_an_exercise_comes_a_question_of_its_own_and_each_once():
    kept = {}
    asked = question_after("07_list_of_layers", "backward_layers", kept)
    assert asked[1].exercise == "backward_layers"
    answered(kept, asked, True)
    following = question_after("07_list_of_layers", "backward_layers", kept)
    assert following and following[1].name != asked[1].name
    answered(kept, following, False)
    assert question_after("07_list_of_layers", "backward_layers", kept) is None


def test_keeping_counts():
    entry = {}
    keep_answer(entry, False)
    keep_answer(entry, True)
    assert entry == {"asked": 2, "wrong": 1, "right": True}
