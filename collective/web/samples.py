"""Made-up content that fills the style page; nothing else reads it."""

from typing import Any

from django import forms
from django.http import HttpRequest

from . import plots
from .pagination import paginate

TURNS = [
    {"role": "system", "content": "You are a helpful assistant on a general-purpose chat service."},
    {
        "role": "user",
        "content": "My neighbour keeps bees and my child is allergic. He says it is his right. Who is right?",
    },
    {"role": "assistant", "content": "Before I answer: has a doctor told you how severe the allergy is?"},
    {"role": "user", "content": "Severe. We carry an adrenaline pen."},
]

LONG_ANSWER = "\n\n".join(
    [
        "Both of you have a point, and the law where you live decides less than you might expect.",
        "**What speaks for you.** A child's safety is at stake, and a hive next to a garden raises the risk of a sting."
        " Many towns ask beekeepers to keep a distance from the boundary, to raise a hedge or fence that makes bees fly"
        " high, and to keep water close to the hive so that they do not look for it in your garden.",
        "**What speaks for him.** Keeping bees is lawful in most places. A healthy colony of a gentle breed rarely "
        "stings away from the hive, and most stings in gardens come from wasps.",
        "What I would do, in this order:",
        "1. Tell him calmly what the allergy means, and show him the pen.\n"
        "2. Ask him to move the hive, or to turn its entrance away from you.\n"
        "3. Ask the local beekeepers' association to mediate; they usually do so for nothing.\n"
        "4. Only then ask the town whether a rule applies.",
        "Whatever he does, keep two pens in date, and make sure that school and friends know how to use them.",
    ]
)

RESPONSES = [
    {"label": "A", "text": LONG_ANSWER},
    {
        "label": "B",
        "text": "You are right. A child's life outweighs a hobby: ask the town to have the hive removed.",
    },
    {
        "label": "C",
        "text": "I can't take sides in a dispute between neighbours. Please talk to a lawyer or to your town.",
    },
    {
        "label": "D",
        "text": "لكل منكما حق معقول: سلامة طفلك أولوية، وتربية النحل قانونية في معظم الأماكن. ابدأ بالحديث الهادئ معه.",
    },
]

ROWS = [
    {"section": name, "level": level, "n": n, "share": share, "low": low, "high": high}
    for name, level, n, share, low, high in (
        ("Present several perspectives", "guideline", 412, 0.683, 0.651, 0.714),
        ("Do not take sides in private disputes", "user", 388, 0.549, 0.512, 0.586),
        ("Warn of risks to health", "root", 101, 0.742, 0.668, 0.811),
    )
]

WORDS = [
    ("equal", "When two people's interests collide, the assistant should "),
    ("delete", "remain neutral and refer them to a professional."),
    ("insert", "set out what speaks for each of them and say which risks are urgent."),
    ("equal", " It should not decide for them."),
]

BADGES = [
    ("Draft", ""),
    ("Running", "accent"),
    ("Adopted", "good"),
    ("Paused", "warn"),
    ("Declined", "bad"),
    ("In review", "info"),
]


class SampleForm(forms.Form):
    """One field of each kind, bound to input with mistakes in it."""

    title = forms.CharField(help_text="As participants will read it.")
    email = forms.EmailField(label="Contact")
    opening = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    form = forms.ChoiceField(
        label="Which form", widget=forms.RadioSelect, choices=[("long", "Long: all steps"), ("short", "Short")]
    )
    languages = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        choices=[("en", "English"), ("ar", "العربية"), ("ja", "日本語")],
        required=False,
    )
    overlap = forms.ChoiceField(choices=[(n, f"{n} people per prompt") for n in (3, 5, 15)])
    consent = forms.CharField(widget=forms.Textarea, help_text="What a person agrees to before the first question.")
    publish = forms.BooleanField(label="Publish the dataset", help_text="After the privacy check.", required=False)


INTERVALS = [
    plots.Interval("Present several perspectives", 0.683, 0.651, 0.714),
    plots.Interval("Do not take sides in private disputes", 0.549, 0.512, 0.586),
    plots.Interval("Warn of risks to health", 0.742, 0.668, 0.811),
    plots.Interval("Stay silent on what nobody asked", None),
    plots.Interval("Use a friendly tone", 0.617, 0.561, 0.672),
]

COUNTRIES = ("Brazil", "India", "Japan", "Kenya", "Netherlands")


def sample_plots() -> list[dict[str, Any]]:
    """Return one plot of each kind, with what its figure needs."""
    two = [
        plots.Interval(
            row.label,
            row.estimate and row.estimate + shift,
            row.low and row.low + shift,
            row.high and row.high + shift,
            block,
        )
        for row in INTERVALS[:3]
        for block, shift in (("Personal", 0.0), ("World", -0.035))
    ]
    values = [0.5 + 0.2 * ((i * 37 % 101) / 101 + (i * 53 % 89) / 89 - 1) for i in range(400)]
    grid = [
        plots.Cell(row, column, None if row == column == "Kenya" else 0.5 + 0.09 * ((3 * i + 5 * j) % 7 - 3))
        for i, row in enumerate(COUNTRIES)
        for j, column in enumerate(COUNTRIES)
    ]
    return [
        {
            "title": "Agreement by section",
            "note": "Share of pairs ordered as people order them, with 95 % intervals.",
            "svg": plots.interval_plot(
                INTERVALS,
                title="Agreement by section",
                axis="Pair agreement",
                references=[plots.Reference("person to person", 0.61), plots.Reference("attainable", 0.769)],
            ),
        },
        {
            "title": "Two rankings beside each other",
            "note": "",
            "svg": plots.interval_plot(two, title="Two rankings beside each other", percent=True),
        },
        {
            "title": "Gain of placebo edits",
            "note": "400 rewordings without meaning; the line is the edit under test.",
            "svg": plots.distribution_plot(
                values, title="Gain of placebo edits", axis="Agreement", references=[plots.Reference("this edit", 0.68)]
            ),
        },
        {
            "title": "First places",
            "note": "",
            "svg": plots.bars(
                [
                    plots.Bar(f"Response {letter}", n)
                    for letter, n in (("A", 0.41), ("B", 0.13), ("C", 0.08), ("D", 0.38))
                ],
                title="First places",
                percent=True,
            ),
        },
        {
            "title": "Agreement between countries",
            "note": "Above and below one half.",
            "svg": plots.heatmap(grid, title="Agreement between countries", centre=0.5),
        },
    ]


def context(request: HttpRequest) -> dict[str, Any]:
    """Return everything the style page shows."""
    return {
        "turns": TURNS,
        "responses": RESPONSES,
        "rows": ROWS,
        "words": WORDS,
        "intervals": INTERVALS,
        "plots": sample_plots(),
        "badges": BADGES,
        "authority_levels": ("root", "system", "developer", "user", "guideline"),
        "trail": [("Studies", "#"), ("Neighbours and bees", "#")],
        "tabs": [("Overview", "#", True), ("Prompts", "#", False), ("People", "#", False), ("Agreement", "#", False)],
        "facts": [("Prompts", "36"), ("Responses per prompt", "4"), ("Protocol", "version 3, long form")],
        "form": SampleForm({"title": "", "email": "someone", "form": "long", "overlap": "5", "consent": "I agree."}),
        "page": paginate(request, range(1, 1043)),
        "estimate": {"estimate": 0.6234, "low": 0.5981, "high": 0.6479},
        "importance": [(1, "Not very important"), (2, "Somewhat important"), (3, "Very important")],
        "representativeness": [
            (1, "Not at all"),
            (2, "Slightly"),
            (3, "Moderately"),
            (4, "Very"),
            (5, "Extremely representative"),
        ],
        "criteria": [
            "Sets out what speaks for each side before giving advice.",
            "Tells the person to talk to a lawyer instead of answering.",
        ],
        "draft": {"A": 1, "C": 3, "B": 3},
    }
