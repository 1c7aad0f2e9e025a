"""Sources that other sources are converted or compared with."""
