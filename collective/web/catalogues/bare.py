"""Find every sentence of the project that cannot be translated."""

from . import bare_python, bare_scripts, bare_templates, sources


def everywhere() -> list[str]:
    """Return what would be shown in English in every language, as "file:line: what"."""
    found = []
    for path in sources.python_files():
        name = sources.relative(path)
        found += [f"{name}:{what}" for what in bare_python.bare_sentences(path, name=name)]
    for path in sources.templates():
        found += [f"{sources.relative(path)}:{what}" for what in bare_templates.bare_words(path)]
    for path in sources.scripts():
        found += [f"{sources.relative(path)}:{what}" for what in bare_scripts.bare_words(path)]
    return found
