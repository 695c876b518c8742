"""What was measured must reach the reader as it is, and missing figures must not be made up."""

from spec_loop.effects import Gain, Placebo, read_effect, shown_in_plot

from .making import EFFECT


def test_everything_is_read():
    effect = read_effect(EFFECT)
    assert effect.select == Gain("", 0.061, 0.018, 0.102, 11)
    assert effect.holdout == Gain("", 0.052, 0.021, 0.083, 14)
    assert effect.corrected == Gain("", 0.052, 0.009, 0.094, 14)
    assert [(gain.label, gain.size) for gain in effect.groups] == [
        ("Gender: Female", 98),
        ("Gender: Male", 93),
        ("Country: Chile", 12),
    ]
    assert [(gain.label, gain.section_id) for gain in effect.sections] == [("Sides", "sides"), ("Harm", "harm")]
    assert effect.worst_group == effect.groups[2]
    assert not effect.worst_loses_too_much
    assert effect.placebo == Placebo(tested=4, accepted=0)


def test_nothing_is_made_up():
    for empty in (None, {}, {"holdout": None, "select": {"estimate": None}}):
        effect = read_effect(empty)
        assert not effect.is_measured
        assert (effect.corrected, effect.p_value, effect.worst_group, effect.placebo) == (None, None, None, None)


def test_the_worst_group_is_found_where_it_is_not_named():
    effect = read_effect({**EFFECT, "worst_group": None, "margin": 0.02})
    assert effect.worst_group == effect.groups[2]
    assert effect.worst_loses_too_much


def test_a_plot_shows_those_that_lose_most_in_their_order():
    gains = [Gain(str(number), -number / 100, None, None) for number in range(40)]
    assert [gain.label for gain in shown_in_plot(gains)] == [str(number) for number in range(24, 40)]
