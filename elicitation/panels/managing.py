"""Make and change a study's panels."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from collective.accounts.models import User
from collective.audit.chain import record
from elicitation.models import Panel, Study

from . import templates
from .presets import PRESETS
from .returning import CODED

FIELDS: Final = (
    "name",
    "id_parameter",
    "captured_parameters",
    "codes",
    "return_url",
    "signature",
    "webhook_secret",
    "is_active",
)
MOST_CAPTURED: Final = 10
LONGEST_CODE: Final = 300
_PARAMETER: Final = re.compile(r"[A-Za-z0-9_.-]{1,50}")
_RESERVED: Final = {"invited", "language"}
_CODE: Final = re.compile(r"[!-~]+")


class PanelRefused(Exception):
    """The panel cannot be so; `errors` says why, in sentences, by field (a code's is `codes.OUTCOME`)."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


@transaction.atomic
def add_panel(*, by: User | None, study: Study, preset: str, **fields: Any) -> Panel:
    """Give a study a panel made from a preset; `fields` (of `FIELDS`) take the place of the preset's values.

    Raises `PanelRefused`, and `KeyError` for a preset that does not exist.
    """
    origin = PRESETS[preset]
    panel = Panel(
        study=study,
        preset=preset,
        name=str(origin.name),
        id_parameter=origin.id_parameter,
        captured_parameters=list(origin.captured_parameters),
        return_url=origin.return_url,
        signature=origin.signature,
    )
    _set(panel, fields)
    panel.save()
    record(
        by=by,
        action="panel.added",
        target=f"panel:{panel.pk}",
        study=study.slug,
        details={"preset": preset, **_said(panel, FIELDS)},
    )
    return panel


@transaction.atomic
def change_panel(*, by: User | None, panel: Panel, **fields: Any) -> Panel:
    """Change a panel, and record what was and what is; what stays the same leaves no trace. Raises `PanelRefused`.

    The parameter that names people stays once somebody has come by it.
    """
    kept = Panel.objects.select_for_update().select_related("study").get(pk=panel.pk)
    before = {name: getattr(kept, name) for name in FIELDS}
    said_before = _said(kept, FIELDS)
    _set(kept, fields)
    changed = [name for name in FIELDS if getattr(kept, name) != before[name]]
    if "id_parameter" in changed and kept.entries.exists():
        raise PanelRefused(
            {"id_parameter": _("People have come by this parameter: it stays. Add another panel for another one.")}
        )
    if changed:
        kept.save(update_fields=changed)
        said = _said(kept, changed)
        record(
            by=by,
            action="panel.changed",
            target=f"panel:{kept.pk}",
            study=kept.study.slug,
            details={name: {"from": said_before[name], "to": said[name]} for name in changed},
        )
    return kept


@transaction.atomic
def admit_open_link(*, by: User | None, study: Study, admits: bool) -> None:
    """Say whether people without a panel's id or an invitation may take part while a panel is active."""
    kept = Study.objects.select_for_update().get(pk=study.pk)
    if kept.admits_open_link != admits:
        kept.admits_open_link = admits
        kept.save(update_fields=["admits_open_link"])
        details = {"admits_open_link": {"from": not admits, "to": admits}}
        record(by=by, action="study.changed", target=f"study:{kept.pk}", study=kept.slug, details=details)
    study.admits_open_link = admits


def _set(panel: Panel, fields: Mapping[str, Any]) -> None:
    if unknown := set(fields) - set(FIELDS):
        raise TypeError(f"not a field of a panel: {', '.join(sorted(unknown))}")
    for name, value in fields.items():
        setattr(panel, name, value.strip() if isinstance(value, str) else value)
    panel.codes = {outcome: str(code).strip() for outcome, code in panel.codes.items() if str(code).strip()}
    if errors := {name: problem for name, problem in _problems(panel) if problem}:
        raise PanelRefused(errors)


def _problems(panel: Panel) -> list[tuple[str, str]]:
    known = ["code", "id", *panel.captured_parameters]
    return [
        ("name", _name_problem(panel)),
        ("id_parameter", _parameter_problem(panel.id_parameter) or _double_problem(panel)),
        ("captured_parameters", _captured_problem(panel.id_parameter, panel.captured_parameters)),
        ("return_url", _return_problem(panel.return_url, known)),
        ("signature", "" if panel.signature in Panel.Signature.values else _("There is no such signature.")),
        ("webhook_secret", _("This is too long.") if len(panel.webhook_secret) > 200 else ""),
        *((f"codes.{outcome}", _code_problem(outcome, code, known)) for outcome, code in panel.codes.items()),
    ]


def _name_problem(panel: Panel) -> str:
    if not panel.name or len(panel.name) > 100:
        return _("Give it a name of at most 100 characters.")
    others = panel.study.panels.exclude(pk=panel.pk)
    return _("There is a panel of this name in the study already.") if others.filter(name=panel.name).exists() else ""


def _parameter_problem(name: str) -> str:
    if not _PARAMETER.fullmatch(name):
        return _("A parameter's name is made of letters, digits and the characters _ . - alone, 50 at most.")
    if name in _RESERVED:
        return _("%(name)s has another meaning in the study's link.") % {"name": name}
    return ""


def _double_problem(panel: Panel) -> str:
    rivals = panel.study.panels.exclude(pk=panel.pk).filter(is_active=True, id_parameter=panel.id_parameter)
    if panel.is_active and rivals.exists():
        return _("Another active panel names people by this parameter: they could not be told apart.")
    return ""


def _captured_problem(id_parameter: str, names: Sequence[str]) -> str:
    if len(names) > MOST_CAPTURED or len(set(names)) < len(names):
        return _("Give at most %(most)d parameters, each once.") % {"most": MOST_CAPTURED}
    for name in names:
        if problem := _parameter_problem(name):
            return problem
        if name in {"code", "id", id_parameter}:
            return _("%(name)s has another meaning here.") % {"name": name}
    return ""


def _return_problem(template: str, known: Sequence[str]) -> str:
    if not template:
        return ""
    if len(template) > 500:
        return _("This is too long.")
    return templates.problem_with(template, known)


def _code_problem(outcome: str, code: str, known: Sequence[str]) -> str:
    if outcome not in CODED:
        return _("There is no code for this outcome.")
    if len(code) > LONGEST_CODE:
        return _("This is too long.")
    if code.startswith("https://"):
        return templates.problem_with(code, [name for name in known if name != "code"])
    return "" if _CODE.fullmatch(code) else _("A code has no spaces and no letters but a to z.")


def _said(panel: Panel, names: Sequence[str]) -> dict[str, Any]:
    """Return what the audit log says of a panel's fields; of the secret only whether there is one."""
    said = {name: getattr(panel, name) for name in names}
    if "webhook_secret" in said:
        said["webhook_secret"] = "set" if panel.webhook_secret else ""
    return said
