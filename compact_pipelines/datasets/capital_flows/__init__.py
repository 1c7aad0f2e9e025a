"""Sources of capital flows and positions."""
