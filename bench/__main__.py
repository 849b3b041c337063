"""``python -m bench [--quick]``: measures and prints Markdown. What it says is explained in docs/performance.md."""

from __future__ import annotations

import argparse

from bench import (
    appointments,
    bundles,
    cold_start,
    counted,
    deliveries,
    documents,
    growth,
    hl7,
    matching,
    overhead,
    prices,
    recognition,
    reminders,
    resources,
    results,
    search,
    series,
    sign_in,
    stories,
    suggestions,
    validation,
)
from bench.audit import sections
from bench.audit.sizes import FULL, QUICK
from bench.output import machine, section, timed
from bench.portal import run as portal
from bench.timing import Times
from bench.world import Card, World, world

RECORDS = 25


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description="Benchmarks of Medkarta, as Markdown")
    parser.add_argument("--quick", action="store_true", help="smaller: no card of 20 000 records, a smaller audit log")
    quick: bool = parser.parse_args().quick
    with world() as made:
        section("Machine", machine())
        calls = timed("counted calls", lambda: counted.count(made))
        section("Calls to AWS", counted.report(calls))
        card = made.card(RECORDS)
        times = timed("overhead", lambda: overhead.measure(made, card))
        section("Overhead over a bare read", overhead.report(times))
        section(
            "Encryption alone, CPU",
            overhead.report_encryption(timed("encryption", lambda: overhead.encryption(made, card))),
        )
        started = timed("cold start", lambda: cold_start.measure(made, card))
        section("Cold start, CPU", cold_start.report(started))
        section("Cost of 1 000 reads of a record", prices.report(_states(calls, times, started)))
        sizes = QUICK if quick else FULL
        for title, text in (*sections.in_memory(sizes, timed), *sections.emulated(sizes, timed, made, card)):
            section(title, text)
        section("Resources of FHIR", resources.report(timed("resources", lambda: resources.measure(made))))
        section("Series of vital signs", series.report(timed("series", lambda: series.measure(made))))
        section("Notices outside", deliveries.report(timed("notices", lambda: deliveries.measure(made))))
        section("Comparing laboratory results", results.report(timed("results", lambda: results.measure(made))))
        section("Many clients on few slots", appointments.report(timed("booking", lambda: appointments.measure(made))))
        section("A card that grows", growth.report(timed("growth", lambda: _grown(made, card, quick=quick))))
    people = reminders.QUICK if quick else reminders.PEOPLE
    section("A minute of reminders", reminders.report(people, timed("reminders", lambda: reminders.measure(people))))
    sizes_of_cards = search.SIZES[:-1] if quick else search.SIZES
    found = timed("search", lambda: (search.measure(sizes_of_cards), search.measure_index()))
    section("Searching a card", search.report(*found))
    section("Finding duplicates", matching.report(timed("matching", matching.evaluate)))
    section("Suggestions of code sets", suggestions.report(timed("suggestions", suggestions.run)))
    section("Validation of resources, CPU", validation.report(timed("validation", validation.measure)))
    section("Transactions of resources", bundles.report(timed("bundles", bundles.measure)))
    section("Messages of HL7 v2", hl7.report(timed("hl7", hl7.measure)))
    section("Documents", documents.report(timed("documents", documents.measure)))
    if recognition.possible():
        section("Recognition of scans", recognition.report(timed("recognition", recognition.measure)))
    section("Sign-in, CPU", sign_in.report(timed("passwords", sign_in.passwords), timed("factors", sign_in.factors)))
    for title, text in portal.sections(quick=quick) if portal.possible() else ():
        section(title, text)
    section("Calls of every request in the stories", stories.report(timed("stories", stories.measure)))


def _states(calls: counted.Counted, times: dict[str, Times], started: cold_start.ColdStart) -> dict[str, prices.State]:
    """The doctor's read. The CPU of a cold patient is taken as that of warm: the difference is waiting."""
    read = calls["doctor reads a record"]
    warm = times["doctor reads a record"].cpu
    return {
        "all warm": prices.State(read["warm"], warm),
        "all of cold patients": prices.State(read["cold"], warm),
        "all in new environments": prices.State(read["new"], float(started.ours["cpu"])),
    }


def _grown(made: World, card: Card, *, quick: bool) -> list[growth.Point]:
    """The doctor signs in anew: an access token lives ten minutes, and filling the card takes long."""
    made.front.sign_in(made.doctor, "doctor")
    return growth.measure(made, card, growth.SIZES[:-1] if quick else growth.SIZES)


if __name__ == "__main__":
    main()
