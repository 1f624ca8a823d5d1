"""Customers: people and companies, their vehicles and drivers, consent, contact log, import and export, 360° view.

Customers and vehicles are shared within the organisation. Phones, ID numbers and addresses are encrypted and masked;
reading them is an event. Begin with ``models.py``; ``plates.py``, ``vins.py`` and ``completeness.py`` are rules.
Events: CustomerCreated, CustomerChanged, VehicleCreated, VehicleChanged, OwnershipChanged, ContactLogged,
ConsentGiven, ConsentWithdrawn, PersonalDataRevealed, CustomerErased, DataExported.
"""
