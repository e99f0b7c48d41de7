/** What every language of the staff's pages must say. */
import type * as vi from './vi.ts';

export type ClinicWords = {
  readonly [Group in keyof typeof vi]: { readonly [Key in keyof (typeof vi)[Group]]: string };
};
