"""If these fail, what people answered is changed behind their answers, or an edit loses what it did not touch."""

import pytest
from django.core.exceptions import ValidationError

from collective.audit.models import AuditEntry
from elicitation import prompts
from elicitation.models import Prompt, Response
from elicitation.prompts import Provenance
from spec_loop.models import SpecRanking
from tests.factories import make_assignment, make_participant, make_study

pytestmark = pytest.mark.django_db
QUESTION = [{"role": "user", "content": "Who is right?"}]
SOURCE = Provenance("openai:M", "takes a side", {"at_once": 4})


@pytest.fixture
def study():
    return make_study()


@pytest.fixture
def prompt(study):
    return prompts.add_prompt(
        by=None,
        study=study,
        messages=QUESTION,
        responses=["You.", "He.", "Both."],
        criteria=["Takes a side", "Is kind"],
        provenance=[SOURCE],
    )


def change(prompt, **fields):
    given = {"messages": QUESTION, "responses": ["You.", "He.", "Both."], "criteria": ["Takes a side", "Is kind"]}
    return prompts.change_prompt(by=None, prompt=prompt, **{**given, **fields})


def test_a_generated_response_knows_where_it_comes_from(prompt):
    generated, written, _third = prompt.responses.all()
    assert (generated.source, generated.model, generated.viewpoint) == ("generated", "openai:M", "takes a side")
    assert (generated.parameters, generated.made_on is not None) == ({"at_once": 4}, True)
    assert (written.source, written.model) == ("written", "")


def test_what_stays_is_the_same_row_with_its_translations(prompt):
    kept, changed, _third = prompt.responses.all()
    Response.objects.filter(prompt=prompt).update(translations={"es": {"messages": []}})
    criterion = prompt.criteria.first()
    change(prompt, responses=["You.", "She."], criteria=["New", "Takes a side"])
    prompt.refresh_from_db()
    assert (prompt.candidates, prompt.letters) == (2, "AB")
    after = list(prompt.responses.all())
    assert [(r.pk, r.text, bool(r.translations)) for r in after] == [
        (kept.pk, "You.", True),
        (changed.pk, "She.", True),
    ]
    assert after[0].source == "generated"
    assert [(c.text, c.position) for c in prompt.criteria.all()] == [("New", 0), ("Takes a side", 1)]
    assert prompt.criteria.get(text="Takes a side").pk == criterion.pk


def test_an_edited_generated_response_says_so(prompt):
    change(prompt, responses=["You are.", "He.", "Both."])
    assert prompt.responses.first().parameters == {"at_once": 4, "edited": True}
    assert prompt.responses.first().source == "generated"


def test_what_a_spec_made_of_the_old_text_is_forgotten(prompt):
    SpecRanking.objects.create(spec_hash="0" * 64, prompt=prompt, ranker="offline", order="A>B>C", shown_order="ABC")
    change(prompt, messages=[{"role": "user", "content": "Who was right?"}])
    assert not SpecRanking.objects.exists()


@pytest.mark.parametrize("verb", ["change", "remove"])
def test_what_somebody_was_given_stays_as_it_is(study, prompt, verb):
    make_assignment(make_participant(study), prompt)
    with pytest.raises(prompts.PromptInUse):
        change(prompt) if verb == "change" else prompts.remove_prompt(by=None, prompt=prompt)
    assert Prompt.objects.count() == 1


def test_a_re_test_asks_what_its_anchor_asks(prompt):
    with pytest.raises(ValidationError, match="Only an anchor"):
        prompts.add_retest(by=None, anchor=prompt)
    change(prompt, is_anchor=True)
    prompt.refresh_from_db()
    retest = prompts.add_retest(by=None, anchor=prompt)
    with pytest.raises(ValidationError, match="already"):
        prompts.add_retest(by=None, anchor=prompt)
    change(prompt, is_anchor=True, responses=["Nobody.", "All."])
    retest.refresh_from_db()
    assert [response.text for response in retest.responses.all()] == ["Nobody.", "All."]
    assert retest.candidates == 2
    with pytest.raises(ValidationError, match="change the anchor"):
        change(retest)
    with pytest.raises(ValidationError, match="remove the re-test"):
        change(prompt, is_anchor=False)


def test_an_anchor_stays_when_its_re_test_was_given(study, prompt):
    change(prompt, is_anchor=True)
    prompt.refresh_from_db()
    make_assignment(make_participant(study), prompts.add_retest(by=None, anchor=prompt))
    with pytest.raises(prompts.PromptInUse):
        change(prompt, is_anchor=True)


def test_an_attention_item_names_a_response_there_is(prompt):
    assert change(prompt, attention_best="C").attention_best == "C"
    with pytest.raises(ValidationError) as refusal:
        change(prompt, attention_best="D")
    assert "attention_best" in refusal.value.message_dict


def test_prompts_change_places(study, prompt):
    second = prompts.add_prompt(by=None, study=study, messages=QUESTION, responses=["a", "b"])
    prompts.move_prompt(by=None, prompt=second, down=False)
    assert list(study.prompts.values_list("pk", flat=True)) == [second.pk, prompt.pk]
    prompts.move_prompt(by=None, prompt=second, down=False)
    prompts.move_prompt(by=None, prompt=second, down=True)
    assert list(study.prompts.values_list("pk", flat=True)) == [prompt.pk, second.pk]
    assert AuditEntry.objects.filter(action="prompt.moved").count() == 2


def test_a_removed_prompt_is_gone_and_recorded(prompt):
    prompts.remove_prompt(by=None, prompt=prompt)
    assert not Prompt.objects.exists()
    assert AuditEntry.objects.get(action="prompt.removed").details == {"key": "prompt-1"}
