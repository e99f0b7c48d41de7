/** A yes that was said aloud: who said it, and who had read the words to them. */
import { useState } from 'preact/hooks';
import { readersFor, representativeOf, subjectOf } from '../app/consent.ts';
import type { Spoken } from '../app/consenting.ts';
import type { Model } from '../app/model.ts';

export interface SpokenChoice {
  readonly value: Spoken | undefined;
  choose(spoken: Spoken): void;
}

/** The practitioner who writes it down has mostly read it, too. */
export function useSpoken(model: Model): SpokenChoice {
  const room = model.room.value;
  const subject = subjectOf(room)?.seat;
  const [chosen, choose] = useState<Spoken>();
  const value = subject === undefined ? undefined : (chosen ?? { by: subject, reader: room.you });
  return { value, choose };
}

export function SpokenView({
  model,
  spoken: { value, choose },
}: {
  readonly model: Model;
  readonly spoken: SpokenChoice;
}) {
  const { words } = model;
  const room = model.room.value;
  const subject = subjectOf(room);
  if (!value || !subject) return null;
  const speaker = representativeOf(room);
  return (
    <>
      {speaker && (
        <label class="choice">
          <span>{words.consentSaidBy}</span>
          <select
            data-testid="said-by"
            value={value.by}
            onChange={({ currentTarget }) => choose({ ...value, by: Number(currentTarget.value) })}
          >
            {[subject, speaker].map(({ seat, name }) => (
              <option key={seat} value={seat}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <label class="choice">
        <span>{words.consentReadBy}</span>
        <select
          data-testid="read-by"
          value={value.reader ?? 0}
          onChange={({ currentTarget }) =>
            choose({ ...value, reader: Number(currentTarget.value) || undefined })
          }
        >
          <option value={0}>{words.consentReadSelf}</option>
          {readersFor(room).map(({ seat, name }) => (
            <option key={seat} value={seat}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}
