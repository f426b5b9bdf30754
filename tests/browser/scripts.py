"""What the checks ask the page itself."""

# how far the page is wider than the window
OVERFLOW = """() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide <= 0) return [];
  const out = [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.scroll'));
  return [wide + ' px', ...out.slice(0, 4).map(e => e.outerHTML.slice(0, 90))];
}"""

# text that is cut off inside a box of its own
CLIPPED = """() => [...document.querySelectorAll('body *')].filter(e => {
  if (e.closest('.vh, .scroll, svg, textarea, select')) return false;
  const style = getComputedStyle(e);
  const cuts = style.overflowX === 'hidden' || style.overflowX === 'clip';
  return cuts && e.scrollWidth > e.clientWidth + 1 && e.textContent.trim();
}).slice(0, 4).map(e => e.outerHTML.slice(0, 90))"""

# words broken letter by letter, because something beside them takes the room
SQUEEZED = """() => [...document.querySelectorAll('main *')].filter(e => {
  const own = [...e.childNodes].filter(n => n.nodeType === 3);
  const text = own.map(n => n.textContent.trim()).join(' ');
  if (text.length < 8 || e.closest('.vh, .scroll, svg, table')) return false;
  const style = getComputedStyle(e.closest('p, h1, h2, h3, li, a, span') || e);
  const box = e.getBoundingClientRect();
  const size = parseFloat(style.fontSize);
  return box.width > 0 && box.width < 3 * size && box.height > 3 * size;
}).slice(0, 4).map(e => e.outerHTML.slice(0, 90))"""

# boxes under 44 px; a link inside a sentence is excused from height when it has 24 px or air
SMALL = """() => [...document.querySelectorAll('a, button, input, select, textarea, summary')]
.map(e => {
  const box = (e.closest('label') || e).getBoundingClientRect();
  const style = getComputedStyle(e);
  const said = (e.innerText || e.name || e.outerHTML).trim().slice(0, 40);
  const sentence = e.tagName === 'A' && style.display === 'inline' &&
    [...e.parentNode.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
  return {e, said, sentence, w: Math.round(box.width), h: Math.round(box.height),
    seen: box.right > 0 && box.height > 0 && style.visibility !== 'hidden' && e.type !== 'hidden'};
})
.filter(x => x.seen && !x.sentence && (x.w < 44 || x.h < 44))
.map(x => `${x.said} ${x.w}x${x.h}`)"""

# before the first stop, wherever the keyboard was
START = """() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute('tabindex');
  scrollTo(0, 0);
}"""

# where the keyboard stands, and whether one can see it
FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body || e === document.documentElement) return null;
  const shown = e.closest('label') || e;
  const box = shown.getBoundingClientRect();
  const tabs = document.querySelector('.tabs');
  const covered = tabs && !tabs.contains(e) && getComputedStyle(tabs).position === 'sticky' &&
    getComputedStyle(tabs).display !== 'none';
  const floor = covered ? tabs.getBoundingClientRect().top : innerHeight;
  const style = getComputedStyle(shown);
  const part = !e.matches(':focus');  // inside a native control, such as the date picker's button
  const ring = part || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2);
  if (!e.dataset.stop) e.dataset.stop = ++window.stops || (window.stops = 1);
  return {what: e.outerHTML.slice(0, 80), ring, seen: box.top < floor && box.bottom > 0,
    order: [...document.querySelectorAll('*')].indexOf(e), stop: e.dataset.stop};
}"""

# WCAG 1.4.12, through the object model: a style sheet of the page's own would need the policy
SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; ' +
    'word-spacing: 0.16em !important } p { margin-bottom: 2em !important }');
  document.adoptedStyleSheets = [sheet];
}"""

# htmx notes the path of the tab, for Back; anything else of a page must not stay in the browser
KEPT = """() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]
.filter(key => key !== 'htmx-current-path-for-history')"""

# names, and what people have written themselves, are not ours to simplify; rows are no prose
OURS = """() => {
  const theirs = [...document.querySelectorAll('[data-theirs]')];
  theirs.forEach(e => { e.hidden = true });
  const whole = document.body.innerText;
  const rows = [...document.querySelectorAll('tbody')];
  rows.forEach(e => { e.hidden = true });
  const prose = document.querySelector('main')?.innerText ?? '';
  [...theirs, ...rows].forEach(e => { e.hidden = false });
  return [prose, whole];
}"""

# What axe cannot tell counts as a fault, save two colours that test_contrast.py measures as pairs
# of tokens: words in our charts (axe sees no ground behind SVG), and the lone sign of a button.
AXE = """async only => {
  const found = await axe.run(document, {runOnly: only, resultTypes: ['violations', 'incomplete']});
  const known = (rule, node) => rule.id === 'color-contrast' &&
    /^<t(ext|span)|^<button[^>]*>[−+]</.test(node.html);
  const unknown = found.incomplete
    .map(rule => ({...rule, nodes: rule.nodes.filter(node => !known(rule, node))}))
    .filter(rule => rule.nodes.length);
  const brief = rules => rules.map(rule => `${rule.id} (${rule.impact}) ${rule.nodes.length}: ` +
    rule.nodes[0].html.slice(0, 160) + ' | ' + (rule.nodes[0].failureSummary || '').slice(0, 240));
  return [...brief(found.violations), ...brief(unknown)];
}"""
EVERYTHING = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
COLOURS = {"type": "rule", "values": ["color-contrast", "target-size"]}
