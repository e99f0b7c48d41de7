/** Run in the page: every tile says for a moment why there is no picture. */

/** @param {string} reason */
export function sayInPlaceOfPictures(reason) {
  for (const tile of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('.tile'))) {
    tile.dataset.was = tile.dataset.state;
    tile.dataset.state = 'blank';
    const known = tile.querySelector('.faceless');
    const said = document.createElement('div');
    said.className = 'faceless';
    said.dataset.made = '';
    for (const [name, text] of [['initial', 'M'], ['', reason]]) said.append(Object.assign(document.createElement('span'), { className: name, textContent: text }));
    tile.querySelector('.name')?.before(said);
    if (known instanceof HTMLElement) known.style.display = 'none';
  }
}

/** The pages' own words again. */
export function sayAsBefore() {
  for (const made of document.querySelectorAll('.faceless[data-made]')) made.remove();
  for (const tile of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('.tile[data-was]'))) {
    tile.dataset.state = tile.dataset.was;
    delete tile.dataset.was;
    const known = tile.querySelector('.faceless');
    if (known instanceof HTMLElement) known.style.display = '';
  }
}
