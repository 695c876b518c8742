"""Which assessments count in results. Every reader of answers asks here, so that all leave out the same."""

from django.db.models import Q


def counted(prefix: str = "", *, with_excluded: bool = False) -> Q:
    """Return the condition that an assessment counts.

    Left out are surplus ones, those of people a researcher has excluded (unless `with_excluded`), and those on
    attention items and re-tests, which say something about the person and not about the prompt.

    Args:
        prefix: the way to the assessment, e.g. "assessment__" for rankings.
    """
    condition = Q(
        **{
            f"{prefix}is_surplus": False,
            f"{prefix}prompt__attention_best": "",
            f"{prefix}prompt__retest_of__isnull": True,
        }
    )
    if not with_excluded:
        condition &= Q(**{f"{prefix}participant__excluded_at__isnull": True})
    return condition
