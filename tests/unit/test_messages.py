"""Every code has a sentence in every language, and every sentence a code."""

from __future__ import annotations

import importlib
import pkgutil
import re
import string

import pytest

import openler
from openler.errors import Malformed, declare, declared
from openler.messages import LANGUAGES, Language, catalogue, explain, render


@pytest.fixture(scope="module")
def codes() -> set[str]:
    for module in pkgutil.walk_packages(openler.__path__, "openler."):
        if ".migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return {code for code, owner in declared().items() if owner.startswith("openler.")}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_declared_code_has_a_sentence_and_no_sentence_is_an_orphan(codes: set[str], language: Language) -> None:
    texts = set(catalogue(language))
    assert sorted(codes - texts) == []
    assert sorted(texts - codes) == []


def test_the_languages_fill_in_the_same_parameters() -> None:
    for code, message in catalogue("en").items():
        other = catalogue("es")[code]
        assert placeholders(message.text) == placeholders(other.text), code
        assert placeholders(message.hint) == placeholders(other.hint), code
        assert bool(message.hint) == bool(other.hint), code


def test_sentences_are_sentences() -> None:
    for language in LANGUAGES:
        for code, message in catalogue(language).items():
            if ".title_" in code:  # a heading is no sentence
                continue
            assert message.text.rstrip().endswith((".", "?", "!", "”", "»", "…")), (language, code, message.text)
            assert message.text[0] == message.text[0].upper(), (language, code)


def test_a_missing_parameter_never_makes_telling_a_failure_fail() -> None:
    assert "?" in render("ids.ctid_malformed").text


def test_an_error_is_told_in_the_language_asked_for() -> None:
    error = Malformed(declare("ids.ctid_malformed", by="openler.ids"), seen="x")
    assert "no es un CTID" in explain(error, "es").text
    assert "is not a CTID" in explain(error).text


def test_one_code_has_one_owner() -> None:
    with pytest.raises(RuntimeError, match="declared by both"):
        declare("ids.ctid_malformed", by="somewhere.else")


def test_english_is_spelt_as_in_the_united_states() -> None:
    british = re.compile(r"\b(\w*organis\w*|licence\w*|programme\w*|\w*colour\w*|recognis\w*|centre|counsellor)\b", re.IGNORECASE)
    for code, message in catalogue("en").items():
        assert not british.search(re.sub(r"\{[^}]*\}", "", f"{message.text} {message.hint or ''}")), code
