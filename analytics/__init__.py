"""Fits the no-show model off-line (ANA-3, docs/no-show.md). Never deployed; the service reads what it writes.

history.py    visits with what became of them: generated, or a deployer's own as CSV
fitting.py    logistic regression by scikit-learn, and the file of its numbers
figures.py    how good it is, beside a single rule, with intervals, by sex and age
card.py       the model card, from the figures
"""
