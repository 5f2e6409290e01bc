coffee-title = Coffee
