"""Wire formats that several publishers share: bytes to a frame as published, all text.

One is named after a publisher only where several of its sources share it.
"""
