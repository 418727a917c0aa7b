"""Documents: one frozen view-model becomes the page in the browser and the archived PDF."""
