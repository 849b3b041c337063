"""The application connected to a stand-in for a chain of pharmacies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib import bootstrap
from local.pharmacies import DemoPharmacies


@contextmanager
def pharmacies() -> Iterator[DemoPharmacies]:
    chain = DemoPharmacies()
    chain.start()
    os.environ["MEDKARTA_PHARMACIES"] = chain.setting
    bootstrap.services.cache_clear()
    try:
        yield chain
    finally:
        os.environ["MEDKARTA_PHARMACIES"] = "[]"
        bootstrap.services.cache_clear()
        chain.stop()
