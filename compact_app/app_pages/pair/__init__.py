"""Parts of *Whose number?*: what was chosen, the finding in words, the gap step by step, the sides, the evidence."""
