"""``python -m verifier``: see README.md. Exit codes: 0 fine, 1 alarms only, 2 a broken promise, 3 a wrong call."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from verifier import canonical, consistency, fsck, patient, show, texts
from verifier.objects import Folder
from verifier.policy import Policy
from verifier.report import USAGE, Flaw, Report

MAX_CHECKPOINT = 1_000_000


class UsageError(Exception):
    """The call itself is wrong. Name and values of a label."""

    def __init__(self, label: str, **values: object) -> None:
        super().__init__(label)
        self.label, self.values = label, values


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def parser() -> Parser:
    common = Parser(add_help=False)
    common.add_argument("--policy", required=True, metavar="POLICY.json", help="whose signatures count; keep your own")
    common.add_argument("--language", choices=texts.LANGUAGES, default="ru")
    common.add_argument("--json", action="store_true", help="findings and facts for a program")
    found = Parser(prog="python -m verifier", description=__doc__)
    commands = found.add_subparsers(dest="command", required=True, parser_class=Parser)
    one = commands.add_parser("fsck", parents=[common], help="derive a whole exported log anew")
    one.add_argument("folder", metavar="FOLDER")
    one.add_argument("--year", default="", help="this year alone")
    one.add_argument("--old", nargs="+", default=[], metavar="CHECKPOINT", help="checkpoints that somebody kept")
    one = commands.add_parser("patient", parents=[common], help="check a patient's bundle")
    one.add_argument("bundle", metavar="BUNDLE.json")
    one.add_argument("--nonce", default="", help="the number that you kept when you asked for the bundle")
    one.add_argument("--max-age", type=int, metavar="MINUTES", help="how long ago witnesses may have seen the log")
    one = commands.add_parser("consistency", parents=[common], help="does a newer log begin with an older one")
    one.add_argument("old", metavar="OLD")
    one.add_argument("new", metavar="NEW")
    one.add_argument("proof", metavar="PROOF.json", help="JSON list of base64 hashes")
    return found


def read(name: str, most: int) -> bytes:
    """Raises UsageError when there is no such file, or it is too large to be meant."""
    try:
        with Path(name).open("rb") as file:
            data = file.read(most + 1)
    except (OSError, ValueError):
        raise UsageError("usage-file", name=name) from None
    if len(data) > most:
        raise UsageError("usage-file", name=name)
    return data


def read_note(name: str) -> str:
    return read(name, MAX_CHECKPOINT).decode(errors="replace")  # what is replaced is no checkpoint any more


def run_fsck(args: argparse.Namespace, policy: Policy) -> Report:
    if not Path(args.folder).is_dir():
        raise UsageError("usage-folder", name=args.folder)
    return fsck.check(Folder(args.folder), policy, [read_note(name) for name in args.old], args.year)


def run_patient(args: argparse.Namespace, policy: Policy) -> Report:
    raw = read(args.bundle, patient.MAX_BUNDLE)
    try:
        bundle = canonical.parse(raw)
    except Flaw as flaw:
        report = Report()
        report.add("bundle-malformed", "bundle", why=flaw.code, **flaw.values)
        return report
    return patient.check(bundle, policy, args.nonce, args.max_age)


def run_consistency(args: argparse.Namespace, policy: Policy) -> Report:
    raw = read(args.proof, MAX_CHECKPOINT)
    try:
        proof = canonical.parse(raw)
    except Flaw:
        proof = None  # which is no list
    return consistency.check(read_note(args.old), read_note(args.new), proof, policy)


COMMANDS: Mapping[str, Callable[[argparse.Namespace, Policy], Report]] = {
    "fsck": run_fsck,
    "patient": run_patient,
    "consistency": run_consistency,
}


def main(arguments: Sequence[str] | None = None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    args = parser().parse_args(arguments)
    try:
        policy = Policy.read(read(args.policy, MAX_CHECKPOINT))
    except Flaw as flaw:
        return _wrong_call(args, "usage-policy", why=texts.sentence(flaw.code, args.language, flaw.values))
    except UsageError as error:
        return _wrong_call(args, error.label, **error.values)
    try:
        report = COMMANDS[args.command](args, policy)
    except UsageError as error:
        return _wrong_call(args, error.label, **error.values)
    except Exception as error:  # noqa: BLE001 - a traceback would end with code 1, which says "alarms only"
        report = Report()
        report.add("internal", args.command, kind=type(error).__name__)
    shown = show.as_json(report, args.language) if args.json else show.as_text(report, args.command, args.language)
    print(shown)  # noqa: T201 - the program's answer
    return report.exit_code


def _wrong_call(args: argparse.Namespace, label: str, **values: object) -> int:
    text = texts.label(label, args.language, **{"name": args.policy, **values})
    print(text, file=sys.stderr)  # noqa: T201 - the program's answer
    return USAGE


if __name__ == "__main__":
    sys.exit(main())
