"""One room per source: what it publishes (`parse_`), how it fits its contract (`tidy_`), and two thin assets.

`raw_<source>__<part>` keeps the bytes, `core_<source>` holds the rows in the contract's columns. A module here never
imports another; sources meet in the theme tables of `answers/themes.py`.
"""
