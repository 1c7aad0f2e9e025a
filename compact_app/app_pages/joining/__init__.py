"""The parts of the page *Accession simulator*: the case, simple measures, the model, who adds what, the self-test."""
