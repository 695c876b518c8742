"""Names of static files: with their hash once they are collected, plain before that."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class CollectedOrPlainStorage(CompressedManifestStaticFilesStorage):
    """Name a file as the manifest of `collectstatic` does; one that was not collected keeps its plain name.

    Pages can so be rendered by a command or a check in a fresh clone, where WhiteNoise finds the files themselves.
    """

    manifest_strict = False
    support_js_module_import_aggregation = True  # modules import each other by their hashed names

    def stored_name(self, name: str) -> str:
        """Return the name that the file is served under."""
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name
