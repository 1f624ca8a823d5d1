"""Reception: check-in, walk-around inspection, maintenance advice, quotation and its approval on the customer's phone.

Documents: Estimate (draft → sent → decided; replaced, expired). The repair order and its lines belong to workshop; an estimate is a
frozen version of the lines with the customer's decision on each. Lines not done are kept as Recommendation.
Events: WalkaroundSigned, EstimateSent, EstimateOpened, EstimateDecided, RecommendationKept, RecommendationClosed.
Begin with ``commands/check_in.py``, then ``commands/estimates.py``.
"""
