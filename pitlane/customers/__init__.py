"""Customers: people and companies, their vehicles and drivers, consent, contact log, import and export, 360° view.

Customers and vehicles are shared within the organisation. Phones, ID numbers and addresses are encrypted and masked;
reading them is an event. Begin with ``models.py``; ``plates.py``, ``vins.py``, ``odometer.py``, ``duplicates.py`` and
``completeness.py`` are rules; ``entries.py`` puts what is typed into stored form, ``records.py`` inserts it.
Events: CustomerCreated, CustomerChanged, PhoneAdded, PhoneRemoved, VehicleCreated, VehicleChanged, OwnershipChanged,
VehicleGivenUp, DriverChanged, OdometerRead, ContactLogged, NextStepFinished, ConsentGiven, ConsentWithdrawn,
PersonalDataRevealed, SubjectAccessGiven, CustomerErased, DataExported. Slots for higher domains: ``customer360``,
``vehicle``, ``vehicle_badges``, ``vehicle_visits``, ``customer_data``, ``erase_obstacle``.
"""
