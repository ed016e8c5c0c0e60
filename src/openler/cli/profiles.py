"""``openler profile``: what profiles there are, and what one asks for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from openler.cli.options import AsJson, existing
from openler.cli.terminal import Terminal
from openler.ctdl.profile import LEVELS, MAX_PROFILE_BYTES, STANDARD, Profile, bundled, load, parse
from openler.ctdl.score import ResourceScore, Score, label
from openler.ctdl.terms import terms
from openler.errors import Misused, OpenlerError, TooLarge, declare
from openler.resources import read_text

CLASS_UNKNOWN = declare("cli.class_unknown", by=__name__)

_FILES = {".yaml", ".yml"}

Asked = Annotated[
    str | None,
    typer.Option("--profile", metavar="NAME|FILE", help="What to ask for: a profile by its name (openler profile list), or a YAML file."),
]

profiles = typer.Typer(
    name="profile", help="Profiles: what descriptions are asked for, class by class.", no_args_is_help=True, rich_markup_mode=None
)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(profiles)


def chosen(name: str) -> Profile:
    """A profile by its name, or by a file that ends in .yaml or .yml.

    :raises Misused: ``cli.file_missing``
    :raises NotFound: ``ctdl.profile_unknown``
    :raises Malformed: as :func:`openler.ctdl.profile.parse`, with the file's path as the place
    """
    path = Path(name)
    if path.suffix.lower() not in _FILES:
        return load(name)
    with existing(path).open("rb") as file:
        content = file.read(MAX_PROFILE_BYTES + 1)
    try:
        return parse(content)
    except TooLarge:
        raise
    except OpenlerError as error:
        raise type(error)(error.code, place=f"{path}: {error.place}" if error.place else str(path), **error.parameters) from error


def told_score(scored: Score) -> dict[str, object]:
    """A document's score as JSON."""
    resources = [told(each) for each in (scored.main, *scored.children) if each is not None]
    return {"profile": scored.profile, "resources": resources}


def told(each: ResourceScore) -> dict[str, object]:
    """One resource's score as JSON."""
    return {
        "ctid": each.ctid,
        "type": each.type,
        "place": each.place,
        "score": each.points,
        "share": each.share,
        "levels": {level: dict(zip(("held", "asked"), each.counts(level), strict=True)) for level in LEVELS},
        "missing": [{"level": item.level, "property": item.property, "label": item.label} for item in each.missing],
    }


@profiles.command("list")
def list_profiles(as_json: AsJson = False) -> None:
    """List the profiles that come with openler."""
    terminal = Terminal(as_json=as_json)
    found = [load(name) for name in bundled()]
    if as_json:
        terminal.data(
            [
                {"name": one.name, "title": one.title, "description": one.description, "classes": one.classes(), "weights": one.weights}
                for one in found
            ]
        )
        return
    terminal.table("", ("name", "asks", "classes"), [(one.name, one.title, len(one.classes())) for one in found])
    terminal.say("Your own is a YAML file: openler profile show choosing > mine.yaml, then --profile mine.yaml.")


@profiles.command("show")
def show(
    name: Annotated[str, typer.Argument(metavar="NAME|FILE", help="A profile by its name, or a YAML file.")],
    kind: Annotated[
        str | None, typer.Option("--type", metavar="CLASS", help="What it asks of this class, such as ceterms:License.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print a profile as the file to start from, or what it asks of one class."""
    terminal = Terminal(as_json=as_json)
    profile = chosen(name)
    if kind is not None and not terms().is_class(kind):
        raise Misused(CLASS_UNKNOWN, place="--type", seen=kind[:80])
    kinds = (kind,) if kind is not None else profile.classes()
    if as_json:
        asked = {one: profile.asked(one) or {} for one in kinds}
        terminal.data({"name": profile.name, "title": profile.title, "weights": profile.weights, "classes": asked})
    elif kind is None and name in bundled() and name != STANDARD:
        sys.stdout.write(read_text("openler.ctdl", "profiles", f"{name}.yaml"))
    else:
        rows = [
            (one, level, "|".join(group), label(group))
            for one in kinds
            for level in LEVELS
            for group in (profile.asked(one) or {}).get(level, ())
        ]
        terminal.table("", ("class", "level", "property", "label"), rows)
