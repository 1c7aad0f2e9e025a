"""One module per page; each answers one question: choose, query, draw, cite."""
