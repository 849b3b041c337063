"""Fields with states: where they go, what stays meanwhile, what they show; as the registry says of a kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.domain.links import LINKS
from chalicelib.errors import FieldProblem
from chalicelib.records.spec import Evidence, RecordType

Content = Mapping[str, Any]


def against(spec: RecordType, before: Content, after: Content) -> tuple[FieldProblem, ...]:
    """A field with states goes only where the registry says, and takes what it settled with it."""
    wrong = [
        FieldProblem(f"/{name}", "transition", f"after {before[name]} comes {', '.join(sorted(nexts)) or 'nothing'}")
        for name, states in spec.transitions.items()
        if name in before and after[name] != before[name] and after[name] not in (nexts := states[before[name]])
    ]
    wrong += [
        FieldProblem(f"/{name}", "settled", f"stays as it is while {state} is {before[state]}")
        for state, settled in spec.settled.items()
        if state in before and after[state] == before[state]
        for name in settled.get(before[state], ())
        if after.get(name) != before.get(name)
    ]
    return tuple(wrong)


def reached(spec: RecordType, before: Content, after: Content) -> dict[str, Evidence]:
    """Values that a field comes to now and that ask for something to show, and what that is."""
    return {
        value: asked
        for name, values in spec.evidence.items()
        for value, asked in values.items()
        if after.get(name) == value != before.get(name)
    }


def unshown(
    spec: RecordType, before: Content, after: Content, since: Iterable[Mapping[str, str]]
) -> tuple[FieldProblem, ...]:
    """Values that a field comes to without what they ask for.

    ``since``: links that the record has got since its first version, those too that who amends does not see.
    """
    kinds = {link["kind"] for link in since}
    return tuple(
        FieldProblem(
            f"/{LINKS}",
            "evidence",
            f"what made it {value} belongs here; or {asked.unless} says why no record of it is there",
        )
        for value, asked in reached(spec, before, after).items()
        if not (kinds & asked.kinds or after.get(asked.unless))
    )
