"""If these fail, drafts are shown as what they are not, or their spread is measured against the wrong thing."""

import pytest

from elicitation import prompts
from llm import gateway
from llm.errors import ModelUnavailable
from measures.spread import spread
from tests.factories import make_prompt, make_study

pytestmark = pytest.mark.django_db
QUESTION = [{"role": "user", "content": "My neighbour keeps bees. Who is right?"}]


def test_four_templates_and_a_plain_one_with_their_distances():
    study = make_study()
    other = make_prompt(study)
    drafted = prompts.draft_responses(study=study, messages=QUESTION, model="offline")
    texts = [draft.text for draft in drafted.drafts]
    assert len(set(texts)) == 4
    assert all("Template of the offline baseline" in text and "bees" in text for text in [*texts, drafted.plain])
    assert all(draft.viewpoint.startswith("Template") for draft in drafted.drafts)
    assert drafted.spread == spread(texts) > 0.2
    assert 0 < drafted.to_plain < 1
    assert drafted.plain_spread == 0  # the baseline says the same again
    assert drafted.others == 1
    assert drafted.others_spread == spread([response.text for response in other.responses.all()])
    sources = drafted.provenance()
    assert [source.model for source in sources] == ["offline"] * 5
    assert sources[0].parameters["request"] == "write_responses"


def test_the_same_prompt_is_not_compared_with_itself():
    study = make_study()
    make_prompt(study, messages=QUESTION)
    drafted = prompts.draft_responses(study=study, messages=QUESTION, model="offline")
    assert (drafted.others, drafted.others_spread) == (0, None)


@pytest.mark.parametrize("messages", [[], [{"role": "user", "content": " "}], [{"role": "assistant", "content": "a"}]])
def test_without_a_question_nothing_is_asked(messages, monkeypatch):
    monkeypatch.setattr(gateway, "ask", None)
    with pytest.raises(prompts.NotGenerated, match="what the person asks"):
        prompts.draft_responses(study=make_study(), messages=messages, model="offline")


def test_a_model_that_does_not_answer_is_said_to(monkeypatch):
    def unavailable(*_arguments, **_options):
        raise ModelUnavailable("It is asleep.")

    monkeypatch.setattr(gateway, "ask", unavailable)
    with pytest.raises(prompts.NotGenerated, match="It is asleep"):
        prompts.draft_responses(study=make_study(), messages=QUESTION, model="openai:M")


def test_what_is_no_model_is_said_to_be_none():
    with pytest.raises(prompts.NotGenerated, match="no model"):
        prompts.draft_responses(study=make_study(), messages=QUESTION, model="magic")
