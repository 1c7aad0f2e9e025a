"""Measures, as pure functions: tables in, table or numbers out.

No Dagster, no Streamlit, no files, no publisher. Each formula names its source; each undefined case is a null with a
reason, never a zero.
"""
