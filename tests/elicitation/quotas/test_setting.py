"""If these fail, quotas are set that nobody can fit, or people lose the places they have."""

import pytest

from collective.audit.models import AuditEntry
from elicitation import finishing, quotas
from elicitation.models import IntakeAnswer, Quota, QuotaPlace
from elicitation.protocol import default_intake
from elicitation.queries.quotas import quota_levels
from tests.factories import make_assessment, make_member, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db

WOMEN = {"label": "Women", "places": 2, "conditions": {"gender": ["Female"]}}
MEN = {"label": "Men", "places": 1, "conditions": {"gender": ["Male"]}}


@pytest.fixture
def study():
    made = make_study()
    made.protocols.update(intake=default_intake())
    return made


def make_person(study, gender):
    person = make_participant(study)
    IntakeAnswer.objects.create(participant=person, key="gender", state="answered", value=gender, original=gender)
    return person


def stored(study):
    return [(quota.label, quota.places, quota.conditions) for quota in study.quotas.order_by("position")]


def test_it_works_and_is_recorded(study):
    user = make_member(study)
    made = quotas.set_quotas(by=user, study=study, quotas=[WOMEN, MEN])
    assert [quota.label for quota in made] == ["Women", "Men"]
    assert stored(study) == [("Women", 2, {"gender": ["Female"]}), ("Men", 1, {"gender": ["Male"]})]
    entry = AuditEntry.objects.get(action="study.quotas_set")
    assert (entry.study, entry.details) == (study.slug, {"from": [], "to": [WOMEN, MEN]})
    quotas.set_quotas(by=user, study=study, quotas=[WOMEN, MEN])
    assert AuditEntry.objects.filter(action="study.quotas_set").count() == 1


def test_quotas_keep_their_people_when_labels_swap_and_order_changes(study):
    women, men = quotas.set_quotas(by=None, study=study, quotas=[WOMEN, MEN])
    person = make_person(study, "Female")
    quotas.take_places(participant=person, study=study)
    quotas.set_quotas(
        by=None, study=study, quotas=[MEN | {"id": men.pk, "label": "Women"}, WOMEN | {"id": women.pk, "label": "Men"}]
    )
    assert stored(study) == [("Women", 1, {"gender": ["Male"]}), ("Men", 2, {"gender": ["Female"]})]
    assert QuotaPlace.objects.get().quota_id == women.pk
    assert Quota.objects.count() == 2


def test_people_are_seated_anew_and_nobody_is_sent_away(study):
    begun, finished, gone, looking = (make_person(study, "Female") for _ in range(4))
    for person in (begun, finished, gone):
        make_assessment(make_prompt(study), person, world="A>B>C>D")
    finishing.end(participant=finished, outcome="complete")
    finishing.end(participant=gone, outcome="returned")
    (women,) = quotas.set_quotas(by=None, study=study, quotas=[WOMEN | {"places": 1}])
    assert set(women.taken.values_list("participant", flat=True)) == {begun.pk, finished.pk}
    begun.refresh_from_db()
    assert begun.cell == women
    with pytest.raises(quotas.QuotaFull):
        quotas.take_places(participant=looking, study=study)
    quotas.set_quotas(by=None, study=study, quotas=[])
    begun.refresh_from_db()
    assert (begun.cell, QuotaPlace.objects.count()) == (None, 0)


@pytest.mark.parametrize(
    ("quota", "sentence"),
    [
        (WOMEN | {"label": " "}, "The quota needs a name."),
        (WOMEN | {"label": "x" * 201}, "The name has more than 200 characters."),
        (WOMEN | {"places": -1}, "The number of places is a whole number, 0 or more."),
        (WOMEN | {"places": "2"}, "The number of places is a whole number, 0 or more."),
        (WOMEN | {"conditions": {"shoes": ["42"]}}, "The intake has no question “shoes” with answers to choose from."),
        (WOMEN | {"conditions": {"gender": []}}, "Choose at least one answer to “gender”, or leave the question out."),
        (WOMEN | {"conditions": {"gender": ["Frog"]}}, "“Frog” is no answer to “gender”."),
        (MEN, "There is another quota of this name."),
    ],
)
def test_what_cannot_be_set_is_said_by_quota_and_nothing_changes(study, quota, sentence):
    with pytest.raises(quotas.QuotasRefused) as refused:
        quotas.set_quotas(by=None, study=study, quotas=[MEN, quota])
    assert refused.value.errors == {1: [sentence]}
    assert stored(study) == []


def test_levels_say_how_many_are_in_at_work_and_left(study):
    women, men = quotas.set_quotas(by=None, study=study, quotas=[WOMEN, MEN])
    for gender, outcome in (("Female", "complete"), ("Female", ""), ("Male", "")):
        person = make_person(study, gender)
        quotas.take_places(participant=person, study=study)
        if outcome:
            finishing.end(participant=person, outcome=outcome)
    Quota.objects.filter(pk=men.pk).update(places=0)
    found = [(lv.quota, lv.filled, lv.finished, lv.at_work, lv.left, lv.is_full) for lv in quota_levels(study)]
    assert found == [(women, 2, 1, 1, 0, True), (men, 1, 0, 1, 0, True)]
