"""Documents for tests: the real ones where they lie beside the checkout, a short one, and made-up ones."""

from pathlib import Path

import pytest
from hypothesis import strategies as st

from tests.real_data import find_real_data, real_data

ROOT = Path(__file__).resolve().parents[3]
DEMO = ROOT / "datasets" / "demo" / "content" / "spec.md"


_FOLDER = find_real_data("model_spec")
_REAL = sorted(_FOLDER.glob("*.md")) if _FOLDER else []
real_specs = pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=path.stem) for path in [DEMO, *_REAL]],
)


def model_specs() -> list[str]:
    """Return the two public Model Specs, older first; skip the test where they are not at hand."""
    return [path.read_bytes().decode() for path in sorted(real_data("model_spec").glob("*.md"))]


SHORT = """\
# Start {#start}

Opening words, see [?](#risks).

## Sides {#sides authority=user tags=politics,faith}

The assistant should name both sides. It should be brief.

**Example**: a quarrel

~~~xml
<user>
Who is right?
</user>
<comparison>
<assistant> <!-- GOOD: fair, as [?](#sides) asks -->
Both have a point.
</assistant>
<assistant> <!-- BAD[#risks] -->
You are.
</assistant>
</comparison>
~~~

### Detail {#detail}

One more thing.

## Risks {#risks authority=root}

Warn of danger.
"""

_word = st.sampled_from(
    ["assistant", "should", "person", "never", "risk", "answer", "Ä", "说", "a.b", "**bold**", "x=1"]
)
_sentence = st.lists(_word, min_size=1, max_size=8).map(" ".join)
_level = st.integers(1, 4)
_authority = st.sampled_from(["", " authority=root", " authority=user", " authority=guideline tags=t"])
_fenced = st.sampled_from(
    [
        "~~~\n# not a heading {#no}\n~~~",
        "```python\n## nor this\n~~~\n```",
        "~~~xml\n<user>\n# nor here\n</user>\n~~~",
        "!!! meta\n    ~~~\n    # x\n    ~~~",
        "<!--\n# hidden\n-->",
        "1. item\n   ```\n   # y\n   ```",
    ]
)
_example = st.builds(
    "**Example**: {}\n\n~~~xml\n<user>\n{}\n</user>\n<comparison>\n<assistant> <!-- GOOD: {} -->\n{}\n</assistant>\n"
    "</comparison>\n~~~".format,
    _sentence,
    _sentence,
    _sentence,
    _sentence,
)
_block = st.one_of(_sentence, _sentence, _fenced, _example)


@st.composite
def documents(draw: st.DrawFn, *, newline: str | None = None) -> str:
    """Draw a valid document: sections of any depth, with ids or without."""
    blocks = []
    for number in range(draw(st.integers(1, 6))):
        name = draw(st.sampled_from(["", f" {{#s{number}{draw(_authority)}}}"]))
        blocks.append("#" * draw(_level) + f" {draw(_sentence)}{name}")
        blocks.extend(draw(st.lists(_block, max_size=3)))
    end = draw(st.sampled_from(["", "\n", "\n\n"]))
    return ("\n\n".join(blocks) + end).replace("\n", newline or draw(st.sampled_from(["\n", "\r\n"])))
