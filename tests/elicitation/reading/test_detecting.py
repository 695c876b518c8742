"""The language of a text is told right where it is clear, and not told where it is not."""

import pytest

from elicitation.reading.detecting import detect

TEN = ["en", "es", "fr", "de", "pt", "nl", "tr", "ja", "hi", "ar"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "It answers the question without judging me."),
        ("es", "Responde a la pregunta sin juzgarme."),
        ("fr", "Elle répond à la question sans me juger."),
        ("de", "Sie sagt ehrlich, was sie nicht weiß."),
        ("pt", "Responde à pergunta sem me julgar."),
        ("nl", "Het beantwoordt de vraag zonder mij te veroordelen."),
        ("tr", "Beni yargılamadan soruyu yanıtlıyor."),
        ("ja", "短くて明確"),
        ("hi", "स्पष्ट और छोटा"),
        ("ar", "واضح وقصير"),
    ],
)
def test_each_of_the_ten_languages_is_told(language, text):
    found = detect(text, TEN)
    assert found.language == language
    assert found.certainty >= 0.8


@pytest.mark.parametrize("text", ["ok", "A > B", "12345 67890 !!", "", "no no"])
def test_a_short_text_is_not_clear(text):
    assert detect(text, TEN).language == ""


def test_a_text_in_a_language_that_nobody_expects_is_not_taken_for_the_nearest():
    text = "Odpowiada na pytanie wprost i nie poucza mnie, co powinienem myśleć o świecie."
    assert detect(text, TEN).language == ""
    assert detect(text, [*TEN, "pl"]).language == "pl"


def test_plausible_languages_decide_between_neighbours():
    assert detect("Clara e curta, muito melhor", ["en", "pt-br"]).language == "pt"
