"""A bar chart as SVG, legible on light and dark pages."""

from xml.sax.saxutils import escape

ROW, LABEL, BAR, FIGURE = 28, 330, 380, 80


def bars(title, rows):
    """`rows` are (label, value); those of the library itself stand out."""
    width, height = LABEL + BAR + FIGURE, 44 + ROW * len(rows)
    largest = max(value for _, value in rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(title)}" font-family="system-ui, sans-serif" font-size="13">',
        f'<rect width="{width}" height="{height}" rx="6" fill="#ffffff" stroke="#d0d7de"/>',
        f'<text x="16" y="26" font-weight="600" fill="#1f2328">{escape(title)}</text>',
    ]
    for index, (label, value) in enumerate(rows):
        y = 40 + ROW * index
        own = label.startswith("dropcowboy")
        parts += [
            f'<text x="{LABEL - 10}" y="{y + 15}" text-anchor="end" fill="#1f2328" '
            f'font-weight="{600 if own else 400}">{escape(label)}</text>',
            f'<rect x="{LABEL}" y="{y + 2}" width="{BAR * value / largest:.1f}" height="18" rx="2" '
            f'fill="{"#0969da" if own else "#8c959f"}"/>',
            f'<text x="{LABEL + BAR * value / largest + 8:.1f}" y="{y + 15}" fill="#1f2328">'
            f"{value:,.0f}</text>",
        ]
    return "\n".join(parts + ["</svg>", ""])
