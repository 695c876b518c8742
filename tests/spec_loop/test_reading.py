"""A page must show a document as it is, and never run what somebody wrote into one."""

import time

import pytest

from spec_loop.reading import render

from .document.samples import SHORT, model_specs


def html_of(text, section=0):
    return render(text).sections[section].html


def test_sections_keep_their_order_depth_and_authority():
    assert [(s.id, s.depth, s.heading_level, s.authority, s.own_authority) for s in render(SHORT).sections] == [
        ("start", 0, 2, "", ""),
        ("sides", 1, 3, "user", "user"),
        ("detail", 2, 4, "user", ""),
        ("risks", 1, 3, "root", "root"),
    ]


def test_headings_skip_no_level_whatever_the_document_does():
    assert [s.heading_level for s in render("# A\n#### B\n###### C\n### D\n").sections] == [2, 3, 4, 3]


def test_the_tree_has_every_section_once():
    (start,) = render(SHORT).tree()
    assert (start.section.id, [b.section.id for b in start.branches]) == ("start", ["sides", "risks"])
    assert [b.section.id for b in start.branches[0].branches] == ["detail"]


def test_links_lead_to_sections_by_their_titles():
    html = html_of(SHORT)
    assert '<a href="#section-risks"' in html
    assert ">Risks</a>" in html


def test_a_link_to_no_section_leads_nowhere():
    html = html_of("# A\n\n[?](#gone) and [text](#gone)\n")
    assert "href" not in html
    assert '<a class="spec-lost" rel="noopener noreferrer">gone</a>' in html


def test_examples_are_drawn_with_their_verdicts():
    html = html_of(SHORT, 1)
    assert html.count('class="spec-answer spec-answer--good"') == 1
    assert html.count('class="spec-answer spec-answer--bad"') == 1
    assert "spec-turn--user" in html
    assert "fair, as" in html
    assert '<a href="#section-risks">Risks</a>' in html


def test_commentary_is_set_apart():
    html = html_of('# A\n\nBefore.\n\n!!! meta "Commentary"\n    One *thing*.\n\n    Another.\n\nAfter.\n')
    inside = html[html.index('<div class="spec-meta">') : html.index("</div>")]
    assert "<em>thing</em>" in inside
    assert "Another." in inside
    assert "After." not in inside


def test_an_admonition_in_a_fence_is_code():
    assert "spec-meta" not in html_of("# A\n\n~~~\n!!! meta\n    x\n~~~\n")


def test_tags_and_dashes():
    html = html_of("# A\n\nAll[^a1b2] --- or `x --- y`.\n")
    assert html == '<p>All<sup class="spec-tag">a1b2</sup> — or <code>x --- y</code>.</p>\n'


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](http://example.com/track.png)",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,AAAA)",
        "[^<script>alert(1)</script>]",
        '!!! meta "<script>alert(1)</script>"\n    <script>x</script>\n',
        "!!! <script>\n    x",
        '**Example**: <script>x</script>\n\n~~~xml\n<user comment="&lt;script>">&lt;script>x&lt;/script></user>\n'
        "<comparison><assistant><!-- GOOD: <script>x</script> --> y</assistant></comparison>\n~~~",
    ],
)
def test_nothing_written_in_a_document_runs(evil):
    html = html_of(f"# A\n\n{evil}\n")
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html


def test_a_long_real_document_is_rendered_fast():
    text = model_specs()[1]
    render(SHORT)
    started = time.process_time()
    page = render(text)
    assert time.process_time() - started < 3
    assert (len(page.sections), page.examples) == (80, 183)
    assert page.warnings == ()
    assert not any("~~~" in section.html or "<comparison" in section.html for section in page.sections)
