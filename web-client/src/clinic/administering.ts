/** What administrators do: accounts, keys, and a look at what happened. */
import type { NewcomerRequest, Scope, StaffRole } from './contract.ts';
import type { DeskParts, Doing } from './desk.ts';
import type { Model } from './model.ts';

export interface Administering {
  /** Everybody may: to book a colleague one has to know who there is. */
  loadStaff(): Promise<void>;
  writeStaff(part: Partial<NewcomerRequest> | undefined): void;
  invite(): Promise<void>;
  inviteAgain(account: string, name: string): Promise<void>;
  changeStaff(account: string, change: { role?: StaffRole; disabled?: boolean }): Promise<void>;
  dropSecondFactor(account: string): Promise<void>;
  loadKeys(): Promise<void>;
  makeKey(scopes: readonly Scope[]): Promise<void>;
  revokeKey(key: string): Promise<void>;
  loadAudit(): Promise<void>;
  /** What is shown this once was kept. */
  putAway(): void;
}

const NOBODY: NewcomerRequest = { name: '', signInName: '', role: 'practitioner' };

export function administering(
  model: Model,
  { api }: DeskParts,
  { run, look }: Doing,
): Administering {
  const loadStaff = async () => {
    const staff = await look(() => api.staff());
    if (staff) model.staff.value = staff;
  };
  const loadKeys = async () => {
    const keys = await look(() => api.keys());
    if (keys) model.keys.value = keys;
  };
  const act = async (asked: () => Promise<unknown>, load: () => Promise<void>) => {
    const isDone = await run('administer', async () => {
      await asked();
      return true;
    });
    if (!isDone) return;
    model.question.value = undefined;
    await load();
  };

  return {
    loadStaff,
    writeStaff(part) {
      model.newStaff.value = part && { ...(model.newStaff.value ?? NOBODY), ...part };
    },
    async invite() {
      const typed = model.newStaff.value ?? NOBODY;
      const name = typed.name.trim();
      const made = await run('invite', () =>
        api.invite({ ...typed, name, signInName: typed.signInName.trim() }),
      );
      if (!made) return;
      model.shown.value = { kind: 'invitation', name, link: made.link };
      model.newStaff.value = undefined;
      await loadStaff();
    },
    async inviteAgain(account, name) {
      const made = await run('invite', () => api.inviteAgain(account));
      if (!made) return;
      model.question.value = undefined;
      model.shown.value = { kind: 'invitation', name, link: made.link };
    },
    changeStaff: (account, change) => act(() => api.changeStaff(account, change), loadStaff),
    dropSecondFactor: (account) => act(() => api.dropSecondFactor(account), loadStaff),
    loadKeys,
    async makeKey(scopes) {
      const made = await run('key', () => api.makeKey(scopes));
      if (!made) return;
      model.shown.value = { kind: 'key', text: made.text };
      await loadKeys();
    },
    revokeKey: (key) => act(() => api.revokeKey(key), loadKeys),
    async loadAudit() {
      const answer = await look(() => api.audit());
      if (answer) model.audit.value = answer.entries;
    },
    putAway() {
      model.shown.value = undefined;
    },
  };
}
