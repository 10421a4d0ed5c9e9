from django.db.backends.postgresql import features


class DatabaseFeatures(features.DatabaseFeatures):
    """The database's primary key is (organization_id, id) while Django believes it is `id`.

    So PostgreSQL does not infer the other columns from `GROUP BY id`, and Django must name them.
    """

    allows_group_by_selected_pks = False
