"""The parts of the page *Commitments*: figures in words, and one commitment in detail."""
