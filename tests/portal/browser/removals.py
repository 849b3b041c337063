"""Takes each safeguard of the portal out, and sees that the browser's tests notice: ``make portal-removals``."""

from __future__ import annotations

import sys

from tests.removals import Needs, Removal, take_out

HEADERS, COOKIE = "infra/security_headers.json", "chalicelib/handlers/portal.py"
POLICY, SESSION = "tests/portal/browser/test_policy.py", "tests/portal/browser/test_session.py"

REMOVALS = (
    Removal(
        "refusal of calls from elsewhere",
        COOKIE,
        "    if not (same and asks_for_cookie(headers) and kind not in FORM_TYPES):\n        raise CrossSiteError\n",
        "",
        f"{SESSION} -k another_site_changes",
        "assert 204 == ",
    ),
    Removal(
        "the origin where the browser does not say the site",
        COOKIE,
        'headers.get("origin", "") == origin',
        "True",
        f"{SESSION} -k judged_by",
        "assert 204 == 403",
    ),
    Removal(
        "HttpOnly",
        COOKIE,
        "{int(IDLE.total_seconds())}; Secure; HttpOnly",
        "{int(IDLE.total_seconds())}; Secure",
        f"{SESSION} -k out_of_reach",
        "False, True, 'Strict'",
    ),
    Removal(
        "SameSite=Strict",
        COOKIE,
        '{int(IDLE.total_seconds())}; Secure; HttpOnly; SameSite=Strict"',
        '{int(IDLE.total_seconds())}; Secure; HttpOnly; SameSite=Lax"',
        f"{SESSION} -k 'out_of_reach or letter'",
        "'Lax'",
    ),
    Removal(
        "tokens out of the answers",
        COOKIE,
        'tokens = {"access_token", "refresh_token", "token_type"}',
        "tokens: set[str] = set()",
        f"{SESSION} -k hands_a_token",
        "access_token",
    ),
    Removal(
        "Trusted Types",
        HEADERS,
        "; require-trusted-types-for 'script'; trusted-types portal",
        "",
        f"{POLICY} -k never_becomes_markup",
        "assert 'done' in",
    ),
    Removal(
        "the names of Trusted Types policies",
        HEADERS,
        "; trusted-types portal",
        "",
        f"{POLICY} -k never_becomes_markup",
        "createPolicy",
    ),
    Removal(
        "the hash of the widgets' style",
        HEADERS,
        " 'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o='",
        "",
        f"{POLICY} -k allowed_style",
        "38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o",
    ),
    Removal(
        "styles from our files alone",
        HEADERS,
        "style-src 'self' 'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o='",
        "style-src 'self' 'unsafe-inline'",
        f"{POLICY} -k inline_script_style",
        "style-src-",
    ),
    Removal(
        "connections to ourselves alone",
        HEADERS,
        "connect-src 'self'",
        "connect-src *",
        f"{POLICY} -k inline_script_style",
        "nothing of 'securitypolicyviolation: connect-src'",
    ),
    Removal(
        "no frames around us",
        HEADERS,
        "; frame-ancestors 'none'",
        "",
        f"{POLICY} -k inside_its_own",
        "chrome-error",
    ),
    Removal(
        "no hold of our windows",
        HEADERS,
        '"Cross-Origin-Opener-Policy": "same-origin"',
        '"Cross-Origin-Opener-Policy": "unsafe-none"',
        f"{POLICY} -k opened_us",
        "assert .* is None|assert False",
    ),
)
NEEDS = Needs(
    copied=("portal/dist",),
    linked=(".venv-emulator", "portal/node_modules"),
    settings=(("PORTAL_AS_IS", "1"), ("CI", "true")),
    timeout=400,
)

if __name__ == "__main__":
    sys.exit(min(take_out(REMOVALS, sys.argv[1:], NEEDS), 100))
