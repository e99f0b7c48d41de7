/** What happened lately, for an administrator: kinds and times, no contents. */
import { useLayoutEffect } from 'preact/hooks';
import { fill } from '../../i18n/words.ts';
import { staffRoleWords } from '../say.ts';
import { momentWords } from '../times.ts';
import { Loading, Nothing, type PageProps, TroubleView } from './parts.tsx';

export function AuditView({ model, actions }: PageProps) {
  const { staff, log } = model.words.value;
  useLayoutEffect(() => {
    void actions.loadAudit();
  }, [actions]);
  const entries = model.audit.value;
  const now = model.now.value;
  return (
    <main class="plainpage">
      <header class="head">
        <div>
          <h1>{staff.auditTitle}</h1>
          <p class="soft">{staff.auditWhy}</p>
        </div>
      </header>
      <TroubleView model={model} />
      {entries === undefined ? (
        <Loading model={model} />
      ) : entries.length === 0 ? (
        <Nothing what={staff.auditEmpty} />
      ) : (
        <ol class="items log">
          {entries.map((entry) => (
            <li key={JSON.stringify(entry)} data-testid="entry">
              <time>{momentWords(entry.at, now)}</time>
              <p>
                {log[entry.kind]}
                {entry.name && ` · ${entry.name}`}
                {entry.role && ` · ${staffRoleWords(entry.role, model.words.value)}`}
                {entry.key && ` · ${entry.key}`}
                {entry.by && <small>{fill(log.by, { name: entry.by })}</small>}
              </p>
            </li>
          ))}
        </ol>
      )}
    </main>
  );
}
