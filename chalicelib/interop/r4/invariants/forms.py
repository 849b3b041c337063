"""Invariants of questionnaires and their answers, of groups and lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chalicelib.interop.r4.invariants.looking import Element, Rule, each, has, many, rule, text, words

_LISTED = words("choice open-choice decimal integer date dateTime time string quantity")
_MEASURED = words("boolean decimal integer string text url open-choice")
MANY_CONDITIONS = 2


def _links(element: Element, path: str = "") -> Iterator[tuple[str, str]]:
    """The linkId and place of each item, of items in items too."""
    for place, item in each(element, "item"):
        where = f"{path}.item[{place}]"
        if link := text(item, "linkId"):
            yield link, where
        yield from _links(item, where)


def _repeated(element: Element) -> list[str]:
    seen: set[str] = set()
    places = []
    for link, where in _links(element):
        if link in seen:
            places.append(f"{where}.linkId")
        seen.add(link)
    return places


def _nested(element: Element) -> bool:
    kind = text(element, "type")
    return (kind != "group" or has(element, "item")) and (kind != "display" or not has(element, "item"))


def _display(element: Element) -> bool:
    return text(element, "type") == "display"


def _entries(element: Element, name: str, mode: str) -> tuple[str, ...]:
    if text(element, "mode") == mode:
        return ()
    return tuple(f".entry[{place}].{name}" for place, entry in each(element, "entry") if has(entry, name))


RULES: Mapping[str, tuple[Rule, ...]] = {
    "Questionnaire": (Rule("que-2", _repeated, "the linkId is not the only one", "такой linkId уже есть"),),
    "Questionnaire_Item": (
        rule(
            "que-1",
            _nested,
            "a group has items, a display has none",
            "у группы есть вложенные пункты, у текста (display) нет",
        ),
        rule(
            "que-3",
            lambda e: not (_display(e) and has(e, "code")),
            "a display has no code",
            "у текста (display) нет кода",
        ),
        rule(
            "que-4",
            lambda e: not (has(e, "answerOption") and has(e, "answerValueSet")),
            "answerOption or answerValueSet, not both",
            "answerOption или answerValueSet, но не оба",
        ),
        rule(
            "que-5",
            lambda e: text(e, "type") in _LISTED or not has(e, "answerOption", "answerValueSet"),
            "this type has no list of answers",
            "у этого вида нет списка ответов",
        ),
        rule(
            "que-6",
            lambda e: not (_display(e) and has(e, "required", "repeats")),
            "a display is neither required nor repeated",
            "текст (display) не бывает обязательным или повторяемым",
        ),
        rule(
            "que-8",
            lambda e: text(e, "type") not in {"group", "display"} or not has(e, "initial"),
            "a group or display has no initial value",
            "у группы и текста нет начального значения",
        ),
        rule(
            "que-9",
            lambda e: not (_display(e) and has(e, "readOnly")),
            "a display is not readOnly",
            "у текста (display) нет readOnly",
        ),
        rule(
            "que-10",
            lambda e: text(e, "type") in _MEASURED or not has(e, "maxLength"),
            "this type has no maxLength",
            "у этого вида нет maxLength",
        ),
        rule(
            "que-11",
            lambda e: not (has(e, "answerOption") and has(e, "initial")),
            "answerOption or initial, not both",
            "answerOption или initial, но не оба",
        ),
        rule(
            "que-12",
            lambda e: len(many(e, "enableWhen")) <= MANY_CONDITIONS or has(e, "enableBehavior"),
            "several enableWhen need enableBehavior",
            "нескольким условиям нужен enableBehavior",
        ),
        rule(
            "que-13",
            lambda e: e.get("repeats") is True or len(many(e, "initial")) <= 1,
            "several initial values only where it repeats",
            "несколько начальных значений — только у повторяемого",
        ),
    ),
    "Questionnaire_EnableWhen": (
        rule(
            "que-7",
            lambda e: text(e, "operator") != "exists" or has(e, "answerBoolean"),
            "exists needs a boolean answer",
            "оператору exists нужен ответ да/нет",
        ),
    ),
    "QuestionnaireResponse_Item": (
        rule(
            "qrs-1",
            lambda e: not (has(e, "answer") and has(e, "item")),
            "items under the item or under its answers, not both",
            "вложенные пункты — в пункте или в его ответах, но не там и там",
        ),
    ),
    "Group": (
        rule(
            "grp-1",
            lambda e: not has(e, "member") or e.get("actual") is True,
            "only an actual group has members",
            "участники бывают только у действительной группы",
        ),
    ),
    "List": (
        rule(
            "lst-1",
            lambda e: not (has(e, "emptyReason") and has(e, "entry")),
            "emptyReason only where it is empty",
            "emptyReason бывает только у пустого списка",
        ),
        Rule(
            "lst-2",
            lambda e: _entries(e, "deleted", "changes"),
            "deleted only where the mode is changes",
            "deleted бывает только в режиме changes",
        ),
        Rule(
            "lst-3",
            lambda e: _entries(e, "date", "working"),
            "a date only where the mode is working",
            "date бывает только в режиме working",
        ),
    ),
}
