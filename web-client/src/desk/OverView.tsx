/** After the end: the summary, and the next patient. Two taps, or none at all. */
import type { DeskProps } from '../app/desk.ts';
import { PaperView, type Writing } from './PaperView.tsx';

export function OverView({ model, actions, writing }: DeskProps & { readonly writing: Writing }) {
  const { words } = writing;
  return (
    <main class="screen after" data-testid="after">
      <div class="said" role="status">
        <h1 data-testid="status">{words.ended}</h1>
        <p>{words.endedHow}</p>
      </div>
      <h2>{words.summary}</h2>
      <PaperView model={model} actions={actions} writing={writing} paper="summary" />
      <details>
        <summary>{words.notes}</summary>
        <PaperView model={model} actions={actions} writing={writing} paper="notes" />
      </details>
      <div class="controls">
        <a class="button main" data-testid="next" href="/clinic">
          {words.next}
        </a>
      </div>
    </main>
  );
}
