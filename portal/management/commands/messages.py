"""Collect the texts, merge them into the Swedish catalogue and compile it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import translations


class Command(BaseCommand):
    help = "Collect texts from code and templates, merge them into the catalogue, compile it."
    requires_system_checks = []  # a half-written page must not stop its translation

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--compile", action="store_true", help="only compile")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            if not options["compile"]:
                self.merge()
            translations.compile_stale()
        except translations.BrokenTranslation as error:
            raise CommandError(str(error)) from None

    def merge(self) -> None:
        merged = translations.merge(translations.collect(), translations.read())
        translations.store(merged)
        missing = translations.untranslated(merged)
        self.stdout.write(f"{len(merged)} texts, {len(missing)} without Swedish.")
        for text in missing:
            self.stdout.write(f"  {text}")
