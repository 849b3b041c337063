"""What the words of an audit entry mean to a person, in both languages: actions, reasons, purposes, roles (AUD-3).

An action is ``<thing>:<verb>``. A call that was refused before it came to its action, or failed, is logged under the
operation's name (``<thing>-<verb>``), so that is read as the same. Texts name what was done, not how it ended: the
outcome stands beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chalicelib.domain.actions import (
    access,
    aggregates,
    applications,
    appointments,
    attachments,
    bulk,
    bundles,
    calendars,
    cases,
    chat,
    code_sets,
    copies,
    core,
    deliveries,
    desk,
    edge,
    entry_templates,
    exports,
    factors,
    gathering,
    hl7,
    issuing,
    load,
    needs,
    offline,
    patients,
    prescriptions,
    recognition,
    redriving,
    reminders,
    resource_search,
    resources,
    results,
    schedules,
    search,
    shares,
    sign_on,
    signatures,
    special,
    transfers,
    vaccinations,
    visit_forms,
    vital_signs,
    waiting_list,
)
from chalicelib.domain.texts import Said
from chalicelib.errors import leaves

_TOPICS = (
    access,
    attachments,
    cases,
    copies,
    code_sets,
    core,
    recognition,
    edge,
    offline,
    desk,
    exports,
    factors,
    gathering,
    issuing,
    load,
    patients,
    prescriptions,
    redriving,
    results,
    search,
    shares,
    sign_on,
    signatures,
    special,
    vital_signs,
    vaccinations,
    appointments,
    calendars,
    chat,
    deliveries,
    resources,
    resource_search,
    bundles,
    bulk,
    applications,
    hl7,
    aggregates,
    transfers,
    reminders,
    schedules,
    needs,
    visit_forms,
    waiting_list,
    entry_templates,
)
"""Modules with any of ACTIONS, REASONS, PURPOSES, THINGS."""


def _joined(name: str) -> Mapping[str, Said]:
    found: dict[str, Said] = {}
    for topic in _TOPICS:
        words: Mapping[str, Said] = getattr(topic, name, {})
        twice = found.keys() & words.keys()
        if twice:
            raise ValueError(f"{name}: two modules have {sorted(twice)}")
        found |= words
    return found


VERBS, ROLES = core.VERBS, core.ROLES
ACTIONS = _joined("ACTIONS")
"""Stored in entries: never rename, never reuse."""
REASONS = _joined("REASONS")
PURPOSES = _joined("PURPOSES")
THINGS = _joined("THINGS")
"""Resource types that are no kinds of record."""

SYSTEM_NAME = Said("Медкарта", "Medkarta")
ONESELF = Said("Вы", "You")
ANOTHER_PATIENT = Said("другой человек", "another person")
NOT_SIGNED_IN = Said("без входа в систему", "somebody who had not signed in")


def action_text(action: str, labels: Mapping[str, str], language: str) -> str:
    """What was done; ``labels``: kinds of record in that language. A word that is not known shows as it is."""
    for word in _spellings(action):
        if word in ACTIONS:
            return ACTIONS[word].to(language)
        kind, _, verb = word.rpartition(":")
        if kind in labels and verb in VERBS:
            return VERBS[verb].to(language).format(kind=labels[kind])
    return action


def known(action: str, kinds: Mapping[str, str]) -> bool:
    """Whether there is a text for an action."""
    return action_text(action, kinds, "ru") != action


def why(reason: str, purpose: str, language: str) -> str:
    """Purpose and reason as one line; "" when neither was said."""
    said = [words[word].to(language) if word in words else word for word, words in _whys(reason, purpose) if word]
    return ", ".join(said)


def thing_text(kind: str, labels: Mapping[str, str], language: str) -> str:
    """What an entry is about; a word that is not known shows as it is."""
    return labels.get(kind) or (THINGS[kind].to(language) if kind in THINGS else kind)


def role_text(role: str, language: str) -> str:
    return ROLES[role].to(language) if role in ROLES else role


def _whys(reason: str, purpose: str) -> list[tuple[str, Mapping[str, Said]]]:
    failures = {leaf.code: Said(leaf.title_ru, leaf.title) for leaf in leaves()}
    return [(purpose, PURPOSES), (reason, {**failures, **REASONS})]


def _spellings(action: str) -> Iterator[str]:
    """The word itself, and what an operation's name may stand for."""
    yield action
    if ":" not in action:
        parts = action.split("-")
        for cut in range(1, len(parts)):
            yield "-".join(parts[:cut]) + ":" + "-".join(parts[cut:])
