"""Parts of the page *Exchange*: one drop's receipt, and what it moves and changes."""
