/** How the people share the stage: beside or below each other, and how much each tile can say. Pure. */

export interface Layout {
  readonly flow: 'columns' | 'rows';
  /**
   * `wide`: everything in words. `tight`: marks as drawings. `low`: only the name and the drawings,
   * because every other word would cover the face or be cut off.
   */
  readonly room: 'wide' | 'tight' | 'low';
}

/** Between this and its half, two pictures of phones and two of laptops are both seen well. */
const COLUMNS_FROM = 1.2;
/** A long name, what it belongs to, and every mark in words, above them why there is no picture. */
const WIDE = { width: 300, height: 280 };
/** Two lines of words above three of the name and what belongs to it. */
const TIGHT_HEIGHT = 150;
/** Where words wrap after every second one, and oneself is in the corner: four lines of them. */
const NARROW = { width: 220, height: 230 };

export function layoutOf(width: number, height: number, tiles: number): Layout {
  const count = Math.max(1, tiles);
  const flow = width > COLUMNS_FROM * height ? 'columns' : 'rows';
  const own =
    flow === 'columns' ? { width: width / count, height } : { width, height: height / count };
  if (own.width >= WIDE.width && own.height >= WIDE.height) return { flow, room: 'wide' };
  const tight = own.width < NARROW.width ? NARROW.height : TIGHT_HEIGHT;
  return { flow, room: own.height >= tight ? 'tight' : 'low' };
}
