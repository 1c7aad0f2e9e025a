"""The partner exchange: signed data drops come in, are judged row by row, and nothing is ever lost.

The contributor's side: `packing` makes a drop, `inspection` says what the exchange would say of it, `manifest` (on
`strict_json`) reads and writes what a drop says of itself, `signatures` signs and checks it as OpenSSH does, `partners`
reads the agreements.
The exchange's side: `intake` takes a drop through its steps, from the `store` of originals over `sandbox` and
`judgement` to `vintages`, `held` rows, `receipts` and the `ledger`.

Everything in a drop is text from outside: never run, opened by name, expanded or put into SQL. Nothing here knows
Dagster or the dashboard.
"""
