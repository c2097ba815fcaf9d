"""The technical words of the app: what each means, and on which pages it is met."""
