"""Commands of the exchange, one module a group; `cli` puts them together with the others.

What is slow to import is imported by the command that needs it, so that `compact --help` answers at once.
"""
