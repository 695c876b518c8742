"""What the staff sees of withdrawals: counts, and nobody."""

import pytest
from django.test import Client

from elicitation.models import Role
from elicitation.queries.people import find_people
from elicitation.queries.progress import figures
from elicitation.queries.withdrawals import taken_back
from elicitation.withdrawal import withdraw_everything, withdraw_texts
from tests.factories import make_assessment, make_member, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db


def test_withdrawals_are_counted_and_people_not_listed(client: Client):
    study = make_study()
    prompt = make_prompt(study)
    stays, goes = make_participant(study), make_participant(study, key="somebody-who-goes")
    for person in (stays, goes):
        make_assessment(prompt, person, world="A>B>C>D", justification="Because it is so.")
    assert not taken_back(study)
    withdraw_everything(participant=goes)
    withdraw_texts(participant=stays)
    found = taken_back(study)
    assert (found.people, found.texts, found.answers, found.intake) == (1, 1, 0, 0)
    assert list(find_people(study)) == [stays]
    assert (figures(study).people, figures(study).assessments) == (1, 1)
    client.force_login(make_member(study, Role.REVIEWER))
    page = client.get(f"/studies/{study.slug}/people/").content.decode()
    assert "People who took everything back" in page
    assert "withdrawn-" not in page
    assert "somebody-who-goes" not in page
