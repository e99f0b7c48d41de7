/** Whether the others hear: the own level, in bars and in words. */
import { voiceWords } from '../app/mine.ts';
import type { Model } from '../app/model.ts';
import './mine.css';

export function MineView({ model }: { readonly model: Model }) {
  const { spokeLately } = model.level.value;
  return (
    <p class="mine">
      <LevelBars model={model} />
      <span>
        {model.isWithheld.value
          ? model.words.voiceWithheld
          : voiceWords(model.call.value, spokeLately, model.words)}
      </span>
    </p>
  );
}

export function LevelBars({ model }: { readonly model: Model }) {
  const bars = model.call.value.microphone ? model.level.value.bars : 0;
  return <span class="level" data-testid="level" data-bars={bars} aria-hidden="true" />;
}
