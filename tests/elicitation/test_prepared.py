"""Prepared queries find what Django's own find, in however many ways they are asked."""

import pytest

from elicitation.models import Assignment, Prompt, Study
from elicitation.prepared import Given, Prepared
from tests import factories

pytestmark = pytest.mark.django_db

_BY_KEY = Prepared(
    lambda: (
        Assignment.objects.filter(idempotency_key=Given("key"), state__in=[Given("state"), "reserved"])
        .select_related("prompt__study", "draft")
        .order_by("pk")
    )
)


def _assignment() -> Assignment:
    study = factories.make_study()
    return factories.make_assignment(factories.make_participant(study), factories.make_prompt(study))


def test_an_object_comes_with_its_columns_and_with_those_beside_it(django_assert_num_queries):
    made = _assignment()
    made.reason = {"rule": "anchor", "tied": 3}
    made.save()

    with django_assert_num_queries(1):
        found = _BY_KEY.first(key=made.idempotency_key, state="expired")
        assert found is not None
        assert found.prompt.study.title == made.prompt.study.title
        assert not hasattr(found, "draft")

    plain = Assignment.objects.get(pk=made.pk)
    for column in Assignment._meta.concrete_fields:
        assert getattr(found, column.attname) == getattr(plain, column.attname)
    assert found.prompt.messages == made.prompt.messages
    assert found._state.adding is False


def test_a_query_is_run_anew_with_the_values_of_each_time():
    one, other = _assignment(), _assignment()

    assert _BY_KEY.first(key=one.idempotency_key, state="") == one
    assert _BY_KEY.first(key=other.idempotency_key, state="") == other
    Assignment.objects.filter(pk=other.pk).update(state="expired")
    assert _BY_KEY.all(key=other.idempotency_key, state="") == []
    assert _BY_KEY.all(key=other.idempotency_key, state="expired") == [other]


def test_columns_that_are_left_out_are_read_when_they_are_asked_for():
    prompt = _assignment().prompt
    keys = Prepared(lambda: Prompt.objects.filter(pk=Given("pk")).only("key"))

    found = keys.first(pk=prompt.pk)

    assert found is not None
    assert found.get_deferred_fields() >= {"messages"}
    assert found.messages == prompt.messages


def test_a_value_that_is_not_told_is_missed():
    with pytest.raises(KeyError):
        Prepared(lambda: Study.objects.filter(slug=Given("slug"))).first()
