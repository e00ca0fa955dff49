"""The pictures of the site but for the dashboard's and the deadline's: `make pictures` draws them."""
