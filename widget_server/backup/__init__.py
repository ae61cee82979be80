"""The whole site in one file, and back: on another machine, another database engine, or years later."""
