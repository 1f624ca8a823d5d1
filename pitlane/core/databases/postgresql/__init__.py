"""PostgreSQL as the engine of the settings: ``base`` is where Django looks."""
