/** Which pictures rest because of this person's own link, as the server says. Pure. */
import type { CallState } from '../voice/call.ts';

/** `own`: the others do not see this person; `others`: this person does not see the others. */
export type Rests = 'none' | 'own' | 'others' | 'both';

export function restsOf({ plan, camera }: Pick<CallState, 'plan' | 'camera'>): Rests {
  // A picture that the person turned off rests for another reason.
  const own = plan?.ownRests === true && camera;
  if (plan?.othersRest) return own ? 'both' : 'others';
  return own ? 'own' : 'none';
}
