"""Thin assets around the analytics: theme tables, reference tables, out tables, the edition.

One module per question. The thought is in `analytics/`; here it is only wired.
"""
