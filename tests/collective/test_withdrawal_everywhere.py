"""Who takes everything back is gone from every table: looked for in the database itself, not in a list of ours.

A sentence and a name are planted in every column that may come to hold something of a person. After the withdrawal,
every column of every table, and the shared cache, are searched for them. A column that is new fails `test_every_column`
until somebody has decided whether it may hold something of people, and if so, planted it here.
"""

from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.cache import caches
from django.db import connection, models
from django.utils import timezone

from collective.api.models import AnsweredRequest
from collective.audit.chain import verify
from collective.audit.models import AuditEntry
from elicitation import hearing_back
from elicitation.models import (
    Alert,
    AnswerState,
    Assessment,
    Block,
    Criterion,
    Draft,
    Exclusion,
    IntakeAnswer,
    InvitedPerson,
    Panel,
    PanelEntry,
    PanelEvent,
    Participant,
    QualityFlag,
    QuizAttempt,
    Quota,
    QuotaPlace,
    Score,
    TextReading,
    UnacceptableFlag,
    Webhook,
    WebhookDelivery,
    Withdrawal,
)
from elicitation.protocol import default_intake, default_steps
from elicitation.withdrawal import withdraw_everything
from llm.models import LedgerEntry
from llm.quoting import WITHDRAWN
from rubrics.models import CoreItem
from spec_loop.agreement import load_rankings
from spec_loop.models import CandidateEdit, Decision, Evidence, Proposal, Run, SpecVersion, WorkItem
from spec_loop.versions import import_spec
from tests.factories import make_assessment, make_assignment, make_participant, make_prompt, make_study, make_user
from tests.spec_loop.making import SPEC, make_proposal

pytestmark = pytest.mark.django_db

SIGN = "quetzalcoatl"
SAID = f"As my aunt {SIGN} used to say by the river, candour keeps old friends."
NAME = f"{SIGN}-0123456789"

PLANTED = {
    "api.AnsweredRequest": {"body"},
    "elicitation.Alert": {"details"},
    "elicitation.Assessment": {"unacceptable_rationale", "originals", "step_seconds", "typing"},
    "elicitation.Assignment": {"reason"},
    "elicitation.Criterion": {"text", "key", "translations"},
    "elicitation.Draft": {"fields"},
    "elicitation.Exclusion": {"reason", "lifted_reason"},
    "elicitation.IntakeAnswer": {"key", "value", "original"},
    "elicitation.InvitedPerson": {"email", "error", "token"},
    "elicitation.PanelEntry": {"external_id", "captured"},
    "elicitation.PanelEvent": {"external_id", "effect"},
    "elicitation.Participant": {"key", "token"},
    "elicitation.QualityFlag": {"evidence"},
    "elicitation.QuizAttempt": {"answers"},
    "elicitation.Ranking": {"justification"},
    "elicitation.TextReading": {"translation", "model"},
    "elicitation.WebhookDelivery": {"payload", "error"},
    "llm.LedgerEntry": {"answer", "error"},
    "rubrics.CoreItem": {"text"},
    "spec_loop.CandidateEdit": {"edit", "intent", "reason", "select_effect", "holdout_effect", "sources"},
    "spec_loop.Decision": {"reason"},
    "spec_loop.Proposal": {"edit", "intent", "effect"},
    "spec_loop.Run": {"plan", "message", "result"},
    "spec_loop.SpecVersion": {"note"},
    "spec_loop.WorkItem": {"task", "answer", "error"},
}
"""Columns in which something of a person is planted."""

OF_STAFF = {
    "accounts.ApiToken",
    "accounts.Invitation",
    "accounts.User",
    "admin.LogEntry",
    "audit.AuditEntry",
    "auth.Group",
    "auth.Permission",
    "contenttypes.ContentType",
    "elicitation.InvitationLetter",
    "elicitation.Panel",
    "elicitation.Prompt",
    "elicitation.ProtocolVersion",
    "elicitation.Quota",
    "elicitation.Response",
    "elicitation.Study",
    "elicitation.TranslationWork",
    "elicitation.Webhook",
    "llm.Account",
    "sessions.Session",
    "spec_loop.Document",
}
"""Tables that hold nothing of those who take part: what the staff writes, and the log, which keeps no content."""

SAYS_NOTHING = {
    # From a fixed list or made by a program: codes of languages, hashes, letters, names of models.
    "api.AnsweredRequest": {"key", "fingerprint"},
    "elicitation.Alert": {"kind"},
    "elicitation.Assessment": {"language", "device_class", "shown_order"},
    "elicitation.Assignment": {"language", "shown_order"},
    "elicitation.InvitedPerson": {"language"},
    "elicitation.PanelEvent": {"event_id", "kind"},
    "elicitation.Participant": {"language"},
    "elicitation.QualityFlag": {"kind"},
    "elicitation.QualityReport": {"seen", "figures"},
    "elicitation.Ranking": {"order"},
    "elicitation.TextReading": {"digest", "language", "translated_to"},
    "elicitation.UnacceptableFlag": {"letter"},
    "elicitation.WebhookDelivery": {"lease_holder", "event"},
    "llm.LedgerEntry": {"model", "version", "fingerprint", "purpose", "served_by", "account", "holder"},
    "spec_loop.CandidateEdit": {"section_id", "kind_of_change", "proposed_by", "spec_hash"},
    "spec_loop.Proposal": {"section_id", "authority"},
    "spec_loop.Run": {"ranker", "proposer"},
    # Made of a spec and a prompt alone, before any ranking is looked at.
    "spec_loop.SectionRelevance": {"spec_hash", "grader", "grader_version", "grades"},
    "spec_loop.SpecRanking": {"spec_hash", "ranker", "ranker_version", "order", "cited", "shown_order", "reason"},
    # Published and adopted by people: see docs/decisions/withdrawal.md.
    "spec_loop.SpecVersion": {"hash", "text"},
    "spec_loop.WorkItem": {"lease_holder", "key"},
}


def test_every_column_that_may_hold_something_of_a_person_is_planted_or_said_to_hold_nothing():
    free = (models.TextField, models.CharField, models.JSONField, ArrayField)
    columns = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label not in OF_STAFF
        for field in model._meta.concrete_fields
        if isinstance(field, free) and not field.choices
    }
    decided = {
        f"{label}.{name}" for table in (PLANTED, SAYS_NOTHING) for label, names in table.items() for name in names
    }
    assert columns == decided


def test_nothing_of_who_takes_everything_back_is_left_in_any_table(person: Participant):
    assert tables_with(SIGN) == {table_of(label) for label in PLANTED}, "each table has something that could be left"
    rows = columns_with(SIGN)
    assert {label: names - rows[table_of(label)] for label, names in PLANTED.items()} == {k: set() for k in PLANTED}
    study, key, token, audited = person.study, person.key, person.token, AuditEntry.objects.count()

    withdraw_everything(participant=person)

    assert tables_with(SIGN) == set()
    assert tables_with(key) == tables_with(token) == set()
    assert cached_with(SIGN) == []
    left = Participant.objects.get(pk=person.pk)
    assert (left.outcome, left.withdrawn_at is not None) == (Participant.Outcome.WITHDRAWN, True)
    assert pointing_to(person) == {"elicitation.Withdrawal"}
    entry = AuditEntry.objects.get(number=audited + 1)
    assert (entry.action, entry.target) == ("participant.withdrew", f"participant:{person.pk}")
    assert set(entry.details) == {"scope", "tasks", "name_hash"}
    assert verify().broken is None
    assert load_rankings(study, Block.WORLD).participants == []


def test_withdrawing_again_changes_nothing(person: Participant):
    first = withdraw_everything(participant=person)
    state = list(Participant.objects.filter(pk=person.pk).values())
    assert withdraw_everything(participant=person) == first
    assert withdraw_everything(participant=Participant.objects.get(pk=person.pk)) == first
    assert list(Participant.objects.filter(pk=person.pk).values()) == state
    assert AuditEntry.objects.filter(action="participant.withdrew").count() == 1


def test_what_is_not_theirs_stays(person: Participant):
    other = make_participant(person.study)
    prompt = person.assessments.get().prompt
    kept = make_assessment(prompt, other, world="B>A>C>D", justification="Candour, and old friends.")
    edit = CandidateEdit.objects.get()
    withdraw_everything(participant=person)
    assert list(Assessment.objects.all()) == [kept]
    edit.refresh_from_db()
    assert edit.intent == f"Add what a person said: {WITHDRAWN}."
    assert prompt.responses.count() == 4
    assert LedgerEntry.objects.get().cost == Decimal("0.25"), "what was paid stays in the books"


def test_panel_and_address_are_kept_until_pay_is_settled_and_nothing_else_is(person: Participant):
    person.study.pay_base = Decimal(3)
    person.study.save()
    Participant.objects.filter(pk=person.pk).update(paid_at=None)
    person.refresh_from_db()
    withdraw_everything(participant=person)
    assert tables_with(SIGN) == {"elicitation_panelentry", "elicitation_invitedperson"}
    assert Withdrawal.objects.get().tasks == 1

    from elicitation.withdrawal import forget_who_was_paid

    assert forget_who_was_paid() == 0
    Participant.objects.filter(pk=person.pk).update(paid_at=timezone.now())
    assert forget_who_was_paid() == 1
    assert tables_with(SIGN) == set()


def test_a_room_that_cannot_follow_keeps_all_of_it_from_happening(person: Participant, monkeypatch):
    def fail(**_said: Any) -> None:
        raise RuntimeError("no room here")

    from elicitation.signals import answers_taken_back

    answers_taken_back.connect(fail, dispatch_uid="test")
    before = columns_with(SIGN)
    with pytest.raises(RuntimeError):
        withdraw_everything(participant=person)
    answers_taken_back.disconnect(dispatch_uid="test")
    assert columns_with(SIGN) == before
    assert Withdrawal.objects.count() == 0


def test_an_edit_from_which_words_were_cut_cannot_be_adopted(person: Participant):
    from spec_loop.proposals import DecisionRefused, decide

    withdraw_everything(participant=person)
    proposal = Proposal.objects.get()
    Proposal.objects.update(status=Proposal.Status.TESTED)
    with pytest.raises(DecisionRefused, match="taken back"):
        decide(by=None, proposal=proposal, verdict="adopt", reason="It is good.")


def test_who_took_part_hears_what_was_adopted(person: Participant):
    assert [change.intent for change in hearing_back.what_came_of(person.study)] == [f"Add what a person said: {SAID}"]


# --- what is planted --------------------------------------------------------------------------------------------


@pytest.fixture
def person() -> Participant:
    """Make somebody who has left a trace in every place there is, and is paid."""
    study = make_study(steps=default_steps(), completion_code="DONE", status="running")
    study.protocols.update(intake=default_intake())
    person = make_participant(study, key=NAME, token=f"{SIGN}-token", source="panel", paid_at=timezone.now())
    prompt = make_prompt(study)
    plant_answers(person, prompt)
    plant_beside_the_answers(person)
    plant_what_was_made_of_them(person, prompt)
    return person


def plant_answers(person: Participant, prompt: Any) -> None:
    held = make_assignment(person, prompt, state="submitted", reason={"said": SAID})
    assessment = make_assessment(
        prompt,
        person,
        world="A>B>C>D",
        justification=SAID,
        assignment=held,
        unacceptable_state=AnswerState.ANSWERED,
        unacceptable_rationale=SAID,
        originals={"why": SAID},
        step_seconds={SIGN: 3},
        typing={SIGN: {"typed": 3}},
    )
    UnacceptableFlag.objects.create(assessment=assessment, letter="D")
    own = Criterion.objects.create(
        prompt=prompt,
        key=f"own-{SIGN}",
        position=0,
        text=SAID,
        origin=Criterion.Origin.PARTICIPANT,
        author=person,
        translations={"es": {"text": SAID}},
    )
    Score.objects.create(participant=person, criterion=own, assessment=assessment, state="answered", value=3)
    open_task = make_assignment(person, make_prompt(person.study))
    Draft.objects.create(assignment=open_task, fields={"world_why": [SAID]})
    said = IntakeAnswer.objects.create(participant=person, key=f"q-{SIGN}", state="answered", value=SAID, original=SAID)
    for text in ({"ranking": assessment.rankings.get()}, {"assessment": assessment}, {"criterion": own}):
        TextReading.objects.create(**text, digest="0" * 64, translation=SAID, model=SIGN)
    TextReading.objects.create(intake_answer=said, digest="0" * 64, translation=f"Übersetzt: {SAID}")


def plant_beside_the_answers(person: Participant) -> None:
    study, assessment = person.study, person.assessments.get()
    other = make_participant(study)
    QualityFlag.objects.create(participant=person, assessment=assessment, kind="pace", strength=1, evidence={"x": SAID})
    QualityFlag.objects.create(participant=other, kind="copied", strength=1, evidence={"of": NAME, "text": SAID})
    Exclusion.objects.create(participant=person, reason=f"Wrote: {SAID}", lifted_reason=SAID, lifted_at=timezone.now())
    Exclusion.objects.create(participant=other, reason=f"Copied from {NAME}: {SAID}")
    QuizAttempt.objects.create(
        participant=person, protocol=study.protocols.get(), number=1, answers={"x": SAID}, right=1, passed=True
    )
    QuotaPlace.objects.create(
        quota=Quota.objects.create(study=study, label="All", position=0, places=5), participant=person
    )
    panel = Panel.objects.create(study=study, name="Panel", id_parameter="pid")
    PanelEntry.objects.create(panel=panel, participant=person, external_id=f"{SIGN}-pid", captured={"session": SIGN})
    PanelEvent.objects.create(
        panel=panel, event_id="e1", kind="returned", external_id=f"{SIGN}-pid", effect=f"{NAME} returned"
    )
    InvitedPerson.objects.create(
        study=study, email=f"{SIGN}@example.org", participant=person, token=f"{SIGN}-invited", error=SIGN
    )
    Alert.objects.create(study=study, kind="no_shows", details={"people": [NAME]})
    webhook = Webhook.objects.create(study=study, url="https://example.org/", events=["x"])
    WebhookDelivery.objects.create(webhook=webhook, event="x", payload={"data": {"person": NAME}}, error=f"for {NAME}")
    AnsweredRequest.objects.create(user=make_user(), key="k", fingerprint="0" * 64, body=f'{{"person": "{NAME}"}}')


def plant_what_was_made_of_them(person: Participant, prompt: Any) -> None:
    study, said = person.study, f"Add what a person said: {SAID}"
    own = Criterion.objects.get(author=person)
    CoreItem.objects.create(prompt=prompt, position=0, text=SAID).sources.add(own)
    LedgerEntry.objects.create(
        model="openai:m",
        fingerprint="1" * 64,
        purpose="propose",
        status="done",
        answer={"edits": [{"intent": said}]},
        error=SAID,
        cost=Decimal("0.25"),
        calls=1,
    )
    document = import_spec(by=None, name="spec", data=SPEC.encode(), study=study).document
    assert document.current
    run = Run.objects.create(
        study=study,
        document=document,
        base_version=document.current,
        block=Block.WORLD,
        ranker="offline",
        proposer="offline",
        plan={"note": SAID},
        message=said,
        result={"quoted": SAID},
    )
    edit = {"operation": "insert_text", "section_id": "sides", "anchor": "", "text": said}
    candidate = CandidateEdit.objects.create(
        run=run,
        number=1,
        edit=edit,
        section_id="sides",
        intent=said,
        reason=said,
        proposed_by="batch",
        sources=[NAME],
        select_effect={"said": SAID},
        holdout_effect={"said": SAID},
    )
    WorkItem.objects.create(
        run=run, stage="propose", key="p", edit=candidate, task={"said": SAID}, answer={"text": said}, error=said
    )
    proposal = make_proposal(
        study, document=document, edit=edit, intent=said, candidate=candidate, effect={"said": SAID}
    )
    Evidence.objects.create(
        proposal=proposal, ranking=person.assessments.get().rankings.get(), stance="for", before=0.1, after=0.9
    )
    version = SpecVersion.objects.create(
        document=document,
        number=2,
        hash="2" * 64,
        text="A text.",
        parent=document.current,
        source="adoption",
        note=said,
    )
    Decision.objects.create(proposal=proposal, verdict="adopt", reason=said, version=version)


# --- looking ----------------------------------------------------------------------------------------------------


def table_of(label: str) -> str:
    return apps.get_model(label)._meta.db_table


def all_tables() -> list[str]:
    return [table for table in connection.introspection.table_names() if table != "django_migrations"]


def tables_with(text: str) -> set[str]:
    """Return the tables of which any row holds a text in any column."""
    found = set()
    with connection.cursor() as cursor:
        for table in all_tables():
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}" t WHERE t::text ILIKE %s)', [f"%{text}%"])  # noqa: S608
            if cursor.fetchone()[0]:
                found.add(table)
    return found


def columns_with(text: str) -> dict[str, set[str]]:
    """Return for each table the columns of which any row holds a text."""
    found: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        for table in all_tables():
            names = [column.name for column in connection.introspection.get_table_description(cursor, table)]
            for name in names:
                cursor.execute(
                    f'SELECT EXISTS (SELECT FROM "{table}" t WHERE t."{name}"::text ILIKE %s)',  # noqa: S608
                    [f"%{text}%"],
                )
                if cursor.fetchone()[0]:
                    found.setdefault(table, set()).add(name)
    return found


def cached_with(text: str) -> list[str]:
    """Return the keys in the shared cache under which a text is kept."""
    client = caches["default"]._cache.get_client()  # type: ignore[attr-defined]
    return [key for key in client.scan_iter("*") if text.encode() in (client.get(key) or b"")]


def pointing_to(person: Participant) -> set[str]:
    """Return the models of which a row refers to a person."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if field.related_model is Participant and model._default_manager.filter(**{field.name: person.pk}).exists():
                found.add(model._meta.label)
    return found
