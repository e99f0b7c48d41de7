/** What practitioners have beside the picture: fetched for them alone. */
import type { ComponentType } from 'preact';
import type { ClientMessage, Paper, ServerMessage } from '../protocol/generated/messages.ts';
import type { Actions } from './actions.ts';
import type { Model } from './model.ts';

export interface Desk {
  hear(message: ServerMessage): void;
  /** Notes or summary, in the column beside the picture. */
  readonly Paper: ComponentType<DeskProps & { readonly paper: Paper }>;
  /** Beside the lock and the end: what else who leads can do with the consultation. */
  readonly Lead: ComponentType<DeskProps>;
  /** To a colleague, from this page: it is over here, and goes on. */
  isHandedOver(): boolean;
  /** What is left to do when the consultation is over, here or altogether. */
  readonly Over: ComponentType<DeskProps>;
  end(): void;
}

export interface DeskProps {
  readonly model: Model;
  readonly actions: Actions;
}

export interface DeskParts {
  readonly model: Model;
  /** False when it could not go out now. */
  send(message: ClientMessage): boolean;
  /** Out of the call, by one's own wish. */
  leave(): void;
  after(ms: number, run: () => void): () => void;
  now(): number;
}

/** The one export of the file that is fetched. */
export type StartDesk = (parts: DeskParts) => Desk;
