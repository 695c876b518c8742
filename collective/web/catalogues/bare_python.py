"""Find sentences in Python code that nobody can translate, by the places where sentences for people stand.

Looked at are: labels, help texts, empty labels, choices, error messages and the like given to form fields; the labels
of enumerations' members; what `messages.*` says; the text of exceptions (those of the language and of Django's
machinery excepted, which people never read); and values under names such as "label" or "title" in calls. Also found
are ways in which a marked sentence stays English all the same: an f-string or a glued text inside `_()`, and `gettext`
called while a module is loaded, when no language has been chosen yet.

A line ending in `# not translated: <why>` is let pass.
"""

import ast
import re
from pathlib import Path

_SAYS = frozenset(
    ("label", "help_text", "empty_label", "legend", "hint", "title", "lead", "placeholder", "message", "error", "note")
)
_LAZY = frozenset({"gettext_lazy", "ngettext_lazy", "pgettext_lazy", "npgettext_lazy", "gettext_noop"})
_EAGER = frozenset({"gettext", "ngettext", "pgettext", "npgettext"})
_ENUMERATIONS = frozenset({"TextChoices", "IntegerChoices"})
_MESSAGES = frozenset({"success", "error", "warning", "info", "debug", "add_message"})
# What goes wrong inside the program, or is told to whoever runs it.
_FOR_PROGRAMMERS = frozenset(
    {
        "AssertionError",
        "AttributeError",
        "CommandError",
        "ImproperlyConfigured",
        "IndexError",
        "IntegrityError",
        "KeyError",
        "LookupError",
        "NotImplementedError",
        "OSError",
        "PermissionError",
        "RuntimeError",
        "SystemExit",
        "TransactionManagementError",
        "TypeError",
        "ValueError",
    }
)
# Rooms whose refusals are read by programs or by whoever runs the system: all of them speak English.
_SILENT_ROOMS = (
    "llm/",
    "measures/",
    "collective/api/",
    "collective/audit/",
    "collective/work/",
    "collective/embedded",
    "elicitation/panels/hearing",
    "elicitation/webhooks/",
)
_SENTENCE = re.compile(r"[A-Z][\w’',:]* .*[a-z]|^[A-Z][a-z]+[.!?]?$", re.DOTALL)
_EXCUSE = re.compile(r"#.*\bnot translated: \S")


def bare_sentences(path: Path, *, name: str) -> list[str]:
    """Return the sentences of a file that cannot be translated, as "line: what".

    Args:
        path: the file.
        name: its path within the project, which says what its exceptions are for.
    """
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    reader = _Reader(speaks_to_people=not name.startswith(_SILENT_ROOMS), eager=_names(tree, _EAGER))
    reader.translators = _names(tree, _EAGER | _LAZY)
    reader.visit(tree)
    lines = source.split("\n")
    return [
        f"{node.lineno}: {what}"
        for node, what in sorted(reader.found, key=lambda found: found[0].lineno)
        if not any(_EXCUSE.search(line) for line in lines[node.lineno - 1 : node.end_lineno])
    ]


def _names(tree: ast.Module, functions: frozenset[str]) -> set[str]:
    """Return the names by which a module calls some of Django's translating functions."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in functions
    }


class _Reader(ast.NodeVisitor):
    def __init__(self, *, speaks_to_people: bool, eager: set[str]) -> None:
        self.found: list[tuple[ast.expr, str]] = []
        self.translators: set[str] = set()
        self._speaks = speaks_to_people
        self._eager = eager
        self._depth = 0

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for default in [*node.args.defaults, *filter(None, node.args.kw_defaults), *node.decorator_list]:
            self.visit(default)
        self._depth += 1
        for statement in node.body:
            self.visit(statement)
        self._depth -= 1

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._depth += 1
        self.generic_visit(node)
        self._depth -= 1

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        bases = {_last_name(base) for base in node.bases}
        if bases & _ENUMERATIONS and self._speaks:
            for statement in node.body:
                if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Tuple):
                    self._note(statement.value.elts[-1], "label of a choice", any_words=True)
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store) and node.id in self.translators:
            self.found.append((node, f"{node.id} translates in this file: name the value otherwise"))

    def visit_comprehension(self, node: ast.comprehension) -> None:
        # Its names are its own.
        for part in [node.iter, *node.ifs]:
            self.visit(part)

    def visit_Raise(self, node: ast.Raise) -> None:
        call = node.exc
        if self._speaks and isinstance(call, ast.Call) and _last_name(call.func) not in _FOR_PROGRAMMERS:
            for argument in call.args:
                for text in argument.values if isinstance(argument, ast.Dict) else [argument]:
                    self._note(text, f"text of {_last_name(call.func)}")
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = _last_name(node.func)
        if name in self.translators and isinstance(node.func, ast.Name):
            self._look_at_translation(node, name)
            return
        if name in _MESSAGES and _owner(node.func) == "messages":
            for argument in node.args[1:]:
                self._note(argument, "message", any_words=True)
        if self._speaks and not _is_of_models(node.func):
            self._look_at_keywords(node)
        if name == "add_error" and len(node.args) == 2:
            self._note(node.args[1], "error of a form")
        self.generic_visit(node)

    def _look_at_keywords(self, node: ast.Call) -> None:
        for keyword in node.keywords:
            if keyword.arg in _SAYS:
                self._note(keyword.value, f"{keyword.arg}")
            elif keyword.arg == "error_messages" and isinstance(keyword.value, ast.Dict):
                for value in keyword.value.values:
                    self._note(value, "error message", any_words=True)
            elif keyword.arg == "choices" and isinstance(keyword.value, ast.List | ast.Tuple):
                for choice in keyword.value.elts:
                    if isinstance(choice, ast.Tuple):
                        self._note(choice.elts[-1], "label of a choice", any_words=True)

    def _look_at_translation(self, node: ast.Call, name: str) -> None:
        if self._depth == 0 and name in self._eager:
            self.found.append((node, f"{name}() while the module is loaded: use the lazy form"))
        for argument in node.args[:1]:
            # A name stands for a text that is marked elsewhere; anything put together here is in no catalogue.
            if isinstance(argument, ast.JoinedStr | ast.BinOp | ast.Call):
                self.found.append((node, f"{name}() of something that is not a plain text"))

    def _note(self, value: ast.expr, what: str, *, any_words: bool = False) -> None:
        text = _text_of(value)
        if text and (_SENTENCE.search(text) or (any_words and re.search(r"[^\W\d_]{2,}", text))):
            self.found.append((value, f'{what}: "{text[:80]}"'))


def _text_of(value: ast.expr) -> str:
    """Return a text that is written down as such: plain, with values filled in, or put together of several."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value
    if isinstance(value, ast.JoinedStr):
        return "".join(_text_of(part) if isinstance(part, ast.Constant) else "…" for part in value.values)
    if isinstance(value, ast.BinOp):
        return _text_of(value.left) or _text_of(value.right)
    if isinstance(value, ast.IfExp):
        return _text_of(value.body) or _text_of(value.orelse)
    return ""


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _owner(node: ast.expr) -> str:
    return _last_name(node.value) if isinstance(node, ast.Attribute) else ""


def _is_of_models(node: ast.expr) -> bool:
    """Return whether a column is described: only the admin's tables show that, to whoever runs the system."""
    return _owner(node) in {"models", "pydantic"} or _last_name(node) in {"Field", "ArrayField", "Argument"}
