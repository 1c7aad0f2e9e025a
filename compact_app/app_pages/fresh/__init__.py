"""How each source stands, on the page of sources and quality."""
