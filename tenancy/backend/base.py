from django.db.backends.postgresql import base

from tenancy.backend.features import DatabaseFeatures


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
