/** Nobody else is in the call: what to expect, in place of the people. */
import type { Model } from '../app/model.ts';
import { Icon } from '../ui/Icon.tsx';

export function EmptyView({ model }: { readonly model: Model }) {
  const { words, powers, waiting } = model;
  return (
    <div class="nobody">
      <Icon name="people" />
      <p>{words.emptyRoom}</p>
      {powers.value.leads && waiting.value.length > 0 && <p>{words.emptyInvite}</p>}
    </div>
  );
}
