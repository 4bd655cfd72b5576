"""The script that Streamlit runs anew for every redraw; what lasts longer is in `frame`."""

from techrequests.ui.frame import draw

draw()
