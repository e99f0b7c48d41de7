/** Eight digits while they are typed. Pure. */

const DIGITS = 8;

/** `1234 5678`, however it is typed: as it was read out. */
export function grouped(typed: string): string {
  const digits = typed.replace(/\D/g, '').slice(0, DIGITS);
  return digits.length > 4 ? `${digits.slice(0, 4)} ${digits.slice(4)}` : digits;
}

/** undefined while a digit is missing. */
export function codeIn(typed: string): string | undefined {
  const digits = typed.replace(/\D/g, '');
  return digits.length === DIGITS ? digits : undefined;
}
