"""A spec is read once per section, fast enough for a long one, and the reading can be traced to its sentences."""

import time

import numpy as np

from llm.offline.dimensions import index_of
from llm.offline.spec_weights import instructing_text, read_section, spec_weights, with_section

from .crowds import demo_spec
from .specs import one_section, spec_text


def test_the_planted_sections_of_the_demo_are_read_as_planted():
    weights = spec_weights(demo_spec())
    give_one, stakes = (weights.sections[weights.ids.index(name)] for name in ("give_one_answer", "moral_stakes"))
    assert give_one[index_of("takes_side")] > 0 > give_one[index_of("perspectives")]
    assert stakes[index_of("moralises")] > 0


def test_an_instruction_is_found_at_its_place():
    text = "Hello there.\n\nThe assistant should not moralise. The sky is blue.\n"
    reading = read_section("Rules", text)
    assert [text[one.start : one.end] for one in reading.instructions] == ["The assistant should not moralise."]


def test_what_does_not_instruct_is_blanked_and_nothing_moves():
    text = "A.\n~~~xml\nB\n~~~\n!!! meta\n    C\n\nD [here](#e_f).\n"
    plain = instructing_text(text)
    assert len(plain) == len(text)
    assert plain.split() == ["A.", "D", "[here", "."]


def test_an_edit_of_one_section_costs_only_that_section():
    filler = "The assistant should give practical advice. " * 200
    text = "".join(f"# S{number} {{#s{number}}}\n{number}. {filler}\n" for number in range(60))
    spec_weights(spec_text(text))
    edited = spec_text(text + "\nThe assistant should not moralise.\n")
    start = time.perf_counter()
    assert spec_weights(edited).total[index_of("moralises")] < 0
    assert time.perf_counter() - start < 0.05


def test_a_long_spec_is_read_in_half_a_second():
    """270 kB, half of it examples, as in the public Model Spec; the best of three, since the machine is shared."""
    rule = "The assistant should generally explain what is known, and should not lecture people about it. "
    example = "~~~xml\n<user>\nWhy is the sky blue, and should I worry about it?\n</user>\n~~~\n" * 22
    times = []
    for run in range(3):
        text = "".join(f"# S{number} {{#s{number}}}\n{f'Rule {run}: {rule}' * 17}\n{example}\n" for number in range(80))
        assert len(text) > 250_000
        spec = spec_text(text)
        start = time.perf_counter()
        spec_weights(spec)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.5


def test_replacing_one_text_equals_reading_the_edited_spec():
    before, after = (one_section(f"The assistant should {word}moralise.") for word in ("", "not "))
    changed = with_section(spec_weights(before), before.sections[0], after.sections[0].text)
    assert np.array_equal(changed.total, spec_weights(after).total)
