"""`manage.py up`: servers, first-run steps, web, workers and beat under one parent."""
