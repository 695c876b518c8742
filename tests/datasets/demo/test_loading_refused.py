"""If these fail, loading the demo study writes over what others made under its names."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from datasets.demo.loading import SLUG, DemoRefused, load_demo
from elicitation.models import Participant, Study
from spec_loop.versions import get_document, import_spec
from tests.factories import make_study

pytestmark = pytest.mark.django_db


def test_a_document_of_the_same_name_is_left_alone():
    import_spec(by=None, name="demo-spec", data=b"# Ours {#ours}\n\nBe kind.\n")
    with pytest.raises(DemoRefused, match="not the demonstration's"):
        load_demo(by=None)
    assert not Study.objects.exists()
    assert get_document("demo-spec").versions.count() == 1


def test_a_study_of_the_same_name_is_left_alone():
    make_study(slug=SLUG, title="Our own")
    with pytest.raises(DemoRefused, match="not the demonstration"):
        load_demo(by=None)
    with pytest.raises(CommandError) as refusal:
        call_command("load_demo")
    assert refusal.value.returncode == 2
    assert Study.objects.get().title == "Our own"
    assert not Participant.objects.exists()
