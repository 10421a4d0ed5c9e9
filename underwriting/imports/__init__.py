"""Files of applications: opened, checked against the product's contract, cut into chunks."""
