"""How a person's way can end, in the words they read: kind, plain, and with what happens next."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from elicitation.models import Participant

Outcome = Participant.Outcome


@dataclass(frozen=True)
class Ending:
    """What the last page says: a heading and a sentence or two. `is_done` where everything was given."""

    heading: str
    text: str = ""
    is_done: bool = False


def ending_of(outcome: str) -> Ending:
    """Return what to say of an outcome."""
    return _endings()[Outcome(outcome)]


def _endings() -> dict[Outcome, Ending]:
    return {
        Outcome.COMPLETE: Ending(_("Thank you. That was all."), is_done=True),
        Outcome.SCREENED_OUT: Ending(
            _("Thank you for your interest"),
            _(
                "This study is looking for people of other groups at the moment, so we cannot take you in. That is no "
                "judgement of you or of your answers."
            ),
        ),
        Outcome.QUOTA_FULL: Ending(
            _("All places are taken"),
            _(
                "The study wants to hear from many different people, and as many with answers like yours as it needs "
                "have come already. Thank you for being ready to take part."
            ),
        ),
        Outcome.NO_CONSENT: Ending(_("Thank you for reading this"), _("You will not take part.")),
        Outcome.FAILED_CHECKS: Ending(
            _("This is where it ends for you"),
            _(
                "Some of your answers did not fit what was asked at these places, so we give you no further tasks. If "
                "you think that this is a mistake, please write to those who invited you."
            ),
        ),
        Outcome.FAULT: Ending(
            _("We are sorry that it did not work"),
            _("Something went wrong on our side. It is not your fault, and those who run the study are told."),
        ),
        Outcome.RETURNED: Ending(
            _("You gave this study back"),
            _(
                "We were told that you returned the study, or that the time for it ran out there. Your place was given "
                "to somebody else."
            ),
        ),
        Outcome.TIMED_OUT: Ending(
            _("The time for your answers is over"),
            _("The days in which you could answer have passed, so we give you no further tasks."),
        ),
        Outcome.WITHDRAWN: Ending(
            _("You took back what you gave"),
            _("Your answers count no longer, and they will be in nothing that is published from now on."),
        ),
    }
