"""The demo: a hub's stand-in, this site and somebody's website, each a process of its own, connected for real."""
