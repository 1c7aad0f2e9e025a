"""From tables to a negotiator's question: the dashboard. It reads an edition and nothing else."""
