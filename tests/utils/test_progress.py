from utils.progress import progress_bar


def test_the_steps_come_through_and_the_bar_goes_to_standard_output(capsys):
    assert list(progress_bar(range(3))) == [0, 1, 2]
    shown = capsys.readouterr()
    assert "100%" in shown.out and shown.err == ""


def test_a_bar_can_be_moved_by_hand_or_left_out(capsys):
    with progress_bar(total=2) as bar:
        bar.update(2)
    assert "100%" in capsys.readouterr().out
    assert list(progress_bar([1], disable=True)) == [1]
    assert capsys.readouterr().out == ""
