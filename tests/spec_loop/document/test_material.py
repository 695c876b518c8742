"""What a language model is told must be the document, section by section."""

from spec_loop.document import spec_hash, spec_text

from .samples import SHORT


def test_it_holds_the_text_and_its_sections():
    told = spec_text(SHORT)
    assert (told.hash, told.text) == (spec_hash(SHORT), SHORT)
    assert [(s.id, s.title, s.authority) for s in told.sections] == [
        ("start", "Start", ""),
        ("sides", "Sides", "user"),
        ("detail", "Detail", "user"),
        ("risks", "Risks", "root"),
    ]
    assert "".join(section.text for section in told.sections) == SHORT


def test_it_is_made_once_per_text():
    assert spec_text(SHORT) is spec_text(str(SHORT.encode(), "utf-8"))
