"""Texts of people and models as HTML: what would be lost is that they cannot do anything to the reader."""

from html.parser import HTMLParser

import pytest

from collective.web.prose import ALLOWED_TAGS, render_prose


class Elements(HTMLParser):
    """Collects what a browser would make elements and attributes of."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.addresses = set(), set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.addresses += [value for name, value in attrs if name in {"href", "src"}]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src="https://example.org/pixel.png" onerror="alert(1)">',
        "[press](javascript:alert(1))",
        "![pixel](https://example.org/pixel.png)",
        '<p style="position:fixed">over everything</p>',
        '[x](https://example.org "onmouseover=alert(1)")',
    ],
)
def test_nothing_active_or_fetched_survives(text):
    parser = Elements()
    parser.feed(render_prose(text))
    assert parser.tags <= ALLOWED_TAGS
    assert parser.attributes <= {"class", "rel", "href", "title"}
    assert not any(address.startswith("javascript:") for address in parser.addresses)


def test_markdown_reads_as_it_was_meant():
    html = render_prose("# Title\n\nFirst **bold**\nsecond line\n\n1. one\n2. two")
    assert html == (
        '<p class="prose__heading">Title</p>\n<p>First <strong>bold</strong><br>\nsecond line</p>\n'
        "<ol>\n<li>one</li>\n<li>two</li>\n</ol>\n"
    )


def test_a_link_takes_nothing_along():
    assert 'rel="noopener noreferrer nofollow"' in render_prose("[site](https://example.org)")


def test_signs_that_are_not_markup_stay():
    assert "5 &lt; 7 &amp; 3 &gt; 2" in render_prose("5 < 7 & 3 > 2")
