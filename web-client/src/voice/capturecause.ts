/** Why there is no microphone, from what the browser threw. Pure. */

export type CaptureCause =
  | 'insecurePage'
  | 'inAppBrowser'
  | 'oldBrowser'
  | 'refused'
  | 'noMicrophone'
  | 'busy';

/** Browsers inside other apps, most of which keep the microphone to themselves. */
const IN_APP = /Zalo|FBAN|FBAV|FB_IAB|Messenger|Instagram|\bLine\/|TikTok|musical_ly|; wv\)/i;

/** Some of them do call: it is said only when something has failed, and explains most of it. */
export function inAppOr<Known>(
  cause: Known,
  { userAgent }: Pick<Navigator, 'userAgent'>,
): Known | 'inAppBrowser' {
  return IN_APP.test(userAgent) ? 'inAppBrowser' : cause;
}

/** Asking for devices throws by these names; whatever else breaks is a browser that cannot call. */
export function causeOf(error: unknown): CaptureCause {
  switch (error instanceof Error ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'refused';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'noMicrophone';
    default:
      return 'oldBrowser';
  }
}
