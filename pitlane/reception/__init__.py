"""Reception: check-in, walk-around, maintenance advice, diagnosis, quotation and its approval on the customer's phone.

Documents: Estimate (sent → decided; replaced), a frozen version of the order's lines with the customer's decisions;
Walkaround, the signed state of the car; Recommendation (open → taken or dropped), work that was not done. The order
and its lines belong to workshop.
Events: WalkaroundSaved, WalkaroundSigned, EstimateSent, EstimateOpened, EstimateDecided, LinkShared,
RecommendationKept, RecommendationClosed, FaultCodesRead, SuggestionAnswered, OwnCauseSaved.
Begin with ``commands/check_in.py``, then ``commands/estimates.py``; diagnosis in ``rules_diagnosis.py``.
"""
