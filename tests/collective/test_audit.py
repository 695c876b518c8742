"""If these fail, the record of who did what could be changed without anyone noticing."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from collective.audit.chain import GENESIS, record, verify
from collective.audit.models import AuditEntry


def record_one(**fields):
    values = {"by": "a@example.org", "action": "study.created", "target": "study:x"} | fields
    with transaction.atomic():
        return record(**values)


def change_behind_the_trigger(sql):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
        cursor.execute(sql)
        cursor.execute("ALTER TABLE audit_auditentry ENABLE TRIGGER USER")


@pytest.mark.django_db
def test_entries_are_numbered_and_chained():
    first, second = record_one(), record_one(details={"reason": "ü", "count": 3})
    assert (first.number, second.number) == (1, 2)
    assert first.previous_hash == GENESIS
    assert second.previous_hash == first.hash


@pytest.mark.django_db
def test_verify_accepts_an_untouched_chain():
    last = [record_one(details={"n": n}) for n in range(3)][-1]
    found = verify()
    assert (found.entries, found.last_hash, found.broken) == (3, last.hash, None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        ("UPDATE audit_auditentry SET actor = 'somebody else' WHERE number = 2", 2),
        ("""UPDATE audit_auditentry SET details = '{"n": 9}' WHERE number = 1""", 1),
        ("DELETE FROM audit_auditentry WHERE number = 2", 2),
        ("UPDATE audit_auditentry SET previous_hash = repeat('0', 64) WHERE number = 3", 3),
    ],
)
def test_verify_names_the_first_broken_entry(tampering, broken):
    for n in range(3):
        record_one(details={"n": n})
    change_behind_the_trigger(tampering)
    assert verify().broken == broken


@pytest.mark.django_db
@pytest.mark.parametrize("sql", ["UPDATE audit_auditentry SET actor = 'x'", "DELETE FROM audit_auditentry"])
def test_the_database_refuses_changes(sql):
    record_one()

    def change():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)

    with pytest.raises(DatabaseError, match="append-only"):
        change()
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        record(by="a", action="b", target="c")


@pytest.mark.django_db
def test_the_entry_is_undone_with_the_act():
    def act_and_fail():
        with transaction.atomic():
            record(by="a", action="b", target="c")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act_and_fail()
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_the_command_reports_and_refuses():
    record_one()
    out = io.StringIO()
    call_command("verify_audit", stdout=out)
    assert "intact: 1 entries" in out.getvalue()
    change_behind_the_trigger("UPDATE audit_auditentry SET actor = 'x' WHERE number = 1")
    with pytest.raises(CommandError, match="broken at entry 1") as refusal:
        call_command("verify_audit")
    assert refusal.value.returncode == 2
