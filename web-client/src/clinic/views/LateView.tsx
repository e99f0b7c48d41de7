/** “Ten minutes late”, told to everybody who waits, in one press. */
import { fill } from '../../i18n/words.ts';
import { Act, type PageProps } from './parts.tsx';

const MINUTES = [5, 10, 15, 30] as const;

export function LateView({ model, actions }: PageProps) {
  const { day } = model.words.value;
  const last = model.late.value;
  const isLate = typeof last?.minutes === 'number';
  if (!isLate && !model.rows.value.some(({ turn }) => turn)) return null;
  return (
    <section class="late" aria-label={day.lateAsk}>
      <p id="late-ask">{day.lateAsk}</p>
      <div class="choices">
        {MINUTES.map((minutes) => (
          <Act
            key={minutes}
            test={`late-${minutes}`}
            label={fill(day.lateMinutes, { minutes })}
            isBusy={model.busy.value === 'late'}
            isPressed={last?.minutes === minutes}
            onPress={() => void actions.tellLate(minutes)}
          />
        ))}
        {isLate && (
          <Act
            look="plain"
            test="late-none"
            label={day.lateTakeBack}
            onPress={() => void actions.tellLate(null)}
          />
        )}
      </div>
      <p class="told" role="status">
        {last &&
          (isLate
            ? fill(day.lateTold, { minutes: last.minutes ?? 0, count: last.told })
            : day.lateTakenBack)}
      </p>
    </section>
  );
}
