"""If these fail, the archive is not the one of the command line, or whoever should not gets it."""

import io
import zipfile

from datasets.exporting import export_study


def test_it_works(world, tmp_path):
    answer = world.researcher.get("/api/v1/studies/city/export/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    export_study(study=world.study, folder=tmp_path, by=None)
    assert {name: archive.read(name) for name in archive.namelist()} == {
        path.name: path.read_bytes() for path in tmp_path.iterdir()
    }
