"""Names of static files."""

import json

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
