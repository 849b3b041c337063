"""Register blueprints; nothing else."""

import logging

from chalice import Chalice

from chalicelib.handlers import (
    cards,
    cases,
    consents,
    desk,
    emergencies,
    erasures,
    factors,
    families,
    findings,
    gathering,
    journal,
    me,
    merges,
    notices,
    openapi,
    partners,
    patients,
    prescriptions,
    records,
    recoveries,
    registrations,
    representatives,
    search,
    session_keys,
    sessions,
    shares,
    sharing,
    signatures,
    signing_certificates,
    single_sign_on,
    staff,
    stamps,
    suspensions,
    texts,
    tickets,
    uploads,
    verification,
    vital_signs,
)
from chalicelib.handlers.events import events

app = Chalice(app_name="medkarta")
app.log.setLevel(logging.WARNING)  # Chalice lets errors alone pass, and this is the logger above all of ours
app.api.binary_types += ["application/pdf", "image/jpeg", "image/png", "application/gzip"]

for module in (
    openapi,
    registrations,
    sessions,
    session_keys,
    signatures,
    single_sign_on,
    me,
    factors,
    staff,
    partners,
    cards,
    texts,
    uploads,
    signing_certificates,
    stamps,
    verification,
    cases,
    patients,
    merges,
    consents,
    sharing,
    shares,
    emergencies,
    representatives,
    records,
    search,
    vital_signs,
    prescriptions,
    notices,
    journal,
    erasures,
    desk,
    recoveries,
    tickets,
    findings,
    families,
    suspensions,
    gathering,
):
    app.register_blueprint(module.api)
app.register_blueprint(events)
