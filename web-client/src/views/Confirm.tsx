/** What cannot be taken back is asked once, right where it was pressed. Never a box over the call. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon, type IconName } from '../ui/Icon.tsx';

interface ConfirmProps {
  readonly question: string;
  readonly hint?: string;
  readonly yes: string;
  readonly no: string;
  /** Test ids are `{test}-yes` and `{test}-no`. */
  readonly test: string;
  readonly icon?: IconName;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

export function Confirm({ question, hint, yes, no, test, icon, onYes, onNo }: ConfirmProps) {
  const stay = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    stay.current?.closest('section')?.scrollIntoView({ block: 'nearest' });
    // On the harmless answer, so that an impatient Enter does nothing.
    stay.current?.focus({ preventScroll: true });
  }, []);
  return (
    <section class="question" aria-label={question}>
      <p>
        <b>{question}</b> {hint}
      </p>
      <div class="bar">
        <button ref={stay} type="button" class="button" data-testid={`${test}-no`} onClick={onNo}>
          {no}
        </button>
        <button type="button" class="button stop" data-testid={`${test}-yes`} onClick={onYes}>
          {icon && <Icon name={icon} />}
          {yes}
        </button>
      </div>
    </section>
  );
}
