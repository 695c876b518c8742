"""`manage.py agreement STUDY --document NAME --ranker offline|openai:MODEL|file:PATH`."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from elicitation.models import Block, Study
from llm.errors import GatewayError
from spec_loop.agreement import (
    SMALLEST_GROUP,
    NoRankings,
    StudyAgreement,
    choose_block,
    excluded_rankers,
    load_groups,
    load_rankings,
    measure_study,
    ranked_by_key,
)
from spec_loop.document import spec_text
from spec_loop.models import SpecVersion
from spec_loop.rankers import Ranker, UnknownRanker, Verdicts, collect_verdicts, parse_ranker
from spec_loop.ranking_files import BadRankingFile, write_rankings
from spec_loop.versions import NoSuchDocument, find_version, get_document

FEWEST_RESAMPLES, MOST_RESAMPLES = 1, 100_000


class Command(BaseCommand):
    help = "Measure how well a ranker that follows a spec agrees with the people of a study."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        # --version is the spec's here, and no longer Django's.
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", help="the study's name in addresses")
        parser.add_argument("--document", required=True, help="the spec's name")
        parser.add_argument("--ranker", required=True, help="offline, openai:MODEL or file:PATH")
        parser.add_argument(
            "--version", default="", help="the beginning of a version's hash; the current one without it"
        )
        parser.add_argument("--block", choices=Block.values, help="personal where there are any, unless said")
        parser.add_argument(
            "--with-excluded", action="store_true", help="count also the people whom a researcher has excluded"
        )
        parser.add_argument("--resamples", type=int, default=1000, help="of the bootstrap (1000)")
        parser.add_argument("--seed", type=int, default=0, help="decides the resamples (0)")
        parser.add_argument("--rankings-out", type=Path, help="write the ranker's rankings there, as JSON Lines")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not FEWEST_RESAMPLES <= options["resamples"] <= MOST_RESAMPLES:
            raise CommandError(f"--resamples goes from {FEWEST_RESAMPLES} to {MOST_RESAMPLES}.", returncode=2)
        if options["seed"] < 0:
            raise CommandError("--seed is a whole number from 0 on.", returncode=2)
        study = _study(options["study"])
        try:
            version = _version(options["document"], options["version"])
            ranker = parse_ranker(options["ranker"])
            found, verdicts = self._measure(study, version, ranker, options)
        except (NoSuchDocument, UnknownRanker, BadRankingFile, NoRankings, GatewayError) as error:
            raise CommandError(str(error), returncode=2) from error
        about = {
            "study": study.slug,
            "document": version.document.name,
            "version": version.hash,
            "ranker": ranker.name,
            "resamples": options["resamples"],
            "seed": options["seed"],
            "excluded_people": excluded_rankers(study, found.block),
            "with_excluded": options["with_excluded"],
            "failed": dict(verdicts.failed),
        }
        if options["json"]:
            self.stdout.write(json.dumps(found.to_json() | about, ensure_ascii=False))
        else:
            self._print(found, about, ranker)

    def _measure(
        self, study: Study, version: SpecVersion, ranker: Ranker, options: dict[str, Any]
    ) -> tuple[StudyAgreement, Verdicts]:
        block, spec = choose_block(study, options["block"]), spec_text(version.text)
        people = load_rankings(study, block, with_excluded=options["with_excluded"])
        if not len(people.rankings):
            raise NoRankings(f"Nobody has ranked anything in the block {block.value} of the study {study.slug}.")
        verdicts = collect_verdicts(
            study=study, spec=spec, ranker=ranker, account=f"agreement:{study.slug}", progress=self._progress
        )
        if options["rankings_out"]:
            _write(options["rankings_out"], people, verdicts)
        found = measure_study(
            people,
            {pk: ranked.order for pk, ranked in verdicts.ranked.items()},
            block=block,
            spec=spec,
            relevant=verdicts.relevant,
            groups=load_groups(study),
            resamples=options["resamples"],
            seed=options["seed"],
        )
        return found, verdicts

    def _progress(self, done: int, total: int) -> None:
        if self.stderr.isatty() and (done % 10 == 0 or done == total):
            self.stderr.write(f"\rranked {done} of {total} prompts", ending="\n" if done == total else "")

    def _print(self, found: StudyAgreement, about: dict[str, Any], ranker: Ranker) -> None:
        write, overall = self.stdout.write, found.overall
        write(f"{about['study']}, {found.block.value} rankings, against {ranker.name} by {about['document']}")
        write(
            f"version {about['version'][:12]}, {about['resamples']:,} resamples of prompts and people, 95 % intervals"
        )
        if ranker.is_offline:
            write("The offline baseline is a lexical control and not a language model.")
        write(
            f"{overall.prompts:,} prompts, {overall.assessments:,} rankings, {overall.all_tied:,} more tie everything"
        )
        if about["excluded_people"]:
            counted = (
                "they count here as well"
                if about["with_excluded"]
                else "they are left out; --with-excluded counts them"
            )
            write(f"People excluded by a researcher: {about['excluded_people']:,}; {counted}.")
        if found.not_ranked:
            write(f"{found.not_ranked:,} prompts that people ranked were not ranked by the ranker and do not count.")
        write("")
        for label, name in _FIGURES:
            write(f"  {label:<32}{_written(getattr(overall, name))}")
        self._print_sections(found)
        self._print_groups(found)
        for key, reason in about["failed"].items():
            self.stderr.write(f"Not ranked: {key}: {reason}")

    def _print_sections(self, found: StudyAgreement) -> None:
        if found.by_section:
            self.stdout.write("\nPair agreement by section (prompts on which it bears most)")
        for section in found.by_section:
            estimate = _written(section.agreement.pair_agreement)
            self.stdout.write(f"  {section.id[:40]:<42}{estimate}  {section.agreement.prompts:,} prompts")

    def _print_groups(self, found: StudyAgreement) -> None:
        question = ""
        for group in found.by_group:
            if group.question != question:
                question = group.question
                self.stdout.write(f"\nPair agreement by {question}")
            figure = (
                _written(group.agreement.pair_agreement) if group.agreement else f"fewer than {SMALLEST_GROUP} people"
            )
            self.stdout.write(f"  {group.value[:40]:<42}{figure}  {group.people:,} people")


_FIGURES = (
    ("pair agreement", "pair_agreement"),
    ("tau-b", "tau_b"),
    ("top choice", "top_choice"),
    ("tau-b with the crowd's order", "aggregate"),
    ("person to person", "person_to_person"),
    ("attainable by one ranking", "attainable"),
    ("share of the attainable", "share_of_attainable"),
)


def _written(value: Any) -> str:
    if value.estimate is None:
        return "not defined            "
    if value.low is None:
        return f"{value.estimate:.3f}                  "
    return f"{value.estimate:.3f} ({value.low:.3f} to {value.high:.3f})"


def _study(slug: str) -> Study:
    study = Study.objects.filter(slug=slug).first()
    if study is None:
        raise CommandError(f"There is no study {slug!r}.", returncode=2)
    return study


def _version(name: str, prefix: str) -> SpecVersion:
    document = get_document(name)
    version = find_version(document, prefix.lower()) if prefix else document.current
    if version is None:
        raise NoSuchDocument(f"The document {name!r} has no version yet.")
    return version


def _write(path: Path, people: Any, verdicts: Verdicts) -> None:
    try:
        write_rankings(path, ranked_by_key(people, verdicts.ranked))
    except OSError as error:
        raise CommandError(f"{path}: the file cannot be written ({error.strerror}).", returncode=2) from error
