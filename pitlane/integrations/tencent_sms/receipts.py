"""Status reports of Tencent Cloud SMS: https://cloud.tencent.com/document/product/382/37809 (callback of send status).

The service signs nothing: the secret part of the address is the proof. It repeats a report that was not answered.
"""

from __future__ import annotations

from ..receipts import Call, Heard, Receipt, Unreadable, china_time, rows_of


def read(call: Call) -> Heard:
    """A list of reports with the serial number that the message got when it was taken."""
    receipts = []
    for row in rows_of(call.body):
        serial, status = row.get("sid"), row.get("report_status")
        if not isinstance(serial, str) or not serial or status not in ("SUCCESS", "FAIL"):
            raise Unreadable
        receipts.append(
            Receipt(
                provider_id=serial,
                status="delivered" if status == "SUCCESS" else "failed",
                reported_at=china_time(str(row.get("user_receive_time", "")), call.at),
                code=str(row.get("errmsg", "")),
                detail=str(row.get("description", "")),
            )
        )
    return Heard(tuple(receipts), '{"result":0,"errmsg":"OK"}')
