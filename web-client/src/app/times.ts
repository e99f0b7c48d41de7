/** Times as every language of the page writes them. Pure. */

/** 9:30, by the clock of this device. */
export function timeOf(at: number): string {
  const time = new Date(at);
  return `${time.getHours()}:${String(time.getMinutes()).padStart(2, '0')}`;
}
