"""Why does a recurrent net forget, or blow up? State and gradient in time, and learning."""

from vanishing.ui import site

site.show("recurrent")
