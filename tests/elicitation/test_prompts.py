"""If these fail, a prompt added by hand is not what was typed, or half of it is stored."""

import pytest
from django.core.exceptions import ValidationError

from collective.audit.models import AuditEntry
from elicitation.models import Criterion, Prompt, Response
from elicitation.prompts import add_prompt
from tests.factories import make_prompt, make_study

pytestmark = pytest.mark.django_db
QUESTION = [{"role": "user", "content": "Who is right?"}]


def test_a_prompt_comes_with_lettered_responses_and_criteria():
    study = make_study()
    make_prompt(study)
    prompt = add_prompt(
        by=None, study=study, messages=QUESTION, responses=["You.", "He."], criteria=["Takes a side"], topic="bees"
    )
    assert (prompt.key, prompt.position, prompt.candidates, prompt.letters) == ("prompt-2", 1, 2, "AB")
    assert [(r.letter, r.text, r.source) for r in prompt.responses.all()] == [
        ("A", "You.", Response.Source.WRITTEN),
        ("B", "He.", Response.Source.WRITTEN),
    ]
    assert [(c.text, c.origin) for c in prompt.criteria.all()] == [("Takes a side", Criterion.Origin.SEEDED)]
    assert AuditEntry.objects.get().details == {"key": "prompt-2", "responses": 2, "criteria": 1}


@pytest.mark.parametrize(
    ("messages", "responses", "said"),
    [
        ([], ["a", "b"], "at least one message"),
        ([{"role": "user", "content": " "}], ["a", "b"], "none is empty"),
        ([{"role": "king", "content": "x"}], ["a", "b"], "by one of"),
        ([*QUESTION, {"role": "assistant", "content": "x"}], ["a", "b"], "the person's"),
        (QUESTION, ["a"], "2 to 6"),
        (QUESTION, list("abcdefg"), "2 to 6"),
        (QUESTION, ["a", " a "], "no two are the same"),
        (QUESTION, ["a", " "], "is empty"),
    ],
)
def test_what_is_no_prompt_is_refused(messages, responses, said):
    with pytest.raises(ValidationError, match=said):
        add_prompt(by=None, study=make_study(), messages=messages, responses=responses)
    assert not Prompt.objects.exists()


def test_a_key_is_used_once_in_a_study():
    study = make_study()
    add_prompt(by=None, study=study, messages=QUESTION, responses=["a", "b"], key="bees")
    with pytest.raises(ValidationError):
        add_prompt(by=None, study=study, messages=QUESTION, responses=["a", "b"], key="bees")
    add_prompt(by=None, study=make_study(), messages=QUESTION, responses=["a", "b"], key="bees")
    assert Prompt.objects.count() == 2
