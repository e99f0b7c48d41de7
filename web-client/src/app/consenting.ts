/** What is done about consent: the words are fetched, a yes and a no are sent. */
import type {
  ClientMessage,
  ConsentScope,
  ConsentTextResponse,
} from '../protocol/generated/messages.ts';
import type { Actions } from './actions.ts';
import { subjectOf } from './consent.ts';
import type { Model } from './model.ts';

/** A yes that was said aloud: by whom, and who had read the words to them. */
export interface Spoken {
  readonly by: number;
  /** undefined: whoever agreed read them. */
  readonly reader: number | undefined;
}

interface Parts {
  fetchConsentText(scopes: readonly ConsentScope[]): Promise<ConsentTextResponse>;
  order(message: ClientMessage): boolean;
  show(): void;
}

export function consentActions(
  model: Model,
  parts: Parts,
): Pick<Actions, 'openConsent' | 'openConsentText' | 'agree' | 'withdraw'> {
  const fetchText = async () => {
    const { asked } = model.consents.value;
    const known = model.consentText.value;
    if (typeof known === 'object' && known.boxes.length === asked.length) return;
    model.consentText.value = undefined;
    model.consentText.value = await parts.fetchConsentText(asked).catch(() => 'failed' as const);
  };

  return {
    openConsentText: () => void fetchText(),
    openConsent() {
      model.question.value = undefined;
      parts.show();
      void fetchText();
    },
    agree(ticked, said) {
      const text = model.consentText.value;
      const subject = subjectOf(model.room.value)?.seat;
      model.question.value = undefined;
      if (typeof text !== 'object' || subject === undefined) return;
      const { hash, language } = text;
      const spoken = said && {
        spokenBy: said.by,
        ...(said.reader !== undefined && { reader: said.reader }),
      };
      const scopes = [...ticked];
      const isSent = parts.order({ type: 'consent', subject, hash, language, scopes, ...spoken });
      const rest = text.boxes.map(({ scope }) => scope).filter((scope) => !scopes.includes(scope));
      if (isSent && rest.length > 0) {
        parts.order({ type: 'withdrawConsent', subject, scopes: rest });
      }
    },
    withdraw(scopes) {
      const subject = subjectOf(model.room.value)?.seat;
      model.question.value = undefined;
      if (subject === undefined) return;
      parts.order({ type: 'withdrawConsent', subject, scopes: [...scopes] });
    },
  };
}
