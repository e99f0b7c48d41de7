/** One’s own account: password, second factor, where one is signed in. */
import type { DeskParts, Doing } from './desk.ts';
import { type Model, NOTHING_TYPED } from './model.ts';

export interface Own {
  changePassword(old: string): Promise<boolean>;
  offerFactor(): Promise<void>;
  confirmFactor(code: string): Promise<void>;
  /** The recovery codes are on paper. */
  keepCodes(): void;
  loadSessions(): Promise<void>;
  endSession(id: string): Promise<void>;
}

export function ownAccount(model: Model, { api }: DeskParts, { run, look }: Doing): Own {
  const loadSessions = async () => {
    const answer = await look(() => api.sessions());
    if (answer) model.sessions.value = answer.sessions;
  };
  return {
    async changePassword(old) {
      model.isPasswordChanged.value = false;
      const session = await run('password', () =>
        api.changePassword(old, model.typed.value.password),
      );
      if (!session) return false;
      model.session.value = session;
      model.typed.value = NOTHING_TYPED;
      model.isPasswordChanged.value = true;
      await loadSessions();
      return true;
    },
    async offerFactor() {
      const offered = await run('factor', () => api.offerSecondFactor());
      if (offered) model.factor.value = { step: 'offered', ...offered };
    },
    async confirmFactor(code) {
      const recoveryCodes = await run('factor', () =>
        api.confirmSecondFactor(code.replace(/\s/g, '')),
      );
      if (!recoveryCodes) return;
      model.factor.value = { step: 'confirmed', recoveryCodes };
      const { session } = model;
      if (session.value) session.value = { ...session.value, hasSecondFactor: true };
    },
    keepCodes() {
      model.factor.value = undefined;
    },
    loadSessions,
    async endSession(id) {
      await run('endSession', () => api.endSession(id));
      await loadSessions();
    },
  };
}
