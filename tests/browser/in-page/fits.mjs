/**
 * Runs in the page when asked: finds every text that does not fit where it stands: wider than the view, cut off by an
 * ancestor that hides or shortens it, or out of the button or box that carries it.
 *
 * @returns {string[]} one line for each text that does not fit
 */
export function findMisfits() {
  /** Letters of some scripts reach a little over their advance. */
  const SLACK = 1.5;
  const found = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const holder = node.parentElement;
    const words = node.textContent?.trim();
    if (!words || !holder || !holder.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (isForEarsOnly(holder)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter((rect) => rect.width > 0).map((rect) => shownOf(rect, holder, words));
    const say = (/** @type {string} */ what) => found.add(`“${words.slice(0, 60)}” ${what}`);
    for (const rect of rects) {
      let isWhereItScrolls = false;
      for (let box = /** @type {Element | null} */ (holder); box && box !== document.body; box = box.parentElement) {
        const style = getComputedStyle(box);
        if (style.display === 'inline' || style.display === 'contents') continue;
        const edge = box.getBoundingClientRect();
        isWhereItScrolls ||= /auto|scroll/.test(style.overflowX) && box.scrollWidth > box.clientWidth;
        if (!isWhereItScrolls && (rect.right > edge.right + SLACK || rect.left < edge.left - SLACK)) say(`is wider than its ${name(box)}`);
        const mayNotGrow = box.tagName === 'BUTTON' || /hidden|clip/.test(style.overflowY);
        if (mayNotGrow && (rect.bottom > edge.bottom + SLACK || rect.top < edge.top - SLACK)) say(`is higher than its ${name(box)}`);
        // Beyond a part that scrolls up and down, what is outside of it is where it belongs.
        if (isWhereItScrolls || (/auto|scroll/.test(style.overflowY) && box.scrollHeight > box.clientHeight)) break;
      }
      if (!isWhereItScrolls && (rect.right > innerWidth + SLACK || rect.left < -SLACK)) say(`leaves the view: ${Math.round(rect.left)}…${Math.round(rect.right)} of ${innerWidth}`);
    }
  }
  if (document.scrollingElement && document.scrollingElement.scrollWidth > innerWidth) found.add(`the page is ${document.scrollingElement.scrollWidth} wide, the view ${innerWidth}`);
  return [...found];

  /** Shortened on purpose: the end of a name, the whole of which stands in its title. @param {DOMRect} rect @param {HTMLElement} holder @param {string} words */
  function shownOf(rect, holder, words) {
    if (getComputedStyle(holder).textOverflow !== 'ellipsis' || holder.title !== words) return rect;
    return new DOMRect(rect.left, rect.top, Math.min(rect.right, holder.getBoundingClientRect().right) - rect.left, rect.height);
  }

  /** @param {Element} element */
  function name(element) {
    const test = /** @type {HTMLElement} */ (element).dataset?.testid;
    return test ? `[${test}]` : `${element.tagName.toLowerCase()}.${element.className}`;
  }

  /** Words for screen readers stand in a box of one pixel. @param {Element} element */
  function isForEarsOnly(element) {
    for (let box = /** @type {Element | null} */ (element); box; box = box.parentElement) {
      const { width, height } = box.getBoundingClientRect();
      if (width <= 1 && height <= 1 && getComputedStyle(box).position === 'absolute') return true;
    }
    return false;
  }
}
