"""The four steps of the page Contribute, one a module, and what they share: telling what is wrong, place by place."""
