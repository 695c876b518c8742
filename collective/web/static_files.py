"""Names of static files: with their hash once they are collected, plain before that."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class CollectedOrPlainStorage(CompressedManifestStaticFilesStorage):
    """Name a file as the manifest of `collectstatic` does; one that was not collected keeps its plain name.

    Pages can so be rendered by a command or a check in a fresh clone, where WhiteNoise finds the files themselves.
    """

    manifest_strict = False
    support_js_module_import_aggregation = True  # modules import each other by their hashed names
    # Ours do; in libraries, `import(...)` may stand in a comment and name what is not there.
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Start with no addresses known."""
        super().__init__(*args, **kwargs)
        self._addresses: dict[tuple[str | None, bool], str] = {}

    def url(self, name: str | None, force: bool = False) -> str:
        """Return the address of a file. It is worked out once: a page names twenty files."""
        if (name, force) not in self._addresses:
            self._addresses[name, force] = str(super().url(name, force))
        return self._addresses[name, force]

    def stored_name(self, name: str) -> str:
        """Return the name that the file is served under."""
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name
