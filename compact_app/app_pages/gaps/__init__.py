"""Parts of *Standards gaps*: the case that is measured, and its tables and sentences."""
