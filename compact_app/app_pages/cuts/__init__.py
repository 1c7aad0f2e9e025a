"""The parts of the page *Resilience*: what is measured for the chosen members, and how it is told."""
