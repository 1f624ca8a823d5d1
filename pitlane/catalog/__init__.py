"""Catalog: what a shop sells as work. Labour operations with steps, service packages, maintenance schedules by time
and mileage, labour rates, guarantee rules as dated data. No documents with states.

Begin with ``models.py``; ``dataset.py`` is the starting catalogue that ships with the program, ``due.py`` the rule that
says what a car needs next. Events: OperationChanged, PackageChanged, RateChanged,
GuaranteeRuleChanged, ScheduleChanged, ChecklistChanged, CatalogueLoaded.
"""
