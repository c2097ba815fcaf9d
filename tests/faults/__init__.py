"""What goes wrong around the app: its server, its disk, its clock, its workers, its readers."""
