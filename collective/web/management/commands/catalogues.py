"""`manage.py catalogues`: keep the catalogues of sentences up to date, check and compile them, serve translators."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from collective.web.catalogues import bare, checking, compiling, exchange, extracting, files


class Command(BaseCommand):
    help = "Bring the catalogues of the interface's sentences up to date, check them, compile them."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("languages", nargs="*", metavar="LANGUAGE", help="codes; all languages where none is given")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--update", action="store_true", help="put the code's messages into the catalogues")
        what.add_argument("--check", action="store_true", help="say what is missing or wrong, in code and catalogues")
        what.add_argument("--compile", action="store_true", help="make the files that the pages read")
        what.add_argument("--missing", metavar="FOLDER", type=Path, help="write what is not translated, as JSON")
        what.add_argument("--merge", metavar="FOLDER", type=Path, help="take translations: LANGUAGE-*.translated.json")
        parser.add_argument("--size", type=int, default=150, help="messages in a file of --missing (150)")
        parser.add_argument(
            "--origin", choices=files.ORIGINS, default="", help="where the merged translations are from"
        )

    def handle(self, *_args: Any, languages: list[str], **options: Any) -> None:
        languages = languages or list(files.PLURAL_FORMS)
        unknown = set(languages) - set(files.PLURAL_FORMS)
        if unknown:
            raise CommandError(f"No catalogue is kept of: {', '.join(sorted(unknown))}.")
        if options["compile"]:
            self.stdout.write(f"{len(compiling.compile_stale())} catalogues compiled.")
        elif options["check"]:
            self._check(languages)
        else:
            found = extracting.extract()
            for language in languages:
                self._work_on(language, found, options)

    def _work_on(self, language: str, found: Any, options: dict[str, Any]) -> None:
        if options["update"]:
            files.write(language, files.update(language, found))
            self.stdout.write(f"{language}: {len(found)} messages.")
        elif options["missing"]:
            for path in exchange.write_missing(language, found, to=options["missing"], size=options["size"]):
                self.stdout.write(str(path))
        else:
            self._merge(language, found, options["merge"], options["origin"])

    def _merge(self, language: str, found: Any, folder: Path, origin: str) -> None:
        answered = sorted(folder.glob(f"{language}-*.translated.json"))
        pairs = [(path.with_name(path.name.replace(".translated", "")), path) for path in answered]
        merged = exchange.merge(language, found, pairs, origin=origin)
        self.stdout.write(f"{language}: {merged.taken} translations taken, {len(merged.refused)} refused.")
        for refusal in merged.refused:
            self.stdout.write(f"  {refusal}")

    def _check(self, languages: list[str]) -> None:
        found, offered = extracting.extract(), dict(settings.LANGUAGES)
        problems = bare.everywhere()
        for language in languages:
            problems += checking.problems(language, found, must_be_complete=language in offered)
        for problem in problems:
            self.stdout.write(problem)
        if problems:
            raise CommandError(f"{len(problems)} problems.")
        self.stdout.write(f"{len(found)} messages, nothing wrong.")
