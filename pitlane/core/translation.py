"""Keeps the catalogues in step with the texts: English is written by people, Traditional Chinese is derived.

The message id is the Simplified Chinese text itself. Every domain has its own catalogues, so that two people can
translate two domains at once; the same text in two domains must read the same in English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from .catalogues import PACKAGE
from .extraction import Text, texts_of

OVERRIDES = PACKAGE / "core" / "locale" / "zh_hant_overrides.yaml"
PLURALS = {"en": "nplurals=2; plural=(n != 1);", "zh_Hant": "nplurals=1; plural=0;"}
HEADER = """msgid ""
msgstr ""
"Project-Id-Version: Pitlane\\n"
"Language: {locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""
PLACEHOLDER = re.compile(r"%\(\w+\)[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]|%(?!\()[-#0 +]*\d*(?:\.\d+)?[diouxXeEfFgGcrs]")
Convert = Callable[[str], str]
Key = tuple[str | None, str]


def domains(names: list[str] | None = None) -> list[Path]:
    """The folders that own texts: all, or those named."""
    folders = [path for path in sorted(PACKAGE.iterdir()) if (path / "__init__.py").exists()]
    return [path for path in folders if not names or path.name in names]


def catalogue_path(domain: Path, locale: str) -> Path:
    return domain / "locale" / locale / "LC_MESSAGES" / "django.po"


def load(path: Path, locale: str) -> Catalog:
    """A catalogue from disk; an absent one is empty."""
    return read_po(BytesIO(path.read_bytes() if path.exists() else b""), locale=locale)


def merged(texts: list[Text], locale: str) -> Catalog:
    """The texts as an untranslated catalogue: one entry per text with the files that show it."""
    catalog = Catalog(locale=locale)
    entries: dict[Key, list[Text]] = {}
    for text in texts:
        entries.setdefault(text.key, []).append(text)
    for (context, singular), found in entries.items():
        plural = next((text.plural for text in found if text.plural), None)
        files = [(file, 0) for file in sorted({text.file for text in found})]
        flags = ["python-format"] if PLACEHOLDER.search(singular) else []
        catalog.add((singular, plural) if plural else singular, locations=files, flags=flags, context=context)
    return catalog


def english(domain: Path, texts: list[Text], memory: dict[Key, Any]) -> Catalog:
    """The English catalogue: what people wrote is kept, what another domain already says is reused."""
    catalog, old = merged(texts, "en"), load(catalogue_path(domain, "en"), "en")
    for message in entries_of(catalog):
        key = (message.context, singular_of(message))
        known = old.get(key[1], context=key[0])
        message.string = fitting(message, known.string if known else "") or fitting(message, memory.get(key, ""))
    return catalog


def fitting(message: Message, string: Any) -> Any:
    """A translation in the form the text needs: plural texts have several, others one."""
    if message.pluralizable:
        forms = string if isinstance(string, list | tuple) else (string, string)
        return tuple(forms) if any(forms) else ()
    return string[0] if isinstance(string, list | tuple) else string


def traditional(texts: list[Text], convert: Convert) -> Catalog:
    """The Traditional Chinese catalogue, made whole from the Simplified text."""
    catalog = merged(texts, "zh_Hant")
    for message in entries_of(catalog):
        string = convert(singular_of(message))
        message.string = (string,) if message.pluralizable else string
    return catalog


def with_overrides(convert: Convert) -> Convert:
    """Conversion with the words a person corrected: whole texts first, then phrases in the result."""
    rules = yaml.safe_load(OVERRIDES.read_text(encoding="utf-8")) if OVERRIDES.exists() else {}
    texts, phrases = rules.get("texts") or {}, rules.get("phrases") or {}

    def run(text: str) -> str:
        if text in texts:
            return str(texts[text])
        result = convert(text)
        for old, new in phrases.items():
            result = result.replace(old, new)
        return result

    return run


def written(catalog: Catalog, locale: str) -> str:
    """The file as it is committed: no dates and no line numbers, so that only a changed text changes it."""
    out = BytesIO()
    write_po(out, catalog, width=118, omit_header=True, include_lineno=False, sort_by_file=True)
    return HEADER.format(locale=locale, plurals=PLURALS[locale]) + out.getvalue().decode().lstrip("\n")


def entries_of(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def ids_of(message: Message) -> list[str]:
    """The source text, in two forms where it counts something."""
    return [message.id] if isinstance(message.id, str) else list(message.id)


def singular_of(message: Message) -> str:
    return ids_of(message)[0]


def strings_of(message: Message) -> list[str]:
    """The translation in all its forms; empty forms are missing translations."""
    return [message.string] if isinstance(message.string, str) else list(message.string or [""])


def is_translated(message: Message) -> bool:
    return all(strings_of(message))


def memory_of(folders: list[Path]) -> dict[Key, Any]:
    """What is already translated anywhere, to be said the same way elsewhere."""
    known: dict[Key, Any] = {}
    for folder in folders:
        for message in entries_of(load(catalogue_path(folder, "en"), "en")):
            if is_translated(message):
                known.setdefault((message.context, singular_of(message)), message.string)
    return known


def update(folder: Path, convert: Convert, memory: dict[Key, Any]) -> None:
    """Bring one domain's catalogues up to its texts; texts that vanished are dropped."""
    texts = texts_of(folder)
    if not texts:
        return
    for locale, catalog in {"en": english(folder, texts, memory), "zh_Hant": traditional(texts, convert)}.items():
        path, content = catalogue_path(folder, locale), written(catalog, locale)
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")


def problems(folder: Path) -> list[str]:
    """What is wrong with a domain's catalogues without any dictionary: missing, left over, broken placeholders."""
    texts = {text.key: text for text in texts_of(folder)}
    found: list[str] = []
    for locale in PLURALS:
        entries = {
            (message.context, singular_of(message)): message
            for message in entries_of(load(catalogue_path(folder, locale), locale))
        }
        where = f"{folder.name}/{locale}"
        found += [f"{where}: not extracted: {key[1]} ({texts[key].file})" for key in texts.keys() - entries.keys()]
        found += [f"{where}: no longer used: {key[1]}" for key in entries.keys() - texts.keys()]
        found += [f"{where}: {flaw}" for message in entries.values() for flaw in flaws(message)]
    return sorted(found)


def flaws(message: Message) -> Iterator[str]:
    """A text without translation, or one whose placeholders differ: it would fail in front of a customer."""
    if not is_translated(message):
        yield f"not translated: {singular_of(message)}"
        return
    allowed = {tuple(sorted(PLACEHOLDER.findall(text))) for text in ids_of(message)}
    for string in strings_of(message):
        if "python-format" in message.flags and tuple(sorted(PLACEHOLDER.findall(string))) not in allowed:
            yield f"placeholders differ: {singular_of(message)} -> {string}"


def disagreements(folders: list[Path]) -> list[str]:
    """Texts that read differently in English from domain to domain: one thing has one name."""
    seen: dict[Key, tuple[Any, str]] = {}
    found: list[str] = []
    for folder in folders:
        for message in entries_of(load(catalogue_path(folder, "en"), "en")):
            key = (message.context, singular_of(message))
            if not is_translated(message):
                continue
            string, first = seen.setdefault(key, (message.string, folder.name))
            if string != message.string:
                found.append(f"{key[1]}: {first} says {string!r}, {folder.name} says {message.string!r}")
    return found


def fill(folder: Path, wanted: dict[str, Any]) -> int:
    """Write a translator's list (Chinese text to English, two forms for a plural) into the domain's catalogue."""
    path = catalogue_path(folder, "en")
    catalog, filled = load(path, "en"), 0
    for message in entries_of(catalog):
        if not is_translated(message) and singular_of(message) in wanted:
            message.string, filled = fitting(message, wanted[singular_of(message)]), filled + 1
    if filled:
        path.write_text(written(catalog, "en"), encoding="utf-8")
    return filled
