"""From bytes to tables: sources, contracts, analytics, the exchange and the warehouse.

What is here: everything that turns a publisher's or a partner's bytes into a published edition.
What is not: anything a reader looks at (compact_app) and the contracts themselves (schemas/).
"""
