"""The parts of the page *Alliance graph* below the network: what is left, likeness, balance."""
