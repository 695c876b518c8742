"""Components that are kept once drawn show each page its own texts, and texts of people stay harmless."""

from django.template import Context, Template

from collective.web import answer_fields
from collective.web.templatetags import components


def _draw(source: str, **context: object) -> str:
    return Template("{% load components %}" + source).render(Context(context))


def _board(*texts: str, **values: str) -> str:
    responses = [{"label": label, "key": label, "text": text} for label, text in zip("ABCD", texts, strict=False)]
    source = '{% ranking_board prefix="world_" responses=responses legend="Which is best?" values=values %}'
    return _draw(source, responses=responses, values=values)


def test_a_board_that_was_drawn_before_shows_the_texts_of_this_page():
    first, second = _board("One", "Two"), _board("Three", "Four <b>")

    assert first.count("One") == first.count("Two") == 2
    assert second.count("Three") == second.count("Four &lt;b&gt;") == 2
    assert "One" not in second
    assert "<b>" not in second


def test_a_board_with_an_empty_response_says_nothing_in_its_place():
    drawn = _board("One", "", "Three")

    assert drawn.count("board__opening") == drawn.count("chip__opening") == 2
    assert drawn.count("Three") == 2


def test_an_untouched_board_is_the_one_that_is_drawn_whole():
    texts = ("One", "Two & <i>", "", "Four")
    rows = answer_fields.board_responses(
        [{"label": label, "key": label, "text": text} for label, text in zip("ABCD", texts, strict=True)]
    )

    whole = components._board("en", "world_", rows, legend="Which is best?", hint="", level=3)

    assert _board(*texts) == whole


def test_places_taken_are_marked_and_kept_for_nobody_else():
    assert _board("One", "Two", A="2").count("checked") == 1
    assert "checked" not in _board("One", "Two")


def test_a_card_keeps_its_text_and_what_stands_below_apart():
    source = '{% response_card label="A" text=text %}{{ below }}{% endresponse_card %}'

    drawn = _draw(source, text="Some **bold** <script>", below="<u>")
    other = _draw(source, text="Other", below="")

    assert "<strong>bold</strong> &lt;script&gt;" in drawn
    assert '<div class="response__foot">&lt;u&gt;</div>' in drawn
    assert "Other" in other
    assert "response__foot" not in other


def test_a_scale_and_a_text_field_keep_nobodys_answer():
    levels = [(1, "Low"), (2, "High")]
    scale, field = '{% scale name="s" legend=legend levels=levels value=value %}', "{% text_field 'n' 'L' text=text %}"

    assert _draw(scale, levels=levels, value="2").count("checked") == 1
    assert "checked" not in _draw(scale, levels=levels, value="")
    assert "&lt;i&gt;" in _draw(scale, legend="<i>", levels=levels)
    assert ">mine &lt;b&gt;</textarea>" in _draw(field, text="mine <b>")
    assert "></textarea>" in _draw(field, text="")
