"""Vital signs (REC-10): what they are, how one is judged, when somebody is told, how a long series is kept and shown.

signs    which signs there are: units, codes, what is a slip of the finger
bands    rules for levels, as data with sources; personal limits
alerts   when a level is told of, and when it is taken back
rolls    days and months of readings, kept together so that a long series is read at a flat price
series   what a chart shows of a long series
"""
