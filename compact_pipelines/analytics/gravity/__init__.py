"""Gravity and accession: what trade agreements do to trade and to real income, in a model whose limits are stated.

`ppml` estimates, `base` makes the flows of a base year, `hat` solves the model in changes, `accession` asks it what a
new member changes, `shapley` shares a gain among members, `nafta` holds the model to published results.
"""
