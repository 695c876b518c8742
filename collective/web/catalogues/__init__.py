"""Catalogues of the interface's sentences: found in the code, checked against it, compiled, handed to translators.

Catalogues lie in `locale/<language>/LC_MESSAGES/django.po`. What Django reads are the `.mo` files beside them, which
are made on the user's machine (`compiling.compile_stale`) and not kept in the repository. Babel does the reading and
writing, so that no GNU gettext need be installed.
"""
