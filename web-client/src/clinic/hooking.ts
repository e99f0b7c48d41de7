/** Webhooks of the clinic: made, looked at, tried again, removed. */
import type { DeskParts, Doing } from './desk.ts';
import { type HookDraft, hookRequest, NEW_HOOK } from './hooks.ts';
import type { Model } from './model.ts';

export interface Hooking {
  loadHooks(): Promise<void>;
  /** undefined: not after all. */
  writeHook(part: Partial<HookDraft> | undefined): void;
  makeHook(): Promise<void>;
  dropHook(webhook: string): Promise<void>;
  /** What did not arrive; undefined: seen. */
  lookAtUndelivered(webhook: string | undefined): Promise<void>;
  retryHook(webhook: string): Promise<void>;
}

/** Its troubles are told where the webhooks are. */
export const HOOKS = 'hooks';

export function hooking(model: Model, { api }: DeskParts, { run, look }: Doing): Hooking {
  const loadHooks = async () => {
    const hooks = await look(() => api.hooks(), HOOKS);
    if (hooks) model.hooks.value = hooks;
  };
  return {
    loadHooks,
    writeHook(part) {
      model.isChecked.value = false;
      model.trouble.value = undefined;
      model.newHook.value = part && { ...(model.newHook.value ?? NEW_HOOK), ...part };
    },
    async makeHook() {
      const request = hookRequest(model.newHook.value ?? NEW_HOOK);
      model.isChecked.value = true;
      if (!request) return;
      const made = await run(HOOKS, () => api.makeHook(request));
      if (!made) return;
      model.isChecked.value = false;
      model.newHook.value = undefined;
      model.shown.value = { kind: 'hook', url: made.webhook.url, secret: made.secret };
      await loadHooks();
    },
    async dropHook(webhook) {
      const isGone = await run(HOOKS, () => api.dropHook(webhook).then(() => true));
      if (isGone) model.question.value = undefined;
      // Also where it was gone already.
      await loadHooks();
    },
    async lookAtUndelivered(webhook) {
      model.undelivered.value = undefined;
      model.retried.value = undefined;
      if (webhook === undefined) return;
      const found = await run(HOOKS, () => api.undelivered(webhook));
      if (found) model.undelivered.value = { webhook, ...found };
    },
    async retryHook(webhook) {
      const answer = await run(HOOKS, () => api.retryHook(webhook));
      if (!answer) return;
      model.undelivered.value = undefined;
      model.retried.value = { webhook, count: answer.retried };
      await loadHooks();
    },
  };
}
