/** “A moment, please”: what somebody asks of the conversation, shown for a while. Pure. */
import type { TurnKind } from '../protocol/generated/messages.ts';

export interface TurnNotice {
  readonly seat: number;
  readonly kind: TurnKind;
}

/** Long enough to be read by everybody, also by who looks at the patient and not at the screen. */
export const TURN_MS = 8000;

/** The newest wish of each person, oldest first: who asks twice asks once, and longer. */
export function withTurn(notices: readonly TurnNotice[], notice: TurnNotice): TurnNotice[] {
  return [...notices.filter(({ seat }) => seat !== notice.seat), notice];
}
