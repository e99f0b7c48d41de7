/** Prints what the page costs on the wire and refuses more than it may: `npm run size`. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BEFORE_VOICE_LIMIT = 12_600;
const WHOLE_CLIENT_LIMIT = 90_000;

/** As sent: the .br where there is one. */
function sentBytes(path) {
  return statSync(existsSync(`${path}.br`) ? `${path}.br` : path).size;
}

const dist = process.argv[2] ?? fileURLToPath(new URL('../dist', import.meta.url));
if (!existsSync(join(dist, 'index.html'))) {
  process.stderr.write(`${dist}/index.html is missing: run npm run build first\n`);
  process.exit(1);
}
const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.name.endsWith('.br'))
  .map((entry) => join(entry.parentPath, entry.name));
const beforeVoice = sentBytes(join(dist, 'index.html'));
const wholeClient = files.reduce((sum, path) => sum + sentBytes(path), 0);
process.stdout.write(`before_voice_bytes=${beforeVoice}\nwhole_client_bytes=${wholeClient}\n`);
if (beforeVoice > BEFORE_VOICE_LIMIT || wholeClient > WHOLE_CLIENT_LIMIT) {
  process.stderr.write(
    `over the limit of ${BEFORE_VOICE_LIMIT} before the voice or ${WHOLE_CLIENT_LIMIT} in all\n`,
  );
  process.exit(1);
}
