"""Results over time (REC-5) and what a doctor may draft from one (REC-12): pure rules.

units        exact conversion between units, or none
analytes     which values are of one analyte
points       a value at a moment, with its range and flag
series       points in order, broken where they cannot be compared
comparison   a matrix of analytes and results out of bodies
trends       what the last points of a series do
suggestions  what is put into a draft, by analyte and direction
"""
