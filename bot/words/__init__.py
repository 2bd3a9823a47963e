"""Every sentence that users read, in French."""
