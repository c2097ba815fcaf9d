"""The words of the app, explained."""
