"""What axe-core says of an open page, and what it does not look at: the text within charts."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from playwright.sync_api import Page as Tab

GRAVE = ("serious", "critical")
LEAST, SMALLEST = 4.5, 12
"""The contrast that text needs, to 1, and the least size of letters in a chart, in pixels."""

# What is scrolled away above the window axe-core passes over.
_RUN = """async contrast => {
    document.querySelector('[data-testid=stMain]')?.scrollTo(0, 0);
    const rule = 'color-contrast';
    const only = contrast ? { runOnly: { type: 'rule', values: [rule] } }
        : contrast === false ? { rules: { [rule]: { enabled: false } } } : {};
    // By contrast alone: of text within charts it does not tell, see below, and formulas have the
    // colour of the words around them; they take two thirds of its time.
    const where = { include: [['html']], exclude: contrast ? [['svg.marks'], ['.katex']] : [] };
    const { violations } = await axe.run(where, { resultTypes: ['violations'], ...only });
    return violations.flatMap(({ impact, id, nodes }) => nodes.map(n =>
        [impact, `${id}: ${n.html.slice(0, 120)} ${n.any[0]?.message ?? ''}`]));
}"""

# A text stands on the page, and on every filled mark of its chart that was drawn before it there.
_PALE = """([least, smallest]) => {
    const parts = colour => (colour.match(/[\\d.]+/g) ?? []).map(Number);
    const seen = (colour, alpha, under) => {
        const [r, g, b, a = 1] = parts(colour);
        return [r, g, b].map((v, i) => v * a * alpha + under[i] * (1 - a * alpha));
    };
    const luminance = c => {
        const [r, g, b] = c.map(v => v / 255)
            .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (one, other) => {
        const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    };
    const alpha = e => {
        let all = Number(getComputedStyle(e).fillOpacity);
        for (let at = e; at.tagName !== 'svg'; at = at.parentElement)
            all *= getComputedStyle(at).opacity;
        return all;
    };
    const page = parts(getComputedStyle(document.querySelector('.stApp')).backgroundColor);
    const found = new Set();
    for (const chart of document.querySelectorAll('svg.marks')) {
        if (!chart.checkVisibility()) continue;
        const marks = [...chart.querySelectorAll('path, text')].map(e => [e, e.tagName,
            getComputedStyle(e).fill, alpha(e), e.getBoundingClientRect()])
            .filter(([, , fill, a]) => fill !== 'none' && a > 0 && parts(fill)[3] !== 0);
        marks.forEach(([e, tag, fill, a, box], i) => {
            if (tag !== 'text' || !e.textContent.trim()) return;
            const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
            const under = marks.slice(0, i).filter(([m, tag, , , b]) => tag === 'path'
                && b.left <= x && x <= b.right && b.top <= y && y <= b.bottom
                && m.isPointInFill(new DOMPoint(x, y).matrixTransform(m.getScreenCTM().inverse())))
                .reduce((below, [, , fill, a]) => seen(fill, a, below), page);
            const ratio = contrast(seen(fill, a, under), under);
            const size = parseFloat(getComputedStyle(e).fontSize);
            if (ratio < least || size < smallest)
                found.add(`${e.textContent}: ${ratio.toFixed(1)}:1, ${size} px, ${fill}`);
        });
    }
    return [...found];
}"""


def script() -> Path | None:
    """Return where axe.min.js is; None if it is not installed."""
    found = importlib.util.find_spec("axe_playwright_python")
    return Path(str(found.origin)).with_name("axe.min.js") if found else None


def complaints(tab: Tab, contrast: bool | None = None) -> list[str]:
    """Return what axe-core finds serious or critical: by contrast alone, by all but it, or all."""
    if not tab.evaluate("'axe' in window"):
        source = script()
        assert source is not None, "axe-core is not installed"
        tab.evaluate(source.read_text("utf-8"))
    return sorted({told for impact, told in tab.evaluate(_RUN, contrast) if impact in GRAVE})


def pale(tab: Tab) -> list[str]:
    """Return the texts within charts that are too pale, or too small, to be read."""
    found: list[str] = tab.evaluate(_PALE, [LEAST, SMALLEST])
    return found
