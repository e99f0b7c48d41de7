/** Handing the consultation to a colleague: asked once, done once, and then this page is out of it. */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { ServerMessage } from '../protocol/generated/messages.ts';
import type { Handover } from '../signaling/handover.ts';
import { type FailureCode, StaffFailure } from '../signaling/staff.ts';

export type Handing =
  | { readonly step: 'closed' | 'looking' }
  /** There is nothing to choose from, and why. */
  | { readonly step: 'refused'; readonly code: FailureCode }
  | {
      readonly step: 'choosing' | 'sending';
      readonly offer: Handover;
      readonly account: string;
      /** Why the last try came to nothing. */
      readonly failed?: FailureCode;
    }
  | { readonly step: 'done'; readonly name: string };

export interface HandingParts {
  look(): Promise<Handover>;
  send(offer: Handover, account: string): Promise<unknown>;
  /** Out of the call, as by one's own wish. */
  leave(): void;
}

export class HandingOver {
  private readonly now = signal<Handing>({ step: 'closed' });

  constructor(private readonly parts: HandingParts) {}

  get state(): ReadonlySignal<Handing> {
    return this.now;
  }

  async open(): Promise<void> {
    this.now.value = { step: 'looking' };
    const next = await this.parts.look().then(
      (offer): Handing => ({ step: 'choosing', offer, account: '' }),
      (failure: unknown): Handing => ({ step: 'refused', code: codeOf(failure) }),
    );
    // Closed meanwhile: nobody waits for it.
    if (this.now.value.step === 'looking') this.now.value = next;
  }

  close(): void {
    this.now.value = { step: 'closed' };
  }

  choose(account: string): void {
    const { value } = this.now;
    if (value.step === 'choosing') {
      this.now.value = { step: 'choosing', offer: value.offer, account };
    }
  }

  async send(): Promise<void> {
    const { value } = this.now;
    if (value.step !== 'choosing' || value.account === '') return;
    const { offer, account } = value;
    this.now.value = { step: 'sending', offer, account };
    try {
      await this.parts.send(offer, account);
      this.done();
    } catch (failure) {
      // The server's word that this seat is somebody else's may have come first.
      if (this.now.value.step !== 'sending') return;
      this.now.value = { step: 'choosing', offer, account, failed: codeOf(failure) };
    }
  }

  /** The seat is given up by the server in the same moment: it says so here before its answer may arrive. */
  hear(message: ServerMessage): void {
    if (message.type === 'ended' && message.reason === 'left') this.done();
  }

  private done(): void {
    const { value } = this.now;
    if (value.step !== 'sending') return;
    const { offer, account } = value;
    const name = offer.colleagues.find((one) => one.account === account)?.name ?? '';
    this.now.value = { step: 'done', name };
    this.parts.leave();
  }
}

function codeOf(failure: unknown): FailureCode {
  if (failure instanceof StaffFailure) return failure.code;
  throw failure;
}
