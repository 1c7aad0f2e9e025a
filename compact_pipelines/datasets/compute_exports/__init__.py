"""Sources of trade in computing goods and services."""
