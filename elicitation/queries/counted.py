"""Which answers count in results. Every reader of answers asks here, so that all leave out the same."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from elicitation.models import Exclusion


def counted(prefix: str = "", *, with_excluded: bool = False, as_of: datetime | None = None) -> Q:
    """Return the condition that an assessment counts.

    Left out are surplus ones, those of people a researcher has excluded (unless `with_excluded`), and those on
    attention items and re-tests, which say something about the person and not about the prompt.

    Args:
        prefix: the way to the assessment, e.g. "assessment__" for rankings.
        with_excluded: let the answers of excluded people count as well.
        as_of: leave out who was excluded at that time rather than now: what a run rests on must not change under it.
    """
    return stands(prefix, with_excluded=with_excluded, as_of=as_of) & counted_prompts(f"{prefix}prompt__")


def stands(prefix: str = "", *, with_excluded: bool = False, as_of: datetime | None = None) -> Q:
    """Return the condition that an assessment, on whatever prompt, is neither surplus nor of an excluded person."""
    kept = Q(**{f"{prefix}is_surplus": False})
    return kept if with_excluded else kept & _not_excluded(f"{prefix}participant", as_of)


def counted_prompts(prefix: str = "") -> Q:
    """Return the condition that answers to a prompt count: it is neither an attention item nor a re-test."""
    return Q(**{f"{prefix}attention_best": "", f"{prefix}retest_of__isnull": True})


def counted_scores(prefix: str = "", *, with_excluded: bool = False, as_of: datetime | None = None) -> Q:
    """Return the condition that a criterion's score counts; imported ones may belong to no assessment.

    `prefix` is the way to the score, e.g. "scores__" for criteria.
    """
    standing = standing_scores(prefix, with_excluded=with_excluded, as_of=as_of)
    return standing & counted_prompts(f"{prefix}criterion__prompt__")


def standing_scores(prefix: str = "", *, with_excluded: bool = False, as_of: datetime | None = None) -> Q:
    """Return the condition that a score, of a criterion of whatever prompt, is neither surplus nor of an excluded."""
    kept = Q(**{f"{prefix}assessment__isnull": True}) | Q(**{f"{prefix}assessment__is_surplus": False})
    return kept if with_excluded else kept & _not_excluded(f"{prefix}participant", as_of)


def _not_excluded(participant: str, as_of: datetime | None) -> Q:
    if as_of is None:
        return Q(**{f"{participant}__excluded_at__isnull": True})
    lifted_later = Q(lifted_at__isnull=True) | Q(lifted_at__gt=as_of)
    standing = Exclusion.objects.filter(lifted_later, participant=OuterRef(participant), excluded_at__lte=as_of)
    return Q(~Exists(standing))
