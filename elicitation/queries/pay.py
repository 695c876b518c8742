"""The pay sheet of a study: who is owed what, and why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from elicitation.models import Assessment, Participant, Study, Withdrawal
from elicitation.pay import NOTHING, Owed, Work, owed_for

Source = Participant.Source

STATES = ("due", "paid", "under-way", "nothing")
"""What a line can be: to be paid, paid, not ended yet, or owed nothing."""


@dataclass(frozen=True)
class PayLine:
    """One person's pay."""

    person: Any
    work: Work
    owed: Owed

    @property
    def has_ended(self) -> bool:
        """Whether nothing more is to come."""
        return bool(self.work.outcome) or self.work.is_finished

    @property
    def paid(self) -> Decimal:
        """What was paid so far."""
        return self.person.paid_amount or NOTHING

    @property
    def due(self) -> Decimal:
        """What is still to be paid: also what came after somebody was paid."""
        return max(self.owed.amount - self.paid, NOTHING)

    @property
    def is_due(self) -> bool:
        """Whether it is to be paid now."""
        return self.has_ended and self.due > 0

    @property
    def state(self) -> str:
        """One of `STATES`."""
        if self.is_due:
            return "due"
        if self.person.paid_at is not None:
            return "paid"
        return "nothing" if self.has_ended else "under-way"

    @property
    def panel_name(self) -> str:
        """The panel they came from, "" for none."""
        entry = getattr(self.person, "panel_entry", None)
        return entry.panel.name if entry else ""

    @property
    def external_id(self) -> str:
        """Their name at the panel."""
        entry = getattr(self.person, "panel_entry", None)
        return entry.external_id if entry else ""

    @property
    def reasons(self) -> list[str]:
        """Say what the amount is made of, in sentences without amounts of zero."""
        said = [_("Returned to the panel: the pay was given up there.")] if self.owed.given_up else []
        if self.owed.base:
            said.append(_("Finished: %(amount)s.") % {"amount": localize(self.owed.base)})
        if self.owed.tasks:
            said.append(self._tasks())
        if self.owed.sent_away and self.work.outcome == Participant.Outcome.FAULT:
            said.append(
                _("Could not go on for a fault of ours: %(amount)s.") % {"amount": localize(self.owed.sent_away)}
            )
        elif self.owed.sent_away:
            said.append(_("Sent away, for their time: %(amount)s.") % {"amount": localize(self.owed.sent_away)})
        if self.person.excluded_at and self.owed.amount:
            said.append(_("Excluded from the results, and owed all the same."))
        return said

    def _tasks(self) -> str:
        done = self.work.tasks + self.work.taken_back
        named = {
            "n": done,
            "amount": localize(self.owed.tasks),
            "surplus": self.work.surplus,
            "back": self.work.taken_back,
        }
        if self.work.taken_back:
            return (
                ngettext(
                    "%(n)d task: %(amount)s (%(back)d of them taken back since).",
                    "%(n)d tasks: %(amount)s (%(back)d of them taken back since).",
                    done,
                )
                % named
            )
        if self.work.surplus:
            return (
                ngettext(
                    "%(n)d task: %(amount)s (%(surplus)d of them more than was needed).",
                    "%(n)d tasks: %(amount)s (%(surplus)d of them more than was needed).",
                    done,
                )
                % named
            )
        return ngettext("%(n)d task: %(amount)s.", "%(n)d tasks: %(amount)s.", done) % named


@dataclass(frozen=True)
class PayTotals:
    """Sums over a study or a panel of it."""

    people: int
    owed: Decimal
    paid: Decimal
    due: Decimal
    people_due: int
    under_way: Decimal


def pay_lines(study: Study, *, panel: int | None = None, people: Iterable[int] | None = None) -> Iterator[PayLine]:
    """Yield the pay of everybody who came in person, in the order they came, of one panel if `panel` is its key."""
    found = _people(study)
    if panel is not None:
        found = found.filter(panel_entry__panel=panel)
    if people is not None:
        found = found.filter(pk__in=list(people))
    for person in found.iterator(chunk_size=2000):
        work = Work(
            outcome=person.outcome,
            is_finished=person.finished_at is not None,
            tasks=person.tasks_done,
            surplus=person.tasks_surplus,
            taken_back=person.tasks_taken_back,
        )
        yield PayLine(person, work, owed_for(work, study))


def totals(lines: Iterable[PayLine]) -> PayTotals:
    """Add up some people's pay."""
    people, people_due = 0, 0
    owed = paid = due = under_way = NOTHING
    for line in lines:
        people += 1
        paid += line.paid
        if not line.has_ended:
            under_way += line.owed.amount
            continue
        owed += line.owed.amount
        due += line.due
        people_due += line.is_due
    return PayTotals(people, owed, paid, due, people_due, under_way)


def _people(study: Study) -> QuerySet[Any]:
    given = Assessment.objects.filter(participant=OuterRef("pk")).order_by().values("participant")
    taken = Withdrawal.objects.filter(participant=OuterRef("pk")).order_by().values("participant")
    return (
        study.participants.filter(source__in=(Source.LINK, Source.PANEL))
        .annotate(
            tasks_done=_number(given.annotate(n=Count("pk"))),
            tasks_surplus=_number(given.annotate(n=Count("pk", filter=Q(is_surplus=True)))),
            tasks_taken_back=_number(taken.annotate(n=Sum("tasks"))),
        )
        .select_related("panel_entry__panel")
        .order_by("created_at", "pk")
    )


def _number(grouped: QuerySet[Any, Any]) -> Any:
    return Coalesce(Subquery(grouped.values("n"), output_field=IntegerField()), 0)
