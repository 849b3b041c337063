"""Search of FHIR R4 as rules without I/O: what may be asked (``parameters``), what was asked (``asking``), whether a
resource is it (``matching``, ``dates``), in which order (``ordering``) and how much of it is shown (``shaping``).

Source: HL7 FHIR R4 (4.0.1), search.html.
"""
