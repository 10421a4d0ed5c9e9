"""One chart of every kind, with gaps, intervals and marks."""

from scoring.charts import Chart, Mark, Series

ROC = Chart(
    "line", "ROC curve", "AUC 0.790: three in four bads score below the median good.", (),
    (
        Series("Boosting", (0.0, 0.45, 0.7, 0.9, 1.0), x=(0.0, 0.1, 0.3, 0.6, 1.0)),
        Series("No model", (0.0, 1.0), x=(0.0, 1.0)),
    ),
    "Goods below", "Bads below", mark=Mark("x", 0.3, "cut-off"),
)  # fmt: skip

RELIABILITY = Chart(
    "interval", "Calibration", "Observed and predicted PD agree but in the highest tenth.",
    ("1", "2", "3", "4"),
    (
        Series("Observed", (2.0, 5.5, 11.0, None), low=(1.0, 4.0, 8.0, None),
               high=(3.5, 7.5, 14.0, None)),
        Series("Predicted", (2.2, 5.0, 12.0, 30.0)),
    ),
    "Tenth by points", "Bad", y_unit="%",
)  # fmt: skip

FAMILIES = Chart(
    "interval", "AUC by family", "The glass box lies inside the interval of the best.",
    ("WoE scorecard", "Glass box", "Boosting"),
    (Series("AUC", (0.786, 0.79, 0.792), low=(0.73, 0.74, 0.742), high=(0.83, 0.84, 0.845)),),
    "Family", "AUC", mark=Mark("y", 0.742, "lowest of the best"), horizontal=True,
)  # fmt: skip

MONTHS = Chart(
    "line", "PSI by month", "Above the warning since May.",
    ("January", "February", "March", "April", "May", "June"),
    (
        Series("Score", (0.02, 0.03, None, 0.05, 0.12, 0.14)),
        Series("Amount", (0.01, 0.02, 0.02, 0.06, 0.07, 0.09)),
    ),
    "Month", "PSI",
    mark=(Mark("y", 0.1, "warn"), Mark("x", "May", "new prices")),
)  # fmt: skip

OUTCOMES = Chart(
    "stacked_bar", "Loans by decision", "Approved loans earn, declined ones do not.",
    ("Approved", "Declined"),
    (Series("Good", (180, 30)), Series("Bad", (20, 70))), "Decision", "Loans",
)  # fmt: skip

SCORES = Chart(
    "histogram", "Points by outcome", "Bads score lower.",
    ("480", "500", "520", "540", "560"),
    (Series("Good", (2, 8, 20, 40, 30)), Series("Bad", (20, 35, 25, 15, 5))), "Points", "Share",
    mark=Mark("x", "520", "cut-off"), y_unit="%",
)  # fmt: skip

FRONTIER = Chart(
    "scatter", "Profit and approvals", "Most is earned at 62 % approved.", ("450", "500", "550"),
    (
        Series("Cut-offs", (-1200.0, 45_300.5, 22_000.0), x=(100, 62, 30), joined=True),
        Series("Today", (18_000.0,), x=(55,)),
    ),
    "Approved", "Profit", x_unit="%", y_unit="EUR",
)  # fmt: skip

IMPORTANCE = Chart(
    "bar", "Points lost by reason", "Most for employment.", ("Employment", "Income"),
    (Series("Then", (12, 9)), Series("Now", (14, 8))), "Reason", "Points", horizontal=True,
)  # fmt: skip

NOTHING = Chart("bar", "Nothing yet", "No outcomes.", ("a",), (Series("n", (None,)),), "", "")

EVERY_KIND = (ROC, RELIABILITY, FAMILIES, MONTHS, OUTCOMES, SCORES, FRONTIER, NOTHING)
