"""Sources of the energy and sites that compute needs."""
