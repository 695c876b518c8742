"""Note that people were paid, and take that back."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from collective.accounts.models import User
from collective.audit.chain import record

from .models import Participant, Study
from .queries.pay import pay_lines


@transaction.atomic
def mark_paid(*, by: User | None, study: Study, people: Iterable[int]) -> int:
    """Note that people (by primary key) were paid what they are owed now; return how many.

    Who is still under way, is owed nothing or was paid all of it already is passed over, so doing it twice is once.
    """
    chosen = list(people)
    list(study.participants.select_for_update(no_key=True).filter(pk__in=chosen).values_list("pk").order_by("pk"))
    now, marked = timezone.now(), []
    for line in pay_lines(study, people=chosen):
        if line.is_due:
            Participant.objects.filter(pk=line.person.pk).update(paid_at=now, paid_amount=line.owed.amount)
            marked.append({"person": line.person.key, "amount": str(line.due)})
    if marked:
        _record(by, study, "pay.marked", marked)
    return len(marked)


@transaction.atomic
def take_back_paid(*, by: User | None, study: Study, people: Iterable[int]) -> int:
    """Undo that people were noted as paid; return how many."""
    paid = study.participants.select_for_update(no_key=True).filter(pk__in=list(people), paid_at__isnull=False)
    undone = [
        {"person": key, "amount": str(amount)} for key, amount in paid.order_by("pk").values_list("key", "paid_amount")
    ]
    if undone:
        study.participants.filter(key__in=[each["person"] for each in undone]).update(paid_at=None, paid_amount=None)
        _record(by, study, "pay.taken_back", undone)
    return len(undone)


def _record(by: User | None, study: Study, action: str, people: Sequence[dict[str, str]]) -> None:
    details = {"currency": study.currency, "people": list(people)}
    record(by=by, action=action, target=f"study:{study.pk}", study=study.slug, details=details)
