/** The words of consent, as the server has them; the hash that comes with them is of exactly these. */
import type { ConsentScope, ConsentTextResponse } from '../protocol/generated/messages.ts';
import { parseConsentText } from '../protocol/parse.ts';

export async function fetchConsentText(
  language: string,
  scopes: readonly ConsentScope[],
): Promise<ConsentTextResponse> {
  const answer = await fetch(`/v1/consent-text/${language}/${scopes.join(',')}`);
  if (!answer.ok) throw new Error(String(answer.status));
  return parseConsentText(await answer.json());
}
