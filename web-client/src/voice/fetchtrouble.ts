/** Brings the words and ways out of failures. */
import type { DrawTrouble } from './stage.ts';

/** After this it is the network that is to be told of, whatever else has failed. */
const PATIENCE_MS = 5000;

let tries = 0;

/** undefined when it does not come. */
export async function fetchTrouble(url: string): Promise<DrawTrouble | undefined> {
  const impatience = new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE_MS));
  try {
    // A module that failed once is remembered as failed under its name.
    const module = import(/* @vite-ignore */ tries === 0 ? url : `${url}?${tries}`);
    return (await Promise.race([module, impatience]))?.drawTrouble;
  } catch {
    tries += 1;
    return undefined;
  }
}
