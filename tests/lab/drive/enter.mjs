/** Runs a script of the lab where it leaves nothing behind: own namespaces, one folder for everything temporary. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enterNamespace, isInside, layNetwork } from '../../browser/harness/namespace.mjs';

/**
 * Resolves inside the namespaces; outside, it never does: the process ends with the code of what ran inside. Ended by a
 * signal or not, processes, networks and temporary files of the run are gone by then.
 * @param {string} script @param {string[]} args
 */
export async function enterLab(script, args) {
  if (isInside()) {
    layNetwork();
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'nhipcau-lab-'));
  process.env.TMPDIR = folder;
  const code = await enterNamespace(script, args);
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  process.exit(code);
}
