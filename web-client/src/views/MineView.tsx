/** Whether the others hear: the own level, in bars and in words. */
import type { Model } from '../app/model.ts';
import { voiceWords } from '../voice/status.ts';

export function MineView({ model }: { readonly model: Model }) {
  const { bars, spokeLately } = model.level.value;
  const call = model.call.value;
  return (
    <p class="mine">
      <span class="level" data-bars={call.microphone ? bars : 0} aria-hidden="true" />
      <span>{voiceWords(call, spokeLately, model.voiceWords)}</span>
    </p>
  );
}
