"""Parts of *Reporters*: what was chosen, the numbers, freight rules, and what is stated where nothing is measured."""
