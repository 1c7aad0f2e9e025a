"""What an installation needs beside the two packages: settings, a container, a rehearsal on one machine."""
