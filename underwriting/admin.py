"""Django's admin looks for its pages here; underwriting's are the desk."""

from underwriting.desk.registrations import register

register()
