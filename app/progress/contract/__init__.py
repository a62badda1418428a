"""The CSV contract: what a file of days or plans may look like, read row by row and written back without loss."""
