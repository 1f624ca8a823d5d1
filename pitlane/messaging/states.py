"""States of a message. ``failed`` is passed through at once: the next channel takes over, or the message is given up.

A late receipt may still say that a message arrived which was given up, or which waits for another channel already.
"""

from django.utils.translation import gettext_lazy as _

from pitlane.core.states import Label, Moves

MESSAGE = Moves(
    "message",
    {
        "queued": {
            "claim": "sending",
            "accept": "accepted",
            "suppress": "suppressed",
            "cancel": "cancelled",
            "fail": "failed",
            "deliver": "delivered",
        },
        "sending": {
            "accept": "accepted",
            "release": "queued",
            "fail": "failed",
            "doubt": "uncertain",
            "deliver": "delivered",
        },
        "uncertain": {"accept": "accepted", "release": "queued", "deliver": "delivered", "cancel": "cancelled"},
        "accepted": {"deliver": "delivered", "fail": "failed"},
        "failed": {"reroute": "queued", "give_up": "given_up"},
        "given_up": {"deliver": "delivered", "release": "queued"},
    },
    {
        "queued": Label("hold", _("待发送")),
        "sending": Label("move", _("发送中")),
        "accepted": Label("move", _("已发出")),
        "delivered": Label("done", _("已送达")),
        "uncertain": Label("hold", _("不确定"), solid=True),
        "failed": Label("bad", _("发送失败")),
        "given_up": Label("bad", _("没有送到"), solid=True),
        "suppressed": Label("idle", _("未发送")),
        "cancelled": Label("idle", _("已取消")),
    },
    start="queued",
)
UNFINISHED = ("queued", "sending")
CANCELLABLE = ("queued", "uncertain")
