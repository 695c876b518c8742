"""Names of static files."""

import json
import re

from django.conf import settings as configured
from django.core.management import call_command

from collective.web.static_files import CollectedOrPlainStorage


def storage(root, settings):
    settings.STATIC_ROOT = root
    settings.DEBUG = False
    return CollectedOrPlainStorage(location=str(root), base_url="/static/")


def test_a_collected_file_is_named_with_its_hash(tmp_path, settings):
    manifest = {"version": "1.1", "hash": "x", "paths": {"css/base.css": "css/base.0123456789ab.css"}}
    (tmp_path / "staticfiles.json").write_text(json.dumps(manifest))
    assert storage(tmp_path, settings).url("css/base.css") == "/static/css/base.0123456789ab.css"


def test_a_file_that_was_not_collected_keeps_its_name(tmp_path, settings):
    assert storage(tmp_path, settings).url("css/base.css") == "/static/css/base.css"


def test_everything_can_be_collected_and_modules_import_each_other_by_hashed_names(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    # The tests themselves use plain names; here it is about the configured storage.
    backend = "collective.web.static_files.CollectedOrPlainStorage"
    settings.STORAGES = {**configured.STORAGES, "staticfiles": {"BACKEND": backend}}
    call_command("collectstatic", interactive=False, verbosity=0)
    paths = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    modules = [(tmp_path / hashed).read_text() for name, hashed in paths.items() if name.startswith("js/")]
    imports = re.compile(r"""^import[^"';]*["']([^"'\n]+)["']""", re.MULTILINE)
    imported = {name for text in modules for name in imports.findall(text)}
    assert imported
    assert imported <= {f"./{hashed.removeprefix('js/')}" for hashed in paths.values()}
