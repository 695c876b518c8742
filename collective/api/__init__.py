"""The versioned REST API: the same domain functions as the pages, behind JSON."""
