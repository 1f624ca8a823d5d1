"""``pitlane messages``: bring the translation catalogues up to the texts, or check that they are complete."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError

from pitlane.core import catalogues, translation

try:
    import opencc
except ImportError:  # only people who change texts need the converter
    opencc = None  # type: ignore[assignment]


class Command(BaseCommand):
    """Texts are Simplified Chinese in the source; English is written by people, Traditional Chinese is derived."""

    help = "Update the translation catalogues (all domains, or those named); --check only looks."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("domain", nargs="*", help="only these domains")
        parser.add_argument("--check", action="store_true", help="fail when a catalogue is incomplete or stale")
        parser.add_argument("--compile", action="store_true", help="only compile what changed")
        parser.add_argument("--missing", action="store_true", help="list texts without English, as YAML to fill in")
        parser.add_argument("--fill", type=Path, metavar="FILE", help="YAML of Chinese: English for empty entries")

    def handle(self, *args: Any, **options: Any) -> None:
        folders = translation.domains(options["domain"])
        if not options["compile"]:
            self._work(folders, options)
        if not options["check"] and not options["missing"]:
            self.stdout.write(f"{catalogues.compile_stale()} catalogues compiled")

    def _work(self, folders: list[Path], options: dict[str, Any]) -> None:
        if options["check"]:
            self._check(folders)
        elif options["missing"]:
            self._missing(folders)
        else:
            self._update(folders)
        if options["fill"]:
            wanted = yaml.safe_load(options["fill"].read_text(encoding="utf-8")) or {}
            self.stdout.write(f"{sum(translation.fill(folder, wanted) for folder in folders)} texts filled in")

    def _update(self, folders: list[Path]) -> None:
        convert = translation.with_overrides(_converter())
        memory = translation.memory_of(translation.domains())
        for folder in folders:
            translation.update(folder, convert, memory)

    def _missing(self, folders: list[Path]) -> None:
        for folder in folders:
            catalog = translation.load(translation.catalogue_path(folder, "en"), "en")
            texts = [
                translation.singular_of(m) for m in translation.entries_of(catalog) if not translation.is_translated(m)
            ]
            if texts:
                empty = yaml.safe_dump(dict.fromkeys(texts, ""), allow_unicode=True, sort_keys=False, width=10_000)
                self.stdout.write(f"# {folder.name}\n{empty}")

    def _check(self, folders: list[Path]) -> None:
        found = [flaw for folder in folders for flaw in translation.problems(folder)]
        found += self._derived(folders)
        for warning in translation.disagreements(translation.domains()):
            self.stderr.write(f"warning: {warning}")
        if found:
            raise CommandError("\n".join([*found, f"{len(found)} flaws; run: pitlane messages"]))
        self.stdout.write("All catalogues are complete.")

    def _derived(self, folders: list[Path]) -> list[str]:
        """Traditional Chinese is never written by hand, so it must equal what the converter makes of the texts."""
        convert, stale = translation.with_overrides(_converter()), []
        for folder in folders:
            catalog = translation.load(translation.catalogue_path(folder, "zh_Hant"), "zh_Hant")
            for message in translation.entries_of(catalog):
                string = translation.strings_of(message)[0]
                if string != convert(translation.singular_of(message)):
                    stale.append(f"{folder.name}/zh_Hant: not as derived: {string}")
        return stale


def _converter() -> translation.Convert:
    if opencc is None:
        raise CommandError("This needs the development tools: run ./check once.")
    convert: translation.Convert = opencc.OpenCC("s2twp").convert
    return convert
