/** Keys for the whole app: Escape takes back, ↑↓ leads to who waits. */
import type { Actions } from '../app/actions.ts';
import type { Model } from '../app/model.ts';

/** Returns what ends it. */
export function listenToKeys(model: Model, actions: Actions): () => void {
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Escape') return takeBack();
    // Arrows belong to whatever has the focus; without one, to the list of who waits.
    if (document.activeElement !== document.body || model.waiting.value.length === 0) return;
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    focusWaiting(event.key === 'ArrowDown' ? 0 : model.waiting.value.length - 1);
  };
  const takeBack = () => {
    if (model.question.value) actions.ask(undefined);
    else if (model.panel.value !== 'none') actions.openPanel(model.panel.value);
    else if (model.unnoticed.value.length > 0) actions.notice();
  };
  document.addEventListener('keydown', press);
  return () => document.removeEventListener('keydown', press);
}

/** The row of who waits, by its place in the list. */
export function focusWaiting(place: number): void {
  const rows = document.querySelectorAll<HTMLElement>('[data-testid="waiting-person"]');
  rows[Math.max(0, Math.min(rows.length - 1, place))]?.focus();
}
