/** How much of the person's data the call has used, in figures that a phone's bill uses. Pure. */

const MEGABYTE = 1_000_000;

/** `0,4` and `12`; undefined while there is nothing to speak of. */
export function megabytes(bytes: number, language: string): string | undefined {
  if (bytes < MEGABYTE / 10) return undefined;
  const digits = bytes < 10 * MEGABYTE ? 1 : 0;
  return (bytes / MEGABYTE).toLocaleString(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}
