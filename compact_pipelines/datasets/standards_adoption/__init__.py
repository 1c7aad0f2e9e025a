"""Sources of the adoption of AI standards and agreements."""
