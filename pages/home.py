from vanishing.ui.frame import open_page
from vanishing.ui.tables.home import PAGE

page = open_page(PAGE)
page.controls("depth")
page.close()
