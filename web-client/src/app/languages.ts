/** Languages by name: as the browser names them in the reader's language, else as they call themselves. */

/** Spoken here and missing from browsers' lists. In Vietnamese, as on the page's first language. */
const LOCAL: Readonly<Record<string, string>> = {
  blt: 'Thái Đen',
  bdq: 'Ba Na',
  cja: 'Chăm',
  cjm: 'Chăm',
  hmn: 'Mông',
  hmv: 'Mông',
  hnj: 'Mông',
  hre: 'Hrê',
  ium: 'Dao (Iu Miền)',
  jra: 'Gia Rai',
  kjg: 'Khơ Mú',
  kpm: 'Cơ Ho',
  mji: 'Dao (Kim Mùn)',
  mtq: 'Mường',
  mww: 'Mông Trắng',
  nut: 'Nùng',
  rad: 'Ê Đê',
  sed: 'Xơ Đăng',
  tou: 'Thổ',
  twh: 'Thái Trắng',
  tyz: 'Tày',
  hab: 'ký hiệu Hà Nội',
  haf: 'ký hiệu Hải Phòng',
  hos: 'ký hiệu TP.HCM',
};

/** One language, short: `Việt`, `Korean`, `한국어`. Never an empty name: the code is the last resort. */
export function languageName(code: string, reader: string): string {
  const local = LOCAL[code];
  if (local !== undefined) return local;
  try {
    const names = new Intl.DisplayNames([reader], { type: 'language', fallback: 'none' });
    const name = names.of(code);
    // “Tiếng Việt ⇄ Tiếng Hàn” says the same word twice.
    if (name) return name.replace(/^[Tt]iếng /, '');
  } catch {
    // An old browser, or a code that it cannot read.
  }
  return code;
}

/** `Việt ⇄ Hàn` */
export function languagePair(codes: readonly [string, string], reader: string): string {
  return codes.map((code) => languageName(code, reader)).join(' ⇄ ');
}
