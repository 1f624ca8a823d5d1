"""Tables whose columns each person chooses: a template writes the cells once, the frame says which are drawn.

``{% listtable rows tick=may peek=True %}{% cell "@href" %}…{% endcell %}{% cell "number" %}…{% endlisttable %}``:
``row`` is the row; ``@href`` is its page (a click looks at it in the drawer), ``@ref`` and ``@name`` its tick box,
``@menu`` what can be done with it without opening it.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Node, Parser, Token
from django.template.base import token_kwargs as named
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ..listing import Frame, Head
from .ui import icon

register = template.Library()
ABOUT_ROW = ("@href", "@ref", "@name")
MENU = "@menu"


class Cell(Node):
    """What stands in one column of a row."""

    def __init__(self, key: str, content: NodeList) -> None:
        self.key, self.content = key, content

    def render(self, context: Context) -> SafeString:
        return self.content.render(context)


class Table(Node):
    """Head and rows of the chosen columns."""

    def __init__(self, rows: FilterExpression, options: dict[str, FilterExpression], cells: list[Cell]) -> None:
        self.rows, self.options = rows, options
        self.cells = {cell.key: cell for cell in cells}

    def render(self, context: Context) -> SafeString:
        frame: Frame = context["frame"]
        tick, peek = self._option("tick", context), self._option("peek", context)
        heads = format_html_join("", "{}", ((_head(head),) for head in frame.heads()))
        with context.push():
            body = mark_safe(
                "\n".join(self._row(row, frame, tick, peek, context) for row in self.rows.resolve(context))
            )
        box = _head_box() if tick else ""
        if MENU in self.cells:
            heads += mark_safe('<td class="m"></td>')
        return format_html(
            '<table class="pl-table pl-table--freeze" data-table data-list="{}"><thead><tr>{}{}</tr></thead>'
            "<tbody>{}</tbody></table>",
            frame.spec.key,
            box,
            heads,
            body,
        )

    def _option(self, name: str, context: Context) -> bool:
        return name in self.options and bool(self.options[name].resolve(context))

    def _row(self, row: Any, frame: Frame, tick: bool, peek: bool, context: Context) -> SafeString:
        context["row"] = row
        facts = {key: self.cells[key].render(context).strip() for key in ABOUT_ROW if key in self.cells}
        cells = [
            format_html('<td class="{}">{}</td>', "r" if one.right else "", self.cells[one.key].render(context))
            for one in frame.columns
            if one.key in self.cells
        ]
        if tick:
            cells.insert(0, _box(facts.get("@ref", ""), facts.get("@name", "")))
        if MENU in self.cells:
            cells.append(_menu(facts.get("@name", ""), self.cells[MENU].render(context)))
        return format_html("<tr{}>{}</tr>", _leads(facts, peek), mark_safe("".join(cells)))


def _leads(facts: dict[str, str], peek: bool) -> SafeString:
    """Where a row leads: its page, and whether the drawer can show it."""
    href = facts.get("@href", "")
    shown = [("data-href", href), ("data-peek", href if peek else "")]
    return format_html_join("", ' {}="{}"', ((name, value) for name, value in shown if value))


def _box(ref: str, name: str) -> SafeString:
    html = (
        '<td class="t"><input type="checkbox" class="pl-check" name="ids" value="{}" form="bulk" aria-label="{}"></td>'
    )
    return format_html(html, ref, name)


def _menu(name: str, content: SafeString) -> SafeString:
    html = (
        '<td class="m"><details class="pl-menu pl-menu--row" data-menu><summary class="pl-iconbtn" aria-label="{}">{}'
        '</summary><div class="pl-menu__panel">{}</div></details></td>'
    )
    return format_html(html, _("%(name)s 的更多操作") % {"name": name}, icon("dots", "md"), content)


def _head_box() -> SafeString:
    html = '<td class="t"><input type="checkbox" class="pl-check" data-check-all aria-label="{}"></td>'
    return format_html(html, _("选本页全部"))


def _head(head: Head) -> SafeString:
    shape = "r" if head.column.right else ""
    if not head.url:
        return format_html('<th scope="col" class="{}">{}</th>', shape, head.column.label)
    sign = {"ascending": "arrow-up", "descending": "arrow-down"}.get(head.direction, "arrows-sort")
    return format_html(
        '<th scope="col" class="{}"{}><a class="pl-sort" href="{}" data-sort="{}">{}{}</a></th>',
        shape,
        format_html(' aria-sort="{}"', head.direction) if head.direction else "",
        head.url,
        head.order,
        head.column.label,
        icon(sign, "sm"),
    )


@register.tag
def cell(parser: Parser, token: Token) -> Cell:
    """One column of a list's row."""
    key = token.split_contents()[1].strip("\"'")
    content = parser.parse(("endcell",))
    parser.delete_first_token()
    return Cell(key, content)


@register.tag
def listtable(parser: Parser, token: Token) -> Table:
    """The table of a list with the columns that the person chose."""
    bits = token.split_contents()[1:]
    if not bits:
        raise TemplateSyntaxError("listtable needs its rows")
    rows = parser.compile_filter(bits.pop(0))
    options = named(bits, parser)
    content = parser.parse(("endlisttable",))
    parser.delete_first_token()
    return Table(rows, options, [node for node in content if isinstance(node, Cell)])
