/** Coming in and going out: sign-in with its second step, the links that are spent once, sign-out. */
import { StaffFailure } from '../signaling/staff.ts';
import type { SessionResponse, SignInRequest } from './contract.ts';
import type { DeskParts, Doing } from './desk.ts';
import { type Model, NOTHING_TYPED, type Typed } from './model.ts';

export interface Entering {
  type(part: Partial<Typed>): void;
  signIn(): Promise<void>;
  /** Between the app’s code and a code on paper. */
  useRecovery(isRecovery: boolean): void;
  startOver(): void;
  /** By the link that is printed when a clinic has no administrator. */
  becomeFirst(): Promise<void>;
  /** By the link of an invitation. */
  setPassword(): Promise<void>;
  signOut(): Promise<void>;
}

export function entering(model: Model, { api }: DeskParts, { run }: Doing): Entering {
  const passwordStep = () => {
    model.trouble.value = undefined;
    model.entry.value = { step: 'password' };
  };

  return {
    type(part) {
      model.typed.value = { ...model.typed.value, ...part };
    },
    signIn: () =>
      run('signIn', async () => {
        try {
          takeIn(model, await api.signIn(requestOf(model)));
        } catch (failure) {
          if (!(failure instanceof StaffFailure)) throw failure;
          const { step } = model.entry.value;
          // The password is right: one step more, and no reproach.
          if (failure.code === 'code_required' && step === 'password') {
            model.entry.value = { step: 'code' };
            return;
          }
          model.typed.value = { ...model.typed.value, code: '' };
          // Too late for the code alone: the server wants the password anew.
          if (failure.code === 'sign_in_failed') model.entry.value = { step: 'password' };
          throw failure;
        }
      }),
    useRecovery(isRecovery) {
      model.trouble.value = undefined;
      model.typed.value = { ...model.typed.value, code: '' };
      model.entry.value = { step: isRecovery ? 'recovery' : 'code' };
    },
    startOver() {
      model.typed.value = NOTHING_TYPED;
      passwordStep();
    },
    async becomeFirst() {
      const { entry, typed } = model;
      if (entry.value.step !== 'first') return;
      const { link } = entry.value;
      const { name, signInName, password } = typed.value;
      const isDone = await run('first', async () => {
        await api.becomeFirst({ link, name: name.trim(), signInName: signInName.trim(), password });
        return true;
      });
      if (!isDone) return;
      // The name that was chosen is there already; the password is typed once more, and so is known.
      typed.value = { ...NOTHING_TYPED, signInName };
      model.welcome.value = 'created';
      passwordStep();
    },
    async setPassword() {
      const { entry, typed } = model;
      if (entry.value.step !== 'invite') return;
      const { link } = entry.value;
      const isDone = await run('invite', async () => {
        await api.setPassword(link, typed.value.password);
        return true;
      });
      if (!isDone) return;
      typed.value = NOTHING_TYPED;
      model.welcome.value = 'passwordSet';
      passwordStep();
    },
    async signOut() {
      await run('signOut', () => api.signOut());
      if (model.trouble.value) return;
      forget(model);
      model.isSignedOutByAge.value = false;
    },
  };
}

function requestOf({ typed, entry }: Model): SignInRequest {
  const { clinic, signInName, password, code } = typed.value;
  const { step } = entry.value;
  return {
    ...(clinic.trim() === '' ? {} : { clinic: clinic.trim() }),
    signInName: signInName.trim(),
    password,
    ...(step === 'code' ? { code: code.replace(/\s/g, '') } : {}),
    ...(step === 'recovery' ? { recoveryCode: code.trim() } : {}),
  };
}

/** Somebody is in. Whoever is not the one before finds nothing of theirs. */
export function takeIn(model: Model, session: SessionResponse): void {
  const before = model.session.value;
  if (before && before.account !== session.account) forget(model);
  model.session.value = session;
  model.typed.value = { ...NOTHING_TYPED, clinic: model.typed.value.clinic };
  model.welcome.value = undefined;
  model.isSignedOutByAge.value = false;
  model.entry.value = { step: 'password' };
}

/** The server knows this session no more: the page waits, with everything that is being written. */
export function signedOut(model: Model): void {
  model.isSignedOutByAge.value = model.session.value !== undefined;
  model.typed.value = NOTHING_TYPED;
  model.entry.value = { step: 'password' };
}

/** Nothing of a person stays behind. */
function forget(model: Model): void {
  for (const kept of [
    model.session,
    model.day,
    model.draft,
    model.shown,
    model.question,
    model.staff,
    model.newStaff,
    model.keys,
    model.hooks,
    model.newHook,
    model.undelivered,
    model.retried,
    model.audit,
    model.sessions,
    model.factor,
    model.trouble,
    model.blocked,
    model.late,
  ]) {
    kept.value = undefined;
  }
  model.noticed.value = new Set();
  model.isChecked.value = false;
  model.isPasswordChanged.value = false;
  model.typed.value = NOTHING_TYPED;
  model.entry.value = { step: 'password' };
}

/** Pages are shown to who is in, and not while the server wants to know who it is. */
export function isIn(model: Model): boolean {
  return model.session.value !== undefined && !model.isSignedOutByAge.value;
}
