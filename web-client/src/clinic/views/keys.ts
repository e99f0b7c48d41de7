/** Keys of the day's page: ↑↓ choose among the rows, Escape closes what stands beside them. */
import type { Actions } from '../desk.ts';
import type { Model } from '../model.ts';

/** Returns what ends it. */
export function listenToKeys(model: Model, actions: Actions): () => void {
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Escape') return takeBack();
    // Arrows belong to whatever has the focus; without one, to the list.
    if (document.activeElement !== document.body) return;
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const rows = allRows();
    // Who is next, else the first or the last.
    const next = rows.find((row) => row.dataset.next === 'true');
    const row = next ?? (event.key === 'ArrowDown' ? rows[0] : rows.at(-1));
    row?.focus();
    event.preventDefault();
  };
  const takeBack = () => {
    const route = model.route.value;
    if (model.question.value) actions.ask(undefined);
    else if (model.unnoticed.value.length > 0) actions.notice();
    else if (route.page === 'day' && route.beside) {
      actions.go({ page: 'day', ...(route.date ? { date: route.date } : {}) });
    }
  };
  document.addEventListener('keydown', press);
  return () => document.removeEventListener('keydown', press);
}

/** The row that stands so many below this one. */
export function focusRow(row: HTMLElement, below: number): void {
  const rows = allRows();
  rows[rows.indexOf(row) + below]?.focus();
}

function allRows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-testid="row"]')];
}
