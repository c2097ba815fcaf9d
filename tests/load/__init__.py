"""Sessions that speak to a server as browsers do, and servers of this machine to speak to."""
