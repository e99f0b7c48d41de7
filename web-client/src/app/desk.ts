/** What practitioners have beside the picture: fetched for them alone. */
import type { ComponentType } from 'preact';
import type { ClientMessage, Paper, ServerMessage } from '../protocol/generated/messages.ts';
import type { Actions } from './actions.ts';
import type { Model } from './model.ts';

export interface Desk {
  hear(message: ServerMessage): void;
  /** Notes or summary, in the column beside the picture. */
  readonly Paper: ComponentType<DeskProps & { readonly paper: Paper }>;
  /** What is left to do when the consultation is over. */
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
  after(ms: number, run: () => void): () => void;
  now(): number;
}

/** The one export of the file that is fetched. */
export type StartDesk = (parts: DeskParts) => Desk;
