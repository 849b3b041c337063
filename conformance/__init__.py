"""The conformance kit: what a partner runs against a system before going live (PRT-9).

    make conformance URL=https://…  [SUITES=fhir,hl7]

Requests and expected answers are data (``cases/*.json``), so that they can be read, and run by another program. The kit
knows nothing of the service: it signs in as a partner does and sees what a partner sees.
"""
