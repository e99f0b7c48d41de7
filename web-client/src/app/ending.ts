/** Why one is out, from wherever it was learnt. Pure. */
import type { EndReason, ErrorCode } from '../protocol/generated/messages.ts';
import type { CallState } from '../voice/call.ts';
import type { Cause } from '../voice/failure.ts';

/** By one's own wish, or for a cause that the page has words for. */
export function endingOf(ended: EndReason | undefined, { failure }: CallState): 'left' | Cause {
  switch (failure) {
    // A link that worked a moment ago and opens nothing now belongs to a consultation that is over.
    case 'linkUnknown':
    case 'linkExpired':
      return 'ended';
    case undefined:
      return causeOf(ended);
    default:
      return failure;
  }
}

function causeOf(ended: EndReason | undefined): 'left' | Cause {
  switch (ended) {
    case 'left':
    case 'takenOver':
    case 'denied':
    case 'removed':
      return ended;
    case 'closed':
      return 'ended';
    case 'revoked':
      return 'linkRevoked';
    case 'drain':
    case undefined:
      return 'serverAway';
    default:
      return ended satisfies never;
  }
}

/** What the socket's refusal means for the whole page; undefined when it may come back. */
export function endOfError(code: ErrorCode): EndReason | undefined {
  switch (code) {
    case 'taken_over':
      return 'takenOver';
    case 'denied':
    case 'removed':
      return code;
    case 'ended':
    case 'cancelled':
    case 'no_show':
      return 'closed';
    case 'link_revoked':
      return 'revoked';
    default:
      return undefined;
  }
}
