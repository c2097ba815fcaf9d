"""What does a small gradient do to gradient descent? Paths, speed, budgets, numbers, minima."""

from vanishing.ui import site

site.show("descent")
