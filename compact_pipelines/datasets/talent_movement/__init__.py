"""Sources of the movement of people and skills."""
