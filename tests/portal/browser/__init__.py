"""The built portal in a real Chromium, served by the whole local system.

Chromium is ``$CHROMIUM`` or the one on PATH; nothing is downloaded. Where there is none the tests are left out, under
``CI=true`` they fail. For work on pages: ``PORTAL_URL=http://localhost:8000`` takes a system that runs (``make run``)
instead of starting one, ``PORTAL_AS_IS=1`` does not build.
"""
