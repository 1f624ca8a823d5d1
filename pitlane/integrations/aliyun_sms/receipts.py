"""Receipts of Alibaba Cloud SMS: https://help.aliyun.com/zh/sms/developer-reference/smsreport (SmsReport over HTTP).

The service signs nothing: the secret part of the address is the proof. It repeats a report that was not answered.
"""

from __future__ import annotations

from ..receipts import Call, Heard, Receipt, Unreadable, china_time, rows_of


def read(call: Call) -> Heard:
    """A list of reports with our own key as ``out_id``."""
    receipts = []
    for row in rows_of(call.body):
        key, biz, success = row.get("out_id"), row.get("biz_id"), row.get("success")
        if not isinstance(biz, str) or not biz or not isinstance(success, bool):
            raise Unreadable
        key = key if isinstance(key, str) else ""
        receipts.append(
            Receipt(
                provider_id=key or biz,
                status="delivered" if success else "failed",
                reported_at=china_time(str(row.get("report_time", "")), call.at),
                code=str(row.get("err_code", "")),
                detail=str(row.get("err_msg", "")),
                message_key=key,
            )
        )
    return Heard(tuple(receipts), '{"code":0,"msg":"OK"}')
