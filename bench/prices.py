"""Cost of a thousand card reads from counted calls and list prices.

``PRICES`` and ``LOG_PRICES`` are the one place with prices: US dollars, region eu-central-1, without taxes, free tiers
and discounts. They were written down from knowledge of mid-2025 and NOT read off the pages in ``source``: check them
there first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from bench.calls import Seen
from bench.table import table
from local.layout import ROOT

READS = 1000


@dataclass(frozen=True, slots=True)
class Price:
    """``dollars`` for ``quantity`` of ``unit``."""

    what: str
    dollars: float
    quantity: int
    unit: str
    source: str

    def of(self, number: float) -> float:
        return number * self.dollars / self.quantity


PRICES: Mapping[str, Price] = {
    "gateway": Price("API Gateway, REST", 3.70, 1_000_000, "requests", "aws.amazon.com/api-gateway/pricing"),
    "request": Price("Lambda, requests", 0.20, 1_000_000, "requests", "aws.amazon.com/lambda/pricing"),
    "duration": Price("Lambda, arm64", 13.3334, 1_000_000, "GB-seconds", "aws.amazon.com/lambda/pricing"),
    "read": Price("DynamoDB on demand, reads", 0.1525, 1_000_000, "units", "aws.amazon.com/dynamodb/pricing/on-demand"),
    "write": Price(
        "DynamoDB on demand, writes", 0.7625, 1_000_000, "units", "aws.amazon.com/dynamodb/pricing/on-demand"
    ),
    "kms": Price("KMS, symmetric keys", 0.03, 10_000, "requests", "aws.amazon.com/kms/pricing"),
    "kms-ecc": Price("KMS, elliptic curve keys", 0.15, 10_000, "requests", "aws.amazon.com/kms/pricing"),
}

LOG_PRICES: Mapping[str, Price] = {
    "put": Price("S3, PUT and LIST", 0.0054, 1_000, "requests", "aws.amazon.com/s3/pricing"),
    "get": Price("S3, GET", 0.00043, 1_000, "requests", "aws.amazon.com/s3/pricing"),
    "objects": Price("S3 Standard, kept", 0.0245, 10**9, "bytes and month", "aws.amazon.com/s3/pricing"),
    "rows": Price("DynamoDB, kept", 0.306, 10**9, "bytes and month", "aws.amazon.com/dynamodb/pricing/on-demand"),
    "recovery": Price(
        "DynamoDB, recovery to a point in time", 0.2448, 10**9, "bytes and month", "aws.amazon.com/dynamodb/pricing"
    ),
}
"""What only the audit log uses; ``bench/audit/cost.py``."""

DYNAMODB_TRIP, KMS_TRIP = 5.0, 12.0
"""Assumed, not measured: milliseconds that a function waits for one call inside the region."""


@dataclass(frozen=True, slots=True)
class State:
    """What one read did in one state of the environment; ``cpu`` in milliseconds, as measured here."""

    seen: Seen
    cpu: float

    def milliseconds(self) -> float:
        """Estimate of what Lambda bills: measured CPU and assumed waiting."""
        return self.cpu + DYNAMODB_TRIP * len(self.seen.of("dynamodb")) + KMS_TRIP * len(self.seen.of("kms"))


def costs(state: State) -> dict[str, float]:
    """Dollars of a thousand such reads by kind of cost."""
    units = state.seen.calls
    signed = state.seen.of("kms").count("Sign")
    one = {
        "gateway": PRICES["gateway"].of(1),
        "request": PRICES["request"].of(1),
        "duration": PRICES["duration"].of(memory_gb() * state.milliseconds() / 1000),
        "read": PRICES["read"].of(sum(call.read_units for call in units)),
        "write": PRICES["write"].of(sum(call.write_units for call in units)),
        "kms": PRICES["kms"].of(len(state.seen.of("kms")) - signed),
        "kms-ecc": PRICES["kms-ecc"].of(signed),
    }
    return {name: dollars * READS for name, dollars in one.items()}


def memory_gb(function: str = "api_handler") -> float:
    """Memory of a function, as deployed."""
    config = json.loads((ROOT / ".chalice" / "config.json").read_text("utf-8"))
    return float(config["stages"]["live"]["lambda_functions"][function]["lambda_memory_size"]) / 1024


def report(states: Mapping[str, State]) -> str:
    by_state = {name: costs(state) for name, state in states.items()}
    rows: list[tuple[object, ...]] = [
        (
            price.what,
            f"{price.dollars:g} / {price.quantity:,} {price.unit}".replace(",", " "),
            *(f"{found[name]:.5f}" for found in by_state.values()),
        )
        for name, price in PRICES.items()
    ]
    rows.append(("**together, US dollars**", "", *(f"**{sum(found.values()):.4f}**" for found in by_state.values())))
    rows.append(("billed milliseconds, estimated", "", *(f"{state.milliseconds():.0f}" for state in states.values())))
    rows.append(
        (
            "read and write units a read",
            "",
            *(
                f"{sum(c.read_units for c in s.seen.calls)} + {sum(c.write_units for c in s.seen.calls)}"
                for s in states.values()
            ),
        )
    )
    return table((f"{READS} reads", "list price", *states), rows)
