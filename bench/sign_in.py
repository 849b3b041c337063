"""What proofs of a person cost in CPU and memory: Argon2id under several parameters, and the second factors.

The choice stands in ``chalicelib/crypto/passwords.py``. OWASP's sets (Password Storage Cheat Sheet) are meant to be
equally strong; RFC 9106 recommends the last one where memory allows.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from functools import partial

from bench.timing import cpu_of

SETS = (
    (7168, 5, 1),
    (9216, 4, 1),
    (12288, 3, 1),
    (19456, 2, 1),
    (32768, 2, 1),
    (47104, 1, 1),
    (65536, 2, 1),
    (65536, 3, 4),
)
"""KiB, passes, lanes."""

_CHILD = """
import re, sys
from pathlib import Path
from argon2 import PasswordHasher
def peak():
    return int(re.search(r"VmHWM:\\s+([0-9]+)", Path("/proc/self/status").read_text())[1])
m, t, p = map(int, sys.argv[1:])
before = peak()
PasswordHasher(time_cost=t, memory_cost=m, parallelism=p).hash("x" * 12)
print(peak() - before)
"""

Measured = Mapping[tuple[int, int, int], tuple[float, float]]


def passwords() -> Measured:
    """CPU milliseconds and MiB of memory of one hash, by parameters."""
    from argon2 import PasswordHasher

    found = {}
    for memory, passes, lanes in SETS:
        hasher = PasswordHasher(time_cost=passes, memory_cost=memory, parallelism=lanes)
        found[memory, passes, lanes] = (cpu_of(partial(hasher.hash, "x" * 12)), _grown(memory, passes, lanes))
    return found


def _grown(*parameters: int) -> float:
    """MiB by which one hash lets the peak of a new process grow (Linux)."""
    command = [sys.executable, "-c", _CHILD, *map(str, parameters)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    return int(done.stdout) / 1024


def factors() -> Mapping[str, float]:
    """CPU milliseconds of one check, by factor; calls to AWS are not in it."""
    from chalicelib.crypto.passkeys import WebauthnPasskeys
    from chalicelib.domain.recovery_codes import COUNT, code_text, hashed, remaining
    from chalicelib.domain.secrets import hash_code, same_code
    from tests.authenticator import Authenticator

    url, challenge = "https://card.example", "QUJD"
    passkeys, device = WebauthnPasskeys(url), Authenticator(url)
    made = passkeys.registered(device.create({"user": {"id": "eA"}, "challenge": challenge}), challenge)
    answer = device.get({"challenge": challenge})
    sent = hash_code("123456", "context")
    kept = [hashed(code_text(bytes([n] * 10)), "person") for n in range(COUNT)]
    return {
        "code by SMS (scrypt)": cpu_of(lambda: same_code(sent, "123456", "context")),
        "passkey (ES256)": cpu_of(lambda: passkeys.signed(answer, challenge, "x", made.public_key)),
        "recovery code": cpu_of(lambda: remaining(kept, "0" * 16, "person")),
    }


def report(hashes: Measured, checks: Mapping[str, float]) -> str:
    from chalicelib.crypto.passwords import LANES, MEMORY_KIB, PASSES

    lines = ["| Argon2id: KiB, passes, lanes | CPU, ms | memory, MiB | |", "| --- | ---: | ---: | --- |"]
    for (memory, passes, lanes), (cpu, grown) in hashes.items():
        ours = "ours" if (memory, passes, lanes) == (MEMORY_KIB, PASSES, LANES) else ""
        lines.append(f"| {memory}, {passes}, {lanes} | {cpu:.0f} | {grown:.0f} | {ours} |")
    lines += ["", "| second factor | CPU, ms |", "| --- | ---: |"]
    lines += [f"| {name} | {cpu:.2f} |" for name, cpu in checks.items()]
    return "\n".join(lines)
