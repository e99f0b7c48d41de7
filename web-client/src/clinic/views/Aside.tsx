/** What stands beside the day on a wide screen and over it on a narrow one. Takes the focus, and gives it back. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Drawing, type PageProps } from './parts.tsx';

interface AsideProps extends PageProps {
  readonly title: string;
  readonly test: string;
  /** A form begins in its first field by itself. */
  readonly takesFocus?: boolean;
  readonly children: ComponentChildren;
}

/** The same figure as in beside.css. */
const ALONE = '(max-width: 1079px)';

export function Aside({ model, actions, title, test, takesFocus = true, children }: AsideProps) {
  const { frame } = model.words.value;
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    // On a narrow screen it takes the list's place: from its beginning, and back to where the list was.
    const isAlone = matchMedia(ALONE).matches;
    const { scrollY } = window;
    if (isAlone) scrollTo(0, 0);
    if (takesFocus) heading.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected)
        before.focus({ preventScroll: true });
      if (isAlone) scrollTo(0, scrollY);
    };
  }, [takesFocus]);
  const close = () => {
    const route = model.route.value;
    const date = route.page === 'day' ? route.date : undefined;
    actions.go({ page: 'day', ...(date ? { date } : {}) });
  };
  return (
    <aside class="beside" aria-label={title} data-testid={test}>
      <header>
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <button type="button" class="button plain" data-testid="close" onClick={close}>
          <Drawing name="close" />
          {frame.close}
        </button>
      </header>
      {children}
    </aside>
  );
}
