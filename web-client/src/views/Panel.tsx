/** What opens over the people on a phone and beside them on a wide screen. Gives the focus back. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from '../ui/Icon.tsx';
import type { AppProps } from './App.tsx';
import './panel.css';

/** For who leads: everything beside the picture, one tap away. */
function Tabs({ model, actions }: Pick<AppProps, 'model' | 'actions'>) {
  const { words } = model;
  if (!model.powers.value.leads) return null;
  const shown = model.shownPanel.value;
  const tabs = [
    ['notes', words.notes],
    ['summary', words.summary],
    ['chat', words.chat],
    ['people', words.people],
  ] as const;
  return (
    <nav class="tabs" aria-label={words.callTitle}>
      {tabs.map(([panel, label]) => (
        <button
          key={panel}
          type="button"
          class={`button ${shown === panel ? 'open' : ''}`}
          data-testid={`tab-${panel}`}
          aria-pressed={shown === panel}
          onClick={() => actions.showPanel(panel)}
        >
          {label}
        </button>
      ))}
    </nav>
  );
}

interface PanelProps extends Pick<AppProps, 'model' | 'actions'> {
  readonly title: string;
  readonly className: string;
  readonly children: ComponentChildren;
}

export function Panel({ model, actions, title, className, children }: PanelProps) {
  const section = useRef<HTMLElement>(null);
  const isOpened = model.panel.value !== 'none';
  useLayoutEffect(() => {
    // Shown by itself on a wide screen: nobody asked for it, so it takes no focus.
    if (!isOpened) return undefined;
    const before = document.activeElement;
    section.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [isOpened]);
  return (
    <section ref={section} class={`panel ${className}`} aria-label={title} tabIndex={-1}>
      <header>
        <h2>{title}</h2>
        {isOpened && (
          <button
            type="button"
            class="button plain"
            data-testid="close"
            onClick={() => actions.openPanel(model.panel.value)}
          >
            <Icon name="close" />
            {model.words.close}
          </button>
        )}
      </header>
      <Tabs model={model} actions={actions} />
      {children}
    </section>
  );
}
