"""Editions: how tables become one numbered DuckDB file per audience, and how that file is read.

    <data root>/building/<asset>.parquet          what assets hand to each other
    <data root>/building/checks/<table>.<check>.json
    <data root>/vintages/<table>/000001.parquet   what each edition added to the log of all values ever known
    <data root>/editions/edition-000001.public.duckdb     one file an audience
    <data root>/CURRENT                           the pointer: edition number, and each audience's file with its hash

Nothing here knows Dagster, a publisher or the dashboard.
"""
