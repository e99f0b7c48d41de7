/** What stands around every page: whose clinic, where one can go, and whether the server is reached. */
import type { ComponentChildren } from 'preact';
import { fill } from '../../i18n/words.ts';
import { hashOf, type Page, pagesOf } from '../route.ts';
import { clock } from '../times.ts';
import type { DrawingName } from './drawings.ts';
import { Drawing, type PageProps } from './parts.tsx';

const LOOKS = {
  day: ['today', 'calendar'],
  staff: ['staff', 'people'],
  keys: ['keys', 'key'],
  audit: ['audit', 'list'],
  account: ['account', 'person'],
} as const satisfies Record<Page, readonly [string, DrawingName]>;

export function Frame({ model, actions, children }: PageProps & { children: ComponentChildren }) {
  const { frame } = model.words.value;
  const session = model.session.value;
  const away = model.awaySince.value;
  if (!session) return null;
  return (
    <div class="frame">
      <header class="top">
        <p class="whose">
          <b>{frame.title}</b> <span>{session.clinic.name}</span>
        </p>
        <nav aria-label={frame.pages}>
          {pagesOf(session.role).map((page) => {
            const [word, icon] = LOOKS[page];
            return (
              <a
                key={page}
                href={hashOf({ page })}
                data-testid={`page-${page}`}
                aria-current={model.route.value.page === page ? 'page' : undefined}
                onClick={(event) => {
                  event.preventDefault();
                  actions.go({ page });
                }}
              >
                <Drawing name={icon} />
                {frame[word]}
              </a>
            );
          })}
        </nav>
        <p class="who" title={session.name}>
          {session.name}
        </p>
      </header>
      <div role="status">
        {away !== undefined && (
          <p class="banner" data-testid="away">
            <Drawing name="network-off" />
            {fill(frame.away, { time: clock(away) })}
          </p>
        )}
      </div>
      {children}
    </div>
  );
}
